-- name: ensure_user
-- Inserts a user at the first request, with the tier of new users and a library. Not in the first minute
-- after the user was deleted, when some process may still accept old tokens.
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
-- Sets a user's tier.
UPDATE users SET tier = $2 WHERE id = $1 RETURNING id;

-- name: grant_pack
-- Adds a pack's stories to a user's limit.
UPDATE users u SET extra_stories = u.extra_stories + p.stories
FROM story_packs p WHERE u.id = $1 AND p.name = $2 RETURNING u.extra_stories;

-- name: user_page
-- Users, newest first, after a cursor of time and id, with the number of their stories and their cost in this
-- month.
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
-- Locks all aggregates of a user, in the order of settlements.
SELECT id FROM aggregates WHERE user_id = $1 ORDER BY id FOR UPDATE;

-- name: delete_user
-- Deletes a user with everything that belongs to the user.
DELETE FROM users WHERE id = $1 RETURNING id;

-- name: sign_out
-- Revokes all tokens that were issued to a user until now, or until a later time. A revoked token never
-- becomes valid again.
INSERT INTO sign_outs (user_mark, at)
VALUES (sha256(convert_to($1::uuid::text, 'UTF8')), greatest(clock_timestamp(), $2::timestamptz))
ON CONFLICT (user_mark) DO UPDATE SET at = greatest(sign_outs.at, excluded.at) RETURNING at;

-- name: signed_out
-- The users whose tokens were revoked since a time, and when. The time overlaps by some minutes: for commits
-- that come late, and for times in the future, by at most 300 s, which is the greatest allowed difference of
-- issuers' clocks.
SELECT user_mark, at FROM sign_outs
WHERE at > coalesce($1::timestamptz - interval '6 minutes', '-infinity') ORDER BY at;

-- name: prune_sign_outs
-- Deletes sign-outs that are older than any valid token ($1 seconds, and a day for clock differences).
DELETE FROM sign_outs WHERE at < statement_timestamp() - make_interval(secs => $1) - interval '1 day';

-- name: hold_user
-- Locks a user's row, so that requests which count and add things of this user run one after another.
SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE;

-- name: lock_quota
-- The user's tier with its limit, and the limit of the packs. If there is a limit, the row is locked: credits
-- are reserved one at a time. Without a limit, requests wait only for the deletion of the user. No row also
-- if the tier was changed during the wait for the lock.
WITH limited AS (
  SELECT u.tier, t.story_limit, u.extra_stories, t.period FROM users u JOIN tiers t ON t.name = u.tier
  WHERE u.id = $1 AND t.story_limit IS NOT NULL FOR NO KEY UPDATE OF u),
unlimited AS (
  SELECT u.tier, t.story_limit, u.extra_stories, t.period FROM users u JOIN tiers t ON t.name = u.tier
  WHERE u.id = $1 AND t.story_limit IS NULL FOR KEY SHARE OF u)
SELECT * FROM limited UNION ALL SELECT * FROM unlimited;

-- name: stories_used
-- The number of credits used: of the tier in this month or in total, and of packs in total.
SELECT count(*) FILTER (WHERE NOT from_pack AND ($2 = 'ever' OR created_at >= date_trunc('month', now()))) AS of_tier,
       count(*) FILTER (WHERE from_pack) AS of_packs
FROM quota_entries WHERE user_id = $1 AND status <> 'refunded';

-- name: reserve_again
-- Reserves a new credit, as of now, for a story whose credit was refunded.
UPDATE quota_entries SET status = 'reserved', from_pack = $2, created_at = now(), updated_at = clock_timestamp()
WHERE story_id = $1 AND status = 'refunded';

-- name: was_refunded
-- Whether a story's credit was refunded.
SELECT EXISTS (SELECT FROM quota_entries WHERE story_id = $1 AND status = 'refunded');

-- name: upgrade_options
-- The tiers and packs that raise the limit of a user.
SELECT name FROM (
  SELECT name, story_limit AS size, 0 AS part FROM tiers WHERE name NOT IN ('unlimited', $1) AND story_limit IS NOT NULL
  UNION ALL SELECT name, stories, 1 FROM story_packs) AS options
WHERE part = 1 OR size > (SELECT coalesce(story_limit, 2147483647) FROM tiers WHERE name = $1)
ORDER BY part, size;

-- name: characters
-- Some characters of the user for whom the transaction acts.
SELECT id, name, data, reference_images FROM characters WHERE id = ANY($1::uuid[]);

