"""Adds indexes, so that gauges and operators' lists are read from indexes alone."""

from service.db.migrate import run_sql

revision = "0004_gauges_by_index"
down_revision = "0003_what_was_spent"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0004_gauges_by_index.sql")
