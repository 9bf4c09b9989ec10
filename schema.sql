-- The whole schema of Storytroupe. The Alembic revisions under service/db/migrations give the same result,
-- and a test checks that. PostgreSQL 16 or newer.
--
-- PostgreSQL is the truth. One runtime serves every job table of the source documents: `jobs` belong to an
-- aggregate (a story, a Genesis session), whose row has the version and is the lock. A job's status changes
-- only under its aggregate's lock.

-- The role that the HTTP service takes for a user's request. It owns nothing and bypasses nothing.
DO $$
BEGIN
  IF to_regrole('storytroupe_user') IS NULL THEN
    CREATE ROLE storytroupe_user NOLOGIN NOBYPASSRLS;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
-- An owner without CREATEROLE is already a member, by the role that created it.
DO $$
BEGIN
  GRANT storytroupe_user TO CURRENT_USER;
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$;

CREATE TABLE acting_key (
  secret bytea NOT NULL CHECK (length(secret) = 32),
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one)
);
COMMENT ON TABLE acting_key IS 'What the service proves with for whom a transaction acts. The owner''s alone to read.';
INSERT INTO acting_key (secret)
SELECT sha256(string_agg(uuid_send(gen_random_uuid()), '')) FROM generate_series(1, 4);

-- The user for whom the present transaction acts, or NULL. Every statement can set the variable. So it holds
-- the user's id (36 characters) and a proof that the service has set it for this connection
-- (service.db.acting). Called as (SELECT acting_user()), it runs once in a statement, for any number of rows.
CREATE FUNCTION acting_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
  RETURN (
    SELECT CASE WHEN substr(current_setting('storytroupe.user_id', true), 37) = encode(sha256(
      k.secret || convert_to(left(current_setting('storytroupe.user_id', true), 36) || pg_backend_pid(), 'UTF8')), 'hex')
    THEN left(current_setting('storytroupe.user_id', true), 36)::uuid END
    FROM acting_key k);

