-- name: active_generation
-- Active story generation (last 1 hour): the source document's, unchanged.
SELECT
  COUNT(*) as active_stories,
  AVG(EXTRACT(EPOCH FROM (NOW() - asset_generation_started_at))) as avg_duration_seconds
FROM stories
WHERE status = 'generating'
AND asset_generation_started_at > NOW() - INTERVAL '1 hour';

-- name: throughput
-- Asset generation throughput: the source document's, unchanged.
SELECT
  DATE_TRUNC('hour', completed_at) as hour,
  asset_type,
  COUNT(*) as completed,
  AVG(EXTRACT(EPOCH FROM (completed_at - started_at))) as avg_duration_seconds
FROM asset_generation_jobs
WHERE completed_at > NOW() - INTERVAL '24 hours'
GROUP BY hour, asset_type
ORDER BY hour DESC;

-- name: queue_depth
-- Job queue depth: the source document's, unchanged.
SELECT
  status,
  COUNT(*) as count
FROM asset_generation_jobs
GROUP BY status;

-- name: failed_assets
-- Failed assets by type: the source document's, unchanged.
SELECT
  asset_type,
  COUNT(*) as failed_count,
  STRING_AGG(DISTINCT error_message, '; ') as error_messages
FROM asset_generation_jobs
WHERE status = 'failed'
AND created_at > NOW() - INTERVAL '24 hours'
GROUP BY asset_type
ORDER BY failed_count DESC;
