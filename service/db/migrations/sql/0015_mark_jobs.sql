-- One pass of a dispatcher in one round trip: marks the next jobs of some groups in fair order, as many as the worker
-- has free slots in each group, and as the limit of its pool allows. Groups that share the limit get equal parts of it.
-- Pools with a limit come first, because others wait for their slots, and in a pool the group with the fewest jobs in
-- flight. All dispatchers lock pools in the same order. Only marks skip locked rows: a job that is skipped here is
-- still in the queue.
CREATE FUNCTION mark_jobs(names text[], free_slots integer[], worker uuid, at_once integer)
RETURNS TABLE (grp text, id uuid, sharers bigint)
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE g record; pool_names text[]; pool_bound integer; is_paused boolean; total bigint; waiting bigint; room bigint;
BEGIN
  FOR g IN
    SELECT a.name, a.pool, x.free, count(*) OVER (PARTITION BY a.pool) AS sharers,
           row_number() OVER (PARTITION BY a.pool ORDER BY f.flight, a.name) - 1 AS earlier
    FROM unnest(names, free_slots) AS x (name, free) JOIN actor_groups a ON a.name = x.name
    CROSS JOIN LATERAL (SELECT CASE WHEN a.bound IS NOT NULL THEN (
      SELECT count(*) FROM jobs j WHERE j.grp = a.name AND j.dispatched_at IS NOT NULL) END AS flight) AS f
    WHERE EXISTS (SELECT FROM jobs j WHERE j.grp = a.name AND j.status = 'queued' AND j.dispatched_at IS NULL)
    ORDER BY a.bound IS NULL, a.pool, f.flight, a.name
  LOOP
    SELECT array_agg(q.name), min(q.bound) FILTER (WHERE q.name = g.name), bool_or(q.paused) FILTER (WHERE q.name = g.name)
    INTO pool_names, pool_bound, is_paused FROM (
      SELECT a.name, a.bound, a.paused FROM actor_groups a WHERE a.pool = g.pool ORDER BY a.name FOR NO KEY UPDATE) AS q;
    CONTINUE WHEN is_paused;
    -- The limit is over all processes.
    SELECT count(*), count(*) FILTER (WHERE j.grp = g.name AND j.dispatched_by = worker AND j.worker_id IS NULL)
    INTO total, waiting FROM jobs j WHERE j.grp = ANY(pool_names) AND j.dispatched_at IS NOT NULL;
    room := least(g.free - waiting, at_once);
    IF pool_bound IS NOT NULL THEN
      room := least(room, ceil((pool_bound - total)::numeric / (g.sharers - g.earlier)));
    END IF;
    CONTINUE WHEN room <= 0;
    RETURN QUERY
      WITH next AS (
        SELECT j.id FROM jobs j WHERE j.grp = g.name AND j.status = 'queued' AND j.dispatched_at IS NULL
        ORDER BY j.rank, j.id LIMIT room FOR NO KEY UPDATE SKIP LOCKED),
      marked AS (
        UPDATE jobs j SET dispatched_at = clock_timestamp(), dispatched_by = worker
        FROM next WHERE j.id = next.id RETURNING j.id, j.rank),
      advanced AS (
        UPDATE actor_groups a SET vtime = m.rank FROM (SELECT max(rank) AS rank FROM marked) AS m
        WHERE a.name = g.name AND a.vtime < m.rank)
      SELECT g.name, m.id, g.sharers FROM marked m ORDER BY m.rank;
  END LOOP;
END $$;
