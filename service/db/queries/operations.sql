-- name: queues
-- Each group's depth, the age of its oldest queued job, the jobs in flight, its limit, the recent number of
-- ready jobs per minute, and the time that the queue needs at that rate.
WITH open AS (
  SELECT grp, count(*) FILTER (WHERE status = 'queued' AND dispatched_at IS NULL) AS queued,
         count(*) FILTER (WHERE dispatched_at IS NOT NULL) AS in_flight,
         count(*) FILTER (WHERE status = 'retrying') AS retrying,
         min(updated_at) FILTER (WHERE status = 'queued' AND dispatched_at IS NULL) AS oldest
  FROM jobs WHERE ended_at IS NULL GROUP BY grp),
lately AS (
  SELECT grp, count(*) / 5.0 AS rate FROM jobs
  WHERE status = 'ready' AND ended_at > statement_timestamp() - interval '5 minutes' GROUP BY grp)
SELECT g.name, g.pool, g.bound, g.paused, coalesce(o.queued, 0) AS queued, coalesce(o.in_flight, 0) AS in_flight,
       coalesce(o.retrying, 0) AS retrying, extract(epoch FROM clock_timestamp() - o.oldest)::float8 AS oldest_seconds,
       coalesce(l.rate, 0)::float8 AS ready_a_minute,
       ((o.queued + o.in_flight) / l.rate * 60)::float8 AS eta_seconds
FROM actor_groups g LEFT JOIN open o ON o.grp = g.name LEFT JOIN lately l ON l.grp = g.name
ORDER BY g.name;

-- name: workers
-- The live processes, or one of them, with the running jobs of each.
SELECT w.id, w.hostname, w.pid, w.roles, w.slots, w.started_at, w.renewed_at, w.lease_until, w.draining,
       w.drain_asked_at, (SELECT count(*) FROM jobs j WHERE j.worker_id = w.id) AS running
FROM workers w WHERE w.buried_at IS NULL AND ($1::uuid IS NULL OR w.id = $1) ORDER BY w.started_at, w.id;

-- name: unattended_roles
-- The roles in $1 that no live process has. Processes that drain do not count.
SELECT role FROM unnest($1::text[]) AS role
WHERE NOT EXISTS (SELECT FROM workers w WHERE w.buried_at IS NULL AND NOT w.draining AND w.drain_asked_at IS NULL
                  AND w.lease_until > clock_timestamp() AND role = ANY(w.roles));

-- name: ask_to_drain
-- Asks a live process to drain and stop.
UPDATE workers SET drain_asked_at = coalesce(drain_asked_at, clock_timestamp())
WHERE id = $1 AND buried_at IS NULL RETURNING id;

-- name: is_asked_to_drain
-- Whether this process was asked to drain.
SELECT drain_asked_at IS NOT NULL FROM workers WHERE id = $1;

-- name: job_page
-- Jobs, newest first, before a cursor of time and id; or one of them.
SELECT j.id, j.aggregate_id, j.user_id, j.run_id AS task_id, j.name, j.grp AS "group", j.status, j.priority, j.attempt, j.failures,
       j.rescues, j.progress, j.worker_id, j.run_at, j.deadline_at, j.created_at, j.started_at, j.ended_at,
       j.error - 'given_up' AS error, r.request_id
FROM jobs j JOIN runs r ON r.id = j.run_id
WHERE (j.created_at, j.id) < ($1::timestamptz, $2::uuid) AND ($3::uuid IS NULL OR j.id = $3)
  AND ($4::text IS NULL OR j.status = $4) AND ($5::text IS NULL OR j.grp = $5)
  AND ($6::uuid IS NULL OR j.user_id = $6) AND ($7::uuid IS NULL OR j.aggregate_id = $7)
ORDER BY j.created_at DESC, j.id DESC LIMIT $8;

-- name: events_since_job
-- The events of a job's aggregate from the creation of the job to its end. They include the events about the
-- job.
SELECT a.kind, j.name, e.version, e.at, e.type AS event, e.data
FROM jobs j JOIN aggregates a ON a.id = j.aggregate_id JOIN domain_events e ON e.aggregate_id = a.id
WHERE j.id = $1 AND e.at >= j.created_at AND (j.ended_at IS NULL OR e.at <= j.ended_at + interval '1 minute')
ORDER BY e.version LIMIT $2;

