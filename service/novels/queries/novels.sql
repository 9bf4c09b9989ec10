-- name: insert_novel
-- A novel of a user ($2) that a session ($3) has made, as an aggregate without events.
WITH aggregate AS (
  INSERT INTO aggregates (id, kind, user_id, version) VALUES ($1, 'novel', $2, 0))
INSERT INTO novels (id, user_id, session_id, title, data) VALUES ($1, $2, $3, $4, $5);

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
