-- What the migration of a new kind would bring: its table, what requests may do to it, and whose rows are whose.
CREATE TABLE aquaria (
  id uuid PRIMARY KEY REFERENCES aggregates ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  title text NOT NULL,
  status text NOT NULL DEFAULT 'filling' CHECK (status IN ('filling', 'full', 'short')),
  tank jsonb NOT NULL DEFAULT '{}',
  labels jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT, INSERT, UPDATE ON aquaria TO storytroupe_user;
ALTER TABLE aquaria ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON aquaria TO storytroupe_user USING (user_id = (SELECT acting_user()));