-- name: calls_of_job
-- The provider calls of a job, oldest first.
SELECT c.attempt, c.step, c.model, c.try AS number, c.outcome, c.cost_usd::float8 AS usd, c.request_id, c.error,
       c.started_at, c.ended_at
FROM jobs j JOIN provider_calls c USING (aggregate_id) WHERE j.id = $1 AND c.job_id = j.id ORDER BY c.id LIMIT 500;

-- name: spend
-- The cost of calls since a time and before another time, by day, user, provider, model or step, the highest
-- first.
SELECT CASE $1::text
         WHEN 'day' THEN (c.started_at AT TIME ZONE 'UTC')::date::text WHEN 'user' THEN c.user_id::text
         WHEN 'model' THEN c.model WHEN 'step' THEN c.step
         ELSE c.provider END AS key,
       count(*) AS calls, count(*) FILTER (WHERE c.outcome = 'unknown') AS unknown, sum(c.cost_usd)::float8 AS usd
FROM provider_calls c WHERE c.started_at >= $2 AND c.started_at < $3
GROUP BY 1 ORDER BY usd DESC, key LIMIT 1000;

-- name: blocked_providers
-- Blocked providers: the jobs that wait until a person fixes a key or an account, by the codes of such errors
-- ($1), and since when the provider refuses calls. Jobs that are tried at this moment count, too.
SELECT j.error ->> 'code' AS code, j.error ->> 'message' AS message, count(*) AS jobs,
       count(DISTINCT j.aggregate_id) AS stories, min(c.since) AS since,
       min(j.run_at) FILTER (WHERE j.status = 'retrying') AS next_try_at
FROM jobs j LEFT JOIN LATERAL (
  SELECT min(c.started_at) AS since FROM provider_calls c
  WHERE c.aggregate_id = j.aggregate_id AND c.job_id = j.id AND c.error ->> 'code' = j.error ->> 'code') c ON true
WHERE j.ended_at IS NULL AND j.error ->> 'code' = ANY($1::text[])
GROUP BY 1, 2 ORDER BY jobs DESC, code, message;

-- name: dead_letters
-- Failed and held jobs, newest first, before a cursor of time and id. Each waits for a person.
WITH failed AS (
  SELECT j.*, j.ended_at AS since FROM jobs j
  WHERE j.status = 'failed' AND ($1::text IS NULL OR j.grp = $1)
    AND ($2::timestamptz IS NULL OR (j.ended_at, j.id) < ($2::timestamptz, $3::uuid))
  ORDER BY j.ended_at DESC, j.id DESC LIMIT $4),
held AS (
  SELECT j.*, j.updated_at AS since FROM jobs j
  WHERE j.status = 'retrying' AND j.run_at IS NULL AND ($1::text IS NULL OR j.grp = $1)
    AND ($2::timestamptz IS NULL OR (j.updated_at, j.id) < ($2::timestamptz, $3::uuid))
  ORDER BY j.updated_at DESC, j.id DESC LIMIT $4)
SELECT x.id, x.aggregate_id, x.user_id, x.name, x.grp, x.status, x.attempt, x.failures, x.rescues, x.error, x.since AS ended_at
FROM (SELECT * FROM failed UNION ALL SELECT * FROM held) AS x ORDER BY x.since DESC, x.id DESC LIMIT $4;

-- name: count_dead
-- The number of failed and held jobs.
SELECT (SELECT count(*) FROM jobs WHERE status = 'failed' AND ($1::text IS NULL OR grp = $1))
     + (SELECT count(*) FROM jobs WHERE status = 'retrying' AND run_at IS NULL AND ($1::text IS NULL OR grp = $1));

-- name: dead_outbox
-- Ranges of events that the stream refused at every try.
SELECT id, aggregate_id, from_version, to_version, tries, last_error FROM event_outbox
WHERE status = 'DEAD' ORDER BY id LIMIT $1;

-- name: redrive_outbox
-- Makes dead ranges pending again.
UPDATE event_outbox SET status = 'PENDING', tries = 0, next_at = clock_timestamp()
WHERE status = 'DEAD' AND id = ANY($1::bigint[]) RETURNING id;

-- name: pause_group
-- Pauses or resumes dispatch to a group. Running jobs continue.
UPDATE actor_groups SET paused = $2 WHERE name = $1 RETURNING name;
