-- name: image_job
-- A story's newest image job, as far as it is now, with the seconds for which nothing has been heard of the
-- picture that is being made: null where none is. Who waits in line is not silent. $2 are the picture groups.
SELECT i.id, i.story_id, i.status,
       CASE WHEN i.status = 'processing' THEN
         (SELECT floor(avg(CASE WHEN j.ended_at IS NULL THEN j.progress ELSE 100 END))::integer
          FROM jobs j WHERE j.run_id = i.id AND j.grp = ANY($2::text[])) ELSE i.progress END AS progress,
       i.error, i.started_at, i.completed_at, i.created_at,
       extract(epoch FROM clock_timestamp() - i.started_at)::float AS age_seconds,
       (SELECT extract(epoch FROM clock_timestamp() - max(greatest(j.heard_at, j.started_at)))::float
        FROM jobs j WHERE j.run_id = i.id AND j.grp = ANY($2::text[]) AND j.status = 'generating') AS silent_seconds
FROM image_generation_jobs i WHERE i.story_id = $1
ORDER BY i.status = 'processing' DESC, i.created_at DESC LIMIT 1;

-- name: story_for_run
-- What a later run of a story is planned from.
SELECT scene_count, brief, content FROM stories WHERE id = $1;

-- name: versions
-- The files that were made for an asset, newest first.
SELECT version, hash, bytes, media_type, current, created_at FROM asset_versions
WHERE story_id = $1 AND name = $2 ORDER BY version DESC;

-- name: version
-- One file of an asset, with what its job said of it.
SELECT v.key, v.hash, v.bytes, v.media_type, v.current, v.created_at, j.metadata
FROM asset_versions v LEFT JOIN jobs j ON j.id = v.job_id
WHERE v.story_id = $1 AND v.name = $2 AND v.version = $3;

-- name: make_current
-- Brings an earlier file of an asset back; the one that was current has been retired.
UPDATE asset_versions SET current = true WHERE story_id = $1 AND name = $2 AND version = $3;

-- name: collect_versions
-- Forgets all but the newest $2 of the unused files of each asset. Returns their keys.
DELETE FROM asset_versions v USING (
  SELECT id, row_number() OVER (PARTITION BY name ORDER BY version DESC) AS place
  FROM asset_versions WHERE story_id = $1 AND NOT current) AS old
WHERE v.id = old.id AND old.place > $2 RETURNING v.key;

-- name: unused_keys
-- Which of some files no version of the story has any more.
SELECT DISTINCT x.key FROM unnest($2::text[]) AS x (key)
WHERE NOT EXISTS (SELECT FROM asset_versions v WHERE v.story_id = $1 AND v.key = x.key);

-- name: silent_pictures
-- Running jobs of image jobs of which nothing was heard for $2 seconds. Of silence only a worker ($3) may judge
-- that has renewed for a lease ($4) without a gap: when a machine wakes from its sleep, all have been silent.
-- Jobs of a worker whose lease ran out are not silent: its expiry queues them.
SELECT j.id, j.attempt
FROM jobs j JOIN runs r ON r.id = j.run_id AND r.kind = 'images'
JOIN workers w ON w.id = j.worker_id AND w.lease_until >= clock_timestamp()
WHERE j.heard_at < clock_timestamp() - make_interval(secs => $2)
  AND EXISTS (SELECT FROM workers u WHERE u.id = $3 AND u.buried_at IS NULL
    AND u.steady_since < clock_timestamp() - make_interval(secs => $4))
ORDER BY j.heard_at LIMIT $1;
