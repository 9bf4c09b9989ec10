-- name: jobs_by_status
-- How many jobs there are of each group and status.
SELECT grp, status, count(*) AS jobs FROM jobs GROUP BY grp, status;

-- name: stopped_jobs
-- How many jobs wait for somebody to mend a provider, by the codes of such errors ($1).
SELECT error ->> 'code' AS code, count(*) AS jobs FROM jobs
WHERE ended_at IS NULL AND error ->> 'code' = ANY($1::text[]) GROUP BY 1;

-- name: waiting
-- How long the oldest job that could run has waited, in seconds, and what is still to be told.
SELECT (SELECT coalesce(extract(epoch FROM max(clock_timestamp() - updated_at)), 0)::float8 FROM jobs
        WHERE status = 'queued' AND dispatched_at IS NULL) AS oldest_queued_seconds,
       (SELECT count(*) FROM event_outbox WHERE status = 'PENDING') AS outbox_pending,
       (SELECT count(*) FROM event_outbox WHERE status = 'DEAD') AS outbox_dead,
       (SELECT count(*) FROM provider_calls WHERE outcome = 'unknown'
          AND started_at >= clock_timestamp() - interval '1 day') AS unknown_calls,
       (SELECT count(*) FROM workers WHERE buried_at IS NULL AND lease_until > clock_timestamp()) AS workers;
