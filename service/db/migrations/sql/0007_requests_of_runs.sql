-- A run keeps the id of the request that asked for it, so that the log's lines of its jobs lead to it.

ALTER TABLE story_generation_tasks ADD COLUMN request_id text NOT NULL DEFAULT '';
COMMENT ON COLUMN story_generation_tasks.request_id IS 'X-Request-ID of the newest request that set it going; empty where no request did.';
