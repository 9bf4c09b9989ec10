-- Runs, and the cap of what calls may cost, belong to every kind of aggregate.

CREATE TABLE runs (
  id uuid PRIMARY KEY,
  aggregate_id uuid NOT NULL REFERENCES aggregates ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  kind text NOT NULL,
  request_id text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE runs IS 'Work that was asked for at once: the jobs of a first build, or of a later run, of one aggregate.';
COMMENT ON COLUMN runs.kind IS 'What was asked for, in the words of the aggregate''s kind: build, regenerate …';
COMMENT ON COLUMN runs.request_id IS 'X-Request-ID of the newest request that set it going; empty where no request did.';
CREATE INDEX runs_of_aggregate ON runs (aggregate_id, created_at);
CREATE INDEX runs_of_user ON runs (user_id);

INSERT INTO runs (id, aggregate_id, user_id, kind, request_id, created_at)
SELECT task_id, story_id, user_id, kind, request_id, created_at FROM story_generation_tasks;
-- A job without a run, which no version wrote, becomes a run of its own.
INSERT INTO runs (id, aggregate_id, user_id, kind, created_at)
SELECT id, aggregate_id, user_id, 'build', created_at FROM jobs WHERE task_id IS NULL;

ALTER TABLE jobs RENAME COLUMN task_id TO run_id;
ALTER TABLE jobs DROP CONSTRAINT jobs_task_id_fkey;
UPDATE jobs SET run_id = id WHERE run_id IS NULL;
ALTER TABLE jobs ALTER COLUMN run_id SET NOT NULL,
  ADD CONSTRAINT jobs_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs ON DELETE CASCADE;

ALTER TABLE jobs ADD COLUMN scope text NOT NULL DEFAULT '';
COMMENT ON COLUMN jobs.scope IS 'The part of its name that it makes; what other jobs of the name made of other parts stands. Empty: all.';
UPDATE jobs SET scope = input ->> 'scenes' WHERE input ? 'scenes';
-- What a person gave up says so in general words.
UPDATE jobs SET error = error || '{"given_up": true}' WHERE error ->> 'code' = 'IMAGE_JOB_CLEARED';

ALTER TABLE story_generation_tasks
  DROP COLUMN kind, DROP COLUMN request_id, ALTER COLUMN task_id DROP DEFAULT,
  ADD CONSTRAINT story_generation_tasks_task_id_fkey FOREIGN KEY (task_id) REFERENCES runs ON DELETE CASCADE;
COMMENT ON TABLE story_generation_tasks IS 'The runs of stories as the source document has them: projections of their jobs.';

ALTER TABLE aggregates DROP CONSTRAINT aggregates_kind_check,
  ADD COLUMN budget_usd numeric(14, 6) CHECK (budget_usd >= 0);
COMMENT ON COLUMN aggregates.budget_usd IS 'What its provider_calls may cost; null is no limit.';
UPDATE aggregates a SET budget_usd = (s.brief ->> 'budget_usd')::numeric
FROM stories s WHERE s.id = a.id AND s.brief ->> 'budget_usd' IS NOT NULL;
UPDATE stories SET brief = brief - 'budget_usd' WHERE brief ? 'budget_usd';

GRANT SELECT, INSERT ON runs TO storytroupe_user;
GRANT UPDATE (request_id) ON runs TO storytroupe_user;
GRANT INSERT (budget_usd), UPDATE (budget_usd) ON aggregates TO storytroupe_user;
ALTER TABLE runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON runs TO storytroupe_user USING (user_id = (SELECT acting_user()));
