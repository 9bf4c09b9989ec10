-- name: lock_pool
-- Locks the groups that share a pool's limit. The limit is over all processes.
SELECT name, vtime, bound, paused FROM actor_groups
WHERE pool = (SELECT pool FROM actor_groups WHERE name = $1) ORDER BY name FOR NO KEY UPDATE;

-- name: in_flight
-- How many jobs of a pool's groups are marked or running, and how many of this process's marks in one group
-- are not claimed yet.
SELECT count(*) AS total,
       count(*) FILTER (WHERE grp = $2 AND dispatched_by = $3 AND worker_id IS NULL) AS waiting_here
FROM jobs WHERE grp = ANY($1::text[]) AND dispatched_at IS NOT NULL;

-- name: mark_jobs
-- Marks the next jobs of some groups ($1) with free slots ($2) for a worker, at most $4 of each group. For each job,
-- also the number of groups that had queued jobs and share its pool.
SELECT grp, id, sharers FROM mark_jobs($1::text[], $2::integer[], $3, $4);

-- name: release_slot
-- Releases a running attempt's slot of its pool: the attempt no longer counts as in flight, and the next job
-- may be marked.
UPDATE jobs SET dispatched_at = NULL WHERE id = $1 AND attempt = $2 AND worker_id = $3 RETURNING id;

-- name: acquire_slot
-- Takes a slot again.
UPDATE jobs SET dispatched_at = clock_timestamp() WHERE id = $1 AND attempt = $2 AND worker_id = $3;

-- name: stale_marks
-- Jobs that were marked some time ago and not claimed: their entry may be lost.
SELECT id, grp FROM jobs
WHERE grp = $1 AND dispatched_at < clock_timestamp() - make_interval(secs => $2) AND worker_id IS NULL
ORDER BY dispatched_at LIMIT $3;

-- name: unmark
-- Puts jobs whose entry is lost back in the queue, if they are still queued.
UPDATE jobs SET dispatched_at = NULL, dispatched_by = NULL
WHERE id = ANY($1::uuid[]) AND status = 'queued' AND dispatched_at < clock_timestamp() - make_interval(secs => $2)
RETURNING id;

-- name: ensure_groups
-- Writes the rows of the actor groups, with the limits and attempts of the settings. Rows that are already
-- correct are not touched, so that a start does not wait for a dispatch.
INSERT INTO actor_groups (name, pool, bound, attempts)
SELECT x.* FROM unnest($1::text[], $2::text[], $3::integer[], $4::integer[]) AS x (name, pool, bound, attempts)
WHERE NOT EXISTS (SELECT FROM actor_groups g WHERE g.name = x.name
  AND (g.pool, g.bound, g.attempts) IS NOT DISTINCT FROM (x.pool, x.bound, x.attempts))
ORDER BY x.name
ON CONFLICT (name) DO UPDATE SET pool = excluded.pool, bound = excluded.bound, attempts = excluded.attempts;
