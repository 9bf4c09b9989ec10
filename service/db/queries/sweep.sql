-- name: marks
-- What tells that something was deleted: how many rows of people, stories and characters were, by the
-- statistics, and when somebody was last signed out, as everyone is who is forgotten. A sign-out whose time
-- is still to come would hide those before it.
SELECT (SELECT coalesce(sum(n_tup_del), 0)::bigint FROM pg_stat_user_tables
        WHERE schemaname = 'public' AND relname IN ('users', 'stories', 'characters')) AS deleted,
       (SELECT max(at)::text FROM sign_outs WHERE at <= clock_timestamp()) AS signed_out;

-- name: others
-- How many sessions there are beside this one.
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';

-- name: still_seen
-- How many transactions may see what was deleted before they began, and so keep it from being swept. Those of
-- users' requests do not tell when they began (roles.sql): whoever of them sees anything counts.
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (xact_start < $1 OR xact_start IS NULL AND backend_xmin IS NOT NULL);

-- name: forget_samples
-- The planner's statistics quote values of rows; those of an emptied table would stay for ever.
DELETE FROM pg_statistic s USING pg_class c
WHERE c.oid = s.starelid AND c.relnamespace = 'public'::regnamespace;

-- name: rewrites
-- A statement for each table that writes it anew, with its rows alone, the smallest first. A plain VACUUM
-- would leave the bytes of deleted rows in the free space of pages. What was quoted of rows goes last.
SELECT format('VACUUM (FULL, ANALYZE) %I.%I', n.nspname, c.relname) AS rewrite
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND (n.nspname = 'public' OR (n.nspname, c.relname) = ('pg_catalog', 'pg_statistic'))
ORDER BY n.nspname <> 'public', pg_relation_size(c.oid);

-- name: switch_wal
-- What was written until now is in segments that the next checkpoint deletes.
SELECT pg_switch_wal();

-- name: checkpoint
-- Deletes those segments, and the former files of what was written anew.
CHECKPOINT;
