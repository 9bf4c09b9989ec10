-- name: story_states
-- The columns of a story that its projection needs besides the jobs.
SELECT id, scene_count FROM stories WHERE id = ANY($1::uuid[]);

-- name: store_stories
-- Writes the projections of some stories, and the columns that their actors returned.
UPDATE stories s SET
  status = x.status, asset_generation_status = x.state,
  asset_generation_started_at = CASE WHEN x.begun THEN clock_timestamp() ELSE s.asset_generation_started_at END,
  asset_generation_completed_at =
    CASE WHEN x.status = 'generating' THEN NULL ELSE coalesce(s.asset_generation_completed_at, clock_timestamp()) END,
  content = coalesce(x.content, s.content), title = coalesce(x.title, s.title),
  hue_extracted_colors = s.hue_extracted_colors || coalesce(x.hue_extracted_colors, '{}'),
  audio_words = coalesce(x.audio_words, s.audio_words), audio_blocks = coalesce(x.audio_blocks, s.audio_blocks),
  activities = coalesce(x.activities, s.activities), direction = coalesce(x.direction, s.direction),
  updated_at = clock_timestamp()
FROM jsonb_to_recordset($1::jsonb) AS x (
  id uuid, status text, state jsonb, begun boolean, content jsonb, title text, hue_extracted_colors jsonb,
  audio_words jsonb, audio_blocks jsonb, activities jsonb, direction jsonb)
WHERE s.id = x.id;

-- name: store_runs
-- Writes the projections of runs, including new runs.
INSERT INTO story_generation_tasks AS t (
  task_id, story_id, user_id, status, current_step, retry_attempts, last_error, progress, started_at, created_at,
  completed_at, pictures_status, pictures_progress, pictures_error, pictures_completed_at)
SELECT r.id, r.aggregate_id, r.user_id, x.status, x.current_step, x.retry_attempts, x.last_error, x.progress,
       r.created_at, r.created_at, CASE WHEN x.status IN ('COMPLETED', 'FAILED', 'CANCELLED') THEN clock_timestamp() END,
       x.pictures_status, x.pictures_progress, x.pictures_error,
       CASE WHEN x.pictures_status <> 'processing' THEN clock_timestamp() END
FROM jsonb_to_recordset($1::jsonb) AS x (
  task_id uuid, status text, current_step text, retry_attempts integer, last_error text, progress smallint,
  pictures_status text, pictures_progress smallint, pictures_error text)
JOIN runs r ON r.id = x.task_id
ON CONFLICT (task_id) DO UPDATE SET
  status = excluded.status, current_step = excluded.current_step, retry_attempts = excluded.retry_attempts,
  last_error = excluded.last_error, progress = excluded.progress, updated_at = clock_timestamp(),
  started_at = CASE WHEN t.completed_at IS NOT NULL AND excluded.status IN ('PENDING', 'IN_PROGRESS')
                    THEN clock_timestamp() ELSE t.started_at END,
  completed_at = excluded.completed_at, pictures_status = excluded.pictures_status,
  pictures_progress = excluded.pictures_progress, pictures_error = excluded.pictures_error,
  pictures_completed_at = CASE WHEN excluded.pictures_status <> 'processing'
                               THEN coalesce(t.pictures_completed_at, clock_timestamp()) END;

-- name: retire_files
-- Retires the current files of assets before newer files are inserted.
UPDATE asset_versions v SET current = false
FROM unnest($1::uuid[], $2::text[]) AS x (story_id, name)
WHERE v.story_id = x.story_id AND v.name = x.name AND v.current;

-- name: insert_files
-- Inserts the newest files of assets.
INSERT INTO asset_versions (story_id, name, version, job_id, hash, key, bytes, media_type)
SELECT x.story_id, x.name,
       1 + coalesce((SELECT max(v.version) FROM asset_versions v WHERE v.story_id = x.story_id AND v.name = x.name), 0),
       x.job_id, x.hash, x.key, x.bytes, x.media_type
FROM jsonb_to_recordset($1::jsonb) AS x (
  story_id uuid, name text, job_id uuid, hash text, key text, bytes bigint, media_type text);

-- name: end_quota
-- Commits or refunds the credits of some stories.
UPDATE quota_entries q SET status = x.status, updated_at = clock_timestamp()
FROM unnest($1::uuid[], $2::text[]) AS x (story_id, status)
WHERE q.story_id = x.story_id AND q.status = 'reserved';

