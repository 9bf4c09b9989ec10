-- What an aggregate's calls have cost so far, beside its version. What it is for is told in schema.sql.

ALTER TABLE aggregates ADD COLUMN spent_usd numeric(14, 6) NOT NULL DEFAULT 0 CHECK (spent_usd >= 0);
COMMENT ON COLUMN aggregates.spent_usd IS 'The sum of its provider_calls'' costs, kept with them, so that a call''s end is one statement.';
UPDATE aggregates a SET spent_usd = c.spent
FROM (SELECT aggregate_id, sum(cost_usd) AS spent FROM provider_calls GROUP BY aggregate_id) AS c
WHERE c.aggregate_id = a.id AND c.spent > 0;
