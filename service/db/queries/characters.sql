-- name: insert_character
-- A character of a user who keeps fewer than $5 of them; no row where there are so many.
INSERT INTO characters (id, user_id, name, data)
SELECT $1::uuid, $2::uuid, $3::text, $4::jsonb
WHERE (SELECT count(*) FROM characters WHERE user_id = $2::uuid) < $5
RETURNING id, name, data, reference_images, created_at, updated_at;

-- name: character
-- One character of the user for whom the transaction acts.
SELECT id, name, data, reference_images, created_at, updated_at FROM characters WHERE id = $1;

-- name: lock_character
-- One character, held while it is changed.
SELECT id, name, data, reference_images, created_at, updated_at FROM characters WHERE id = $1
FOR NO KEY UPDATE;

-- name: character_page
-- A page of a user's characters, newest first, after a cursor of time and id.
SELECT id, name, data, reference_images, created_at, updated_at FROM characters
WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::uuid))
ORDER BY created_at DESC, id DESC LIMIT $4;

-- name: store_character
-- A character as it was changed.
UPDATE characters SET name = $2, data = $3, updated_at = clock_timestamp() WHERE id = $1
RETURNING id, name, data, reference_images, created_at, updated_at;

-- name: delete_character
-- A character that is kept no more; the stories that it was in stay as they are.
DELETE FROM characters WHERE id = $1 RETURNING id, reference_images;

-- name: store_images
-- A character's pictures as they were changed.
UPDATE characters SET reference_images = $2, updated_at = clock_timestamp() WHERE id = $1;

-- name: sheet_of_book
-- The sheet that was drawn for a book of the user's, where it shows this one character alone.
SELECT v.key, v.media_type FROM stories s
JOIN asset_versions v ON v.story_id = s.id AND v.name = 'character_sheet' AND v.current
WHERE s.id = $1 AND jsonb_array_length(s.brief -> 'characters') = 1 AND s.brief #>> '{characters,0,id}' = $2;
