-- name: quota
-- A user's tier with its limit and the packs'.
SELECT u.tier, t.story_limit, u.extra_stories, t.period
FROM users u JOIN tiers t ON t.name = u.tier WHERE u.id = $1;

-- name: spend
-- What a user's calls to providers have cost: in this month, and ever.
SELECT coalesce(sum(cost_usd) FILTER (WHERE started_at >= date_trunc('month', now())), 0) AS month_usd,
       coalesce(sum(cost_usd), 0) AS total_usd, count(*) AS calls
FROM provider_calls WHERE user_id = $1;

-- name: paid_files
-- Files that answers in the ledger of one aggregate are kept in, for deleting them with it.
SELECT result_key FROM provider_calls WHERE aggregate_id = $1 AND result_key IS NOT NULL;
