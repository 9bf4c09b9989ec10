-- name: receive
-- Takes a command of a user for the transaction. Waits for another transaction that has it; no row: it was
-- received before. A failed one is taken again. Without its session, whose row would be locked too early.
INSERT INTO command_inbox AS c (user_id, command_id, command_type, body_hash, payload) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id, command_id) DO UPDATE SET status = 'RECEIVED', error = NULL, processed_at = NULL
WHERE c.status = 'FAILED' AND c.body_hash = excluded.body_hash
RETURNING command_id;

-- name: first_result
-- What a command that was received before had as its body, and what came of it.
SELECT body_hash, result FROM command_inbox WHERE user_id = $1 AND command_id = $2;

-- name: mark_processed
-- The result of a received command, with the session ($3) that it changed.
UPDATE command_inbox
SET status = 'PROCESSED', session_id = $3, result = $4, processed_at = clock_timestamp()
WHERE user_id = $1 AND command_id = $2;

-- name: record_failure
-- That a command's handler broke, and how. What was processed meanwhile stays so.
INSERT INTO command_inbox AS c
  (user_id, command_id, command_type, body_hash, payload, session_id, status, error, processed_at)
SELECT $1, $2, $3, $4, $5, (SELECT id FROM genesis_sessions WHERE id = $6), 'FAILED', $7, clock_timestamp()
ON CONFLICT (user_id, command_id) DO UPDATE SET error = excluded.error, processed_at = excluded.processed_at
WHERE c.status = 'FAILED';

-- name: prune_inbox
-- Commands older than $1 seconds that no active session has: nobody repeats one so late.
DELETE FROM command_inbox c
WHERE c.processed_at < statement_timestamp() - make_interval(secs => $1)
  AND NOT EXISTS (SELECT FROM genesis_sessions g WHERE g.id = c.session_id AND g.status = 'active');
