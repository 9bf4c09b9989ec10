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
-- The intent, before the call is made; its usage says what is set aside for it until the bill is known.
INSERT INTO provider_calls (key, try, aggregate_id, user_id, job_id, attempt, worker_id, step, model, usage)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: budget
-- What a story may cost, and what it has cost so far with what is set aside for calls without a bill.
SELECT (s.brief ->> 'budget_usd')::numeric AS budget,
       (SELECT coalesce(sum(CASE WHEN c.outcome IN ('started', 'unknown')
                            THEN (c.usage ->> 'reserved_usd')::numeric ELSE c.cost_usd END), 0)
        FROM provider_calls c WHERE c.aggregate_id = s.id) AS spent
FROM stories s WHERE s.id = $1;

-- name: spent_this_month
-- The same of all that a user has had made since the month began.
SELECT coalesce(sum(CASE WHEN outcome IN ('started', 'unknown')
                    THEN (usage ->> 'reserved_usd')::numeric ELSE cost_usd END), 0)
FROM provider_calls WHERE user_id = $1 AND started_at >= date_trunc('month', clock_timestamp());

-- name: spend
-- What all calls for one aggregate have cost.
SELECT coalesce(sum(cost_usd), 0) FROM provider_calls WHERE aggregate_id = $1;

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
-- The provider answered with an error, or did not take the call. An answer of no use has its bill too.
UPDATE provider_calls SET outcome = 'failed', error = $3, usage = $4, cost_usd = $5, request_id = $6,
  ended_at = clock_timestamp()
WHERE key = $1 AND try = $2 AND outcome = 'started';

-- name: lose
-- The connection broke after the call was sent: it may have been done, and paid for.
UPDATE provider_calls SET outcome = 'unknown', error = $3, ended_at = clock_timestamp()
WHERE key = $1 AND try = $2 AND outcome = 'started';

-- name: calls_for_report
-- The calls of one story with the assets that they were made for and what they gave, oldest first.
SELECT c.step, c.model, c.outcome, j.name AS asset, c.job_id, c.result, c.usage, c.cost_usd,
       c.error ->> 'code' AS error_code
FROM provider_calls c LEFT JOIN jobs j ON j.id = c.job_id WHERE c.aggregate_id = $1 ORDER BY c.id;

-- name: made_by
-- The jobs that made the files which stand, by asset.
SELECT name, job_id FROM asset_versions WHERE story_id = $1 AND current;

-- name: measured
-- What the newest calls of each step and model used and how long they took: what a forecast is fed with.
SELECT step, model, count(*) AS calls,
       avg((usage ->> 'input_tokens')::float) AS input_tokens,
       avg((usage ->> 'output_tokens')::float) AS output_tokens,
       avg(extract(epoch FROM ended_at - started_at))::float AS seconds
FROM (SELECT step, model, outcome, usage, cost_usd, started_at, ended_at
      FROM provider_calls ORDER BY id DESC LIMIT $1) AS newest
WHERE outcome = 'ok' AND cost_usd > 0 GROUP BY step, model;
