-- name: image_job
-- A story's newest image job, as far as it is now, with the seconds for which nothing has been heard of the
-- picture that is being made: null where none is. Who waits in line is not silent. $2 are the picture groups.
SELECT i.id, i.story_id, i.status,
       CASE WHEN i.status = 'processing' THEN
         (SELECT floor(avg(CASE WHEN j.ended_at IS NULL THEN j.progress ELSE 100 END))::integer
          FROM jobs j WHERE j.task_id = i.id AND j.grp = ANY($2::text[])) ELSE i.progress END AS progress,
       i.error, i.started_at, i.completed_at, i.created_at,
       extract(epoch FROM clock_timestamp() - i.started_at)::float AS age_seconds,
       (SELECT extract(epoch FROM clock_timestamp() - max(greatest(j.heard_at, j.started_at)))::float
        FROM jobs j WHERE j.task_id = i.id AND j.grp = ANY($2::text[]) AND j.status = 'generating') AS silent_seconds
FROM image_generation_jobs i WHERE i.story_id = $1
ORDER BY i.status = 'processing' DESC, i.created_at DESC LIMIT 1;

-- name: story_for_run
-- What a later run of a story is planned from.
SELECT scene_count, brief, content FROM stories WHERE id = $1;

-- name: begin_again
-- A story is being made again from now on.
UPDATE stories SET asset_generation_started_at = clock_timestamp() WHERE id = $1;

-- name: wait_longer
-- Jobs that wait for others wait for these new ones, too.
WITH added AS (
  INSERT INTO job_needs (job_id, need_id, hard)
  SELECT x.job_id, x.need_id, false FROM unnest($1::uuid[], $2::uuid[]) AS x (job_id, need_id)
  ON CONFLICT DO NOTHING RETURNING job_id)
UPDATE jobs j SET needs_left = j.needs_left + a.more
FROM (SELECT job_id, count(*) AS more FROM added GROUP BY job_id) AS a WHERE j.id = a.job_id;

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

-- name: forget_answers
-- Answers whose file is collected are found no more, though their cost stays: a rerun asks anew.
UPDATE provider_calls SET key = 'collected ' || id || ' ' || key
WHERE aggregate_id = $1 AND result_key = ANY($2::text[]) AND key NOT LIKE 'collected %';

-- name: set_budget
-- Another cap for a story; what is made does not depend on it.
UPDATE stories SET brief = jsonb_set(brief, '{budget_usd}', to_jsonb($2::float8)), updated_at = clock_timestamp()
WHERE id = $1;

-- name: silent_pictures
-- Running jobs of image jobs of which nothing was heard for $2 seconds. Of silence only a worker ($3) may judge
-- that has renewed for a lease ($4) without a gap: when a machine wakes from its sleep, all have been silent.
SELECT j.id, j.attempt
FROM jobs j JOIN story_generation_tasks t ON t.task_id = j.task_id AND t.kind = 'images'
WHERE j.worker_id IS NOT NULL AND j.heard_at < clock_timestamp() - make_interval(secs => $2)
  AND EXISTS (SELECT FROM workers u WHERE u.id = $3 AND u.buried_at IS NULL
    AND u.steady_since < clock_timestamp() - make_interval(secs => $4))
ORDER BY j.heard_at LIMIT $1;
