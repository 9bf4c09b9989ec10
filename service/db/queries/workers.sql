-- name: register
-- Takes a lease for a process, under the name that all connections of its pool have. If the process was asked
-- to drain under its former id ($7), which has expired, the request still holds.
INSERT INTO workers (id, hostname, pid, roles, slots, lease_until, session, drain_asked_at)
VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6), current_setting('application_name'),
        (SELECT drain_asked_at FROM workers WHERE id = $7));

-- name: renew
-- Renews a lease, even a late one: only expiry ends a worker. After a gap of half a lease, the worker's
-- steady time starts again, because other workers may have been unable to renew, too.
UPDATE workers SET
  steady_since = CASE WHEN renewed_at < clock_timestamp() - make_interval(secs => $2::float8 / 2)
                      THEN clock_timestamp() ELSE steady_since END,
  renewed_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => $2)
WHERE id = $1 AND buried_at IS NULL RETURNING id;

-- name: lock_own_worker
-- Locks this process's row, so that the worker cannot expire while the transaction writes. Renewal is still
-- possible. If the process stops, its settlements that wait for each other must end before the first of them
-- exceeds the idle time-out (2 s), and not one after another.
SELECT id, set_config('lock_timeout', '1500ms', true) FROM workers
WHERE id = $1 AND buried_at IS NULL FOR KEY SHARE;

-- name: end_connections_of_the_dead
-- Ends the connections of workers that are about to expire, and so releases their locks. A process that
-- stopped between preparing and running a statement exceeds no idle time-out. The connection of its lease
-- stays, so that the process can learn that it has expired.
SELECT count(pg_terminate_backend(a.pid)) FROM workers w
JOIN pg_stat_activity a ON a.application_name = w.session AND pg_has_role(a.usesysid, 'USAGE')
WHERE w.buried_at IS NULL AND w.lease_until < clock_timestamp() AND w.id <> $1 AND w.session <> ''
  AND EXISTS (SELECT FROM workers u WHERE u.id = $1 AND u.buried_at IS NULL
    AND u.renewed_at > clock_timestamp() - make_interval(secs => $2::float8 / 2)
    AND u.steady_since < clock_timestamp() - make_interval(secs => $2));

-- name: lock_dead_workers
-- Locks workers whose lease has run out, to expire them. Only if this worker ($1) has itself renewed for one
-- lease ($2) without a gap, and recently: an outage of the database must not expire live workers. Workers
-- that hold jobs of a kind outside $3 are left to a version that knows the kind.
SELECT w.id FROM workers w
WHERE w.buried_at IS NULL AND w.lease_until < clock_timestamp() AND w.id <> $1
  AND EXISTS (SELECT FROM workers u WHERE u.id = $1 AND u.buried_at IS NULL
    AND u.renewed_at > clock_timestamp() - make_interval(secs => $2::float8 / 2)
    AND u.steady_since < clock_timestamp() - make_interval(secs => $2))
  AND NOT EXISTS (SELECT FROM jobs j JOIN aggregates a ON a.id = j.aggregate_id
    WHERE j.worker_id = w.id AND a.kind <> ALL($3::text[]))
ORDER BY w.id FOR UPDATE OF w SKIP LOCKED;

-- name: lock_former_workers
-- Locks all workers of a former process of `up` on this data folder, which has ended for certain.
SELECT id FROM workers WHERE buried_at IS NULL ORDER BY id FOR UPDATE;

-- name: lock_worker
-- Locks one worker for its own expiry at the end of a drain.
SELECT id FROM workers WHERE id = $1 AND buried_at IS NULL FOR UPDATE;

-- name: expire
-- Ends workers permanently. The same transaction queues their jobs.
UPDATE workers SET buried_at = clock_timestamp() WHERE id = ANY($1::uuid[]) AND buried_at IS NULL RETURNING id;

-- name: set_draining
-- Marks a worker as draining: it takes no more jobs.
UPDATE workers SET draining = true WHERE id = $1 AND buried_at IS NULL;

-- name: among_expired
-- The ids that are not live workers: expired, or never registered.
SELECT x.id FROM unnest($1::uuid[]) AS x (id)
WHERE NOT EXISTS (SELECT FROM workers w WHERE w.id = x.id AND w.buried_at IS NULL);

-- name: forget_old
-- Deletes rows of workers that expired long ago and hold nothing.
DELETE FROM workers w WHERE buried_at < clock_timestamp() - interval '1 day'
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.worker_id = w.id);