-- name: insert_story
-- Inserts a new story, in a library ($2) or in the user's default one: its aggregate, with the version of its
-- first event and the budget of its calls; its credit, from a pack ($11) or from the tier; its first run; and
-- that run's jobs, in the order of $12. Jobs without needs are queued, as in advance_fair_tags, $17 places
-- ahead. One statement, since a request waits for each statement.
WITH aggregate AS (
  INSERT INTO aggregates (id, kind, user_id, version, budget_usd) VALUES ($1, 'story', $3, 1, $19)),
credit AS (
  INSERT INTO quota_entries (story_id, user_id, from_pack) VALUES ($1, $3, $11)),
story AS (
  INSERT INTO stories (id, library_id, creator_user_id, title, asset_generation_status,
                       asset_generation_started_at, brief, scene_count)
  VALUES ($1, coalesce($2, (SELECT id FROM libraries WHERE user_id = $3 AND is_default)),
          $3, $4, $5, clock_timestamp(), $6, $7)),
run AS (
  INSERT INTO runs (id, aggregate_id, user_id, kind, request_id, created_at)
  VALUES ($8, $1, $3, 'build', $18, statement_timestamp())),
task AS (
  INSERT INTO story_generation_tasks (task_id, story_id, user_id, pictures_status, current_step, started_at, created_at)
  VALUES ($8, $1, $3, CASE WHEN $9 THEN 'processing' END, $10, statement_timestamp(), statement_timestamp())),
job AS (
  SELECT *, count(*) FILTER (WHERE needs = 0) OVER (PARTITION BY grp ORDER BY position DESC) AS behind
  FROM unnest($12::uuid[], $13::text[], $14::text[], $15::smallint[])
    WITH ORDINALITY AS x (id, name, grp, needs, position)),
line AS (
  INSERT INTO fair_tags AS f (user_id, grp, tag)
  SELECT u.id, g.name, g.vtime + q.jobs / u.weight
  FROM (SELECT grp, count(*) AS jobs FROM job WHERE needs = 0 GROUP BY grp) AS q
  JOIN actor_groups g ON g.name = q.grp JOIN users u ON u.id = $3
  ORDER BY g.name
  ON CONFLICT (user_id, grp) DO UPDATE
  SET tag = greatest(excluded.tag,
    f.tag + excluded.tag - (SELECT g.vtime FROM actor_groups g WHERE g.name = excluded.grp))
  RETURNING f.grp, f.tag, (SELECT 1 / u.weight FROM users u WHERE u.id = f.user_id) AS step)
INSERT INTO jobs (id, aggregate_id, user_id, run_id, grp, name, position, status, needs_left, rank, priority,
                  created_at)
SELECT job.id, $1, $3, $8, job.grp, job.name, job.position - 1,
       CASE WHEN job.needs = 0 THEN 'queued' ELSE 'pending' END, job.needs,
       CASE WHEN job.needs = 0 THEN line.tag - (job.behind - 1 + $17::float8) * line.step END, $16,
       statement_timestamp()
FROM job LEFT JOIN line USING (grp);

-- name: begin_story
-- Inserts the needs of a new story's jobs, and its first event with its outbox range. A separate statement,
-- because row level security checks the owner by rows that the statement before has inserted.
WITH needs AS (
  INSERT INTO job_needs (job_id, need_id, hard) SELECT * FROM unnest($4::uuid[], $5::uuid[], $6::boolean[])),
told AS (
  INSERT INTO domain_events (aggregate_id, version, aggregate_type, type, data) VALUES ($1, 1, 'story', $2, $3))
INSERT INTO event_outbox (aggregate_id, from_version, to_version) VALUES ($1, 1, 1);

-- name: story
-- One story with its version, its cost, the reserved cost of calls with an unknown outcome, and the live
-- percentages of running jobs.
SELECT s.id, s.library_id, s.creator_user_id, s.title, s.content, s.status, s.asset_generation_status,
       s.asset_generation_started_at, s.asset_generation_completed_at, s.hue_extracted_colors,
       s.audio_words, s.audio_blocks, s.activities, s.direction, s.scene_count,
       s.brief || jsonb_build_object('budget_usd', a.budget_usd) AS brief, s.created_at, s.updated_at, a.version,
       paid.cost_usd, paid.set_aside_usd, paid.calls,
       (SELECT jsonb_object_agg(j.name, j.progress) FROM jobs j
        WHERE j.aggregate_id = s.id AND j.status = 'generating') AS live
