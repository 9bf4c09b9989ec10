-- name: append_events
-- Inserts events with the versions that their aggregates' locks gave them, the aggregates' new versions, and
-- the ranges to publish: all or nothing.
WITH told AS (
  INSERT INTO domain_events (aggregate_id, version, aggregate_type, type, schema, data, correlation_id)
  SELECT * FROM unnest(
    $1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::smallint[], $6::jsonb[], $7::uuid[])),
raised AS (
  UPDATE aggregates a SET version = x.to_version
  FROM unnest($8::uuid[], $10::bigint[]) AS x (id, to_version) WHERE a.id = x.id)
INSERT INTO event_outbox (aggregate_id, from_version, to_version)
SELECT * FROM unnest($8::uuid[], $9::bigint[], $10::bigint[]);

-- name: append_batch
-- As append_events, for several aggregates: their ranges are one row.
WITH told AS (
  INSERT INTO domain_events (aggregate_id, version, aggregate_type, type, schema, data, correlation_id)
  SELECT * FROM unnest(
    $1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::smallint[], $6::jsonb[], $7::uuid[])),
raised AS (
  UPDATE aggregates a SET version = x.to_version
  FROM unnest($8::uuid[], $10::bigint[]) AS x (id, to_version) WHERE a.id = x.id)
INSERT INTO event_batches (ids, from_versions, to_versions) VALUES ($8, $9, $10);

-- name: lock_part
-- Locks one part of the outbox for one relay. No row, and no lock, if nothing is pending. The relay waits for
-- the stream meanwhile, which may take as long as the socket's time-out. It does not wait for the disk: if a
-- crash loses a mark, the range is published again, and readers drop it.
SELECT part, set_config('idle_in_transaction_session_timeout', '6s', true),
       set_config('synchronous_commit', 'off', true)
FROM relay_parts
WHERE part = $1 AND (EXISTS (SELECT FROM event_batches WHERE part = $1) OR EXISTS (
  SELECT FROM event_outbox WHERE part = $1 AND status = 'PENDING' AND next_at <= clock_timestamp()))
FOR NO KEY UPDATE;

-- name: pending_outbox
-- The next ranges of a part in the order in which they were written, at least $2 of them if there are so many, with
-- their events in order. A range whose aggregate was deleted has no event. Only events of some kinds ($3): a
-- newer version publishes the kinds that only it knows.
WITH waiting AS (
  (SELECT o.id, ARRAY[o.aggregate_id] AS ids, ARRAY[o.from_version] AS from_versions, ARRAY[o.to_version] AS to_versions
   FROM event_outbox o CROSS JOIN LATERAL (
     -- OFFSET 0 looks the aggregates up one by one, whatever the planner's statistics say about the sizes of
     -- tables.
     SELECT FROM aggregates WHERE id = o.aggregate_id AND kind = ANY($3::text[]) OFFSET 0) AS known
   WHERE o.part = $1 AND o.status = 'PENDING' AND o.next_at <= clock_timestamp()
   ORDER BY o.id LIMIT $2)
  UNION ALL
  (SELECT b.id, b.ids, b.from_versions, b.to_versions FROM event_batches b
   WHERE b.part = $1 AND NOT EXISTS (
     SELECT FROM unnest(b.ids) AS x (id) JOIN aggregates a ON a.id = x.id WHERE a.kind <> ALL($3::text[]) OFFSET 0)
   ORDER BY b.id LIMIT $2)),
ranges AS (
  SELECT *, sum(cardinality(ids)) OVER (ORDER BY id) - cardinality(ids) AS earlier FROM waiting)
SELECT r.id AS range, x.id AS aggregate_id, a.kind, a.user_id, e.version, e.type, e.data::text AS data, e.at
FROM ranges r
CROSS JOIN LATERAL unnest(r.ids, r.from_versions, r.to_versions) WITH ORDINALITY
  AS x (id, from_version, to_version, number)
LEFT JOIN LATERAL (SELECT kind, user_id FROM aggregates WHERE id = x.id OFFSET 0) AS a ON true
LEFT JOIN LATERAL (
  SELECT version, type, data, at FROM domain_events
  WHERE aggregate_id = x.id AND version BETWEEN x.from_version AND x.to_version ORDER BY version) AS e
  ON a.kind IS NOT NULL
