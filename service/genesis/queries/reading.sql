-- name: sessions_listed
-- Up to $2 sessions of a user ($1), newest first: after the position ($3, $4), and with the status $5, where they
-- are given.
SELECT g.id, a.version, mode, status, current_stage, decision_version, expires_at, origin, g.created_at, g.updated_at,
       coalesce(title, stages #>> '{concept,fields,title,value}', left(split_part(inspiration, E'\n', 1), 80), '') AS title,
       jsonb_path_exists(stages, '$.*.status ? (@ == "proposing")') AS is_pending,
       coalesce((SELECT count(*) FROM jsonb_object_keys(waits)), 0) AS waits
FROM genesis_sessions g JOIN aggregates a USING (id)
WHERE g.user_id = $1 AND ($3::timestamptz IS NULL OR (g.created_at, g.id) < ($3, $4::uuid))
  AND ($5::text IS NULL OR status = $5)
ORDER BY g.created_at DESC, g.id DESC LIMIT $2;

-- name: version_of
-- The version of a session; no row if the connection's user does not have it.
SELECT version FROM aggregates WHERE id = $1 AND kind = 'genesis';

-- name: spent_at
-- What all calls for a session had cost at a version.
SELECT data #> '{spend,cost_usd}' FROM domain_events
WHERE aggregate_id = $1 AND type = 'spend.changed' AND version <= $2 ORDER BY version DESC LIMIT 1;

-- name: decisions
-- Up to $2 decisions about a session ($1), newest first, after the position ($3, $4) where it is given: the events of
-- each command, with the command's type where the inbox still has it.
WITH page AS (
  SELECT correlation_id AS id, min(at) AS decided_at, max(version) AS version
  FROM domain_events WHERE aggregate_id = $1 AND correlation_id IS NOT NULL
  GROUP BY correlation_id
  HAVING $3::timestamptz IS NULL OR (min(at), correlation_id) < ($3, $4::uuid)
  ORDER BY min(at) DESC, correlation_id DESC LIMIT $2)
SELECT p.id, p.decided_at, p.version, c.command_type, e.*
FROM page p
LEFT JOIN command_inbox c ON c.user_id = acting_user() AND c.command_id = p.id
CROSS JOIN LATERAL (
  SELECT (array_agg(data ->> 'by' ORDER BY version))[1] AS by, array_agg(type ORDER BY version) AS events,
         array_agg(data -> 'patch' ORDER BY version) AS patches
  FROM domain_events WHERE aggregate_id = $1 AND correlation_id = p.id) e
ORDER BY p.decided_at DESC, p.id DESC;

-- name: calls
-- The newest calls to providers for a session, up to $2, newest first, each with its job's name.
SELECT j.name AS job, c.step, c.model, c.provider, c.try AS number, c.outcome, c.cost_usd::float8 AS usd,
       c.error ->> 'code' AS error_code, c.started_at, c.ended_at
FROM provider_calls c LEFT JOIN jobs j ON j.id = c.job_id WHERE c.aggregate_id = $1 ORDER BY c.id DESC LIMIT $2;

-- name: waits
-- The waits of a session for a person, oldest first.
SELECT * FROM flow_resume_handles WHERE session_id = $1 AND paused_at IS NOT NULL ORDER BY paused_at, wait_key;
