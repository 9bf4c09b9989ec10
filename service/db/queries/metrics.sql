-- name: jobs_by_status
-- How many jobs of each group are open, by status, and how many were given up. Those that came to a good end
-- are not counted: it would take longer with each book.
SELECT grp, status, count(*) AS jobs FROM jobs WHERE ended_at IS NULL GROUP BY grp, status
UNION ALL SELECT grp, 'failed', count(*) FROM jobs WHERE status = 'failed' GROUP BY grp;

-- name: ready_lately
-- How many jobs of each group were made ready in the last minute.
SELECT grp, count(*) AS jobs FROM jobs
WHERE status = 'ready' AND ended_at > statement_timestamp() - interval '1 minute' GROUP BY grp;

-- name: blocked_jobs
-- How many jobs wait for a person to repair a key or an account, by the codes of such errors ($1).
SELECT error ->> 'code' AS code, count(*) AS jobs FROM jobs
WHERE ended_at IS NULL AND error ->> 'code' = ANY($1::text[]) GROUP BY 1;

-- name: waiting
-- How long the oldest job that could run has waited, in seconds, and what is still to be told.
SELECT (SELECT coalesce(extract(epoch FROM max(clock_timestamp() - updated_at)), 0)::float8 FROM jobs
        WHERE status = 'queued' AND dispatched_at IS NULL) AS oldest_queued_seconds,
       (SELECT count(*) FROM event_outbox WHERE status = 'PENDING') AS outbox_pending,
       (SELECT count(*) FROM event_outbox WHERE status = 'DEAD') AS outbox_dead,
       (SELECT count(*) FROM provider_calls WHERE outcome = 'unknown'
          AND started_at >= statement_timestamp() - interval '1 day') AS unknown_calls,
       (SELECT count(*) FROM workers WHERE buried_at IS NULL AND lease_until > statement_timestamp()) AS workers;
