-- name: queues
-- Each group's depth, the age of its oldest job in line, what is in flight, and its bound.
SELECT g.name, g.pool, g.bound, g.paused,
       count(j.id) FILTER (WHERE j.status = 'queued' AND j.dispatched_at IS NULL) AS queued,
       count(j.id) FILTER (WHERE j.dispatched_at IS NOT NULL) AS in_flight,
       count(j.id) FILTER (WHERE j.status = 'retrying') AS retrying,
       extract(epoch FROM clock_timestamp() - min(j.updated_at)
         FILTER (WHERE j.status = 'queued' AND j.dispatched_at IS NULL))::float AS oldest_seconds
FROM actor_groups g LEFT JOIN jobs j ON j.grp = g.name AND j.ended_at IS NULL
GROUP BY g.name ORDER BY g.name;

-- name: workers
-- The living processes, and what each has under way.
SELECT w.id, w.hostname, w.pid, w.roles, w.slots, w.started_at, w.renewed_at, w.lease_until, w.draining,
       (SELECT count(*) FROM jobs j WHERE j.worker_id = w.id) AS running
FROM workers w WHERE w.buried_at IS NULL ORDER BY w.started_at;

-- name: dead_letters
-- Jobs that were given up, newest first, before a cursor of time and id.
SELECT j.id, j.aggregate_id, j.user_id, j.name, j.grp, j.attempt, j.failures, j.rescues, j.error, j.ended_at
FROM jobs j
WHERE j.status = 'failed' AND ($1::text IS NULL OR j.grp = $1)
  AND ($2::timestamptz IS NULL OR (j.ended_at, j.id) < ($2::timestamptz, $3::uuid))
ORDER BY j.ended_at DESC, j.id DESC LIMIT $4;

-- name: dead_outbox
-- Ranges of events that the stream refused again and again.
SELECT id, aggregate_id, from_version, to_version, tries, last_error FROM event_outbox
WHERE status = 'DEAD' ORDER BY id LIMIT $1;

-- name: redrive_outbox
-- Tells dead ranges again.
UPDATE event_outbox SET status = 'PENDING', tries = 0, next_at = clock_timestamp()
WHERE status = 'DEAD' AND id = ANY($1::bigint[]) RETURNING id;

-- name: pause_group
-- Stops or lets go on the dispatch of a group; what runs goes on.
UPDATE actor_groups SET paused = $2 WHERE name = $1 RETURNING name;
