-- Sinks outside: the integration stream and Kafka.
CREATE TABLE sink_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sink text NOT NULL CHECK (sink IN ('stream', 'kafka')),
  aggregate_id uuid NOT NULL REFERENCES aggregates ON DELETE CASCADE,
  from_version bigint NOT NULL,
  to_version bigint NOT NULL,
  status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'SENT', 'DEAD')),
  tries integer NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT now(),
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  CHECK (from_version <= to_version),
  CHECK ((status = 'SENT') = (sent_at IS NOT NULL))
) WITH (fillfactor = 70);
COMMENT ON TABLE sink_outbox IS 'Ranges of versions for each sink outside. The relay adds them when it has published them itself.';
CREATE INDEX sink_unsent ON sink_outbox (sink, id) WHERE status <> 'SENT';
CREATE INDEX sink_unsent_of_aggregate ON sink_outbox (aggregate_id, sink, id) WHERE status <> 'SENT';
CREATE INDEX sink_sent ON sink_outbox (sent_at) WHERE status = 'SENT';
CREATE INDEX sink_of_aggregate ON sink_outbox (aggregate_id);
GRANT SELECT ON sink_outbox TO storytroupe_user;
ALTER TABLE sink_outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sink_outbox TO storytroupe_user
  USING (EXISTS (SELECT FROM aggregates a WHERE a.id = aggregate_id));
