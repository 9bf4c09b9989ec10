-- name: lock_sink
-- Whether this transaction is the one that feeds the sink now. The transaction waits for the sink meanwhile.
SELECT pg_try_advisory_xact_lock(hashtextextended('storytroupe sink ' || $1, 0)),
       set_config('idle_in_transaction_session_timeout', '60s', true);

-- name: pending
-- The next ranges for a sink, with their events. An aggregate's range waits for its earlier ranges, also for
-- dead ones, so each sink gets the events of an aggregate in order and without a gap. Only events of some kinds
-- ($3): a newer version publishes the kinds that only it knows.
WITH ranges AS (
  SELECT o.id, o.aggregate_id, o.from_version, o.to_version, a.kind, a.user_id
  FROM sink_outbox o JOIN aggregates a ON a.id = o.aggregate_id AND a.kind = ANY($3::text[])
  WHERE o.sink = $1 AND o.status = 'PENDING' AND o.next_at <= clock_timestamp() AND NOT EXISTS (
    SELECT FROM sink_outbox e
    WHERE e.aggregate_id = o.aggregate_id AND e.sink = o.sink AND e.id < o.id AND e.status <> 'SENT'
      AND (e.status = 'DEAD' OR e.next_at > clock_timestamp()))
  ORDER BY o.id LIMIT $2)
SELECT r.id AS range, r.aggregate_id, r.kind, r.user_id, e.version, e.type, e.data, e.at, e.correlation_id
FROM ranges r
JOIN domain_events e ON e.aggregate_id = r.aggregate_id AND e.version BETWEEN r.from_version AND r.to_version
ORDER BY r.id, e.version;

-- name: mark_sent
-- Marks ranges that the sink has.
UPDATE sink_outbox SET status = 'SENT', sent_at = clock_timestamp(), last_error = NULL
WHERE id = ANY($1::bigint[]);

-- name: mark_refused
-- The sink refused a range: it is due again later, and after many tries ($3) it is dead and waits for an operator.
UPDATE sink_outbox SET tries = tries + 1, last_error = $2,
  status = CASE WHEN tries + 1 >= $3 THEN 'DEAD' ELSE 'PENDING' END,
  next_at = clock_timestamp() + make_interval(secs => least(0.2 * 2 ^ tries, 60))
WHERE id = $1;

-- name: prune
-- Deletes ranges that a sink got some time ago. Their events stay.
DELETE FROM sink_outbox WHERE status = 'SENT' AND sent_at < statement_timestamp() - make_interval(secs => $1);

-- name: redrive
-- Makes dead ranges of all sinks pending again.
UPDATE sink_outbox SET status = 'PENDING', tries = 0, next_at = clock_timestamp()
WHERE id IN (SELECT id FROM sink_outbox WHERE status = 'DEAD' ORDER BY id LIMIT $1) RETURNING id;

-- name: replay
-- Sends the events of a time range ($2 to $3) to a sink again: all aggregates, each in order.
WITH ranges AS (
  SELECT aggregate_id, min(version) AS from_version, max(version) AS to_version FROM domain_events
  WHERE at >= $2 AND at < $3 GROUP BY aggregate_id)
INSERT INTO sink_outbox (sink, aggregate_id, from_version, to_version)
SELECT $1, aggregate_id, from_version, to_version FROM ranges RETURNING id;

-- name: unsent
-- Ranges by sink that are pending or dead, and how long the oldest pending one has waited, in seconds.
SELECT sink, count(*) FILTER (WHERE status = 'PENDING') AS pending, count(*) FILTER (WHERE status = 'DEAD') AS dead,
       coalesce(extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE status = 'PENDING')), 0)::float8
         AS oldest_seconds
FROM sink_outbox WHERE status <> 'SENT' GROUP BY sink;
