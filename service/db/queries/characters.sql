-- name: insert_character
-- Inserts a character of a user who has fewer than $5 characters. No row if the user has that many.
INSERT INTO characters (id, user_id, name, data)
SELECT $1::uuid, $2::uuid, $3::text, $4::jsonb
WHERE (SELECT count(*) FROM characters WHERE user_id = $2::uuid) < $5
RETURNING id, name, data, reference_images, created_at, updated_at;

-- name: character
-- One character of the user for whom the transaction acts.
SELECT id, name, data, reference_images, created_at, updated_at FROM characters WHERE id = $1;

-- name: lock_character
-- Locks one character for a change.
SELECT id, name, data, reference_images, created_at, updated_at FROM characters WHERE id = $1
FOR NO KEY UPDATE;

-- name: character_page
-- A page of a user's characters, newest first, after a cursor of time and id.
SELECT id, name, data, reference_images, created_at, updated_at FROM characters
WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::uuid))
ORDER BY created_at DESC, id DESC LIMIT $4;

-- name: store_character
-- Updates a character.
UPDATE characters SET name = $2, data = $3, updated_at = clock_timestamp() WHERE id = $1
RETURNING id, name, data, reference_images, created_at, updated_at;

-- name: delete_character
-- Deletes a character. The stories that it appears in stay as they are.
DELETE FROM characters WHERE id = $1 RETURNING id, reference_images;

-- name: store_images
-- Updates a character's pictures.
UPDATE characters SET reference_images = $2, updated_at = clock_timestamp() WHERE id = $1;

-- name: sheet_of_book
-- The sheet drawn for one of the user's books, if it shows only this character.
SELECT v.key, v.media_type FROM stories s
JOIN asset_versions v ON v.story_id = s.id AND v.name = 'character_sheet' AND v.current
WHERE s.id = $1 AND jsonb_array_length(s.brief -> 'characters') = 1 AND s.brief #>> '{characters,0,id}' = $2;
