-- name: intend
-- Writes the intent before the call, in one statement. Returns the stored answer of this work, or else the
-- number of the try. Earlier calls of this work without an outcome become unknown: a crash hides what
-- happened. A call that costs nothing ($12 false) becomes failed instead. No intent is written if the attempt
-- is over ($4 to $6), if more than $10 outcomes are unknown, or if a budget must be checked first ($11
-- false). An intent that this attempt has already written is reused: the answer of that commit was lost.
WITH kept AS (
  SELECT result, result_key FROM provider_calls WHERE key = $1 AND outcome = 'ok'),
worker AS (
  SELECT id FROM workers WHERE id = $6 AND buried_at IS NULL AND NOT EXISTS (SELECT FROM kept) FOR KEY SHARE),
attempt AS (
  SELECT id FROM jobs WHERE id = $4 AND attempt = $5 AND worker_id = $6 AND EXISTS (SELECT FROM worker) FOR SHARE),
budget AS (
  SELECT id FROM aggregates WHERE id = $2 AND NOT $11 AND budget_usd IS NOT NULL
  UNION ALL SELECT u.id FROM users u JOIN tiers t ON t.name = u.tier
            WHERE u.id = $3 AND NOT $11 AND t.month_usd IS NOT NULL),
lost AS (
  UPDATE provider_calls SET outcome = CASE WHEN $12 THEN 'unknown' ELSE 'failed' END, ended_at = clock_timestamp()
  WHERE key = $1 AND outcome = 'started' AND (job_id, attempt, worker_id) <> ($4, $5, $6)
    AND EXISTS (SELECT FROM attempt)
  RETURNING outcome),
tries AS (
  SELECT coalesce(max(try), 0) AS most,
         count(*) FILTER (WHERE outcome = 'unknown') + (SELECT count(*) FROM lost WHERE outcome = 'unknown') AS unknown,
         max(try) FILTER (WHERE outcome = 'started' AND (job_id, attempt, worker_id) = ($4, $5, $6)) AS own
  FROM provider_calls WHERE key = $1),
intent AS (
  INSERT INTO provider_calls (key, try, aggregate_id, user_id, job_id, attempt, worker_id, step, model, usage, provider)
  SELECT $1, most + 1, $2, $3, $4, $5, $6, $7, $8, $9, $13 FROM tries
  WHERE EXISTS (SELECT FROM attempt) AND NOT EXISTS (SELECT FROM budget) AND own IS NULL AND unknown <= $10
  RETURNING try)
SELECT kept.result, kept.result_key, tries.unknown, coalesce(tries.own, (SELECT try FROM intent)) AS try,
       EXISTS (SELECT FROM worker) AS alive, EXISTS (SELECT FROM attempt) AS ours,
       EXISTS (SELECT FROM budget) AS budgeted
FROM tries LEFT JOIN kept ON true;

-- name: allow_once_more
-- A person allows the aggregates in $1 to continue although calls have more than $2 unknown outcomes. For
-- each of these calls, only the newest $2 count from now on, so that one more call can be made. The cost of
-- all calls stays.
UPDATE provider_calls c SET key = 'allowed ' || c.id || ' ' || c.key
FROM (SELECT id, row_number() OVER (PARTITION BY key ORDER BY try DESC) AS place FROM provider_calls
      WHERE aggregate_id = ANY($1::uuid[]) AND outcome = 'unknown' AND key NOT LIKE 'allowed %') AS old
WHERE c.id = old.id AND old.place > $2;

-- name: forget_answers
-- Removes answers whose files are collected. Their cost stays, and a later run calls the provider again.
UPDATE provider_calls SET key = 'collected ' || id || ' ' || key
WHERE aggregate_id = $1 AND result_key = ANY($2::text[]) AND key NOT LIKE 'collected %';

-- name: answer
-- The stored answer of some work. It is used even if the budget is exceeded.
SELECT result, result_key FROM provider_calls WHERE key = $1 AND outcome = 'ok';

-- name: month_budget
-- The limit in a month for all calls for a user: the service's limit ($2) or the tier's, the lower of both.
SELECT least($2::numeric, t.month_usd) FROM users u JOIN tiers t ON t.name = u.tier WHERE u.id = $1;

