-- name: lock_and_load
-- The aggregates of some jobs ($2), locked, with their jobs: the lock of every status change. $1 is the worker that
-- acts, or NULL.
SELECT * FROM lock_and_load($1, $2::uuid[], $3::text[], $4);

-- name: clock
-- The time of a settlement. It is always the database's time, so that all processes agree.
SELECT clock_timestamp();

-- name: load_few_jobs
-- All jobs of the aggregates in $1 that have at most $2 jobs, older runs first, with the needs of each job
-- and the request of its run.
SELECT j.id, j.aggregate_id, j.user_id, j.name, j.scope, j.grp, j.status, j.position, j.run_id, r.kind AS run_kind,
       j.priority, j.attempt, j.failures, j.rescues, j.worker_id, j.progress, j.metadata, j.result, j.error,
       j.completed_at, j.started_at, j.input, j.status = 'retrying' AND j.run_at IS NULL AS held, r.request_id,
       w.needs, w.hard
FROM unnest($1::uuid[]) AS x (id)
JOIN jobs j ON j.aggregate_id = x.id JOIN runs r ON r.id = j.run_id
CROSS JOIN LATERAL (
  SELECT array_agg(n.need_id) AS needs, array_agg(n.hard) AS hard FROM job_needs n WHERE n.job_id = j.id) AS w
WHERE (SELECT count(*) FROM (SELECT FROM jobs c WHERE c.aggregate_id = x.id LIMIT $2 + 1) AS counted) <= $2
ORDER BY j.aggregate_id, j.created_at, j.position, j.id;

-- name: load_jobs
-- The jobs that count of the aggregates in $1, older runs first, with the needs of each job and the request
-- of its run. These are all jobs of each run that has an open job, a job in $2, or a job that counts. Of a
-- name (of a group in the aggregates $3) and scope, the jobs that count are the newest, the newest that was
-- not cancelled, and of the ready jobs the newest and the one that was made last. The needs of all these
-- jobs are loaded, too. So their number does not grow with the number of runs.
WITH standing AS (
  SELECT (array_agg(run_id ORDER BY created_at DESC))[1] AS newest,
         (array_agg(run_id ORDER BY created_at DESC) FILTER (WHERE status <> 'cancelled'))[1] AS kept,
         (array_agg(run_id ORDER BY created_at DESC) FILTER (WHERE status = 'ready'))[1] AS ready,
         (array_agg(run_id ORDER BY completed_at DESC) FILTER (WHERE status = 'ready'))[1] AS made
  FROM jobs WHERE aggregate_id = ANY($1::uuid[]) 
  GROUP BY aggregate_id, CASE WHEN aggregate_id = ANY($3::uuid[]) THEN grp ELSE name END, scope),
wanted AS (
  SELECT unnest(ARRAY[newest, kept, ready, made]) AS run_id FROM standing
  UNION SELECT run_id FROM jobs
        WHERE aggregate_id = ANY($1::uuid[]) AND (ended_at IS NULL OR id = ANY($2::uuid[]))),
counting AS (SELECT j.id FROM wanted JOIN jobs j USING (run_id)),
loaded AS (SELECT id FROM counting UNION SELECT n.need_id FROM counting JOIN job_needs n ON n.job_id = counting.id)
SELECT j.id, j.aggregate_id, j.user_id, j.name, j.scope, j.grp, j.status, j.position, j.run_id, r.kind AS run_kind,
       j.priority, j.attempt, j.failures, j.rescues, j.worker_id, j.progress, j.metadata, j.result, j.error,
       j.completed_at, j.started_at, j.input, j.status = 'retrying' AND j.run_at IS NULL AS held, r.request_id,
       w.needs, w.hard
FROM loaded JOIN jobs j USING (id) JOIN runs r ON r.id = j.run_id
CROSS JOIN LATERAL (
  SELECT array_agg(n.need_id) AS needs, array_agg(n.hard) AS hard FROM job_needs n WHERE n.job_id = j.id) AS w
ORDER BY j.aggregate_id, j.created_at, j.position, j.id;

