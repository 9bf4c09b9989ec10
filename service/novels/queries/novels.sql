-- name: insert_novel
-- A novel of a user ($2) that a session ($3) has made, as an aggregate without events.
WITH aggregate AS (
  INSERT INTO aggregates (id, kind, user_id, version) VALUES ($1, 'novel', $2, 0))
INSERT INTO novels (id, user_id, session_id, title, data, language, locks) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: insert_chapters
-- The chapters of a new novel, 1 to $2. A statement of its own: row level security sees the novel only now.
INSERT INTO novel_chapters (novel_id, number) SELECT $1, generate_series(1, $2::smallint);

-- name: novel
-- One novel.
SELECT * FROM novels WHERE id = $1;

-- name: novel_of_session
-- The novel that a session has made.
SELECT * FROM novels WHERE session_id = $1;

-- name: chapters
-- The chapters of a novel, in order.
SELECT * FROM novel_chapters WHERE novel_id = $1 ORDER BY number;

-- name: chapter_states
-- The status and the version of each chapter of some novels, by the chapter's number.
SELECT n.id, coalesce((
  SELECT jsonb_object_agg(c.number, jsonb_build_object('status', c.status, 'version', c.version, 'words', c.words))
  FROM novel_chapters c WHERE c.novel_id = n.id), '{}') AS chapters
FROM novels n WHERE n.id = ANY($1::uuid[]);

-- name: store_chapters
-- Changes of chapters of locked novels. A text is a new version; without one, the chapter's text stays.
WITH change AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS x (
    novel_id uuid, number smallint, status text, version integer, text text, words integer, by text,
    made_from jsonb)),
kept AS (
  INSERT INTO novel_chapter_versions (novel_id, number, version, text, words, by, made_from)
  SELECT novel_id, number, version, text, words, by, made_from FROM change WHERE text IS NOT NULL),
touched AS (
  UPDATE novels n SET updated_at = clock_timestamp() FROM change c WHERE n.id = c.novel_id)
UPDATE novel_chapters c SET
  status = x.status, version = x.version, text = coalesce(x.text, c.text), words = coalesce(x.words, c.words),
  made_from = CASE WHEN x.text IS NULL THEN c.made_from ELSE x.made_from END, updated_at = clock_timestamp()
FROM change x WHERE (c.novel_id, c.number) = (x.novel_id, x.number);

-- name: snapshot
-- A novel with its version, its spend, its chapters and the newest job of each chapter.
SELECT n.id, n.title, n.session_id, n.language, n.plan_version, n.locks, n.created_at, n.updated_at, a.version,
       a.spent_usd::float8 AS cost_usd, a.budget_usd::float8 AS budget_usd, coalesce((
         SELECT jsonb_object_agg(c.number, jsonb_build_object('status', c.status, 'version', c.version, 'words', c.words))
         FROM novel_chapters c WHERE c.novel_id = n.id), '{}') AS chapters, coalesce((
         SELECT jsonb_object_agg(j.name, jsonb_strip_nulls(jsonb_build_object(
           'status', j.status, 'progress', j.progress, 'attempt', j.attempt, 'error', j.error)))
         FROM (SELECT DISTINCT ON (name) * FROM jobs WHERE aggregate_id = n.id ORDER BY name, created_at DESC) AS j),
         '{}') AS jobs
FROM novels n JOIN aggregates a USING (id) WHERE n.id = $1;

-- name: summaries
-- The newest novels of each of some users, up to $2, newest first.
SELECT a.version, s.*
FROM unnest($1::uuid[]) AS wanted (user_id) CROSS JOIN LATERAL (
  SELECT n.id, n.user_id, n.title, n.session_id, n.language, n.plan_version, n.created_at, n.updated_at, c.*
  FROM novels n CROSS JOIN LATERAL (
    SELECT count(*) AS chapters, count(*) FILTER (WHERE version > 0) AS written, coalesce(sum(words), 0) AS words
    FROM novel_chapters WHERE novel_id = n.id) AS c
  WHERE n.user_id = wanted.user_id ORDER BY n.created_at DESC, n.id DESC LIMIT $2) AS s
JOIN aggregates a ON a.id = s.id
ORDER BY s.created_at DESC, s.id DESC;

-- name: novels_listed
-- Up to $2 novels of a user ($1), newest first, after the position ($3, $4) where it is given; of one session ($5) or of all.
SELECT n.id, a.version, n.title, n.session_id, n.language, n.plan_version, n.created_at, n.updated_at, c.*
FROM novels n JOIN aggregates a USING (id) CROSS JOIN LATERAL (
  SELECT count(*) AS chapters, count(*) FILTER (WHERE version > 0) AS written, coalesce(sum(words), 0) AS words
  FROM novel_chapters WHERE novel_id = n.id) AS c
WHERE n.user_id = $1 AND ($3::timestamptz IS NULL OR (n.created_at, n.id) < ($3, $4::uuid))
  AND ($5::uuid IS NULL OR n.session_id = $5)
ORDER BY n.created_at DESC, n.id DESC LIMIT $2;

-- name: rename_novel
-- Another title of a novel. Returns true, or no row if the novel has this title already.
UPDATE novels SET title = $2, updated_at = clock_timestamp() WHERE id = $1 AND title <> $2 RETURNING true;

-- name: delete_novel
-- A novel with all that it has: rows of other tables go with its aggregate.
DELETE FROM aggregates WHERE id = $1 AND kind = 'novel';
