-- name: version_for_listener
-- The version of an aggregate of a kind; no row where the connection's user has none such.
SELECT version FROM aggregates WHERE id = $1 AND kind = $2;

-- name: genesis_snapshot
-- What a listener who joins is told of a Genesis session: state and version in one statement.
SELECT a.version, g.mode, g.status, g.current_stage, g.stages, g.decision_version, g.expires_at,
       EXISTS (SELECT FROM jobs j WHERE j.aggregate_id = g.id AND j.ended_at IS NULL) AS is_pending
FROM aggregates a JOIN genesis_sessions g USING (id) WHERE a.id = $1;

-- name: shelves
-- The newest stories of some users ($2 of each), as their libraries show them.
SELECT s.id, s.creator_user_id AS user_id, s.title, s.status, s.asset_generation_status AS state,
       s.created_at, s.updated_at, a.version
FROM unnest($1::uuid[]) AS u (id)
CROSS JOIN LATERAL (
  SELECT * FROM stories WHERE creator_user_id = u.id ORDER BY created_at DESC, id DESC LIMIT $2) AS s
JOIN aggregates a ON a.id = s.id
ORDER BY s.creator_user_id, s.created_at DESC, s.id DESC;
