-- The start of a settlement in one round trip: locks the caller's worker, then the aggregates of some jobs in the
-- order of their ids, and then loads the jobs. No row if the worker has expired. Aggregates of kinds outside
-- known_kinds are left out. An aggregate with more than few jobs has one row without a job.
--
-- The function must stay volatile: then each of its statements sees what others committed before its locks were
-- taken. One statement that locks and loads would read rows from before its wait. The plans use indexes
-- only and are made once in a session, so they depend on no statistics of the tables.
CREATE FUNCTION lock_and_load(worker uuid, wanted uuid[], known_kinds text[], few integer)
RETURNS TABLE (
  aggregate_id uuid, aggregate_kind text, owner_id uuid, version bigint, now timestamptz,
  id uuid, user_id uuid, name text, scope text, grp text, status text, "position" smallint, run_id uuid, run_kind text,
  priority text, attempt integer, failures integer, rescues integer, worker_id uuid, progress smallint,
  metadata jsonb, result jsonb, error jsonb, completed_at timestamptz, started_at timestamptz, input jsonb,
  held boolean, request_id text, needs uuid[], hard boolean[])
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE locked uuid[];
BEGIN
  IF worker IS NOT NULL THEN
    -- If the process stops, its settlements that wait for each other must end before the first of them
    -- exceeds the idle time-out (2 s), and not one after another.
    PERFORM set_config('lock_timeout', '1500ms', true);
    PERFORM FROM workers w WHERE w.id = worker AND w.buried_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN RETURN; END IF;
  END IF;
  SELECT array_agg(q.id) INTO locked FROM (
    SELECT a.id FROM aggregates a WHERE a.id IN (SELECT j.aggregate_id FROM jobs j WHERE j.id = ANY(wanted))
    ORDER BY a.id FOR NO KEY UPDATE) AS q;
  RETURN QUERY
    SELECT a.id, a.kind, a.user_id, a.version, clock_timestamp(),
           j.id, j.user_id, j.name, j.scope, j.grp, j.status, j.position, j.run_id, r.kind, j.priority, j.attempt,
           j.failures, j.rescues, j.worker_id, j.progress, j.metadata, j.result, j.error, j.completed_at,
           j.started_at, j.input, j.status = 'retrying' AND j.run_at IS NULL, r.request_id, n.needs, n.hard
    FROM unnest(locked) AS x (id) JOIN aggregates a ON a.id = x.id AND a.kind = ANY(known_kinds)
    LEFT JOIN jobs j ON j.aggregate_id = x.id
      AND (SELECT count(*) FROM (SELECT FROM jobs c WHERE c.aggregate_id = x.id LIMIT few + 1) AS counted) <= few
    LEFT JOIN runs r ON r.id = j.run_id
    LEFT JOIN LATERAL (
      SELECT array_agg(d.need_id) AS needs, array_agg(d.hard) AS hard FROM job_needs d WHERE d.job_id = j.id) AS n
      ON true
    ORDER BY a.id, j.created_at, j.position, j.id;
END $$;
