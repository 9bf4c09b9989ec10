-- A job may be held: it has no due time, and goes on when a person says so. Calls name their provider. The
-- pictures of a run have a status of their own.

ALTER TABLE jobs ALTER COLUMN run_at DROP NOT NULL;
COMMENT ON COLUMN jobs.run_at IS 'When a retrying job goes on; null: when a person lets it go on.';
ALTER TABLE provider_calls ADD COLUMN provider text NOT NULL DEFAULT '';
COMMENT ON COLUMN provider_calls.provider IS 'Who was called: offline costs nothing.';
UPDATE provider_calls SET provider =
  CASE WHEN model LIKE 'storytroupe-%' OR model LIKE 'piper-%' THEN 'offline'
       WHEN step = 'narration' THEN 'elevenlabs' ELSE 'openai' END;

ALTER TABLE story_generation_tasks
  ADD COLUMN pictures_status text CHECK (pictures_status IN ('processing', 'completed', 'failed')),
  ADD COLUMN pictures_progress smallint NOT NULL DEFAULT 0 CHECK (pictures_progress BETWEEN 0 AND 100),
  ADD COLUMN pictures_error text,
  ADD COLUMN pictures_completed_at timestamptz;
COMMENT ON COLUMN story_generation_tasks.pictures_status IS 'The image job of this run: its pictures alone; null where it makes none.';
UPDATE story_generation_tasks SET
  pictures_status = CASE WHEN status IN ('PENDING', 'IN_PROGRESS') THEN 'processing'
                         WHEN status = 'COMPLETED' THEN 'completed' ELSE 'failed' END,
  pictures_progress = progress, pictures_error = last_error, pictures_completed_at = completed_at
WHERE makes_pictures;
DROP VIEW image_generation_jobs;
DROP INDEX one_picture_run_a_story;
ALTER TABLE story_generation_tasks DROP COLUMN makes_pictures;
CREATE UNIQUE INDEX one_image_job_a_story ON story_generation_tasks (story_id) WHERE pictures_status = 'processing';
CREATE VIEW image_generation_jobs WITH (security_invoker = true) AS
SELECT t.task_id AS id, t.story_id, t.pictures_status AS status, t.pictures_progress::integer AS progress,
       t.pictures_error AS error, t.started_at, t.pictures_completed_at AS completed_at, t.created_at
FROM story_generation_tasks t WHERE t.pictures_status IS NOT NULL;
COMMENT ON VIEW image_generation_jobs IS 'The pictures of runs that make some; one image job at a time is processing for each story.';
GRANT SELECT ON image_generation_jobs TO storytroupe_user;

ALTER POLICY own ON provider_calls WITH CHECK (user_id = (SELECT acting_user()) AND (key LIKE 'collected %' OR key LIKE 'allowed %'));
