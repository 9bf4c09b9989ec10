-- name: default_library
-- The user's default library. Creates it on first use.
WITH made AS (
  INSERT INTO libraries (user_id, is_default) VALUES ($1, true)
  ON CONFLICT (user_id) WHERE is_default DO NOTHING RETURNING id)
SELECT id FROM made UNION ALL SELECT id FROM libraries WHERE user_id = $1 AND is_default LIMIT 1;

-- name: library
-- One library of the user for whom the transaction acts.
SELECT id, name, is_default, created_at, updated_at FROM libraries WHERE id = $1;

-- name: library_page
-- A page of a user's libraries, newest first, after a cursor of time and id.
SELECT id, name, is_default, created_at, updated_at FROM libraries
WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::uuid))
ORDER BY created_at DESC, id DESC LIMIT $4;

-- name: insert_library
-- Inserts a library of a user who has fewer than $3 libraries. No row if the user has that many.
INSERT INTO libraries (user_id, name)
SELECT $1::uuid, $2::text WHERE (SELECT count(*) FROM libraries WHERE user_id = $1::uuid) < $3
RETURNING id, name, is_default, created_at, updated_at;

-- name: rename_library
-- Renames a library.
UPDATE libraries SET name = $2, updated_at = clock_timestamp() WHERE id = $1
RETURNING id, name, is_default, created_at, updated_at;

-- name: delete_library
-- Deletes a library that is not the default one. The schema refuses to delete a library that holds stories.
DELETE FROM libraries WHERE id = $1 AND NOT is_default RETURNING id;

-- name: move_story
-- Moves a story to another library.
UPDATE stories SET library_id = $2, updated_at = clock_timestamp() WHERE id = $1 RETURNING id;