-- The key by which titles are sorted and searched: without case and accents, in the same order on every
-- server.
CREATE FUNCTION sort_key(title text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN lower(regexp_replace(normalize(title, NFKD), '[\u0300-\u036f]', '', 'g') COLLATE "C");

-- ───────────────────────────── people and what they own ─────────────────────────────

CREATE TABLE tiers (
  name text PRIMARY KEY,
  story_limit integer CHECK (story_limit >= 0),
  period text NOT NULL DEFAULT 'ever' CHECK (period IN ('ever', 'month')),
  month_usd numeric(12, 2) CHECK (month_usd >= 0)
);
COMMENT ON TABLE tiers IS 'What each tier may make: data, not code. A NULL limit is no limit.';
COMMENT ON COLUMN tiers.month_usd IS 'What all calls to providers may cost a user in a month, in US dollars.';
INSERT INTO tiers (name, story_limit, period)
VALUES ('free', 2, 'ever'), ('individual', 30, 'month'), ('unlimited', NULL, 'ever');

CREATE TABLE story_packs (
  name text PRIMARY KEY,
  stories integer NOT NULL CHECK (stories > 0)
);
COMMENT ON TABLE story_packs IS 'Packs that add their number of stories to a user''s limit.';
INSERT INTO story_packs (name, stories) VALUES ('story_pack_5', 5), ('story_pack_10', 10);

CREATE TABLE users (
  id uuid PRIMARY KEY,
  tier text NOT NULL DEFAULT 'free' REFERENCES tiers,
  extra_stories integer NOT NULL DEFAULT 0 CHECK (extra_stories >= 0),
  weight double precision NOT NULL DEFAULT 1 CHECK (weight > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX users_by_time ON users (created_at DESC, id DESC);
COMMENT ON COLUMN users.extra_stories IS 'Stories bought in packs, on top of the tier''s limit.';
COMMENT ON COLUMN users.weight IS 'Share of the slots where users compete; 1 is everyone''s.';

CREATE TABLE sign_outs (
  user_mark bytea PRIMARY KEY,
  at timestamptz NOT NULL
);
COMMENT ON TABLE sign_outs IS 'Tokens that were issued before the time are not good any more. Outlives its user.';
COMMENT ON COLUMN sign_outs.user_mark IS 'SHA-256 of the user''s id: who was forgotten is not named.';
CREATE INDEX sign_outs_by_time ON sign_outs (at);

CREATE TABLE libraries (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  name text NOT NULL DEFAULT 'My library' CHECK (length(name) BETWEEN 1 AND 1000),
  is_default boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
-- Prevents a second default library when the first two requests of a user run at once.
CREATE UNIQUE INDEX libraries_one_default ON libraries (user_id) WHERE is_default;
CREATE INDEX libraries_of_user ON libraries (user_id, created_at DESC, id);

CREATE TABLE characters (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 2000),
  data jsonb NOT NULL DEFAULT '{}',
  reference_images jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pictures_are_in_their_users_folder CHECK (NOT jsonb_path_exists(
    reference_images, '$[*].key ? (!(@ starts with $folder))', jsonb_build_object('folder', 'user_' || user_id || '/')))
);
COMMENT ON COLUMN characters.data IS 'The character as service.domain.story.Character has it, without id and name.';
COMMENT ON COLUMN characters.reference_images IS 'Its pictures, as service.domain.references.ReferenceImage has them.';
CREATE INDEX characters_of_user ON characters (user_id, created_at DESC, id);

-- ───────────────────────────────── aggregates ─────────────────────────────────

CREATE TABLE aggregates (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  version bigint NOT NULL DEFAULT 0 CHECK (version >= 0),
  spent_usd numeric(14, 6) NOT NULL DEFAULT 0 CHECK (spent_usd >= 0),
  budget_usd numeric(14, 6) CHECK (budget_usd >= 0)
) WITH (fillfactor = 70);
COMMENT ON TABLE aggregates IS 'The lock and the gapless version of everything that changes as one.';
COMMENT ON COLUMN aggregates.spent_usd IS 'The sum of its provider_calls'' costs, kept with them, so that a call''s end is one statement.';
COMMENT ON COLUMN aggregates.budget_usd IS 'What its provider_calls may cost; null is no limit.';
CREATE INDEX aggregates_of_user ON aggregates (user_id);

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

CREATE TABLE stories (
  id uuid PRIMARY KEY REFERENCES aggregates ON DELETE CASCADE,
  library_id uuid NOT NULL REFERENCES libraries,
  creator_user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  title text NOT NULL DEFAULT 'Untitled Story',
  title_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (sort_key(title)) STORED,
  content jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'generating'
    CHECK (status IN ('generating', 'ready', 'failed', 'cancelled')),
  asset_generation_status jsonb NOT NULL DEFAULT '{"overall": "generating", "assets": {}}',
  asset_generation_started_at timestamptz,
  asset_generation_completed_at timestamptz,
  hue_extracted_colors jsonb NOT NULL DEFAULT '{}',
  audio_words jsonb,
  audio_blocks jsonb,
  activities jsonb,
  direction jsonb,
  brief jsonb NOT NULL,
  scene_count smallint NOT NULL CHECK (scene_count BETWEEN 1 AND 12),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);
COMMENT ON TABLE stories IS 'status and asset_generation_status are projections of jobs, written by the settlement alone.';
COMMENT ON COLUMN stories.brief IS 'What was asked for: service.domain.story.StoryBrief.';
COMMENT ON COLUMN stories.direction IS 'Passes 1 and 2: the palette''s journey with its motif, and the scene analyses.';
COMMENT ON COLUMN stories.hue_extracted_colors IS 'Three deep, contrasting colours from each picture: {cover: [hex, hex, hex], …}.';
COMMENT ON COLUMN stories.audio_words IS '[{txt, start, end}] in seconds from the joined file''s start.';
-- A page of stories is read from one of these indexes only, in its order and with every filter.
CREATE INDEX stories_by_creation ON stories (creator_user_id, created_at, id) INCLUDE (library_id, status, title_key);
CREATE INDEX stories_by_change ON stories (creator_user_id, updated_at, id)
  INCLUDE (library_id, status, title_key, created_at);
CREATE INDEX stories_by_title ON stories (creator_user_id, title_key, id) INCLUDE (library_id, status, created_at);
CREATE INDEX stories_of_library ON stories (library_id);
CREATE INDEX stories_generating ON stories (asset_generation_started_at) WHERE status = 'generating';

CREATE TABLE story_generation_tasks (
  task_id uuid PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
  story_id uuid NOT NULL REFERENCES stories ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  status text NOT NULL DEFAULT 'PENDING'
    CHECK (status IN ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED')),
  current_step text NOT NULL DEFAULT 'generating_text',
  retry_attempts integer NOT NULL DEFAULT 0 CHECK (retry_attempts >= 0),
  last_error text,
  progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  started_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  pictures_status text CHECK (pictures_status IN ('processing', 'completed', 'failed')),
  pictures_progress smallint NOT NULL DEFAULT 0 CHECK (pictures_progress BETWEEN 0 AND 100),
  pictures_error text,
  pictures_completed_at timestamptz
);
COMMENT ON TABLE story_generation_tasks IS 'The runs of stories as the source document has them: projections of their jobs.';
COMMENT ON COLUMN story_generation_tasks.pictures_status IS 'The image job of this run: its pictures alone; null where it makes none.';
-- Refuses a second image job of a story while one is processing.
CREATE UNIQUE INDEX one_image_job_a_story ON story_generation_tasks (story_id) WHERE pictures_status = 'processing';
CREATE INDEX tasks_of_story ON story_generation_tasks (story_id, created_at);

-- ─────────────────────────────── the job runtime ───────────────────────────────

CREATE TABLE actor_groups (
  name text PRIMARY KEY,
  pool text NOT NULL,
  vtime double precision NOT NULL DEFAULT 0,
  bound integer CHECK (bound > 0),
  attempts integer CHECK (attempts > 0),
  paused boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE actor_groups IS 'One row for each kind of actor. Dispatch holds the row: one bound over all processes.';
COMMENT ON COLUMN actor_groups.pool IS 'Groups of one pool share its bound: everything that draws.';
COMMENT ON COLUMN actor_groups.attempts IS 'How often a job is tried in all, as the settings of the newest process have it.';
COMMENT ON COLUMN actor_groups.vtime IS 'Virtual time of start-time fair queueing: the highest rank that was dispatched.';

CREATE TABLE fair_tags (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  grp text NOT NULL REFERENCES actor_groups,
  tag double precision NOT NULL,
  PRIMARY KEY (user_id, grp)
) WITH (fillfactor = 70);
COMMENT ON TABLE fair_tags IS 'Each user''s last tag in each group: where the user''s next job stands in line.';

CREATE TABLE workers (
  id uuid PRIMARY KEY,
  hostname text NOT NULL,
  pid integer NOT NULL,
  session text NOT NULL DEFAULT '',
  roles text[] NOT NULL DEFAULT '{}',
  slots jsonb NOT NULL DEFAULT '{}',
  started_at timestamptz NOT NULL DEFAULT now(),
  steady_since timestamptz NOT NULL DEFAULT clock_timestamp(),
  renewed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  lease_until timestamptz NOT NULL,
  draining boolean NOT NULL DEFAULT false,
  drain_asked_at timestamptz,
  buried_at timestamptz
) WITH (fillfactor = 70);
COMMENT ON TABLE workers IS 'One row for each process. Liveness is this lease; a buried worker never comes back under its id.';
COMMENT ON COLUMN workers.session IS 'application_name of its connections, which its undertaker ends.';
COMMENT ON COLUMN workers.steady_since IS 'Since when the lease was renewed without a gap; only the steady may bury others.';
COMMENT ON COLUMN workers.drain_asked_at IS 'An operator wants this process to end its work and go.';
CREATE INDEX workers_alive ON workers (lease_until) WHERE buried_at IS NULL;

CREATE TABLE jobs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  aggregate_id uuid NOT NULL REFERENCES aggregates ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  grp text NOT NULL REFERENCES actor_groups,
  name text NOT NULL,
  scope text NOT NULL DEFAULT '',
  position smallint NOT NULL DEFAULT 0,
  -- pending → queued → generating → ready | failed; service.jobs.states draws every arrow.
  status text NOT NULL CHECK (status IN
    ('pending', 'queued', 'generating', 'retrying', 'ready', 'failed', 'cancelled', 'skipped')),
  needs_left smallint NOT NULL DEFAULT 0 CHECK (needs_left >= 0),
  rank double precision,
  priority text NOT NULL DEFAULT 'normal' CHECK (priority IN ('normal', 'high', 'urgent')),
  run_at timestamptz DEFAULT now(),
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
  rescues integer NOT NULL DEFAULT 0 CHECK (rescues >= 0),
  worker_id uuid,
  dispatched_at timestamptz,
  dispatched_by uuid,
  deadline_at timestamptz,
  heard_at timestamptz,
  started_at timestamptz,
  completed_at timestamptz,
  ended_at timestamptz,
  progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  input jsonb NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  result jsonb NOT NULL DEFAULT '{}',
  error jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT one_job_a_name_in_a_run UNIQUE (run_id, name),
  CONSTRAINT a_running_job_has_a_worker CHECK ((status = 'generating') = (worker_id IS NOT NULL)),
  CONSTRAINT a_running_job_has_a_deadline CHECK (status <> 'generating' OR deadline_at IS NOT NULL),
  CONSTRAINT only_queued_or_running_is_dispatched
    CHECK (dispatched_at IS NULL OR status IN ('queued', 'generating')),
  CONSTRAINT a_queued_job_has_a_rank CHECK (status <> 'queued' OR rank IS NOT NULL),
  CONSTRAINT a_queued_job_waits_for_none CHECK (status NOT IN ('queued', 'generating') OR needs_left = 0),
  CONSTRAINT completed_means_ready CHECK ((status = 'ready') = (completed_at IS NOT NULL)),
  CONSTRAINT ended_means_final
    CHECK ((status IN ('ready', 'failed', 'cancelled', 'skipped')) = (ended_at IS NOT NULL))
) WITH (fillfactor = 70);
COMMENT ON TABLE jobs IS 'One piece of work of an aggregate. Every write is fenced by attempt.';
COMMENT ON COLUMN jobs.scope IS 'The part of its name that it makes; what other jobs of the name made of other parts stands. Empty: all.';
COMMENT ON COLUMN jobs.attempt IS 'The fence: rises with every claim and never falls.';
COMMENT ON COLUMN jobs.run_at IS 'When a retrying job goes on; null: when a person lets it go on.';
COMMENT ON COLUMN jobs.failures IS 'What the retry policy counts; a drain, a burial or a 429 costs nothing.';
COMMENT ON COLUMN jobs.rescues IS 'How often the job''s worker died under it.';
COMMENT ON COLUMN jobs.dispatched_at IS 'Marked for a stream, and still so while it runs and holds a place: what its pool has in flight.';
COMMENT ON COLUMN jobs.completed_at IS 'Set for ready only: the source document''s monitoring queries count on it.';
COMMENT ON COLUMN jobs.heard_at IS 'When the running attempt last reported progress, or its process last saw it run.';
-- The queue of each group, in fair order.
CREATE INDEX jobs_queue ON jobs (grp, rank, id) WHERE status = 'queued' AND dispatched_at IS NULL;
-- The jobs of a group that are in flight: counted at each dispatch, and searched for lost entries.
CREATE INDEX jobs_in_flight ON jobs (grp, dispatched_at) WHERE dispatched_at IS NOT NULL;
CREATE INDEX jobs_retrying ON jobs (run_at) WHERE status = 'retrying';
CREATE INDEX jobs_of_worker ON jobs (worker_id) WHERE worker_id IS NOT NULL;
CREATE INDEX jobs_of_aggregate ON jobs (aggregate_id, created_at, position);
CREATE INDEX jobs_of_user ON jobs (user_id);
CREATE INDEX jobs_by_creation ON jobs (created_at, id);
-- The recent rate of each group.
CREATE INDEX jobs_ended ON jobs (ended_at) INCLUDE (grp) WHERE status = 'ready';
-- Dead letters and recent failures, for operators.
CREATE INDEX jobs_failed ON jobs (ended_at, id) INCLUDE (grp) WHERE status = 'failed';
-- Open jobs, for gauges; and open jobs with an error, by the error.
CREATE INDEX jobs_open ON jobs (grp, status) WHERE ended_at IS NULL;
CREATE INDEX jobs_troubled ON jobs ((error ->> 'code')) WHERE ended_at IS NULL AND error IS NOT NULL;

CREATE TABLE job_needs (
  need_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
  job_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
  hard boolean NOT NULL,
  PRIMARY KEY (job_id, need_id),
  CHECK (need_id <> job_id)
);
COMMENT ON TABLE job_needs IS 'job_id waits for need_id to end; hard: it must end ready.';
CREATE INDEX job_needs_dependants ON job_needs (need_id);

-- The start of a settlement in one round trip: locks the caller's worker, then the aggregates of some jobs in the
-- order of their ids, and then loads the jobs. No row if the worker has expired. Aggregates of kinds outside
-- known_kinds are left out. An aggregate with more than few jobs has one row without a job.
--
-- The function must stay volatile: then each of its statements sees what others committed before its locks were
-- taken. One statement that locks and loads would read rows from before its wait. The plans use indexes
-- only and are made once in a session, so they depend on no statistics of the tables.
CREATE FUNCTION lock_and_load(worker uuid, wanted uuid[], known_kinds text[], few integer)
RETURNS TABLE (
  aggregate_id uuid, aggregate_kind text, owner_id uuid, version bigint, now timestamptz,
  id uuid, user_id uuid, name text, scope text, grp text, status text, "position" smallint, run_id uuid, run_kind text,
  priority text, attempt integer, failures integer, rescues integer, worker_id uuid, progress smallint,
  metadata jsonb, result jsonb, error jsonb, completed_at timestamptz, started_at timestamptz, input jsonb,
  held boolean, request_id text, needs uuid[], hard boolean[])
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE locked uuid[];
BEGIN
  IF worker IS NOT NULL THEN
    -- If the process stops, its settlements that wait for each other must end before the first of them
    -- exceeds the idle time-out (2 s), and not one after another.
    PERFORM set_config('lock_timeout', '1500ms', true);
    PERFORM FROM workers w WHERE w.id = worker AND w.buried_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN RETURN; END IF;
  END IF;
  SELECT array_agg(q.id) INTO locked FROM (
    SELECT a.id FROM aggregates a WHERE a.id IN (SELECT j.aggregate_id FROM jobs j WHERE j.id = ANY(wanted))
    ORDER BY a.id FOR NO KEY UPDATE) AS q;
  RETURN QUERY
    SELECT a.id, a.kind, a.user_id, a.version, clock_timestamp(),
           j.id, j.user_id, j.name, j.scope, j.grp, j.status, j.position, j.run_id, r.kind, j.priority, j.attempt,
           j.failures, j.rescues, j.worker_id, j.progress, j.metadata, j.result, j.error, j.completed_at,
           j.started_at, j.input, j.status = 'retrying' AND j.run_at IS NULL, r.request_id, n.needs, n.hard
    FROM unnest(locked) AS x (id) JOIN aggregates a ON a.id = x.id AND a.kind = ANY(known_kinds)
    LEFT JOIN jobs j ON j.aggregate_id = x.id
      AND (SELECT count(*) FROM (SELECT FROM jobs c WHERE c.aggregate_id = x.id LIMIT few + 1) AS counted) <= few
    LEFT JOIN runs r ON r.id = j.run_id
    LEFT JOIN LATERAL (
      SELECT array_agg(d.need_id) AS needs, array_agg(d.hard) AS hard FROM job_needs d WHERE d.job_id = j.id) AS n
      ON true
    ORDER BY a.id, j.created_at, j.position, j.id;
END $$;

-- One pass of a dispatcher in one round trip: marks the next jobs of some groups in fair order, as many as the worker
-- has free slots in each group, and as the limit of its pool allows. Groups that share the limit get equal parts of it.
-- Pools with a limit come first, because others wait for their slots, and in a pool the group with the fewest jobs in
-- flight. All dispatchers lock pools in the same order. Only marks skip locked rows: a job that is skipped here is
-- still in the queue.
CREATE FUNCTION mark_jobs(names text[], free_slots integer[], worker uuid, at_once integer)
RETURNS TABLE (grp text, id uuid, sharers bigint)
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE g record; pool_names text[]; pool_bound integer; is_paused boolean; total bigint; waiting bigint; room bigint;
BEGIN
  FOR g IN
    SELECT a.name, a.pool, x.free, count(*) OVER (PARTITION BY a.pool) AS sharers,
           row_number() OVER (PARTITION BY a.pool ORDER BY f.flight, a.name) - 1 AS earlier
    FROM unnest(names, free_slots) AS x (name, free) JOIN actor_groups a ON a.name = x.name
    CROSS JOIN LATERAL (SELECT CASE WHEN a.bound IS NOT NULL THEN (
      SELECT count(*) FROM jobs j WHERE j.grp = a.name AND j.dispatched_at IS NOT NULL) END AS flight) AS f
    WHERE EXISTS (SELECT FROM jobs j WHERE j.grp = a.name AND j.status = 'queued' AND j.dispatched_at IS NULL)
    ORDER BY a.bound IS NULL, a.pool, f.flight, a.name
  LOOP
    SELECT array_agg(q.name), min(q.bound) FILTER (WHERE q.name = g.name), bool_or(q.paused) FILTER (WHERE q.name = g.name)
    INTO pool_names, pool_bound, is_paused FROM (
      SELECT a.name, a.bound, a.paused FROM actor_groups a WHERE a.pool = g.pool ORDER BY a.name FOR NO KEY UPDATE) AS q;
    CONTINUE WHEN is_paused;
    -- The limit is over all processes.
    SELECT count(*), count(*) FILTER (WHERE j.grp = g.name AND j.dispatched_by = worker AND j.worker_id IS NULL)
    INTO total, waiting FROM jobs j WHERE j.grp = ANY(pool_names) AND j.dispatched_at IS NOT NULL;
    room := least(g.free - waiting, at_once);
    IF pool_bound IS NOT NULL THEN
      room := least(room, ceil((pool_bound - total)::numeric / (g.sharers - g.earlier)));
    END IF;
    CONTINUE WHEN room <= 0;
    RETURN QUERY
      WITH next AS (
        SELECT j.id FROM jobs j WHERE j.grp = g.name AND j.status = 'queued' AND j.dispatched_at IS NULL
        ORDER BY j.rank, j.id LIMIT room FOR NO KEY UPDATE SKIP LOCKED),
      marked AS (
        UPDATE jobs j SET dispatched_at = clock_timestamp(), dispatched_by = worker
        FROM next WHERE j.id = next.id RETURNING j.id, j.rank),
      advanced AS (
        UPDATE actor_groups a SET vtime = m.rank FROM (SELECT max(rank) AS rank FROM marked) AS m
        WHERE a.name = g.name AND a.vtime < m.rank)
      SELECT g.name, m.id, g.sharers FROM marked m ORDER BY m.rank;
  END LOOP;
END $$;

CREATE TABLE asset_versions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  story_id uuid NOT NULL REFERENCES stories ON DELETE CASCADE,
  name text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  job_id uuid NOT NULL,
  hash text NOT NULL,
  key text NOT NULL,
  bytes bigint NOT NULL CHECK (bytes >= 0),
  media_type text NOT NULL,
  current boolean NOT NULL DEFAULT true,
  checked_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (story_id, name, version)
);
COMMENT ON TABLE asset_versions IS 'Each file that was made for an asset; hash is the SHA-256 of its bytes, and is in its key.';
COMMENT ON COLUMN asset_versions.checked_at IS 'When the file was last seen in the store, or looked for there.';
CREATE INDEX versions_unchecked ON asset_versions (checked_at) WHERE current;
-- Refuses two current files of one asset.
CREATE UNIQUE INDEX one_current_version ON asset_versions (story_id, name) WHERE current;

CREATE TABLE provider_calls (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL,
  try integer NOT NULL CHECK (try > 0),
  aggregate_id uuid NOT NULL REFERENCES aggregates ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  job_id uuid NOT NULL,
  attempt integer NOT NULL,
  worker_id uuid NOT NULL,
  step text NOT NULL,
  model text NOT NULL,
  provider text NOT NULL DEFAULT '',
  outcome text NOT NULL DEFAULT 'started'
    CHECK (outcome IN ('started', 'ok', 'failed', 'unknown', 'duplicate')),
  request_id text NOT NULL DEFAULT '',
  result jsonb,
  result_key text,
  usage jsonb NOT NULL DEFAULT '{}',
  cost_usd numeric(12, 6) NOT NULL DEFAULT 0 CHECK (cost_usd >= 0),
  error jsonb,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  UNIQUE (key, try),
  CONSTRAINT an_answer_is_kept CHECK (outcome <> 'ok' OR result IS NOT NULL)
);
COMMENT ON TABLE provider_calls IS 'The ledger: a row before each paid call, its result before the job goes on.';
COMMENT ON COLUMN provider_calls.key IS 'Hash of story, step, round, model and input: the same work has the same key.';
COMMENT ON COLUMN provider_calls.provider IS 'Who was called: offline costs nothing.';
COMMENT ON COLUMN provider_calls.outcome IS 'unknown: a crash hid what came of it; repeated at most once.';
-- Refuses a second kept answer for the same work.
CREATE UNIQUE INDEX one_answer_a_key ON provider_calls (key) WHERE outcome = 'ok';
CREATE INDEX calls_of_aggregate ON provider_calls (aggregate_id, id);
CREATE INDEX calls_of_user ON provider_calls (user_id, started_at);
CREATE INDEX calls_unknown ON provider_calls (started_at) WHERE outcome = 'unknown';
CREATE INDEX calls_by_time ON provider_calls (started_at);

-- ─────────────────────────────── events and outbox ───────────────────────────────

CREATE TABLE domain_events (
  aggregate_id uuid NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  aggregate_type text NOT NULL,
  type text NOT NULL,
  schema smallint NOT NULL DEFAULT 1 CHECK (schema > 0),
  data jsonb NOT NULL DEFAULT '{}',
  correlation_id uuid,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (aggregate_id, version)
);
COMMENT ON TABLE domain_events IS 'What happened, in gapless versions. Written after the aggregate''s lock is taken: order is commit order.';
COMMENT ON COLUMN domain_events.schema IS 'The form of data. Type and schema select what brings an older form up to date.';
COMMENT ON COLUMN domain_events.correlation_id IS 'The command that led to the event; null where none did.';

CREATE TABLE relay_parts (part smallint PRIMARY KEY);
COMMENT ON TABLE relay_parts IS 'A relay holds its part''s row for one pass: one relay at a time, no order inverted.';
INSERT INTO relay_parts VALUES (0);

CREATE TABLE event_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  part smallint NOT NULL DEFAULT 0,
  aggregate_id uuid NOT NULL,
  from_version bigint NOT NULL,
  to_version bigint NOT NULL,
  status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'SENT', 'DEAD')),
  tries integer NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT now(),
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  CHECK (from_version <= to_version),
  CHECK ((status = 'SENT') = (sent_at IS NOT NULL))
) WITH (fillfactor = 70);
COMMENT ON TABLE event_outbox IS 'Ranges of versions still to be told. The payload is in domain_events alone.';
CREATE INDEX outbox_pending ON event_outbox (part, id) WHERE status = 'PENDING';
CREATE INDEX outbox_dead ON event_outbox (id) WHERE status = 'DEAD';
CREATE INDEX outbox_sent ON event_outbox (sent_at) WHERE status = 'SENT';
CREATE INDEX outbox_of_aggregate ON event_outbox (aggregate_id);

