-- For whom a request acts is proved, not only said; and a request may write what requests write, and no more.
-- What it is for is told in schema.sql.

CREATE TABLE acting_key (
  secret bytea NOT NULL CHECK (length(secret) = 32),
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one)
);
COMMENT ON TABLE acting_key IS 'What the service proves with for whom a transaction acts. The owner''s alone to read.';
INSERT INTO acting_key (secret)
SELECT sha256(string_agg(uuid_send(gen_random_uuid()), '')) FROM generate_series(1, 4);

CREATE OR REPLACE FUNCTION acting_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
  RETURN (
    SELECT CASE WHEN substr(current_setting('storytroupe.user_id', true), 37) = encode(sha256(
      k.secret || convert_to(left(current_setting('storytroupe.user_id', true), 36) || pg_backend_pid(), 'UTF8')), 'hex')
    THEN left(current_setting('storytroupe.user_id', true), 36)::uuid END
    FROM acting_key k);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['libraries', 'characters', 'aggregates', 'story_generation_tasks', 'jobs',
    'fair_tags', 'genesis_sessions', 'command_inbox', 'novels', 'idempotency_keys',
    'quota_entries', 'webhooks', 'webhook_deliveries'] LOOP
    EXECUTE format('ALTER POLICY own ON %I USING (user_id = (SELECT acting_user()))', t);
  END LOOP;
END $$;
ALTER POLICY own ON provider_calls USING (user_id = (SELECT acting_user()))
  WITH CHECK (user_id = (SELECT acting_user()) AND key LIKE 'collected %');
ALTER POLICY own ON users USING (id = (SELECT acting_user()));
ALTER POLICY own ON stories USING (creator_user_id = (SELECT acting_user()));
ALTER POLICY own ON sign_outs USING (user_mark = sha256(convert_to((SELECT acting_user())::text, 'UTF8')));

ALTER TABLE characters ADD CONSTRAINT pictures_are_in_their_users_folder CHECK (NOT jsonb_path_exists(
  reference_images, '$[*].key ? (!(@ starts with $folder))', jsonb_build_object('folder', 'user_' || user_id || '/')));

REVOKE ALL ON
  users, libraries, characters, aggregates, stories, story_generation_tasks, jobs, job_needs, fair_tags,
  asset_versions, provider_calls, domain_events, event_outbox, genesis_sessions, command_inbox,
  flow_resume_handles, novels, idempotency_keys, quota_entries, webhooks, webhook_deliveries, sign_outs
FROM storytroupe_user;
GRANT SELECT ON
  users, libraries, characters, aggregates, stories, story_generation_tasks, jobs, job_needs, fair_tags,
  asset_versions, provider_calls, domain_events, event_outbox, genesis_sessions, command_inbox,
  flow_resume_handles, novels, idempotency_keys, quota_entries, webhooks, webhook_deliveries, sign_outs
TO storytroupe_user;
GRANT INSERT (id, tier), UPDATE (created_at) ON users TO storytroupe_user;
GRANT INSERT (id, kind, user_id, version), UPDATE (version), DELETE ON aggregates TO storytroupe_user;
GRANT INSERT, UPDATE ON stories, story_generation_tasks, jobs, fair_tags, quota_entries TO storytroupe_user;
GRANT INSERT ON job_needs, domain_events, event_outbox TO storytroupe_user;
GRANT INSERT, UPDATE, DELETE ON libraries, characters, idempotency_keys, webhooks TO storytroupe_user;
GRANT UPDATE ON webhook_deliveries TO storytroupe_user;
GRANT UPDATE (current), DELETE ON asset_versions TO storytroupe_user;
GRANT UPDATE (key) ON provider_calls TO storytroupe_user;
