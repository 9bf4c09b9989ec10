-- name: quota
-- A user's tier with its limit, and the limit of the packs.
SELECT u.tier, t.story_limit, u.extra_stories, t.period
FROM users u JOIN tiers t ON t.name = u.tier WHERE u.id = $1;

-- name: spend
-- The cost of a user's calls to providers: in this month, and in total.
SELECT coalesce(sum(cost_usd) FILTER (WHERE started_at >= date_trunc('month', now())), 0) AS month_usd,
       coalesce(sum(cost_usd), 0) AS total_usd, count(*) AS calls
FROM provider_calls WHERE user_id = $1;

-- name: paid_files
-- The files of the stored answers of one aggregate, to be deleted with the aggregate.
SELECT result_key FROM provider_calls WHERE aggregate_id = $1 AND result_key IS NOT NULL;