-- One row for each settlement of several aggregates, until its events are published.
CREATE TABLE event_batches (
  id bigint PRIMARY KEY DEFAULT nextval('event_outbox_id_seq'),
  part smallint NOT NULL DEFAULT 0,
  ids uuid[] NOT NULL,
  from_versions bigint[] NOT NULL,
  to_versions bigint[] NOT NULL
);
COMMENT ON TABLE event_batches IS 'Ranges of versions that one settlement of several aggregates has still to tell: beside event_outbox, in one order with it.';

-- Deletes the events of deleted aggregates, with their ranges in the outbox.
CREATE FUNCTION delete_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  DELETE FROM public.domain_events WHERE aggregate_id IN (SELECT id FROM deleted);
  DELETE FROM public.event_outbox WHERE aggregate_id IN (SELECT id FROM deleted);
  RETURN NULL;
END $$;
CREATE TRIGGER events_go_with_their_aggregate AFTER DELETE ON aggregates
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION delete_events();

CREATE TABLE sink_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sink text NOT NULL CHECK (sink IN ('stream', 'kafka')),
  aggregate_id uuid NOT NULL REFERENCES aggregates ON DELETE CASCADE,
  from_version bigint NOT NULL,
  to_version bigint NOT NULL,
  status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'SENT', 'DEAD')),
  tries integer NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT now(),
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  CHECK (from_version <= to_version),
  CHECK ((status = 'SENT') = (sent_at IS NOT NULL))
) WITH (fillfactor = 70);
COMMENT ON TABLE sink_outbox IS 'Ranges of versions for each sink outside. The relay adds them when it has published them itself.';
CREATE INDEX sink_unsent ON sink_outbox (sink, id) WHERE status <> 'SENT';
CREATE INDEX sink_unsent_of_aggregate ON sink_outbox (aggregate_id, sink, id) WHERE status <> 'SENT';
CREATE INDEX sink_sent ON sink_outbox (sent_at) WHERE status = 'SENT';
CREATE INDEX sink_of_aggregate ON sink_outbox (aggregate_id);

