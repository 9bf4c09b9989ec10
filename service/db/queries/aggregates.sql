-- name: lock_aggregate
-- One aggregate under its lock.
SELECT id, kind, user_id, version FROM aggregates WHERE id = $1 FOR NO KEY UPDATE;

-- name: set_budget
-- Another cap for what the calls of an aggregate may cost.
UPDATE aggregates SET budget_usd = $2 WHERE id = $1;

-- name: note_request
-- The request that has set some runs going again: the newest is the one that counts.
UPDATE runs SET request_id = $2 WHERE id = ANY($1::uuid[]);
