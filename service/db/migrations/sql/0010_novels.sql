-- Novels: what their chapters are written from beside the plan, and every version of a chapter's text.

ALTER TABLE novels
  ADD COLUMN language text NOT NULL DEFAULT 'en',
  ADD COLUMN locks jsonb NOT NULL DEFAULT '[]';
UPDATE novels n SET
  language = g.language,
  locks = coalesce((SELECT jsonb_agg(path ORDER BY path) FROM jsonb_object_keys(g.locks) AS path), '[]')
FROM genesis_sessions g WHERE g.id = n.session_id;
COMMENT ON COLUMN novels.locks IS 'The paths of the plan that were locked: what is written keeps to their values.';

ALTER TABLE novel_chapters ADD COLUMN version integer NOT NULL DEFAULT 0 CHECK (version >= 0);
UPDATE novel_chapters SET version = 1 WHERE text IS NOT NULL;
ALTER TABLE novel_chapters ADD CONSTRAINT a_text_has_a_version CHECK ((version > 0) = (text IS NOT NULL));
COMMENT ON COLUMN novel_chapters.version IS 'The newest version of the text; 0: it has none.';

CREATE TABLE novel_chapter_versions (
  novel_id uuid NOT NULL,
  number smallint NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  text text NOT NULL,
  words integer NOT NULL CHECK (words >= 0),
  by text NOT NULL CHECK (by IN ('person', 'ai')),
  made_from jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (novel_id, number, version),
  FOREIGN KEY (novel_id, number) REFERENCES novel_chapters ON DELETE CASCADE
);
COMMENT ON TABLE novel_chapter_versions IS 'Every text that a chapter has had: nothing that is written replaces another text.';
INSERT INTO novel_chapter_versions (novel_id, number, version, text, words, by, made_from, created_at)
SELECT novel_id, number, version, text, words, 'ai', made_from, updated_at FROM novel_chapters WHERE version > 0;

GRANT SELECT, INSERT ON novel_chapter_versions TO storytroupe_user;
ALTER TABLE novel_chapter_versions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON novel_chapter_versions TO storytroupe_user
  USING (EXISTS (SELECT FROM novels n WHERE n.id = novel_id));
