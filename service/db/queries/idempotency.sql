-- name: take_key
-- Takes a key for the transaction's effect. Waits for another transaction that holds it. No row if the key
-- was used before.
INSERT INTO idempotency_keys (user_id, route, key, body_hash) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING key;

-- name: first_answer
-- The request of the key, and its answer.
SELECT body_hash, status, answer FROM idempotency_keys WHERE user_id = $1 AND route = $2 AND key = $3;

-- name: keep_answer
-- Stores the answer for repeated requests.
UPDATE idempotency_keys SET status = $4, answer = $5 WHERE user_id = $1 AND route = $2 AND key = $3;

-- name: prune_keys
-- Deletes keys older than $1 seconds: no client repeats a request so late.
DELETE FROM idempotency_keys WHERE created_at < statement_timestamp() - make_interval(secs => $1);

-- name: forget_story
-- Deletes the answers of a user that mention a deleted story ($2, its id as text).
DELETE FROM idempotency_keys
WHERE user_id = $1 AND (strpos(route, $2) > 0 OR strpos(answer::text, $2) > 0);
