-- name: ensure_user
-- A user on first sight, at the tier that new users get, with a library; but not in the minute in which
-- the user was forgotten, when tokens of old may still be taken for good somewhere.
WITH made AS (
  INSERT INTO users (id, tier)
  SELECT $1, $2 WHERE NOT EXISTS (
    SELECT FROM sign_outs WHERE user_mark = sha256(convert_to($1::uuid::text, 'UTF8'))
      AND at > clock_timestamp() - interval '1 minute')
  ON CONFLICT (id) DO NOTHING RETURNING id)
INSERT INTO libraries (user_id, is_default)
SELECT id, true FROM made UNION SELECT id, true FROM users WHERE id = $1
ON CONFLICT (user_id) WHERE is_default DO NOTHING;

-- name: tiers_and_packs
-- The names of all tiers and of all packs.
SELECT (SELECT array_agg(name ORDER BY story_limit NULLS LAST, name) FROM tiers) AS tiers,
       (SELECT array_agg(name ORDER BY stories, name) FROM story_packs) AS packs;

-- name: set_tier
-- Puts a user on a tier.
UPDATE users SET tier = $2 WHERE id = $1 RETURNING id;

-- name: grant_pack
-- Adds a pack's stories to what a user may make.
UPDATE users u SET extra_stories = u.extra_stories + p.stories
FROM story_packs p WHERE u.id = $1 AND p.name = $2 RETURNING u.extra_stories;

-- name: user_page
-- Users, newest first, after a cursor of time and id, with their stories and their spend of this month.
SELECT u.id, u.tier, t.period, t.story_limit, u.extra_stories, u.weight, u.created_at,
       (SELECT count(*) FROM stories s WHERE s.creator_user_id = u.id) AS stories,
       (SELECT coalesce(sum(c.cost_usd), 0) FROM provider_calls c
        WHERE c.user_id = u.id AND c.started_at >= date_trunc('month', now())) AS month_usd,
       (SELECT o.at FROM sign_outs o WHERE o.user_mark = sha256(convert_to(u.id::text, 'UTF8'))) AS signed_out_at
FROM users u JOIN tiers t ON t.name = u.tier
WHERE ($1::timestamptz IS NULL OR (u.created_at, u.id) < ($1::timestamptz, $2::uuid))
  AND ($3::uuid IS NULL OR u.id = $3)
ORDER BY u.created_at DESC, u.id DESC LIMIT $4;

-- name: lock_aggregates_of_user
-- All that a user has that changes, under its locks, in the order of settlements.
SELECT id FROM aggregates WHERE user_id = $1 ORDER BY id FOR UPDATE;

-- name: delete_user
-- A user with everything of theirs.
DELETE FROM users WHERE id = $1 RETURNING id;

-- name: sign_out
-- Withdraws all tokens that a user has been given until now, or until a later time. None becomes good again.
INSERT INTO sign_outs (user_mark, at)
VALUES (sha256(convert_to($1::uuid::text, 'UTF8')), greatest(clock_timestamp(), $2::timestamptz))
ON CONFLICT (user_mark) DO UPDATE SET at = greatest(sign_outs.at, excluded.at) RETURNING at;

-- name: signed_out
-- Whose tokens were withdrawn since a time, and when; with an overlap for commits that came late, and for a
-- time that was ahead: by 300 s at the most, as far as the clocks of issuers may be off.
SELECT user_mark, at FROM sign_outs
WHERE at > coalesce($1::timestamptz - interval '6 minutes', '-infinity') ORDER BY at;

-- name: prune_sign_outs
-- Sign-outs from before any token that may still be good ($1 seconds, and a day for clocks that differ).
DELETE FROM sign_outs WHERE at < statement_timestamp() - make_interval(secs => $1) - interval '1 day';

-- name: hold_user
-- Holds a user's row: whoever adds to what the user may have so many of counts one after another.
SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE;

-- name: lock_quota
-- The user's tier with its limit and the packs'. Where there is a limit, the row is held: one credit is
-- reserved at a time. Where there is none, requests wait for nothing but the user's deletion.
-- No row, too, where the tier was changed while the lock was waited for.
WITH limited AS (
  SELECT u.tier, t.story_limit, u.extra_stories, t.period FROM users u JOIN tiers t ON t.name = u.tier
  WHERE u.id = $1 AND t.story_limit IS NOT NULL FOR NO KEY UPDATE OF u),
unlimited AS (
  SELECT u.tier, t.story_limit, u.extra_stories, t.period FROM users u JOIN tiers t ON t.name = u.tier
  WHERE u.id = $1 AND t.story_limit IS NULL FOR KEY SHARE OF u)
SELECT * FROM limited UNION ALL SELECT * FROM unlimited;

-- name: stories_used
-- How many credits were taken: from the tier in this month, or ever, and from packs, ever.
SELECT count(*) FILTER (WHERE NOT from_pack AND ($2 = 'ever' OR created_at >= date_trunc('month', now()))) AS of_tier,
       count(*) FILTER (WHERE from_pack) AS of_packs
FROM quota_entries WHERE user_id = $1 AND status <> 'refunded';

-- name: reserve_again
-- Reserves a credit once more, as of now, for a story whose credit was given back.
UPDATE quota_entries SET status = 'reserved', from_pack = $2, created_at = now(), updated_at = clock_timestamp()
WHERE story_id = $1 AND status = 'refunded';

-- name: was_refunded
-- Whether a story's credit was given back.
SELECT EXISTS (SELECT FROM quota_entries WHERE story_id = $1 AND status = 'refunded');

-- name: upgrade_options
-- What a user at the limit may move up to.
SELECT name FROM (
  SELECT name, story_limit AS size, 0 AS part FROM tiers WHERE name NOT IN ('unlimited', $1) AND story_limit IS NOT NULL
  UNION ALL SELECT name, stories, 1 FROM story_packs) AS options
WHERE part = 1 OR size > (SELECT coalesce(story_limit, 2147483647) FROM tiers WHERE name = $1)
ORDER BY part, size;

-- name: characters
-- Some characters of the user for whom the transaction acts.
SELECT id, name, data, reference_images FROM characters WHERE id = ANY($1::uuid[]);

