-- name: version_for_listener
-- The version of an aggregate of a kind; no row where the connection's user has none such.
SELECT version FROM aggregates WHERE id = $1 AND kind = $2;

-- name: genesis_snapshot
-- What a listener who joins is told of a Genesis session: state and version in one statement.
SELECT a.version, g.mode, g.status, g.current_stage, g.stages, g.decision_version, g.expires_at,
       EXISTS (SELECT FROM jobs j WHERE j.aggregate_id = g.id AND j.ended_at IS NULL) AS is_pending
FROM aggregates a JOIN genesis_sessions g USING (id) WHERE a.id = $1;