-- ─────────────────────────────────── Genesis ───────────────────────────────────

CREATE TABLE genesis_sessions (
  id uuid PRIMARY KEY REFERENCES aggregates ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  title text,
  mode text NOT NULL CHECK (mode IN ('guided', 'free_form')),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'finished', 'abandoned', 'expired')),
  current_stage text NOT NULL DEFAULT 'concept'
    CHECK (current_stage IN ('concept', 'theme', 'character', 'world', 'plot')),
  language text NOT NULL DEFAULT 'en',
  seed bigint,
  inspiration text,
  material jsonb,
  origin jsonb,
  stages jsonb,
  locks jsonb,
  waits jsonb,
  dismissed jsonb,
  decision_version bigint NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL,
  reminded_at timestamptz,
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE genesis_sessions IS 'The state of a session, a column for each key: the fold of its events, kept in their transaction. A null column is a key that the state does not have.';
COMMENT ON COLUMN genesis_sessions.stages IS 'Each stage: its status, fields with revisions, order of elements, present proposals, feedback.';
COMMENT ON COLUMN genesis_sessions.material IS 'Texts that the person brought, uncut, by id.';
COMMENT ON COLUMN genesis_sessions.origin IS 'Session and version that it was branched from; null where it was begun afresh.';
COMMENT ON COLUMN genesis_sessions.decision_version IS 'Counts a person''s decisions only, so that generation''s own events never collide with them.';
COMMENT ON COLUMN genesis_sessions.reminded_at IS 'When the person was reminded of the present expires_at.';
COMMENT ON COLUMN genesis_sessions.reason IS 'Why the person abandoned it.';
CREATE INDEX genesis_of_user ON genesis_sessions (user_id, created_at DESC, id DESC);
-- What is to be reminded of, to expire, or to be purged.
CREATE INDEX genesis_expiring ON genesis_sessions (status, expires_at) WHERE status <> 'finished';

