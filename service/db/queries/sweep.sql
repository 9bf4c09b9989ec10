-- name: marks
-- Values that change when something was deleted: the numbers of deleted users, stories and characters from
-- the statistics, and the time of the last sign-out, since deleting a user signs the user out. A sign-out in
-- the future is left out: it would hide earlier ones.
SELECT (SELECT coalesce(sum(n_tup_del), 0)::bigint FROM pg_stat_user_tables
        WHERE schemaname = 'public' AND relname IN ('users', 'stories', 'characters')) AS deleted,
       (SELECT max(at)::text FROM sign_outs WHERE at <= clock_timestamp()) AS signed_out;

-- name: others
-- The number of other sessions.
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';

-- name: still_seen
-- The number of transactions that may still see deleted rows, and so prevent a sweep. Transactions of users'
-- requests do not show when they began (roles.sql), so each of them that has a snapshot counts.
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (xact_start < $1 OR xact_start IS NULL AND backend_xmin IS NOT NULL);

-- name: forget_samples
-- Removes the planner's statistics of empty tables: they quote values of deleted rows, and would stay
-- forever.
DELETE FROM pg_statistic s USING pg_class c
WHERE c.oid = s.starelid AND c.relnamespace = 'public'::regnamespace;

-- name: rewrites
-- A statement for each table that rewrites it with its live rows only, the smallest table first. A plain
-- VACUUM would leave the bytes of deleted rows in the free space of pages. The statistics that quote rows
-- come last.
SELECT format('VACUUM (FULL, ANALYZE) %I.%I', n.nspname, c.relname) AS rewrite
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND (n.nspname = 'public' OR (n.nspname, c.relname) = ('pg_catalog', 'pg_statistic'))
ORDER BY n.nspname <> 'public', pg_relation_size(c.oid);

-- name: switch_wal
-- Starts a new WAL segment, so that the next checkpoint can delete the segments written until now.
SELECT pg_switch_wal();

-- name: checkpoint
-- Deletes those segments, and the old files of the rewritten tables.
CHECKPOINT;
