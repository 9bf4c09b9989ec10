-- name: note
-- Records files to delete, so that they are deleted even if this process ends first.
INSERT INTO discarded_files (key) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING;

-- name: note_folder
-- Records a folder whose story or character is about to be deleted. An hour later, the folder is emptied of
-- files that were being stored at that moment. No attempt takes an hour.
INSERT INTO discarded_files (key, at) VALUES ($1, clock_timestamp() + interval '1 hour')
ON CONFLICT (key) DO UPDATE SET at = excluded.at;

-- name: note_folders_of_user
-- As note_folder, for all stories of a user that may still have a running attempt.
INSERT INTO discarded_files (key, at)
SELECT 'user_' || $1::uuid || '/story_' || j.aggregate_id || '/', clock_timestamp() + interval '1 hour'
FROM jobs j
WHERE j.user_id = $1 AND j.attempt > 0 AND j.status <> 'ready' AND j.updated_at > statement_timestamp() - interval '1 hour'
GROUP BY j.aggregate_id
ON CONFLICT (key) DO UPDATE SET at = excluded.at;

-- name: note_folder_of_user
-- Records the folder with all files of a user, of every kind: for now, or for an hour later if an attempt may
-- still run.
INSERT INTO discarded_files (key, at)
SELECT 'user_' || $1::uuid || '/', clock_timestamp() + CASE WHEN EXISTS (
  SELECT FROM jobs j WHERE j.user_id = $1 AND j.attempt > 0 AND j.status <> 'ready'
    AND j.updated_at > statement_timestamp() - interval '1 hour') THEN interval '1 hour' ELSE interval '0' END
ON CONFLICT (key) DO UPDATE SET at = excluded.at;

-- name: note_all_of_user
-- Records every file of a user for deletion: files of assets, of paid answers and of characters, and what was
-- prepared from pictures.
WITH files (key) AS (
  SELECT v.key FROM asset_versions v JOIN stories s ON s.id = v.story_id WHERE s.creator_user_id = $1
  UNION SELECT c.result_key FROM provider_calls c WHERE c.user_id = $1 AND c.result_key IS NOT NULL)
INSERT INTO discarded_files (key)
SELECT key FROM files
UNION SELECT regexp_replace(key, '\.[a-z]+$', '.plates/') FROM files WHERE key ~ '/(cover|scene_\d+)-[0-9a-f]+\.[a-z]+$'
UNION SELECT image ->> 'key' FROM characters c, jsonb_array_elements(c.reference_images) AS image
      WHERE c.user_id = $1 AND image ->> 'key' IS NOT NULL
ON CONFLICT DO NOTHING;

-- name: noted
-- Files and folders to delete, the first recorded first. Leaves out files that were made or uploaded again
-- since, and folders whose stories, characters or users still exist or exist again.
SELECT d.key FROM discarded_files d
WHERE d.at <= statement_timestamp()
  AND NOT EXISTS (SELECT FROM asset_versions v
    WHERE v.story_id = substring(d.key FROM '/story_([0-9a-f-]{36})/')::uuid AND v.key = d.key)
  AND NOT EXISTS (SELECT FROM characters c
    WHERE c.id = substring(d.key FROM '/character_([0-9a-f-]{36})/')::uuid
      AND (d.key LIKE '%/' OR c.reference_images @> jsonb_build_array(jsonb_build_object('key', d.key))))
  AND NOT EXISTS (SELECT FROM stories s
    WHERE s.id = substring(d.key FROM '/story_([0-9a-f-]{36})/$')::uuid)
  AND NOT EXISTS (SELECT FROM users u WHERE u.id = substring(d.key FROM '^user_([0-9a-f-]{36})/$')::uuid)
ORDER BY d.at LIMIT $1;

-- name: forget
-- Removes the records of files that are deleted.
DELETE FROM discarded_files WHERE key = ANY($1::text[]);
