-- name: chapter
-- One chapter of a novel.
SELECT * FROM novel_chapters WHERE novel_id = $1 AND number = $2;

-- name: versions
-- Up to $3 texts that a chapter has had, without the texts themselves. Newest first, before version $4 if it is given.
SELECT novel_id AS id, version, words, by, made_from, created_at FROM novel_chapter_versions
WHERE novel_id = $1 AND number = $2 AND ($4::integer IS NULL OR version < $4) ORDER BY version DESC LIMIT $3;

-- name: version
-- One text of a chapter.
SELECT * FROM novel_chapter_versions WHERE novel_id = $1 AND number = $2 AND version = $3;
