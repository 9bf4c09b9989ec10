-- name: take_unchecked
-- Some files of ready assets that nobody has looked for in $1 seconds, marked as looked for.
UPDATE asset_versions v SET checked_at = clock_timestamp()
FROM (SELECT id FROM asset_versions
      WHERE current AND checked_at < statement_timestamp() - make_interval(secs => $1)
      ORDER BY checked_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS due
WHERE v.id = due.id RETURNING v.story_id, v.name, v.key;

-- name: look_again
-- Files that were taken for a look and not looked for, or are lost and cannot be made again yet.
UPDATE asset_versions SET checked_at = 'epoch' WHERE current AND key = ANY($1::text[]);

-- name: newest_keys
-- The newest files of ready assets: where not one is in the store, it is another store.
SELECT key FROM asset_versions WHERE current ORDER BY id DESC LIMIT $1;
