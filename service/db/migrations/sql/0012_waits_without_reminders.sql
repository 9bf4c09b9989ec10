-- Nothing writes or reads this column. The reminder of a session is in genesis_sessions.reminded_at.
ALTER TABLE flow_resume_handles DROP COLUMN reminded_at;
