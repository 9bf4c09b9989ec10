-- name: ensure_user
-- A user on first sight, at the tier that new users get.
INSERT INTO users (id, tier) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING;

-- name: set_tier
-- Puts a user on a tier.
UPDATE users SET tier = $2 WHERE id = $1 RETURNING id;

-- name: sign_out
-- Withdraws all tokens that a user has been given until now.
UPDATE users SET signed_out_at = clock_timestamp() WHERE id = $1 RETURNING signed_out_at;

-- name: signed_out
-- Whose tokens were withdrawn since a time, and when; with a little overlap for commits that came late.
SELECT id, signed_out_at FROM users
WHERE signed_out_at > coalesce($1::timestamptz - interval '1 minute', '-infinity') ORDER BY signed_out_at;

-- name: default_library
-- The user's default library, made on first use.
WITH made AS (
  INSERT INTO libraries (user_id, is_default) VALUES ($1, true)
  ON CONFLICT (user_id) WHERE is_default DO NOTHING RETURNING id)
SELECT id FROM made UNION ALL SELECT id FROM libraries WHERE user_id = $1 AND is_default LIMIT 1;

-- name: library
-- One library of the user for whom the transaction acts.
SELECT id FROM libraries WHERE id = $1;

-- name: lock_quota
-- The user's row, locked while a credit is reserved, with the tier's limit and packs.
SELECT u.tier, t.story_limit + u.extra_stories AS story_limit, t.period
FROM users u JOIN tiers t ON t.name = u.tier WHERE u.id = $1 FOR NO KEY UPDATE OF u;

-- name: stories_used
-- How many stories count against the limit: in this month, or ever.
SELECT count(*) FROM quota_entries
WHERE user_id = $1 AND status <> 'refunded'
  AND ($2 = 'ever' OR created_at >= date_trunc('month', now()));

-- name: reserve_quota
-- Reserves one credit for a story, or once more for one whose credit was given back.
INSERT INTO quota_entries AS q (story_id, user_id) VALUES ($1, $2)
ON CONFLICT (story_id) DO UPDATE SET status = 'reserved', updated_at = clock_timestamp()
WHERE q.status = 'refunded';

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

-- name: insert_character
-- A character that a user keeps.
INSERT INTO characters (id, user_id, name, data) VALUES ($1, $2, $3, $4);
