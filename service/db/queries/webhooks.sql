-- name: insert_webhook
-- Inserts a webhook of a user who has fewer than $5 webhooks. No row if the user has that many.
INSERT INTO webhooks (user_id, url, secret, events)
SELECT $1::uuid, $2::text, $3::text, $4::text[] WHERE (SELECT count(*) FROM webhooks WHERE user_id = $1::uuid) < $5
RETURNING id, url, events, enabled, disabled_because, created_at, updated_at;

-- name: webhook
-- One webhook of the user for whom the transaction acts, without its secret.
SELECT id, url, events, enabled, disabled_because, created_at, updated_at FROM webhooks WHERE id = $1;

-- name: webhook_page
-- A page of a user's webhooks, newest first, after a cursor of time and id.
SELECT id, url, events, enabled, disabled_because, created_at, updated_at FROM webhooks
WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::uuid))
ORDER BY created_at DESC, id DESC LIMIT $4;

-- name: store_webhook
-- Updates a webhook. A NULL value keeps the present one.
UPDATE webhooks SET url = coalesce($2, url), events = coalesce($3, events), enabled = coalesce($4, enabled),
  disabled_because = CASE WHEN coalesce($4, enabled) THEN NULL ELSE disabled_because END,
  updated_at = clock_timestamp()
WHERE id = $1 RETURNING id, url, events, enabled, disabled_because, created_at, updated_at;

-- name: rotate_secret
-- Sets a new secret ($2). The old secret signs, too, for $3 more seconds.
UPDATE webhooks SET secret = $2, updated_at = clock_timestamp(),
  previous_secret = CASE WHEN $3 > 0 THEN secret END,
  previous_until = CASE WHEN $3 > 0 THEN clock_timestamp() + make_interval(secs => $3) END
WHERE id = $1 RETURNING id, previous_until;

-- name: forget_secrets
-- Deletes old secrets that no longer sign anything.
UPDATE webhooks SET previous_secret = NULL, previous_until = NULL WHERE previous_until < clock_timestamp();

-- name: delete_webhook
-- Deletes a webhook with its deliveries.
DELETE FROM webhooks WHERE id = $1 RETURNING id;

-- name: disable_webhook
-- Disables the webhook.
UPDATE webhooks SET enabled = false, disabled_because = $2, updated_at = clock_timestamp() WHERE id = $1 AND enabled;

-- name: claim_due
-- Takes up to $1 due deliveries, at most $2 of a webhook, and none of the webhooks in $3. Each counts as lost
-- after $4 seconds. At most $5 of a user, including running ones: $7 of each user in $6. Returns what is
-- needed to send them. The event is null if its aggregate is deleted.
WITH ready AS (
  SELECT d.id, d.next_at, w.user_id,
         row_number() OVER (PARTITION BY w.user_id ORDER BY d.next_at, d.id) AS place
  FROM webhooks w CROSS JOIN LATERAL (
    SELECT id, next_at FROM webhook_deliveries
    WHERE webhook_id = w.id AND status = 'pending' AND next_at <= clock_timestamp()
    ORDER BY next_at LIMIT $2) AS d
  WHERE w.enabled AND w.id <> ALL($3::uuid[])),
due AS (
  SELECT r.id FROM ready r LEFT JOIN unnest($6::uuid[], $7::int[]) AS busy (user_id, under_way) USING (user_id)
  WHERE r.place <= $5::int - coalesce(busy.under_way, 0) ORDER BY r.next_at LIMIT $1),
mine AS (
  SELECT d.id FROM webhook_deliveries d JOIN due USING (id)
  WHERE d.status = 'pending' AND d.next_at <= clock_timestamp() FOR UPDATE OF d SKIP LOCKED),
taken AS (
  UPDATE webhook_deliveries d SET tries = tries + 1, next_at = clock_timestamp() + make_interval(secs => $4)
  FROM mine WHERE d.id = mine.id
  RETURNING d.id, d.webhook_id, d.aggregate_id, d.version, d.tries)
SELECT t.*, w.user_id, w.url, w.secret,
       CASE WHEN w.previous_until > clock_timestamp() THEN w.previous_secret END AS previous_secret,
       e.type, e.at, e.data, e.aggregate_type AS kind
FROM taken t JOIN webhooks w ON w.id = t.webhook_id
LEFT JOIN domain_events e ON e.aggregate_id = t.aggregate_id AND e.version = t.version;

-- name: end_delivery
-- Stores the outcome of a try ($2 is its number): delivered, dead, or pending again after $6 seconds.
UPDATE webhook_deliveries SET status = $3, answered = $4, last_error = $5,
  next_at = clock_timestamp() + make_interval(secs => $6),
  ended_at = CASE WHEN $3 <> 'pending' THEN clock_timestamp() END
WHERE id = $1 AND tries = $2 AND status = 'pending';

-- name: delivery_page
-- A page of a webhook's deliveries, newest first, after a cursor of time and id.
SELECT id, aggregate_id, version, event, status, tries, next_at, answered, last_error, created_at, ended_at
FROM webhook_deliveries
WHERE webhook_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::uuid))
  AND ($4::text IS NULL OR status = $4)
ORDER BY created_at DESC, id DESC LIMIT $5;

-- name: redeliver
-- Sends a delivery again, starting with the first try.
UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_at = clock_timestamp(), ended_at = NULL
WHERE id = $1 AND webhook_id = $2
RETURNING id, aggregate_id, version, event, status, tries, next_at, answered, last_error, created_at, ended_at;

-- name: dead_deliveries
-- Failed deliveries of all users, newest first, before a cursor of time and id.
SELECT d.id, d.webhook_id, d.user_id, w.url, d.aggregate_id, d.version, d.event, d.tries, d.answered,
       d.last_error, d.ended_at
FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
WHERE d.status = 'dead' AND ($1::timestamptz IS NULL OR (d.ended_at, d.id) < ($1::timestamptz, $2::uuid))
ORDER BY d.ended_at DESC, d.id DESC LIMIT $3;

-- name: redeliver_dead
-- Sends failed deliveries again, starting with the first try.
UPDATE webhook_deliveries SET status = 'pending', tries = 0, next_at = clock_timestamp(), ended_at = NULL
WHERE id = ANY($1::uuid[]) AND status = 'dead' RETURNING id;

-- name: prune_deliveries
-- Deletes deliveries that ended more than $1 seconds ago.
DELETE FROM webhook_deliveries WHERE ended_at < statement_timestamp() - make_interval(secs => $1);