FROM stories s JOIN aggregates a USING (id) CROSS JOIN LATERAL (
  SELECT count(*) AS calls, coalesce(sum(c.cost_usd), 0) AS cost_usd,
         coalesce(sum(greatest((c.usage ->> 'reserved_usd')::numeric - c.cost_usd, 0))
                  FILTER (WHERE c.outcome = 'unknown'), 0) AS set_aside_usd
  FROM provider_calls c WHERE c.aggregate_id = s.id) AS paid
WHERE s.id = $1;

-- name: newest_stories
-- A page of a user's stories, newest first: ids after a position of key and id, read from one index only.
SELECT s.id, s.created_at FROM stories s
WHERE s.creator_user_id = $1 AND (s.created_at, s.id) < ($2::timestamptz, $3::uuid)
  AND s.created_at >= $4 AND s.created_at < $5
  AND ($6::text IS NULL OR s.status = $6) AND ($7::uuid IS NULL OR s.library_id = $7)
  AND ($8::text IS NULL OR strpos(s.title_key, sort_key($8)) > 0)
ORDER BY s.created_at DESC, s.id DESC LIMIT $9;

-- name: oldest_stories
-- A page of a user's stories, oldest first: ids after a position of key and id, read from one index only.
SELECT s.id, s.created_at FROM stories s
WHERE s.creator_user_id = $1 AND (s.created_at, s.id) > ($2::timestamptz, $3::uuid)
  AND s.created_at >= $4 AND s.created_at < $5
  AND ($6::text IS NULL OR s.status = $6) AND ($7::uuid IS NULL OR s.library_id = $7)
  AND ($8::text IS NULL OR strpos(s.title_key, sort_key($8)) > 0)
ORDER BY s.created_at, s.id LIMIT $9;

-- name: lately_changed_stories
-- A page of a user's stories, the last changed first: ids after a position of key and id, read from one index
-- only.
SELECT s.id, s.updated_at FROM stories s
WHERE s.creator_user_id = $1 AND (s.updated_at, s.id) < ($2::timestamptz, $3::uuid)
  AND s.created_at >= $4 AND s.created_at < $5
  AND ($6::text IS NULL OR s.status = $6) AND ($7::uuid IS NULL OR s.library_id = $7)
  AND ($8::text IS NULL OR strpos(s.title_key, sort_key($8)) > 0)
ORDER BY s.updated_at DESC, s.id DESC LIMIT $9;

-- name: long_unchanged_stories
-- A page of a user's stories, the first changed first: ids after a position of key and id, read from one
-- index only.
SELECT s.id, s.updated_at FROM stories s
WHERE s.creator_user_id = $1 AND (s.updated_at, s.id) > ($2::timestamptz, $3::uuid)
  AND s.created_at >= $4 AND s.created_at < $5
  AND ($6::text IS NULL OR s.status = $6) AND ($7::uuid IS NULL OR s.library_id = $7)
  AND ($8::text IS NULL OR strpos(s.title_key, sort_key($8)) > 0)
ORDER BY s.updated_at, s.id LIMIT $9;

-- name: stories_from_a
-- A page of a user's stories by title, ascending: ids after a position of key and id, read from one index
-- only.
SELECT s.id, s.title_key FROM stories s
WHERE s.creator_user_id = $1 AND (s.title_key, s.id) > ($2::text, $3::uuid)
  AND s.created_at >= $4 AND s.created_at < $5
  AND ($6::text IS NULL OR s.status = $6) AND ($7::uuid IS NULL OR s.library_id = $7)
  AND ($8::text IS NULL OR strpos(s.title_key, sort_key($8)) > 0)
ORDER BY s.title_key, s.id LIMIT $9;

-- name: stories_from_z
-- A page of a user's stories by title, descending: ids after a position of key and id, read from one index
-- only.
SELECT s.id, s.title_key FROM stories s
WHERE s.creator_user_id = $1 AND (s.title_key, s.id) < ($2::text, $3::uuid)
  AND s.created_at >= $4 AND s.created_at < $5
  AND ($6::text IS NULL OR s.status = $6) AND ($7::uuid IS NULL OR s.library_id = $7)
  AND ($8::text IS NULL OR strpos(s.title_key, sort_key($8)) > 0)
