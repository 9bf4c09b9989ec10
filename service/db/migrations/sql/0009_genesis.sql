-- Genesis: commands by user, waits that expire, what a session keeps beside its stages, and novels with chapters.

-- A group says how often its jobs are tried, so that the view of tasks does.
ALTER TABLE actor_groups ADD COLUMN attempts integer CHECK (attempts > 0);
COMMENT ON COLUMN actor_groups.attempts IS 'How often a job is tried in all, as the settings of the newest process have it.';

ALTER TABLE domain_events ADD COLUMN schema smallint NOT NULL DEFAULT 1 CHECK (schema > 0);
COMMENT ON COLUMN domain_events.schema IS 'The form of data. Type and schema select what brings an older form up to date.';
COMMENT ON COLUMN domain_events.correlation_id IS 'The command that led to the event; null where none did.';

ALTER TABLE genesis_sessions
  ALTER COLUMN stages DROP NOT NULL,
  ALTER COLUMN stages DROP DEFAULT,
  ADD COLUMN title text,
  ADD COLUMN language text NOT NULL DEFAULT 'en',
  ADD COLUMN seed bigint,
  ADD COLUMN inspiration text,
  ADD COLUMN material jsonb,
  ADD COLUMN origin jsonb,
  ADD COLUMN locks jsonb,
  ADD COLUMN waits jsonb,
  ADD COLUMN dismissed jsonb,
  ADD COLUMN reminded_at timestamptz,
  ADD COLUMN reason text;
COMMENT ON TABLE genesis_sessions IS 'The state of a session, a column for each key: the fold of its events, kept in their transaction. A null column is a key that the state does not have.';
COMMENT ON COLUMN genesis_sessions.stages IS 'Each stage: its status, fields with revisions, order of elements, present proposals, feedback.';
COMMENT ON COLUMN genesis_sessions.material IS 'Texts that the person brought, uncut, by id.';
COMMENT ON COLUMN genesis_sessions.origin IS 'Session and version that it was branched from; null where it was begun afresh.';
COMMENT ON COLUMN genesis_sessions.reminded_at IS 'When the person was reminded of the present expires_at.';
COMMENT ON COLUMN genesis_sessions.reason IS 'Why the person abandoned it.';
DROP INDEX genesis_of_user;
CREATE INDEX genesis_of_user ON genesis_sessions (user_id, created_at DESC, id DESC);
-- What is to be reminded of, to expire, or to be purged.
DROP INDEX genesis_expiring;
CREATE INDEX genesis_expiring ON genesis_sessions (status, expires_at) WHERE status <> 'finished';

-- A command's id is its user's: another user's command with the same id is another command.
ALTER TABLE command_inbox
  DROP CONSTRAINT command_inbox_pkey,
  ADD PRIMARY KEY (user_id, command_id),
  ADD COLUMN error jsonb,
  ADD COLUMN processed_at timestamptz;
UPDATE command_inbox SET processed_at = created_at WHERE status <> 'RECEIVED';
UPDATE command_inbox SET result = '{}' WHERE status = 'PROCESSED' AND result IS NULL;
ALTER TABLE command_inbox
  ADD CONSTRAINT received_means_not_processed CHECK ((status = 'RECEIVED') = (processed_at IS NULL)),
  ADD CONSTRAINT a_processed_command_has_a_result CHECK (status <> 'PROCESSED' OR result IS NOT NULL);
COMMENT ON TABLE command_inbox IS 'Each command of a user once: the primary key makes commands idempotent. A refused one has no row.';
COMMENT ON COLUMN command_inbox.status IS 'RECEIVED within its transaction only; FAILED: its handler broke, and it may be sent again.';
CREATE INDEX commands_of_session ON command_inbox (session_id);
CREATE INDEX commands_by_time ON command_inbox (processed_at);

ALTER TABLE flow_resume_handles
  ADD COLUMN kind text NOT NULL DEFAULT 'choice' CHECK (kind IN ('choice', 'confirmation')),
  ADD COLUMN expired_at timestamptz,
  ADD COLUMN reminded_at timestamptz,
  ADD CONSTRAINT resumed_or_expired CHECK (consumed_at IS NULL OR expired_at IS NULL);
COMMENT ON TABLE flow_resume_handles IS 'A pause and its answer: two upserts that commute. The one that completes the pair consumes it, unless it has expired.';
COMMENT ON COLUMN flow_resume_handles.kind IS 'What the person is asked for: to choose a proposal, or to confirm a stage.';
COMMENT ON COLUMN flow_resume_handles.signal_id IS 'The command, or the link of an outside approver, that answered first.';
-- What waits still, by its end.
CREATE INDEX waits_open ON flow_resume_handles (expires_at) WHERE consumed_at IS NULL AND expired_at IS NULL;

-- A novel is an aggregate.
INSERT INTO aggregates (id, kind, user_id) SELECT id, 'novel', user_id FROM novels ON CONFLICT (id) DO NOTHING;
ALTER TABLE novels
  ALTER COLUMN id DROP DEFAULT,
  ADD FOREIGN KEY (id) REFERENCES aggregates ON DELETE CASCADE,
  ADD COLUMN plan_version bigint NOT NULL DEFAULT 1 CHECK (plan_version > 0),
  ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN novels.data IS 'The plan: people, world, threads and outline, as they were accepted.';
COMMENT ON COLUMN novels.plan_version IS 'Rises with every change of the plan.';
CREATE INDEX novels_of_user ON novels (user_id, created_at DESC, id DESC);

CREATE TABLE novel_chapters (
  novel_id uuid NOT NULL REFERENCES novels ON DELETE CASCADE,
  number smallint NOT NULL CHECK (number > 0),
  status text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'generating', 'ready', 'failed')),
  text text,
  words integer NOT NULL DEFAULT 0 CHECK (words >= 0),
  made_from jsonb NOT NULL DEFAULT '{}',
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (novel_id, number),
  CONSTRAINT a_ready_chapter_has_a_text CHECK (status <> 'ready' OR text IS NOT NULL)
);
COMMENT ON TABLE novel_chapters IS 'The chapters of a novel''s outline, with their texts where they are written.';
COMMENT ON COLUMN novel_chapters.made_from IS 'The version of the plan that the text was written from.';

CREATE OR REPLACE VIEW async_tasks WITH (security_invoker = true) AS
SELECT j.id, j.aggregate_id AS session_id, j.name AS task_type, j.status, j.progress, j.input AS input_data,
       j.result AS result_data, j.error AS error_data, j.failures AS retry_count, j.started_at,
       j.completed_at, j.created_at, j.updated_at, g.attempts AS max_attempts, j.deadline_at AS timeout_at
FROM jobs j JOIN aggregates a ON a.id = j.aggregate_id AND a.kind = 'genesis' JOIN actor_groups g ON g.name = j.grp;
COMMENT ON VIEW async_tasks IS 'The jobs of Genesis sessions; result_data holds the ids of the proposals that were made.';

GRANT INSERT, UPDATE ON genesis_sessions, command_inbox, flow_resume_handles, novels, novel_chapters TO storytroupe_user;
GRANT SELECT ON novel_chapters TO storytroupe_user;
ALTER TABLE novel_chapters ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON novel_chapters TO storytroupe_user USING (EXISTS (SELECT FROM novels n WHERE n.id = novel_id));
