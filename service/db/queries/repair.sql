-- name: take_unchecked
-- Some files of ready assets that were not checked for $1 seconds. Marks them as checked.
UPDATE asset_versions v SET checked_at = clock_timestamp()
FROM (SELECT id FROM asset_versions
      WHERE current AND checked_at < statement_timestamp() - make_interval(secs => $1)
      ORDER BY checked_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS due
WHERE v.id = due.id RETURNING v.story_id, v.name, v.key;

-- name: look_again
-- Marks files as due for a check: the check did not happen, or they are lost and cannot be made again yet.
UPDATE asset_versions SET checked_at = 'epoch' WHERE current AND key = ANY($1::text[]);

-- name: newest_keys
-- The newest files of ready assets. If none of them is in the store, it is a different store.
SELECT key FROM asset_versions WHERE current ORDER BY id DESC LIMIT $1;
