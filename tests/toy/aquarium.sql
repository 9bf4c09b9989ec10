-- What the migration of a new kind would bring: its tables, what requests may do to them, and whose rows are whose.
CREATE TABLE aquaria (
  id uuid PRIMARY KEY REFERENCES aggregates ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  title text NOT NULL,
  status text NOT NULL DEFAULT 'filling' CHECK (status IN ('filling', 'full', 'short')),
  tank jsonb NOT NULL DEFAULT '{}',
  notes jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE aquarium_labels (
  aquarium_id uuid NOT NULL REFERENCES aquaria ON DELETE CASCADE,
  name text NOT NULL,
  key text NOT NULL,
  checked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (aquarium_id, name)
);
GRANT SELECT, INSERT, UPDATE ON aquaria, aquarium_labels TO storytroupe_user;
ALTER TABLE aquaria ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON aquaria TO storytroupe_user USING (user_id = (SELECT acting_user()));
ALTER TABLE aquarium_labels ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON aquarium_labels TO storytroupe_user
  USING (EXISTS (SELECT FROM aquaria a WHERE a.id = aquarium_id));