WHERE r.earlier < $2
ORDER BY r.id, x.number, e.version;

-- name: mark_sent
-- Marks ranges as published and plans a delivery for each webhook that wants their events. A delivery is
-- planned once, even if its range is published several times. The ranges also go to each sink ($2), in the same
-- order. One statement, so that nothing is lost. Batches are deleted.
WITH marked AS (
  UPDATE event_outbox SET status = 'SENT', sent_at = clock_timestamp(), last_error = NULL
  WHERE id = ANY($1::bigint[]) AND status = 'PENDING' RETURNING id, aggregate_id, from_version, to_version),
deleted AS (
  DELETE FROM event_batches WHERE id = ANY($1::bigint[]) RETURNING id, ids, from_versions, to_versions),
told AS (
  SELECT id, 1 AS number, aggregate_id, from_version, to_version FROM marked
  UNION ALL
  SELECT d.id, x.number, x.aggregate_id, x.from_version, x.to_version
  FROM deleted d CROSS JOIN LATERAL unnest(d.ids, d.from_versions, d.to_versions) WITH ORDINALITY
    AS x (aggregate_id, from_version, to_version, number)),
forwarded AS (
  INSERT INTO sink_outbox (sink, aggregate_id, from_version, to_version)
  SELECT s.sink, t.aggregate_id, t.from_version, t.to_version
  FROM told t JOIN aggregates a ON a.id = t.aggregate_id CROSS JOIN unnest($2::text[]) AS s (sink)
  WHERE cardinality($2::text[]) > 0 ORDER BY t.id, t.number)
INSERT INTO webhook_deliveries (webhook_id, user_id, aggregate_id, version, event)
SELECT w.id, w.user_id, e.aggregate_id, e.version, e.type
FROM told t
JOIN aggregates a ON a.id = t.aggregate_id
JOIN webhooks w ON w.user_id = a.user_id AND w.enabled
JOIN domain_events e ON e.aggregate_id = t.aggregate_id AND e.version BETWEEN t.from_version AND t.to_version
WHERE w.events && ARRAY[e.type, split_part(e.type, '.', 1) || '.*', '*']
  AND EXISTS (SELECT FROM webhooks WHERE enabled)
ON CONFLICT (webhook_id, aggregate_id, version) DO NOTHING;

-- name: split_batches
-- Replaces batches by a row for each of their ranges, in the same order, so that a range which the stream refuses
-- does not stop the others.
WITH deleted AS (
  DELETE FROM event_batches WHERE id = ANY($1::bigint[]) RETURNING id, part, ids, from_versions, to_versions)
INSERT INTO event_outbox (part, aggregate_id, from_version, to_version)
SELECT d.part, x.id, x.from_version, x.to_version
FROM deleted d CROSS JOIN LATERAL unnest(d.ids, d.from_versions, d.to_versions) WITH ORDINALITY
  AS x (id, from_version, to_version, number)
JOIN aggregates a ON a.id = x.id
ORDER BY d.id, x.number;

-- name: mark_unsent
-- Publishing these ranges failed: they are due again later, and after many tries ($3) they are dead and wait
-- for an operator.
UPDATE event_outbox SET tries = tries + 1, last_error = $2,
  status = CASE WHEN tries + 1 >= $3 THEN 'DEAD' ELSE 'PENDING' END,
  next_at = clock_timestamp() + make_interval(secs => least(0.2 * 2 ^ tries, 60))
WHERE id = ANY($1::bigint[]) AND status = 'PENDING';

-- name: prune_outbox
-- Deletes ranges that were published some time ago. Their events stay.
DELETE FROM event_outbox WHERE status = 'SENT' AND sent_at < statement_timestamp() - make_interval(secs => $1);

-- name: events_since
-- The events of an aggregate after a version.
SELECT version, at, type, data FROM domain_events
WHERE aggregate_id = $1 AND version > $2 ORDER BY version LIMIT $3;

-- name: versions
-- The present versions of some aggregates.
SELECT id, version FROM aggregates WHERE id = ANY($1::uuid[]);

-- name: version_for_listener
-- The version of an aggregate of a kind. No row if the connection's user has no aggregate with this id.
SELECT version FROM aggregates WHERE id = $1 AND kind = $2;