CREATE TABLE command_inbox (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  command_id uuid NOT NULL,
  session_id uuid REFERENCES genesis_sessions ON DELETE CASCADE,
  command_type text NOT NULL,
  body_hash text NOT NULL,
  payload jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'RECEIVED' CHECK (status IN ('RECEIVED', 'PROCESSED', 'FAILED')),
  result jsonb,
  error jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  processed_at timestamptz,
  PRIMARY KEY (user_id, command_id),
  CONSTRAINT received_means_not_processed CHECK ((status = 'RECEIVED') = (processed_at IS NULL)),
  CONSTRAINT a_processed_command_has_a_result CHECK (status <> 'PROCESSED' OR result IS NOT NULL)
);
COMMENT ON TABLE command_inbox IS 'Each command of a user once: the primary key makes commands idempotent. A refused one has no row.';
COMMENT ON COLUMN command_inbox.status IS 'RECEIVED within its transaction only; FAILED: its handler broke, and it may be sent again.';
CREATE INDEX commands_of_session ON command_inbox (session_id);
CREATE INDEX commands_by_time ON command_inbox (processed_at);

CREATE TABLE flow_resume_handles (
  session_id uuid NOT NULL REFERENCES genesis_sessions ON DELETE CASCADE,
  wait_key text NOT NULL,
  correlation_id uuid NOT NULL DEFAULT gen_random_uuid(),
  kind text NOT NULL DEFAULT 'choice' CHECK (kind IN ('choice', 'confirmation')),
  paused_at timestamptz,
  signalled_at timestamptz,
  signal_id uuid,
  payload jsonb,
  consumed_at timestamptz,
  expired_at timestamptz,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (session_id, wait_key),
  UNIQUE (correlation_id),
  CHECK (consumed_at IS NULL OR (paused_at IS NOT NULL AND signalled_at IS NOT NULL)),
  CONSTRAINT resumed_or_expired CHECK (consumed_at IS NULL OR expired_at IS NULL)
);
COMMENT ON TABLE flow_resume_handles IS 'A pause and its answer: two upserts that commute. The one that completes the pair consumes it, unless it has expired.';
COMMENT ON COLUMN flow_resume_handles.kind IS 'What the person is asked for: to choose a proposal, or to confirm a stage.';
COMMENT ON COLUMN flow_resume_handles.signal_id IS 'The command, or the link of an outside approver, that answered first.';
-- Open waits by their end.
CREATE INDEX waits_open ON flow_resume_handles (expires_at) WHERE consumed_at IS NULL AND expired_at IS NULL;

