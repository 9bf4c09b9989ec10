-- name: users
-- The user's own row.
SELECT to_jsonb(t) FROM users t WHERE t.id = $1;

-- name: sign_outs
-- The time of the user's last sign-out.
SELECT jsonb_build_object('at', t.at) FROM sign_outs t WHERE t.user_mark = sha256(convert_to($1::uuid::text, 'UTF8'));

-- name: libraries
-- Libraries of a user.
SELECT to_jsonb(t) FROM libraries t WHERE t.user_id = $1 ORDER BY t.created_at;

-- name: characters
-- Characters of a user.
SELECT to_jsonb(t) FROM characters t WHERE t.user_id = $1 ORDER BY t.created_at;

-- name: aggregates
-- Locks and versions of a user's aggregates.
SELECT to_jsonb(t) FROM aggregates t WHERE t.user_id = $1 ORDER BY t.id;

-- name: runs
-- The requested runs of a user, with their times.
SELECT to_jsonb(t) FROM runs t WHERE t.user_id = $1 ORDER BY t.created_at, t.id;

-- name: stories
-- Stories of a user, with their texts and briefs.
SELECT to_jsonb(t) FROM stories t WHERE t.creator_user_id = $1 ORDER BY t.created_at;

-- name: story_generation_tasks
-- Runs of a user's stories.
SELECT to_jsonb(t) FROM story_generation_tasks t WHERE t.user_id = $1 ORDER BY t.created_at;

-- name: jobs
-- Jobs of a user.
SELECT to_jsonb(t) FROM jobs t WHERE t.user_id = $1 ORDER BY t.created_at, t.id;

-- name: job_needs
-- The needs of a user's jobs.
SELECT to_jsonb(t) FROM job_needs t JOIN jobs j ON j.id = t.job_id WHERE j.user_id = $1;

-- name: fair_tags
-- The ranks of a user's jobs.
SELECT to_jsonb(t) FROM fair_tags t WHERE t.user_id = $1;

-- name: asset_versions
-- Files of a user, with their keys.
SELECT to_jsonb(t) FROM asset_versions t JOIN stories s ON s.id = t.story_id WHERE s.creator_user_id = $1 ORDER BY t.id;

-- name: provider_calls
-- Provider calls for a user, with their inputs, answers and costs.
SELECT to_jsonb(t) FROM provider_calls t WHERE t.user_id = $1 ORDER BY t.id;

-- name: domain_events
-- Events of a user.
SELECT to_jsonb(t) FROM domain_events t JOIN aggregates a ON a.id = t.aggregate_id WHERE a.user_id = $1 ORDER BY t.aggregate_id, t.version;

-- name: event_outbox
-- Events of a user that are not published yet.
SELECT to_jsonb(t) FROM event_outbox t JOIN aggregates a ON a.id = t.aggregate_id WHERE a.user_id = $1 ORDER BY t.id;

-- name: sink_outbox
-- Events of a user for other systems.
SELECT to_jsonb(t) FROM sink_outbox t JOIN aggregates a ON a.id = t.aggregate_id WHERE a.user_id = $1 ORDER BY t.id;

-- name: genesis_sessions
-- Genesis sessions of a user.
SELECT to_jsonb(t) FROM genesis_sessions t WHERE t.user_id = $1 ORDER BY t.created_at;

-- name: command_inbox
-- Genesis commands of a user.
SELECT to_jsonb(t) FROM command_inbox t WHERE t.user_id = $1 ORDER BY t.created_at;

-- name: flow_resume_handles
-- Pauses of Genesis sessions of a user.
SELECT to_jsonb(t) FROM flow_resume_handles t JOIN genesis_sessions g ON g.id = t.session_id WHERE g.user_id = $1;

-- name: novels
-- Novels of a user.
SELECT to_jsonb(t) FROM novels t WHERE t.user_id = $1 ORDER BY t.created_at;

-- name: novel_chapters
-- Chapters of a user's novels.
SELECT to_jsonb(t) FROM novel_chapters t JOIN novels n ON n.id = t.novel_id WHERE n.user_id = $1 ORDER BY t.novel_id, t.number;

-- name: novel_chapter_versions
-- Every text of the chapters of a user's novels.
SELECT to_jsonb(t) FROM novel_chapter_versions t JOIN novels n ON n.id = t.novel_id WHERE n.user_id = $1 ORDER BY t.novel_id, t.number, t.version;

-- name: idempotency_keys
-- Stored answers for repeated requests, except those that contain a webhook's secret.
SELECT CASE WHEN t.route LIKE '/api/v1/webhooks%' THEN to_jsonb(t) - 'answer' ELSE to_jsonb(t) END FROM idempotency_keys t WHERE t.user_id = $1 ORDER BY t.created_at;

-- name: quota_entries
-- Credits of a user.
SELECT to_jsonb(t) FROM quota_entries t WHERE t.user_id = $1 ORDER BY t.created_at;

-- name: webhooks
-- Webhooks of a user, without the secrets that sign their messages.
SELECT to_jsonb(t) - 'secret' FROM webhooks t WHERE t.user_id = $1 ORDER BY t.created_at;

-- name: webhook_deliveries
-- Messages to a user's webhooks.
SELECT to_jsonb(t) FROM webhook_deliveries t WHERE t.user_id = $1 ORDER BY t.created_at;
