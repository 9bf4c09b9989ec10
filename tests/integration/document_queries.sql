SELECT id, status, asset_generation_status, asset_generation_started_at
FROM stories
WHERE id = 'story-uuid-here';
SELECT asset_type, status, started_at, error_message
FROM asset_generation_jobs
WHERE story_id = 'story-uuid-here'
ORDER BY created_at;
SELECT asset_generation_status->'assets'->'cover' as cover_status
FROM stories
WHERE id = 'story-uuid-here';
SELECT 
  status,
  COUNT(*) as count,
  ROUND(COUNT(*) * 100.0 / SUM(COUNT(*)) OVER (), 2) as percentage
FROM stories
WHERE asset_generation_started_at > NOW() - INTERVAL '24 hours'
GROUP BY status;
SELECT asset_type, error_message, COUNT(*)
FROM asset_generation_jobs
WHERE status = 'failed'
AND created_at > NOW() - INTERVAL '24 hours'
GROUP BY asset_type, error_message;
SELECT 
  COUNT(*) as active_stories,
  AVG(EXTRACT(EPOCH FROM (NOW() - asset_generation_started_at))) as avg_duration_seconds
FROM stories
WHERE status = 'generating'
AND asset_generation_started_at > NOW() - INTERVAL '1 hour';
SELECT 
  DATE_TRUNC('hour', completed_at) as hour,
  asset_type,
  COUNT(*) as completed,
  AVG(EXTRACT(EPOCH FROM (completed_at - started_at))) as avg_duration_seconds
FROM asset_generation_jobs
WHERE completed_at > NOW() - INTERVAL '24 hours'
GROUP BY hour, asset_type
ORDER BY hour DESC;
SELECT 
  status,
  COUNT(*) as count
FROM asset_generation_jobs
GROUP BY status;
SELECT 
  asset_type,
  COUNT(*) as failed_count,
  STRING_AGG(DISTINCT error_message, '; ') as error_messages
FROM asset_generation_jobs
WHERE status = 'failed'
AND created_at > NOW() - INTERVAL '24 hours'
GROUP BY asset_type
ORDER BY failed_count DESC;
