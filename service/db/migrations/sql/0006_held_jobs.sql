-- A job may be held: it has no due time, and goes on when a person says so. Calls name their provider.

ALTER TABLE jobs ALTER COLUMN run_at DROP NOT NULL;
COMMENT ON COLUMN jobs.run_at IS 'When a retrying job goes on; null: when a person lets it go on.';
ALTER TABLE provider_calls ADD COLUMN provider text NOT NULL DEFAULT '';
COMMENT ON COLUMN provider_calls.provider IS 'Who was called: offline costs nothing.';
UPDATE provider_calls SET provider =
  CASE WHEN model LIKE 'storytroupe-%' OR model LIKE 'piper-%' THEN 'offline'
       WHEN step = 'narration' THEN 'elevenlabs' ELSE 'openai' END;