CREATE TABLE novels (
  id uuid PRIMARY KEY REFERENCES aggregates ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  session_id uuid UNIQUE REFERENCES genesis_sessions ON DELETE SET NULL,
  title text NOT NULL,
  plan_version bigint NOT NULL DEFAULT 1 CHECK (plan_version > 0),
  data jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  language text NOT NULL DEFAULT 'en',
  locks jsonb NOT NULL DEFAULT '[]'
);
COMMENT ON TABLE novels IS 'What a finished Genesis session made; one for each session.';
COMMENT ON COLUMN novels.data IS 'The plan: people, world, threads and outline, as they were accepted.';
COMMENT ON COLUMN novels.plan_version IS 'Rises with every change of the plan.';
COMMENT ON COLUMN novels.locks IS 'The paths of the plan that were locked: what is written keeps to their values.';
CREATE INDEX novels_of_user ON novels (user_id, created_at DESC, id DESC);

CREATE TABLE novel_chapters (
  novel_id uuid NOT NULL REFERENCES novels ON DELETE CASCADE,
  number smallint NOT NULL CHECK (number > 0),
  status text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'generating', 'ready', 'failed')),
  text text,
  words integer NOT NULL DEFAULT 0 CHECK (words >= 0),
  made_from jsonb NOT NULL DEFAULT '{}',
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 0 CHECK (version >= 0),
  PRIMARY KEY (novel_id, number),
  CONSTRAINT a_ready_chapter_has_a_text CHECK (status <> 'ready' OR text IS NOT NULL),
  CONSTRAINT a_text_has_a_version CHECK ((version > 0) = (text IS NOT NULL))
);
COMMENT ON TABLE novel_chapters IS 'The chapters of a novel''s outline, with their texts where they are written.';
COMMENT ON COLUMN novel_chapters.made_from IS 'The version of the plan that the text was written from.';
COMMENT ON COLUMN novel_chapters.version IS 'The newest version of the text; 0: it has none.';

