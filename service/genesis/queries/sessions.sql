-- name: insert_session
-- A new session of a user ($2) with its state ($3), as an aggregate without events.
WITH state AS (
  SELECT * FROM jsonb_to_record($3::jsonb) AS x (
    title text, mode text, status text, current_stage text, language text, seed bigint, inspiration text,
    material jsonb, origin jsonb, stages jsonb, locks jsonb, waits jsonb, dismissed jsonb,
    decision_version bigint, expires_at timestamptz, budget_usd numeric)),
aggregate AS (
  INSERT INTO aggregates (id, kind, user_id, version, budget_usd) SELECT $1, 'genesis', $2, 0, budget_usd FROM state)
INSERT INTO genesis_sessions (
  id, user_id, title, mode, status, current_stage, language, seed, inspiration,
  material, origin, stages, locks, waits, dismissed, decision_version, expires_at)
SELECT $1, $2, title, mode, status, current_stage, language, seed, inspiration,
  material, origin, stages, locks, waits, dismissed, decision_version, expires_at
FROM state;

-- name: states
-- The states of some sessions; those that the connection's user does not have are left out.
SELECT g.id, g.title, g.mode, g.status, g.current_stage, g.language, g.seed, a.budget_usd::float8 AS budget_usd,
       g.expires_at, g.reminded_at, g.reason, g.origin, g.inspiration, g.material, g.stages, g.locks, g.waits,
       g.dismissed, g.decision_version
FROM genesis_sessions g JOIN aggregates a USING (id) WHERE g.id = ANY($1::uuid[]);

-- name: store_states
-- The states of locked sessions, as they are now. Inspiration and origin never change. Material may be ten
-- megabytes: it is sent and written where it has changed only.
WITH state AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS x (
    id uuid, title text, mode text, status text, current_stage text, language text, seed bigint, material jsonb,
    stages jsonb, locks jsonb, waits jsonb, dismissed jsonb, decision_version bigint,
    expires_at timestamptz, reminded_at timestamptz, reason text, budget_usd numeric)),
budget AS (
  UPDATE aggregates a SET budget_usd = s.budget_usd
  FROM state s WHERE a.id = s.id AND a.budget_usd IS DISTINCT FROM s.budget_usd)
UPDATE genesis_sessions g SET
  title = s.title, mode = s.mode, status = s.status, current_stage = s.current_stage, language = s.language,
  seed = s.seed, material = coalesce(s.material, g.material), stages = s.stages, locks = s.locks, waits = s.waits,
  dismissed = s.dismissed, decision_version = s.decision_version, expires_at = s.expires_at,
  reminded_at = s.reminded_at, reason = s.reason, updated_at = clock_timestamp()
FROM state s WHERE g.id = s.id;
