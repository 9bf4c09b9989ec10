-- name: intend
-- The intent, before the call is made, in one statement. Gives the kept answer of this work where there
-- is one, else the number of the try. Calls for it whose end nobody saw become unknown: a crash hides
-- what came of them. A call that costs nothing ($12 false) only failed. Nothing is intended by an attempt that is over ($4 to $6), where more than $10
-- outcomes are unknown, and where a budget is still to be looked at ($11 false). An intent that this very
-- attempt has written is its own: the commit's answer was lost.
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
-- A person lets stories ($1) go on whose calls have had more than $2 unknown outcomes: all but the newest
-- $2 of each are counted no more, so that one more call is made. What they cost stays.
UPDATE provider_calls c SET key = 'allowed ' || c.id || ' ' || c.key
FROM (SELECT id, row_number() OVER (PARTITION BY key ORDER BY try DESC) AS place FROM provider_calls
      WHERE aggregate_id = ANY($1::uuid[]) AND outcome = 'unknown' AND key NOT LIKE 'allowed %') AS old
WHERE c.id = old.id AND old.place > $2;

-- name: forget_answers
-- Answers whose file is collected are found no more, though their cost stays: a rerun asks anew.
UPDATE provider_calls SET key = 'collected ' || id || ' ' || key
WHERE aggregate_id = $1 AND result_key = ANY($2::text[]) AND key NOT LIKE 'collected %';

-- name: answer
-- The kept answer of some work, if it was done before: it is taken up whatever the budget says.
SELECT result, result_key FROM provider_calls WHERE key = $1 AND outcome = 'ok';

-- name: month_budget
-- What all calls for a user may cost in a month: the service's limit ($2) or the tier's, whichever is less.
SELECT least($2::numeric, t.month_usd) FROM users u JOIN tiers t ON t.name = u.tier WHERE u.id = $1;

-- name: lock_spender
-- Holds a user's row while it is seen what is left of the month: two calls must not both take it.
SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE;

-- name: budget
-- What an aggregate may cost, and what it has cost so far with what is set aside for calls without a bill.
SELECT a.kind, a.budget_usd AS budget,
       (SELECT coalesce(sum(CASE WHEN c.outcome IN ('started', 'unknown')
                            THEN greatest((c.usage ->> 'reserved_usd')::numeric, c.cost_usd) ELSE c.cost_usd END), 0)
        FROM provider_calls c WHERE c.aggregate_id = a.id) AS spent
FROM aggregates a WHERE a.id = $1;

-- name: spent_this_month
-- The same of all that a user has had made since the month began.
SELECT coalesce(sum(CASE WHEN outcome IN ('started', 'unknown')
                    THEN greatest((usage ->> 'reserved_usd')::numeric, cost_usd) ELSE cost_usd END), 0)
FROM provider_calls WHERE user_id = $1 AND started_at >= date_trunc('month', clock_timestamp());

-- name: end_call
-- How a call ended: ok, failed or unknown, in one statement: listeners are told what all of the aggregate's
-- calls have cost with this one ($7), under its lock, which is taken before any row of a call. An answer may
-- come from an attempt that is over: what was paid for is used; a second one for the same work is a
-- duplicate, paid for and not used. Gives the answer that was kept before; $9 null keeps what was set aside.
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
-- What the newest calls of each step and model used and how long they took: what a forecast is fed with. What
-- is made on this machine says itself how long it worked: its calls have waited for their turn as well.
SELECT step, model, count(*) AS calls,
       avg((usage ->> 'input_tokens')::float) AS input_tokens,
       avg((usage ->> 'output_tokens')::float) AS output_tokens,
       avg((usage ->> 'characters')::float) AS characters,
       avg(CASE WHEN provider = 'offline' THEN (usage ->> 'seconds')::float
                ELSE extract(epoch FROM ended_at - started_at) END)::float AS seconds
FROM (SELECT step, model, provider, outcome, usage, cost_usd, started_at, ended_at
      FROM provider_calls ORDER BY id DESC LIMIT $1) AS newest
WHERE outcome = 'ok' AND (cost_usd > 0 OR provider = 'offline') GROUP BY step, model;