CREATE TABLE novel_chapter_versions (
  novel_id uuid NOT NULL,
  number smallint NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  text text NOT NULL,
  words integer NOT NULL CHECK (words >= 0),
  by text NOT NULL CHECK (by IN ('person', 'ai')),
  made_from jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (novel_id, number, version),
  FOREIGN KEY (novel_id, number) REFERENCES novel_chapters ON DELETE CASCADE
);
COMMENT ON TABLE novel_chapter_versions IS 'Every text that a chapter has had: nothing that is written replaces another text.';

-- ───────────────────────────── access and delivery ─────────────────────────────

CREATE TABLE idempotency_keys (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  route text NOT NULL,
  body_hash text NOT NULL,
  status smallint,
  answer jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, route, key)
);
COMMENT ON TABLE idempotency_keys IS 'The first answer to each Idempotency-Key; written in the transaction of its effect.';
CREATE INDEX idempotency_old ON idempotency_keys (created_at);

CREATE TABLE discarded_files (
  key text PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE discarded_files IS 'Files whose rows are gone, until they are deleted from the store.';
CREATE INDEX discarded_by_time ON discarded_files (at);

CREATE TABLE quota_entries (
  story_id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  status text NOT NULL DEFAULT 'reserved' CHECK (status IN ('reserved', 'committed', 'refunded')),
  from_pack boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE quota_entries IS 'Reserved at creation, committed with the text, refunded when there will be none. Outlives its story.';
COMMENT ON COLUMN quota_entries.from_pack IS 'Taken from the packs: those do not come back with the next month.';
CREATE INDEX quota_of_user ON quota_entries (user_id, created_at) WHERE status <> 'refunded';

CREATE TABLE webhooks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  url text NOT NULL CHECK (length(url) <= 2000),
  secret text NOT NULL,
  previous_secret text,
  previous_until timestamptz,
  events text[] NOT NULL CHECK (cardinality(events) > 0),
  enabled boolean NOT NULL DEFAULT true,
  disabled_because text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT only_disabled_for_a_reason CHECK (NOT enabled OR disabled_because IS NULL),
  CONSTRAINT a_previous_secret_has_an_end CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);
COMMENT ON TABLE webhooks IS 'Where a user''s events are posted to, signed with the secret as Standard Webhooks has it.';
COMMENT ON COLUMN webhooks.previous_secret IS 'Signs beside the newer one until previous_until, so that a receiver can change over.';
COMMENT ON COLUMN webhooks.events IS 'Types (story.ready), families (story.*), or * for all.';
CREATE INDEX webhooks_of_user ON webhooks (user_id, created_at DESC, id);

CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  aggregate_id uuid NOT NULL,
  version bigint NOT NULL,
  event text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'dead')),
  tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
  next_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  answered smallint,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  UNIQUE (webhook_id, aggregate_id, version),
  CONSTRAINT ended_means_not_pending CHECK ((status = 'pending') = (ended_at IS NULL))
) WITH (fillfactor = 70);
COMMENT ON TABLE webhook_deliveries IS 'One event on its way to one webhook; dead: given up. The payload is in domain_events alone.';
COMMENT ON COLUMN webhook_deliveries.next_at IS 'When to try next; while a try is under way, when it counts as lost.';
-- The due deliveries of each webhook, so that a webhook with many deliveries does not hide the others.
CREATE INDEX webhook_due ON webhook_deliveries (webhook_id, next_at) WHERE status = 'pending';
CREATE INDEX deliveries_of_webhook ON webhook_deliveries (webhook_id, created_at DESC, id);
CREATE INDEX deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;

-- ─────────────────── the source documents' tables, as views of the runtime ───────────────────
-- security_invoker: without it, a view would show every user's rows to everyone.

CREATE VIEW asset_generation_jobs WITH (security_invoker = true) AS
SELECT j.id, j.aggregate_id AS story_id, j.name AS asset_type, j.status, j.started_at, j.completed_at,
       j.metadata, j.error ->> 'message' AS error_message, j.failures AS retry_count, j.priority,
       j.created_at, j.updated_at
FROM jobs j JOIN aggregates a ON a.id = j.aggregate_id AND a.kind = 'story';
COMMENT ON VIEW asset_generation_jobs IS 'The jobs of stories, as the source document on the pipeline names them.';

