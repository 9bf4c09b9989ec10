-- Indexes by which gauges and operators' lists are read, however many jobs have ended.

DROP INDEX jobs_failed;
CREATE INDEX jobs_failed ON jobs (ended_at, id) INCLUDE (grp) WHERE status = 'failed';
CREATE INDEX jobs_open ON jobs (grp, status) WHERE ended_at IS NULL;
CREATE INDEX jobs_troubled ON jobs ((error ->> 'code')) WHERE ended_at IS NULL AND error IS NOT NULL;
CREATE INDEX outbox_dead ON event_outbox (id) WHERE status = 'DEAD';
