-- name: jobs_by_status
-- The number of open jobs of each group by status, and the number of failed jobs. Ready jobs are not counted:
-- that would take longer with each book.
SELECT grp, status, count(*) AS jobs FROM jobs WHERE ended_at IS NULL GROUP BY grp, status
UNION ALL SELECT grp, 'failed', count(*) FROM jobs WHERE status = 'failed' GROUP BY grp;

-- name: ready_lately
-- The number of jobs of each group that became ready in the last minute.
SELECT grp, count(*) AS jobs FROM jobs
WHERE status = 'ready' AND ended_at > statement_timestamp() - interval '1 minute' GROUP BY grp;

-- name: blocked_jobs
-- The number of jobs that wait until a person fixes a key or an account, by the codes of such errors ($1).
SELECT error ->> 'code' AS code, count(*) AS jobs FROM jobs
WHERE ended_at IS NULL AND error ->> 'code' = ANY($1::text[]) GROUP BY 1;

-- name: waiting
-- The wait of the oldest queued job in seconds, and the number of events to publish.
SELECT (SELECT coalesce(extract(epoch FROM max(clock_timestamp() - updated_at)), 0)::float8 FROM jobs
        WHERE status = 'queued' AND dispatched_at IS NULL) AS oldest_queued_seconds,
       (SELECT count(*) FROM event_outbox WHERE status = 'PENDING')
         + (SELECT coalesce(sum(cardinality(ids)), 0)::bigint FROM event_batches) AS outbox_pending,
       (SELECT count(*) FROM event_outbox WHERE status = 'DEAD') AS outbox_dead,
       (SELECT count(*) FROM provider_calls WHERE outcome = 'unknown'
          AND started_at >= statement_timestamp() - interval '1 day') AS unknown_calls,
       (SELECT count(*) FROM workers WHERE buried_at IS NULL AND lease_until > statement_timestamp()) AS workers;
