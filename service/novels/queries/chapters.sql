-- name: chapter
-- One chapter of a novel.
SELECT * FROM novel_chapters WHERE novel_id = $1 AND number = $2;

-- name: versions
-- The texts that a chapter has had, newest first, without the texts themselves.
SELECT version, words, by, made_from, created_at FROM novel_chapter_versions
WHERE novel_id = $1 AND number = $2 ORDER BY version DESC;

-- name: version
-- One text of a chapter.
SELECT * FROM novel_chapter_versions WHERE novel_id = $1 AND number = $2 AND version = $3;
