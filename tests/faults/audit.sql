-- An audit of every job, for the fault suite: it sees each write, whoever makes it.
CREATE TABLE audit (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(),
  job_id uuid NOT NULL, aggregate_id uuid NOT NULL, name text NOT NULL, grp text NOT NULL, was text, status text NOT NULL,
  was_attempt integer, attempt integer NOT NULL, was_worker uuid, worker_id uuid, failures integer, rescues integer,
  needs_open integer NOT NULL DEFAULT 0, hard_missed integer NOT NULL DEFAULT 0, same boolean NOT NULL DEFAULT true);
CREATE FUNCTION audit_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO audit (job_id, aggregate_id, name, grp, status, attempt)
    VALUES (NEW.id, NEW.aggregate_id, NEW.name, NEW.grp, NEW.status, NEW.attempt);
  ELSIF (OLD.status, OLD.attempt, OLD.worker_id) IS DISTINCT FROM (NEW.status, NEW.attempt, NEW.worker_id)
     OR OLD.ended_at IS NOT NULL THEN
    INSERT INTO audit (job_id, aggregate_id, name, grp, was, status, was_attempt, attempt, was_worker, worker_id,
      failures, rescues, needs_open, hard_missed, same)
    SELECT NEW.id, NEW.aggregate_id, NEW.name, NEW.grp, OLD.status, NEW.status, OLD.attempt, NEW.attempt,
      OLD.worker_id, NEW.worker_id, NEW.failures, NEW.rescues,
      CASE WHEN NEW.status = 'generating' THEN (SELECT count(*) FROM job_needs n JOIN jobs j ON j.id = n.need_id
        WHERE n.job_id = NEW.id AND j.ended_at IS NULL) ELSE 0 END,
      CASE WHEN NEW.status = 'generating' THEN (SELECT count(*) FROM job_needs n JOIN jobs j ON j.id = n.need_id
        WHERE n.job_id = NEW.id AND n.hard AND j.status <> 'ready') ELSE 0 END,
      (OLD.status, OLD.attempt, OLD.result, OLD.completed_at, OLD.error)
        IS NOT DISTINCT FROM (NEW.status, NEW.attempt, NEW.result, NEW.completed_at, NEW.error);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION audit_job();