ORDER BY s.title_key DESC, s.id DESC LIMIT $9;

-- name: stories_listed
-- The columns of stories that a list shows, in the order of the given ids.
SELECT s.id, s.library_id, s.title, s.status, s.asset_generation_status, s.content ->> 'summary' AS summary,
       s.created_at, s.updated_at, a.version
FROM unnest($1::uuid[]) WITH ORDINALITY AS x (id, place) JOIN stories s USING (id) JOIN aggregates a USING (id)
ORDER BY x.place;

-- name: snapshot
-- The state and the version of a story for a client that joins its channel, in one statement.
SELECT a.version, s.title, s.status, s.asset_generation_status, a.spent_usd AS cost_usd,
       (SELECT sum(greatest((c.usage ->> 'reserved_usd')::numeric - c.cost_usd, 0))
        FROM provider_calls c WHERE c.aggregate_id = s.id AND c.outcome = 'unknown') AS set_aside_usd
FROM aggregates a JOIN stories s USING (id) WHERE a.id = $1;

-- name: summaries
-- The newest $2 stories of each user, for their library feeds.
SELECT s.id, s.creator_user_id AS user_id, s.title, s.status, s.asset_generation_status AS state,
       s.created_at, s.updated_at, a.version
FROM unnest($1::uuid[]) AS u (id)
CROSS JOIN LATERAL (
  SELECT * FROM stories WHERE creator_user_id = u.id ORDER BY created_at DESC, id DESC LIMIT $2) AS s
JOIN aggregates a ON a.id = s.id
ORDER BY s.creator_user_id, s.created_at DESC, s.id DESC;

-- name: newest_run
-- The newest run of a story.
SELECT t.* FROM story_generation_tasks t WHERE t.story_id = $1 ORDER BY t.created_at DESC, t.task_id LIMIT 1;

-- name: file
-- The newest file of an asset.
SELECT key, hash, bytes, media_type, current, created_at FROM asset_versions
WHERE story_id = $1 AND name = $2 AND current;

-- name: files_of_story
-- All files of a story, to be deleted with the story.
SELECT key FROM asset_versions WHERE story_id = $1;

-- name: delete_story
-- Deletes a story with everything that belongs to it.
DELETE FROM aggregates WHERE id = $1 AND kind = 'story';

-- name: for_actors
-- The columns of a story that its actors need, and the keys of its newest files by asset.
SELECT s.id, s.creator_user_id, s.title, s.content, s.brief, s.direction, s.hue_extracted_colors,
       s.activities, s.scene_count, s.created_at, s.audio_words,
       (SELECT j.metadata FROM jobs j WHERE j.aggregate_id = s.id AND j.name = 'audio' AND j.status = 'ready'
        ORDER BY j.created_at DESC LIMIT 1) AS narration,
       (SELECT jsonb_object_agg(v.name, v.key) FROM asset_versions v WHERE v.story_id = s.id AND v.current) AS files,
       (SELECT jsonb_object_agg(v.name, j.metadata ->> 'alt') FROM asset_versions v JOIN jobs j ON j.id = v.job_id
        WHERE v.story_id = s.id AND v.current AND j.metadata ? 'alt') AS alts,
       (SELECT jsonb_object_agg(v.name, j.input) FROM asset_versions v JOIN jobs j ON j.id = v.job_id
        WHERE v.story_id = s.id AND v.current) AS inputs
FROM stories s WHERE s.id = $1;

-- name: current_files
-- The newest files of a story by asset.
SELECT name, key FROM asset_versions WHERE story_id = $1 AND current;

-- name: is_there
-- Whether a story still exists.
SELECT EXISTS (SELECT FROM stories WHERE id = $1);

-- name: calls_for_report
-- The calls of one story with their assets and their results, oldest first.
SELECT c.step, c.model, c.outcome, j.name AS asset, c.job_id, c.result, c.usage, c.cost_usd,
       c.error ->> 'code' AS error_code
FROM provider_calls c LEFT JOIN jobs j ON j.id = c.job_id WHERE c.aggregate_id = $1 ORDER BY c.id;

-- name: made_by
-- The jobs that made the current files, by asset.
SELECT name, job_id FROM asset_versions WHERE story_id = $1 AND current;
