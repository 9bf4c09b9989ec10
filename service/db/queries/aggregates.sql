-- name: lock_aggregate
-- Locks one aggregate.
SELECT id, kind, user_id, version FROM aggregates WHERE id = $1 FOR NO KEY UPDATE;

-- name: set_budget
-- Sets the budget for the calls of an aggregate.
UPDATE aggregates SET budget_usd = $2 WHERE id = $1;

-- name: note_request
-- Sets the newest request that resumed some runs.
UPDATE runs SET request_id = $2 WHERE id = ANY($1::uuid[]);