-- name: lock_spender
-- Locks a user's row while the rest of the month's budget is checked: two calls must not both use it.
SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE;

-- name: budget
-- The budget of an aggregate, and its cost so far, including the reserved cost of calls without a bill.
SELECT a.kind, a.budget_usd AS budget,
       (SELECT coalesce(sum(CASE WHEN c.outcome IN ('started', 'unknown')
                            THEN greatest((c.usage ->> 'reserved_usd')::numeric, c.cost_usd) ELSE c.cost_usd END), 0)
        FROM provider_calls c WHERE c.aggregate_id = a.id) AS spent
FROM aggregates a WHERE a.id = $1;

-- name: spent_this_month
-- The same for all aggregates of a user since the start of the month.
SELECT coalesce(sum(CASE WHEN outcome IN ('started', 'unknown')
                    THEN greatest((usage ->> 'reserved_usd')::numeric, cost_usd) ELSE cost_usd END), 0)
FROM provider_calls WHERE user_id = $1 AND started_at >= date_trunc('month', clock_timestamp());

-- name: end_call
-- Stores how a call ended: ok, failed or unknown. One statement: it also publishes the cost of all of the
-- aggregate's calls including this one ($7), under the aggregate's lock, which is taken before any row of a
-- call. An answer may come from an attempt that is over: it was paid for, so it is used. A second answer for
-- the same work is a duplicate: paid for and not used. Returns the answer that was stored before. With $9
-- null, the reserved cost stays reserved.
WITH aggregate AS (
  SELECT id FROM aggregates WHERE id = $10 AND $7::numeric > 0 FOR NO KEY UPDATE),
held AS (
  SELECT result, result_key FROM provider_calls WHERE key = $1 AND outcome = 'ok' AND try <> $2),
ended AS (
  UPDATE provider_calls SET
    outcome = CASE WHEN $3 = 'ok' AND EXISTS (SELECT FROM held) THEN 'duplicate' ELSE $3 END,
    result = CASE WHEN NOT EXISTS (SELECT FROM held) THEN $4::jsonb END,
    result_key = CASE WHEN NOT EXISTS (SELECT FROM held) THEN $5 END,
    error = $6, cost_usd = $7, request_id = $8, ended_at = clock_timestamp(),
    usage = CASE WHEN $3 = 'unknown' THEN usage || coalesce($9::jsonb, '{}') ELSE coalesce($9::jsonb, usage) END
  WHERE key = $1 AND try = $2 AND (outcome = 'started' OR outcome = 'unknown' AND $3 = 'ok')
    AND ($7 = 0 OR EXISTS (SELECT FROM aggregate))
  RETURNING aggregate_id),
spent AS (
  UPDATE aggregates a SET version = a.version + 1, spent_usd = a.spent_usd + $7
  FROM ended WHERE a.id = ended.aggregate_id AND $7 > 0
  RETURNING a.id, a.kind, a.version, a.spent_usd),
told AS (
  INSERT INTO domain_events (aggregate_id, version, aggregate_type, type, data)
  SELECT id, version, kind, 'spend.changed', jsonb_build_object('spend', jsonb_build_object('cost_usd', spent_usd))
  FROM spent),
untold AS (
  INSERT INTO event_outbox (aggregate_id, from_version, to_version) SELECT id, version, version FROM spent)
SELECT held.result, held.result_key FROM ended LEFT JOIN held ON true;

-- name: measured
-- The usage and duration of the newest calls of each step and model, for forecasts. A call on this machine
-- reports its own working time, because the call's duration includes its wait for a turn.
SELECT step, model, count(*) AS calls,
       avg((usage ->> 'input_tokens')::float) AS input_tokens,
       avg((usage ->> 'output_tokens')::float) AS output_tokens,
       avg((usage ->> 'characters')::float) AS characters,
       avg(CASE WHEN provider = 'offline' THEN (usage ->> 'seconds')::float
                ELSE extract(epoch FROM ended_at - started_at) END)::float AS seconds
FROM (SELECT step, model, provider, outcome, usage, cost_usd, started_at, ended_at
      FROM provider_calls ORDER BY id DESC LIMIT $1) AS newest
WHERE outcome = 'ok' AND (cost_usd > 0 OR provider = 'offline') GROUP BY step, model;
