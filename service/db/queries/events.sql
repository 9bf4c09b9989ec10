-- name: append_events
-- Events with the versions that their aggregates' locks gave them, the aggregates' new versions,
-- and the ranges that are now to be told: all or nothing.
WITH told AS (
  INSERT INTO domain_events (aggregate_id, version, aggregate_type, type, data)
  SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::jsonb[])),
raised AS (
  UPDATE aggregates a SET version = x.to_version
  FROM unnest($6::uuid[], $8::bigint[]) AS x (id, to_version) WHERE a.id = x.id)
INSERT INTO event_outbox (aggregate_id, from_version, to_version)
SELECT * FROM unnest($6::uuid[], $7::bigint[], $8::bigint[]);

-- name: lock_part
-- One relay at a time for each part of the outbox.
SELECT part FROM relay_parts WHERE part = $1 FOR UPDATE;

-- name: pending_outbox
-- The next ranges of a part, in the order in which they were written.
SELECT id, aggregate_id, from_version, to_version, tries FROM event_outbox
WHERE part = $1 AND status = 'PENDING' AND next_at <= clock_timestamp() ORDER BY id LIMIT $2;

-- name: has_pending
-- Whether a part has anything to tell.
SELECT EXISTS (SELECT FROM event_outbox WHERE part = $1 AND status = 'PENDING' AND next_at <= clock_timestamp());

-- name: events_of_outbox
-- The events of some ranges, in order.
SELECT e.aggregate_id, e.version, e.type, e.data, e.at, a.kind, a.user_id
FROM event_outbox o
JOIN domain_events e ON e.aggregate_id = o.aggregate_id AND e.version BETWEEN o.from_version AND o.to_version
JOIN aggregates a ON a.id = e.aggregate_id
WHERE o.id = ANY($1::bigint[]) ORDER BY o.id, e.version;

-- name: mark_sent
-- These ranges have been told.
UPDATE event_outbox SET status = 'SENT', sent_at = clock_timestamp(), last_error = NULL
WHERE id = ANY($1::bigint[]) AND status = 'PENDING';

-- name: mark_unsent
-- Telling these ranges failed: later again, and after many tries no more ($3), for an operator.
UPDATE event_outbox SET tries = tries + 1, last_error = $2,
  status = CASE WHEN tries + 1 >= $3 THEN 'DEAD' ELSE 'PENDING' END,
  next_at = clock_timestamp() + make_interval(secs => least(0.2 * 2 ^ tries, 60))
WHERE id = ANY($1::bigint[]) AND status = 'PENDING';

-- name: prune_outbox
-- Ranges that were told a while ago; the events stay.
DELETE FROM event_outbox WHERE status = 'SENT' AND sent_at < clock_timestamp() - make_interval(secs => $1);

-- name: events_since
-- What an aggregate's listeners have missed.
SELECT version, at, type, data FROM domain_events
WHERE aggregate_id = $1 AND version > $2 ORDER BY version LIMIT $3;

-- name: versions
-- The present versions of some aggregates.
SELECT id, version FROM aggregates WHERE id = ANY($1::uuid[]);