CREATE VIEW async_tasks WITH (security_invoker = true) AS
SELECT j.id, j.aggregate_id AS session_id, j.name AS task_type, j.status, j.progress, j.input AS input_data,
       j.result AS result_data, j.error AS error_data, j.failures AS retry_count, j.started_at,
       j.completed_at, j.created_at, j.updated_at, g.attempts AS max_attempts, j.deadline_at AS timeout_at
FROM jobs j JOIN aggregates a ON a.id = j.aggregate_id AND a.kind = 'genesis' JOIN actor_groups g ON g.name = j.grp;
COMMENT ON VIEW async_tasks IS 'The jobs of Genesis sessions; result_data holds the ids of the proposals that were made.';

CREATE VIEW image_generation_jobs WITH (security_invoker = true) AS
SELECT t.task_id AS id, t.story_id, t.pictures_status AS status, t.pictures_progress::integer AS progress,
       t.pictures_error AS error, t.started_at, t.pictures_completed_at AS completed_at, t.created_at
FROM story_generation_tasks t WHERE t.pictures_status IS NOT NULL;
COMMENT ON VIEW image_generation_jobs IS 'The pictures of runs that make some; one image job at a time is processing for each story.';

-- ─────────────────────────────── row level security ───────────────────────────────
-- The owner of the tables (actors, relay, operators) sees all rows; storytroupe_user sees its user's rows.

GRANT SELECT ON tiers, story_packs, actor_groups, relay_parts TO storytroupe_user;
GRANT SELECT ON asset_generation_jobs, async_tasks, image_generation_jobs TO storytroupe_user;
-- The columns that requests write, and no others. This limits what an attacker can do with a statement
-- injected into a request.
GRANT SELECT ON
  users, libraries, characters, aggregates, runs, stories, story_generation_tasks, jobs, job_needs, fair_tags,
  asset_versions, provider_calls, domain_events, event_outbox, sink_outbox, genesis_sessions, command_inbox,
  flow_resume_handles, novels, novel_chapters, novel_chapter_versions, idempotency_keys, quota_entries, webhooks,
  webhook_deliveries, sign_outs
TO storytroupe_user;
-- A new user gets a tier, which only an operator changes. The right to update any column includes the right
-- to lock the row.
GRANT INSERT (id, tier), UPDATE (created_at) ON users TO storytroupe_user;
GRANT INSERT (id, kind, user_id, version, budget_usd), UPDATE (version, budget_usd), DELETE ON aggregates TO storytroupe_user;
GRANT INSERT, UPDATE (request_id) ON runs TO storytroupe_user;
GRANT INSERT, UPDATE ON stories, story_generation_tasks, jobs, fair_tags, quota_entries TO storytroupe_user;
GRANT INSERT, UPDATE ON genesis_sessions, command_inbox, flow_resume_handles, novels, novel_chapters TO storytroupe_user;
GRANT INSERT ON job_needs, domain_events, event_outbox, novel_chapter_versions TO storytroupe_user;
GRANT INSERT, UPDATE, DELETE ON libraries, characters, idempotency_keys, webhooks TO storytroupe_user;
GRANT UPDATE ON webhook_deliveries TO storytroupe_user;
-- Actors insert files. A request makes an earlier file the current one.
GRANT UPDATE (current), DELETE ON asset_versions TO storytroupe_user;
-- Its policy allows a request to release a key, and not to take another key.
GRANT UPDATE (key) ON provider_calls TO storytroupe_user;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['libraries', 'characters', 'aggregates', 'runs', 'story_generation_tasks', 'jobs',
    'fair_tags', 'genesis_sessions', 'command_inbox', 'novels', 'idempotency_keys',
    'quota_entries', 'webhooks', 'webhook_deliveries'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own ON %I TO storytroupe_user USING (user_id = (SELECT acting_user()))', t);
  END LOOP;
END $$;

ALTER TABLE provider_calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON provider_calls TO storytroupe_user USING (user_id = (SELECT acting_user()))
  WITH CHECK (user_id = (SELECT acting_user()) AND (key LIKE 'collected %' OR key LIKE 'allowed %'));
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON users TO storytroupe_user USING (id = (SELECT acting_user()));
ALTER TABLE sign_outs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sign_outs TO storytroupe_user
  USING (user_mark = sha256(convert_to((SELECT acting_user())::text, 'UTF8')));
-- No policy: only the owner can read it.
ALTER TABLE discarded_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE stories ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON stories TO storytroupe_user USING (creator_user_id = (SELECT acting_user()));
ALTER TABLE job_needs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON job_needs TO storytroupe_user USING (EXISTS (SELECT FROM jobs j WHERE j.id = job_id));
ALTER TABLE asset_versions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON asset_versions TO storytroupe_user USING (EXISTS (SELECT FROM stories s WHERE s.id = story_id));
ALTER TABLE domain_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON domain_events TO storytroupe_user
  USING (EXISTS (SELECT FROM aggregates a WHERE a.id = aggregate_id));
ALTER TABLE event_outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON event_outbox TO storytroupe_user
  USING (EXISTS (SELECT FROM aggregates a WHERE a.id = aggregate_id));
ALTER TABLE sink_outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sink_outbox TO storytroupe_user
  USING (EXISTS (SELECT FROM aggregates a WHERE a.id = aggregate_id));
ALTER TABLE flow_resume_handles ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON flow_resume_handles TO storytroupe_user
  USING (EXISTS (SELECT FROM genesis_sessions g WHERE g.id = session_id));
ALTER TABLE novel_chapters ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON novel_chapters TO storytroupe_user USING (EXISTS (SELECT FROM novels n WHERE n.id = novel_id));
ALTER TABLE novel_chapter_versions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON novel_chapter_versions TO storytroupe_user
  USING (EXISTS (SELECT FROM novels n WHERE n.id = novel_id));
