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

-- name: sessions
-- Some sessions: version, spend and state of each; those that the connection's user does not have are left out.
-- With $2 also the jobs of each stage's newest round, by name, and the rounds with paid calls; with $3 what the person
-- brought, which may be ten megabytes.
SELECT g.id, a.version, a.spent_usd,
       CASE WHEN $2 THEN (
         SELECT jsonb_object_agg(j.name, jsonb_strip_nulls(jsonb_build_object(
           'status', j.status, 'progress', j.progress, 'attempt', j.attempt, 'error', j.error)))
         FROM jsonb_each(g.stages) AS s JOIN jobs j ON j.name = s.key || '_' || (s.value ->> 'round')
         WHERE j.aggregate_id = g.id) END AS jobs,
       CASE WHEN $2 AND a.spent_usd > 0 THEN (
         SELECT jsonb_agg(jsonb_build_object('id', j.id, 'stage', j.grp, 'round', j.input -> 'round',
                                             'count', j.input -> 'count', 'usd', c.usd) ORDER BY j.created_at DESC)
         FROM (SELECT job_id, sum(cost_usd) AS usd FROM provider_calls
               WHERE aggregate_id = g.id AND cost_usd > 0 GROUP BY job_id) AS c
         JOIN jobs j ON j.id = c.job_id) END AS paid,
       g.title, g.mode, g.status, g.current_stage, g.language, g.seed, a.budget_usd::float8 AS budget_usd,
       g.expires_at, g.reminded_at, g.reason, g.origin, CASE WHEN $3 THEN g.inspiration END AS inspiration,
       CASE WHEN $3 THEN g.material END AS material, g.stages, g.locks, g.waits, g.dismissed, g.decision_version
FROM genesis_sessions g JOIN aggregates a USING (id) WHERE g.id = ANY($1::uuid[]);

-- name: summaries
-- The newest sessions of each of some users, up to $2, newest first.
SELECT a.version, s.*
FROM unnest($1::uuid[]) AS wanted (user_id) CROSS JOIN LATERAL (
  SELECT id, user_id, mode, status, current_stage, decision_version, expires_at, origin, created_at, updated_at,
         coalesce(title, stages #>> '{concept,fields,title,value}', left(split_part(inspiration, E'\n', 1), 80), '')
           AS title,
         coalesce(jsonb_path_exists(stages, '$.*.status ? (@ == "proposing")'), false) AS is_pending,
         coalesce((SELECT count(*) FROM jsonb_object_keys(waits)), 0) AS waits
  FROM genesis_sessions WHERE user_id = wanted.user_id ORDER BY created_at DESC, id DESC LIMIT $2) AS s
JOIN aggregates a ON a.id = s.id
ORDER BY s.created_at DESC, s.id DESC;

-- name: due_sessions
-- Up to $4 sessions for which something is due, and what: a reminder $1 seconds before the end, the end itself, or
-- $2 seconds after it, where $3 says so, the purge.
(SELECT id, CASE WHEN expires_at <= statement_timestamp() THEN 'EXPIRE' ELSE 'REMIND' END AS command
 FROM genesis_sessions
 WHERE status = 'active' AND (expires_at <= statement_timestamp()
   OR (reminded_at IS NULL AND expires_at <= statement_timestamp() + make_interval(secs => $1)))
 ORDER BY expires_at LIMIT $4)
UNION ALL
(SELECT id, 'PURGE' FROM genesis_sessions
 WHERE $3 AND status IN ('expired', 'abandoned') AND expires_at <= statement_timestamp() - make_interval(secs => $2)
 ORDER BY expires_at LIMIT $4);

-- name: delete_session
-- A session with all that it has: rows of other tables go with its aggregate.
DELETE FROM aggregates WHERE id = $1 AND kind = 'genesis';

-- name: result_of
-- What came of a command of the connection's user; nothing is known of one that was forgotten.
SELECT result FROM command_inbox WHERE command_id = $1;

-- name: events_until
-- The events of a session up to a version, in order: what its state at that version folds from.
SELECT type, data FROM domain_events
WHERE aggregate_id = $1 AND aggregate_type = 'genesis' AND version <= $2 ORDER BY version;

-- name: patches_after_decision
-- The patches of all events after the decision with number $2.
SELECT data -> 'patch' AS patch FROM domain_events
WHERE aggregate_id = $1 AND data ? 'patch' AND version >= (
  SELECT version FROM domain_events
  WHERE aggregate_id = $1 AND (data #>> '{patch,decision_version}')::bigint = $2 + 1
  ORDER BY version DESC LIMIT 1);

-- name: earlier_proposals
-- The values of the proposals that rounds of a stage ($2) before the round $3 have made, of the newest $4 of the
-- session, oldest first.
SELECT p.value -> 'values' AS values
FROM (SELECT version, data FROM domain_events WHERE aggregate_id = $1 AND type = 'proposal.made'
      ORDER BY version DESC LIMIT $4) AS e
CROSS JOIN LATERAL jsonb_each(e.data #> ARRAY['patch', 'stages', $2, 'proposals']) AS p
WHERE (p.value ->> 'round')::integer < $3
ORDER BY e.version;

-- name: ids_after
-- The ids of sessions, in order.
SELECT id FROM genesis_sessions WHERE id > $1 ORDER BY id LIMIT $2;

-- name: facts
-- What beside the state is known of a session: its events, the keys of its open waits, and the rounds, by the names
-- of their stages' jobs, which have an open job.
SELECT count(*) AS events, coalesce(max(version), 0) AS last,
       ARRAY(SELECT wait_key FROM flow_resume_handles WHERE session_id = $1 AND paused_at IS NOT NULL
             AND consumed_at IS NULL AND expired_at IS NULL) AS waits,
       ARRAY(SELECT DISTINCT input ->> 'stage' || '_' || (input ->> 'round') FROM jobs
             WHERE aggregate_id = $1 AND ended_at IS NULL) AS running
FROM domain_events WHERE aggregate_id = $1;

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
