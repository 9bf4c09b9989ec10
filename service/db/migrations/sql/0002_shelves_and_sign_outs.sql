-- What came after the first schema. What the tables are for is told in schema.sql.

CREATE FUNCTION sort_key(title text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN lower(regexp_replace(normalize(title, NFKD), '[\u0300-\u036f]', '', 'g') COLLATE "C");

-- ───────────────────────────── people and what they own ─────────────────────────────

ALTER TABLE tiers ADD COLUMN month_usd numeric(12, 2) CHECK (month_usd >= 0);
COMMENT ON COLUMN tiers.month_usd IS 'What all calls to providers may cost a user in a month, in US dollars.';

CREATE TABLE sign_outs (
  user_mark bytea PRIMARY KEY,
  at timestamptz NOT NULL
);
COMMENT ON TABLE sign_outs IS 'Tokens that were issued before the time are not good any more. Outlives its user.';
COMMENT ON COLUMN sign_outs.user_mark IS 'SHA-256 of the user''s id: who was forgotten is not named.';
CREATE INDEX sign_outs_by_time ON sign_outs (at);
INSERT INTO sign_outs (user_mark, at)
SELECT sha256(convert_to(id::text, 'UTF8')), signed_out_at FROM users WHERE signed_out_at IS NOT NULL;
ALTER TABLE users DROP COLUMN signed_out_at;
CREATE INDEX users_by_time ON users (created_at DESC, id DESC);

ALTER TABLE libraries
  ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
  ADD CHECK (length(name) BETWEEN 1 AND 1000);
DROP INDEX libraries_of_user;
CREATE INDEX libraries_of_user ON libraries (user_id, created_at DESC, id);

COMMENT ON COLUMN characters.reference_images IS 'Its pictures, as service.domain.references.ReferenceImage has them.';

-- ──────────────────────────────────── stories ────────────────────────────────────

ALTER TABLE stories
  ADD COLUMN title_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (sort_key(title)) STORED,
  DROP CONSTRAINT stories_library_id_fkey,
  ADD FOREIGN KEY (library_id) REFERENCES libraries;
DROP INDEX stories_of_user, stories_of_library;
CREATE INDEX stories_by_creation ON stories (creator_user_id, created_at, id) INCLUDE (library_id, status, title_key);
CREATE INDEX stories_by_change ON stories (creator_user_id, updated_at, id)
  INCLUDE (library_id, status, title_key, created_at);
CREATE INDEX stories_by_title ON stories (creator_user_id, title_key, id) INCLUDE (library_id, status, created_at);
CREATE INDEX stories_of_library ON stories (library_id);

ALTER TABLE asset_versions ADD COLUMN checked_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN asset_versions.checked_at IS 'When the file was last seen in the store, or looked for there.';
CREATE INDEX versions_unchecked ON asset_versions (checked_at) WHERE current;

CREATE TABLE discarded_files (
  key text PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE discarded_files IS 'Files whose rows are gone, until they are deleted from the store.';
CREATE INDEX discarded_by_time ON discarded_files (at);

-- ─────────────────────────────── workers, jobs and calls ───────────────────────────────

ALTER TABLE workers
  ADD COLUMN session text NOT NULL DEFAULT '',
  ADD COLUMN drain_asked_at timestamptz;
COMMENT ON COLUMN workers.session IS 'application_name of its connections, which its undertaker ends.';
COMMENT ON COLUMN workers.drain_asked_at IS 'An operator wants this process to end its work and go.';

COMMENT ON COLUMN jobs.dispatched_at IS 'Marked for a stream, and still so while it runs and holds a place: what its pool has in flight.';
COMMENT ON COLUMN jobs.heard_at IS 'When the running attempt last reported progress, or its process last saw it run.';
CREATE INDEX jobs_by_creation ON jobs (created_at, id);
CREATE INDEX jobs_ended ON jobs (ended_at) INCLUDE (grp) WHERE status = 'ready';
DROP INDEX jobs_failed;
CREATE INDEX jobs_failed ON jobs (ended_at, id) WHERE status = 'failed';

CREATE INDEX calls_unknown ON provider_calls (started_at) WHERE outcome = 'unknown';
CREATE INDEX calls_by_time ON provider_calls (started_at);

-- ───────────────────────────── quota and webhooks ─────────────────────────────

ALTER TABLE quota_entries ADD COLUMN from_pack boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN quota_entries.from_pack IS 'Taken from the packs: those do not come back with the next month.';
-- What this period has taken beyond the tier came from the packs, so that everyone may make as many as before.
UPDATE quota_entries SET from_pack = true WHERE story_id IN (
  SELECT story_id FROM (
    SELECT q.story_id, t.story_limit, row_number() OVER (PARTITION BY q.user_id ORDER BY q.created_at, q.story_id) AS place
    FROM quota_entries q JOIN users u ON u.id = q.user_id JOIN tiers t ON t.name = u.tier
    WHERE q.status <> 'refunded' AND u.extra_stories > 0
      AND (t.period = 'ever' OR q.created_at >= date_trunc('month', now()))) AS counted
  WHERE place > story_limit);

ALTER TABLE webhooks
  ADD COLUMN previous_secret text,
  ADD COLUMN previous_until timestamptz,
  ADD CONSTRAINT a_previous_secret_has_an_end CHECK ((previous_secret IS NULL) = (previous_until IS NULL));
COMMENT ON COLUMN webhooks.previous_secret IS 'Signs beside the newer one until previous_until, so that a receiver can change over.';

-- ─────────────────────────────── row level security ───────────────────────────────

GRANT SELECT, INSERT, UPDATE, DELETE ON sign_outs TO storytroupe_user;
ALTER TABLE sign_outs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sign_outs TO storytroupe_user
  USING (user_mark = sha256(convert_to(acting_user()::text, 'UTF8')));
-- No policy: nobody's but the owner's.
ALTER TABLE discarded_files ENABLE ROW LEVEL SECURITY;
