-- Fewer checks for each job. A settlement writes events only under the locks of their aggregates, and a claim
-- locks its worker's row. So the rows exist that these keys check.
ALTER TABLE domain_events DROP CONSTRAINT domain_events_aggregate_id_fkey;
ALTER TABLE event_outbox DROP CONSTRAINT event_outbox_aggregate_id_fkey;
ALTER TABLE event_outbox DROP CONSTRAINT event_outbox_part_fkey;
ALTER TABLE jobs DROP CONSTRAINT jobs_worker_id_fkey;

-- Deletes the events of deleted aggregates, with their ranges in the outbox.
CREATE FUNCTION delete_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  DELETE FROM public.domain_events WHERE aggregate_id IN (SELECT id FROM deleted);
  DELETE FROM public.event_outbox WHERE aggregate_id IN (SELECT id FROM deleted);
  RETURN NULL;
END $$;
CREATE TRIGGER events_go_with_their_aggregate AFTER DELETE ON aggregates
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION delete_events();

-- One row for each settlement of several aggregates, until its events are published.
CREATE TABLE event_batches (
  id bigint PRIMARY KEY DEFAULT nextval('event_outbox_id_seq'),
  part smallint NOT NULL DEFAULT 0,
  ids uuid[] NOT NULL,
  from_versions bigint[] NOT NULL,
  to_versions bigint[] NOT NULL
);
COMMENT ON TABLE event_batches IS 'Ranges of versions that one settlement of several aggregates has still to tell: beside event_outbox, in one order with it.';
