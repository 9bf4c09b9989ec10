"""Adds the proof of a request's user, and restricts what requests may write."""

from service.db.migrate import run_sql

revision = "0005_what_a_request_may"
down_revision = "0004_gauges_by_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0005_what_a_request_may.sql")
