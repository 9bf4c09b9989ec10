-- name: pause
-- A session waits for a person, for $4 seconds. No row: it does so already, or the wait has expired.
-- With an answer that came first, this half completes the pair.
INSERT INTO flow_resume_handles AS h (session_id, wait_key, kind, paused_at, expires_at)
VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp() + make_interval(secs => $4))
ON CONFLICT (session_id, wait_key) DO UPDATE SET
  kind = excluded.kind, paused_at = excluded.paused_at, expires_at = excluded.expires_at,
  consumed_at = CASE WHEN h.signalled_at IS NOT NULL THEN clock_timestamp() END
WHERE h.paused_at IS NULL AND h.expired_at IS NULL
RETURNING h.*;

-- name: signal
-- A person's answer. No row: there is an answer already, or the wait has expired. Before the pause it is kept,
-- for $5 seconds; after it, this half completes the pair.
INSERT INTO flow_resume_handles AS h (session_id, wait_key, signalled_at, signal_id, payload, expires_at)
VALUES ($1, $2, clock_timestamp(), $3, $4, clock_timestamp() + make_interval(secs => $5))
ON CONFLICT (session_id, wait_key) DO UPDATE SET
  signalled_at = excluded.signalled_at, signal_id = excluded.signal_id, payload = excluded.payload,
  consumed_at = CASE WHEN h.paused_at IS NOT NULL THEN clock_timestamp() END
WHERE h.signalled_at IS NULL AND h.expired_at IS NULL
RETURNING h.*;

-- name: wait_by_key
-- One wait of a session.
SELECT * FROM flow_resume_handles WHERE session_id = $1 AND wait_key = $2;

-- name: wait_by_correlation
-- One wait by the id that outside approvers know.
SELECT * FROM flow_resume_handles WHERE correlation_id = $1;

-- name: close_waits
-- Ends all waits of a session that has expired, or ended otherwise.
UPDATE flow_resume_handles SET expired_at = clock_timestamp()
WHERE session_id = $1 AND consumed_at IS NULL AND expired_at IS NULL
RETURNING *;

-- name: extend_waits
-- Lets the waits of a session go on for $2 seconds, also those that have expired while it waited for a person.
UPDATE flow_resume_handles
SET expired_at = NULL, expires_at = clock_timestamp() + make_interval(secs => $2)
WHERE session_id = $1 AND consumed_at IS NULL AND paused_at IS NOT NULL
RETURNING *;
