-- name: register
-- A process takes up its lease, under the name that all of its pool's connections bear. Asked to go under
-- its former id ($7), which has expired, it is still to go.
INSERT INTO workers (id, hostname, pid, roles, slots, lease_until, session, drain_asked_at)
VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6), current_setting('application_name'),
        (SELECT drain_asked_at FROM workers WHERE id = $7));

-- name: renew
-- Renews a lease, even a late one: only expiry ends a worker. A gap of half a lease begins its
-- steadiness anew: who could not renew may find others who could not either.
UPDATE workers SET
  steady_since = CASE WHEN renewed_at < clock_timestamp() - make_interval(secs => $2::float8 / 2)
                      THEN clock_timestamp() ELSE steady_since END,
  renewed_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => $2)
WHERE id = $1 AND buried_at IS NULL RETURNING id;

-- name: lock_own_worker
-- Holds this process's row, so that it cannot expire while we write; renewal passes. If the process
-- stops, its settlements that wait for one another must end before the first of them falls idle for too
-- long (2 s), and not in turn.
SELECT id, set_config('lock_timeout', '1500ms', true) FROM workers
WHERE id = $1 AND buried_at IS NULL FOR KEY SHARE;

-- name: end_connections_of_the_dead
-- Ends the connections of workers that are about to expire, and with them whatever these hold: a process that
-- stopped between preparing a statement and running it is idle in no time-out's eyes. Its lease's own
-- connection stays, by which it learns that it has expired.
SELECT count(pg_terminate_backend(a.pid)) FROM workers w
JOIN pg_stat_activity a ON a.application_name = w.session AND pg_has_role(a.usesysid, 'USAGE')
WHERE w.buried_at IS NULL AND w.lease_until < clock_timestamp() AND w.id <> $1 AND w.session <> ''
  AND EXISTS (SELECT FROM workers u WHERE u.id = $1 AND u.buried_at IS NULL
    AND u.renewed_at > clock_timestamp() - make_interval(secs => $2::float8 / 2)
    AND u.steady_since < clock_timestamp() - make_interval(secs => $2));

-- name: lock_dead_workers
-- Workers whose lease has run out, locked for expiry, if this worker ($1) has itself renewed for one
-- lease ($2) without a gap, and lately: an outage of the database must not expire the living. Those who
-- hold jobs of a kind beside $3 are left to a version that knows it.
SELECT w.id FROM workers w
WHERE w.buried_at IS NULL AND w.lease_until < clock_timestamp() AND w.id <> $1
  AND EXISTS (SELECT FROM workers u WHERE u.id = $1 AND u.buried_at IS NULL
    AND u.renewed_at > clock_timestamp() - make_interval(secs => $2::float8 / 2)
    AND u.steady_since < clock_timestamp() - make_interval(secs => $2))
  AND NOT EXISTS (SELECT FROM jobs j JOIN aggregates a ON a.id = j.aggregate_id
    WHERE j.worker_id = w.id AND a.kind <> ALL($3::text[]))
ORDER BY w.id FOR UPDATE OF w SKIP LOCKED;

-- name: lock_former_workers
-- All workers of a former run of `up` on this data folder, which is gone for sure.
SELECT id FROM workers WHERE buried_at IS NULL ORDER BY id FOR UPDATE;

-- name: lock_worker
-- One worker, for its own expiry at the end of a drain.
SELECT id FROM workers WHERE id = $1 AND buried_at IS NULL FOR UPDATE;

-- name: expire
-- Ends workers for good. In the same transaction their jobs go back to the queue.
UPDATE workers SET buried_at = clock_timestamp() WHERE id = ANY($1::uuid[]) AND buried_at IS NULL RETURNING id;

-- name: set_draining
-- Says that a worker takes no more.
UPDATE workers SET draining = true WHERE id = $1 AND buried_at IS NULL;

-- name: among_expired
-- Which of some ids are not living workers: expired, or never registered.
SELECT x.id FROM unnest($1::uuid[]) AS x (id)
WHERE NOT EXISTS (SELECT FROM workers w WHERE w.id = x.id AND w.buried_at IS NULL);

-- name: forget_old
-- Rows of workers that expired long ago and hold nothing.
DELETE FROM workers w WHERE buried_at < clock_timestamp() - interval '1 day'
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.worker_id = w.id);
