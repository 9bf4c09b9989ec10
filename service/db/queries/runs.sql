-- name: image_job
-- A story's newest image job with its progress, and the seconds since the picture in progress last reported:
-- null if no picture is in progress. A queued picture does not count as silent. $2 are the picture groups.
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
-- The columns of a story from which a later run is planned.
SELECT scene_count, brief, content FROM stories WHERE id = $1;

-- name: versions
-- The files of an asset, newest first, with the look that was requested for each and what it shows.
SELECT v.version, v.hash, v.bytes, v.media_type, v.current, v.created_at,
       j.input ->> 'style' AS style, j.input ->> 'instructions' AS instructions, j.metadata ->> 'alt' AS alt
FROM asset_versions v LEFT JOIN jobs j ON j.id = v.job_id
WHERE v.story_id = $1 AND v.name = $2 ORDER BY v.version DESC;

-- name: version
-- One file of an asset, with the result of its job.
SELECT v.key, v.hash, v.bytes, v.media_type, v.current, v.created_at, j.metadata
FROM asset_versions v LEFT JOIN jobs j ON j.id = v.job_id
WHERE v.story_id = $1 AND v.name = $2 AND v.version = $3;

-- name: make_current
-- Makes an earlier file of an asset the current one. The former current file is already retired.
UPDATE asset_versions SET current = true WHERE story_id = $1 AND name = $2 AND version = $3;

-- name: collect_versions
-- Deletes all unused files of each asset except the newest $2. Returns their keys.
DELETE FROM asset_versions v USING (
  SELECT id, row_number() OVER (PARTITION BY name ORDER BY version DESC) AS place
  FROM asset_versions WHERE story_id = $1 AND NOT current) AS old
WHERE v.id = old.id AND old.place > $2 RETURNING v.key;

-- name: unused_keys
-- The files in the list that no version of the story refers to any more.
SELECT DISTINCT x.key FROM unnest($2::text[]) AS x (key)
WHERE NOT EXISTS (SELECT FROM asset_versions v WHERE v.story_id = $1 AND v.key = x.key);

-- name: silent_pictures
-- Running jobs of image jobs that have not reported for $2 seconds. Only a worker ($3) that has renewed its
-- lease for one lease ($4) without a gap may decide that: when a machine wakes from sleep, all jobs were
-- silent. Jobs of a worker whose lease has expired are left out: the expiry of the worker queues them.
SELECT j.id, j.attempt
FROM jobs j JOIN runs r ON r.id = j.run_id AND r.kind = 'images'
JOIN workers w ON w.id = j.worker_id AND w.lease_until >= clock_timestamp()
WHERE j.heard_at < clock_timestamp() - make_interval(secs => $2)
  AND EXISTS (SELECT FROM workers u WHERE u.id = $3 AND u.buried_at IS NULL
    AND u.steady_since < clock_timestamp() - make_interval(secs => $4))
ORDER BY j.heard_at LIMIT $1;
