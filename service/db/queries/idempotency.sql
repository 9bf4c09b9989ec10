-- name: take_key
-- Takes a key for the transaction's effect. Waits for another that holds it; no row: it was used.
INSERT INTO idempotency_keys (user_id, route, key, body_hash) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING key;

-- name: first_answer
-- What the key was used for, and what was answered.
SELECT body_hash, status, answer FROM idempotency_keys WHERE user_id = $1 AND route = $2 AND key = $3;

-- name: keep_answer
-- The answer, for those who ask again.
UPDATE idempotency_keys SET status = $4, answer = $5 WHERE user_id = $1 AND route = $2 AND key = $3;

-- name: prune_keys
-- Keys older than $1 seconds: nobody repeats a request so late.
DELETE FROM idempotency_keys WHERE created_at < statement_timestamp() - make_interval(secs => $1);

-- name: forget_story
-- Answers of a user that tell of a story ($2, its id as text), which is deleted.
DELETE FROM idempotency_keys
WHERE user_id = $1 AND (strpos(route, $2) > 0 OR strpos(answer::text, $2) > 0);
