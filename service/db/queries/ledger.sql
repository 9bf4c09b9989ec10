-- name: lock_attempt
-- Holds a running attempt while its intent is written. No row: the attempt is over.
SELECT id FROM jobs WHERE id = $1 AND attempt = $2 AND worker_id = $3 FOR SHARE;

-- name: answer
-- The kept answer of some work, if it was done before.
SELECT try, result, result_key FROM provider_calls WHERE key = $1 AND outcome = 'ok';

-- name: mark_unknown
-- Calls for the same work whose end nobody saw: a crash hides what came of them.
UPDATE provider_calls SET outcome = 'unknown', ended_at = clock_timestamp()
WHERE key = $1 AND outcome = 'started';

-- name: tries
-- How often this work was tried, and how often its outcome is unknown.
SELECT coalesce(max(try), 0) AS tries, count(*) FILTER (WHERE outcome = 'unknown') AS unknown
FROM provider_calls WHERE key = $1;

-- name: intend
-- The intent, before the call is made.
INSERT INTO provider_calls (key, try, aggregate_id, user_id, job_id, attempt, worker_id, step, model)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: keep
-- The answer. It may come from an attempt that is over: what was paid for is used.
UPDATE provider_calls SET outcome = 'ok', result = $3, result_key = $4, usage = $5, cost_usd = $6,
  request_id = $7, ended_at = clock_timestamp()
WHERE key = $1 AND try = $2 AND outcome IN ('started', 'unknown');

-- name: keep_duplicate
-- A second answer for the same work: paid for, and not used.
UPDATE provider_calls SET outcome = 'duplicate', usage = $3, cost_usd = $4, request_id = $5,
  ended_at = clock_timestamp()
WHERE key = $1 AND try = $2 AND outcome IN ('started', 'unknown');

-- name: fail
-- The provider answered with an error, or did not take the call.
UPDATE provider_calls SET outcome = 'failed', error = $3, ended_at = clock_timestamp()
WHERE key = $1 AND try = $2 AND outcome = 'started';

-- name: calls_of_story
-- The calls of one aggregate, oldest first.
SELECT step, model, try, outcome, request_id, usage, cost_usd, error, started_at, ended_at
FROM provider_calls WHERE aggregate_id = $1 ORDER BY id;
