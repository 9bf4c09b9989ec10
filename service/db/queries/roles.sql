-- name: roles_lacking
-- Statements that create the missing ones of three roles: the owner ($1), the login of the HTTP service ($2),
-- and the role that both use for a user's request. The login inherits nothing: outside a request that has
-- taken that role, it cannot even read.
SELECT r.statement FROM (VALUES
  ('storytroupe_user', 'CREATE ROLE storytroupe_user NOLOGIN'),
  ($1::text, format('CREATE ROLE %I', $1::text)),
  ($2::text, format('CREATE ROLE %I NOINHERIT', $2::text))) AS r (name, statement)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r.name);

-- name: roles_powers
-- The privileges that make a role more than a plain login, by role.
SELECT r.rolname AS name, p.powers FROM pg_roles r, LATERAL (SELECT array_remove(ARRAY[
  CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
  CASE WHEN r.rolcreatedb THEN 'CREATEDB' END, CASE WHEN r.rolreplication THEN 'REPLICATION' END,
  CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END], NULL) AS powers) AS p
WHERE r.rolname = ANY($1::text[]) AND p.powers <> '{}';

-- name: roles_settled
-- Statements that let the owner ($1) and the login of the HTTP service ($2) log in with their passwords ($3,
-- $4, hashed), and that grant missing memberships. The owner is a member of the login, so that it can end the
-- connections of a dead process. The queries of one request are hidden from other sessions of the same login.
-- Only a superuser may configure that.
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $3::text) AS statement
UNION ALL SELECT format('ALTER ROLE %I LOGIN NOINHERIT PASSWORD %L', $2::text, $4::text)
UNION ALL SELECT format('GRANT %I TO %I', m.role, m.member)
FROM (VALUES ('storytroupe_user', $1::text), ('storytroupe_user', $2::text), ($2::text, $1::text)) AS m (role, member)
WHERE NOT EXISTS (SELECT FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid
  JOIN pg_roles w ON w.oid = a.member WHERE r.rolname = m.role AND w.rolname = m.member)
UNION ALL SELECT format('ALTER ROLE %I SET track_activities = off', $2::text)
FROM pg_roles WHERE rolname = current_user AND rolsuper;

-- name: password_of
-- The statement that sets a role's ($1) password ($2, hashed).
SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text) AS statement;

-- name: database_settled
-- Statements that make $1 the owner of this database, let the login of the HTTP service ($2) connect, and
-- forbid all other roles to create tables, temporary tables and large objects, to end another's connection,
-- and to list the prepared statements of a session (service/db/pool.py).
SELECT format('ALTER DATABASE %I OWNER TO %I', d.datname, $1::text) AS statement
FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
WHERE d.datname = current_database() AND r.rolname <> $1::text
UNION ALL SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), $2::text)
UNION ALL SELECT format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database())
UNION ALL SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'
UNION ALL SELECT format('GRANT USAGE, CREATE ON SCHEMA public TO %I', $1::text)
UNION ALL SELECT format('GRANT EXECUTE ON FUNCTION pg_terminate_backend TO %I', $1::text)
FROM pg_roles WHERE rolname = current_user AND rolsuper
UNION ALL SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', p.oid::regprocedure) FROM pg_proc p
WHERE p.pronamespace = 'pg_catalog'::regnamespace
  AND p.proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'pg_prepared_statement', 'pg_cancel_backend', 'pg_terminate_backend')
  AND EXISTS (SELECT FROM pg_roles WHERE rolname = current_user AND rolsuper);

-- name: objects_to_hand_over
-- Statements that give the objects of an older release to the owner ($1): everything in the schema that has
-- the same owner as the table of migrations, except objects that belong to extensions or that follow their
-- table.
WITH former AS (
  SELECT c.relowner AS id FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
  WHERE c.oid = to_regclass('public.alembic_version') AND r.rolname <> $1::text)
SELECT format('ALTER TABLE %s OWNER TO %I', c.oid::regclass, $1::text) AS statement
FROM pg_class c JOIN former ON c.relowner = former.id
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  AND NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
UNION ALL SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, $1::text)
FROM pg_proc p JOIN former ON p.proowner = former.id
WHERE p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e');

-- name: own_powers
-- The role that has logged in, and what makes it more than a login that acts for one user: its privileges,
-- the other roles that it can become, and whether it owns anything. Also whether it can act for a user at
-- all.
SELECT r.rolname AS name, r.rolsuper AS superuser,
       r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls AS powerful,
       ARRAY(SELECT o.rolname::text FROM pg_roles o
             WHERE o.oid <> r.oid AND o.rolname <> 'storytroupe_user' AND pg_has_role(r.oid, o.oid, 'MEMBER')
             ORDER BY o.rolname) AS others,
       EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) AS owns,
       EXISTS (SELECT FROM pg_roles u WHERE u.rolname = 'storytroupe_user'
               AND pg_has_role(r.oid, u.oid, 'MEMBER')) AS acts
FROM pg_roles r WHERE r.rolname = session_user;
