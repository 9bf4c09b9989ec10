-- name: sessions
-- The number of active and of expired sessions by the stage at which they are. Others are not counted: that would
-- take longer with each novel.
SELECT status, current_stage AS stage, count(*) AS sessions FROM genesis_sessions
WHERE status IN ('active', 'expired') GROUP BY status, current_stage;

-- name: waits
-- The number of open waits for a person: those that last, and those whose time is over.
SELECT count(*) FILTER (WHERE expires_at > statement_timestamp()) AS open,
       count(*) FILTER (WHERE expires_at <= statement_timestamp()) AS overdue
FROM flow_resume_handles WHERE consumed_at IS NULL AND expired_at IS NULL AND paused_at IS NOT NULL;

-- name: rounds_lately
-- The number of rounds of generation of each stage ($1) that ended in the last hour, by outcome. Cancelled ones are not
-- counted: to choose early cancels the rest of a round.
SELECT grp AS stage, 'ready' AS outcome, count(*) AS rounds FROM jobs
WHERE status = 'ready' AND ended_at > statement_timestamp() - interval '1 hour' AND grp = ANY($1::text[]) GROUP BY grp
UNION ALL
SELECT grp, 'failed', count(*) FROM jobs
WHERE status = 'failed' AND ended_at > statement_timestamp() - interval '1 hour' AND grp = ANY($1::text[]) GROUP BY grp;