-- name: advance_fair_tags
-- Advances each user's tag in a group by the jobs that are now queued. If the user was idle, the tag starts
-- at the group's virtual time. Returns the new tag and one job's step.
INSERT INTO fair_tags AS f (user_id, grp, tag)
SELECT x.user_id, x.grp, g.vtime + x.jobs / u.weight
FROM unnest($1::uuid[], $2::text[], $3::double precision[]) AS x (user_id, grp, jobs)
JOIN users u ON u.id = x.user_id JOIN actor_groups g ON g.name = x.grp
ORDER BY x.user_id, x.grp
ON CONFLICT (user_id, grp) DO UPDATE
SET tag = greatest(excluded.tag,
  f.tag + excluded.tag - (SELECT g.vtime FROM actor_groups g WHERE g.name = excluded.grp))
RETURNING f.user_id, f.grp, f.tag, (SELECT 1 / u.weight FROM users u WHERE u.id = f.user_id) AS step;

-- name: update_jobs
-- Updates the jobs after a decision: compare-and-set on status and attempt. $2 is a job's deadline in
-- seconds. A retry without a delay has no due time. Returns the ids of the updated jobs.
UPDATE jobs j SET
  status = x.status, attempt = x.attempt, failures = x.failures, rescues = x.rescues,
  worker_id = x.worker_id, progress = x.progress, metadata = x.metadata, result = x.result,
  error = x.error, needs_left = x.needs_left, rank = coalesce(x.rank, j.rank),
  run_at = CASE WHEN x.status = 'retrying' THEN clock_timestamp() + make_interval(secs => x.delay)
                ELSE coalesce(j.run_at, clock_timestamp()) END,
  dispatched_at = CASE WHEN x.attempt > j.attempt THEN coalesce(j.dispatched_at, clock_timestamp())
                       WHEN x.status = 'generating' THEN j.dispatched_at END,
  dispatched_by = CASE WHEN x.status = 'generating' THEN j.dispatched_by END,
  started_at = CASE WHEN x.attempt > j.attempt THEN clock_timestamp() ELSE j.started_at END,
  heard_at = CASE WHEN x.status = 'generating' THEN clock_timestamp() ELSE j.heard_at END,
  deadline_at = CASE WHEN x.attempt > j.attempt THEN clock_timestamp() + make_interval(secs => $2)
                     WHEN x.status = 'generating' THEN j.deadline_at END,
  completed_at = CASE WHEN x.status = 'ready' THEN coalesce(j.completed_at, $3::timestamptz) END,
  ended_at = CASE WHEN x.status IN ('ready', 'failed', 'cancelled', 'skipped') THEN coalesce(j.ended_at, $3::timestamptz) END,
  updated_at = $3::timestamptz
FROM jsonb_to_recordset($1::jsonb) AS x (
  id uuid, was_status text, was_attempt integer, status text, attempt integer, failures integer,
  rescues integer, worker_id uuid, progress smallint, metadata jsonb, result jsonb, error jsonb,
  needs_left smallint, rank double precision, delay double precision)
WHERE j.id = x.id AND j.status = x.was_status AND j.attempt = x.was_attempt
RETURNING j.id;

-- name: insert_jobs
-- Inserts new jobs, and their runs if these are new. Uses the statement's time, because the transaction may
-- have begun before an earlier run whose lock it waited for.
WITH new AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS x (
    id uuid, aggregate_id uuid, user_id uuid, run_id uuid, run_kind text, request_id text, grp text, name text,
    scope text, position smallint, status text, needs_left smallint, rank double precision, priority text,
    input jsonb)),
run AS (
  INSERT INTO runs (id, aggregate_id, user_id, kind, request_id, created_at)
  SELECT DISTINCT ON (run_id) run_id, aggregate_id, user_id, run_kind, request_id, statement_timestamp() FROM new
  ON CONFLICT DO NOTHING)
INSERT INTO jobs (id, aggregate_id, user_id, run_id, grp, name, scope, position, status, needs_left, rank, priority,
                  input, created_at)
SELECT id, aggregate_id, user_id, run_id, grp, name, scope, position, status, needs_left, rank, priority, input,
       statement_timestamp()
FROM new;

-- name: insert_needs
-- Inserts the needs of new jobs.
INSERT INTO job_needs (job_id, need_id, hard)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]);

-- name: wait_longer
-- Adds new needs to jobs that still wait for other jobs.
WITH added AS (
  INSERT INTO job_needs (job_id, need_id, hard)
  SELECT x.job_id, x.need_id, false FROM unnest($1::uuid[], $2::uuid[]) AS x (job_id, need_id)
  ON CONFLICT DO NOTHING RETURNING job_id)
UPDATE jobs j SET needs_left = j.needs_left + a.more
FROM (SELECT job_id, count(*) AS more FROM added GROUP BY job_id) AS a WHERE j.id = a.job_id;

-- name: report_progress
-- Stores the percentages of running attempts: fenced, and only upwards. A locked row is skipped, since the
-- next report follows soon. So this statement cannot be part of a deadlock.
WITH heard AS (
  SELECT j.id, max(x.progress) AS progress
  FROM unnest($1::uuid[], $2::integer[], $3::smallint[]) AS x (id, attempt, progress)
  JOIN jobs j ON j.id = x.id AND j.attempt = x.attempt
  GROUP BY j.id),
locked AS (
  SELECT j.id FROM jobs j JOIN heard USING (id) ORDER BY j.id FOR NO KEY UPDATE OF j SKIP LOCKED)
UPDATE jobs j SET progress = greatest(j.progress, heard.progress), heard_at = clock_timestamp()
FROM heard JOIN locked USING (id) WHERE j.id = heard.id AND j.worker_id IS NOT NULL;

-- name: jobs_of_worker
-- The running attempts of a process, under its present and former ids. Also updates the time of their last
-- sign of life if that was $2 seconds ago. A locked row is skipped, as in report_progress.
WITH silent AS (
  SELECT id FROM jobs
  WHERE worker_id = ANY($1::uuid[]) AND heard_at < clock_timestamp() - make_interval(secs => $2)
  ORDER BY id FOR NO KEY UPDATE SKIP LOCKED),
heard AS (UPDATE jobs j SET heard_at = clock_timestamp() FROM silent WHERE j.id = silent.id)
SELECT id, attempt FROM jobs WHERE worker_id = ANY($1::uuid[]);

-- name: due_retries
-- Jobs whose delay is over.
SELECT id FROM jobs WHERE status = 'retrying' AND run_at <= clock_timestamp() ORDER BY run_at LIMIT $1;

-- name: blocked_retries
-- Jobs that wait for a blocked provider, by the codes of such errors, the longest wait first.
SELECT id FROM jobs WHERE status = 'retrying' AND error ->> 'code' = ANY($1::text[]) ORDER BY run_at;

-- name: past_deadline
-- Running jobs that are past their deadline. Jobs of a worker whose lease has expired are left out: the
-- expiry of the worker queues them.
SELECT j.id, j.attempt FROM jobs j JOIN workers w ON w.id = j.worker_id AND w.lease_until >= clock_timestamp()
WHERE j.deadline_at < clock_timestamp() ORDER BY j.deadline_at LIMIT $1;

-- name: jobs_of_workers
-- The running jobs of some workers, and whether each runs alone in its process in this attempt, without progress.
SELECT id, rescues > 0 AND coalesce((metadata ->> 'alone_attempt')::integer = attempt, false) AS alone FROM jobs WHERE worker_id = ANY($1::uuid[]) ORDER BY id;

-- name: backlog
-- The number of queued jobs, counted up to $1.
SELECT count(*) FROM (SELECT FROM jobs WHERE status = 'queued' AND dispatched_at IS NULL LIMIT $1) AS q;

-- name: greedy_users
-- The users with at least $1 queued jobs.
SELECT user_id FROM jobs WHERE status = 'queued' AND dispatched_at IS NULL
GROUP BY user_id HAVING count(*) >= $1::double precision;
