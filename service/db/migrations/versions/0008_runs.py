"""Extends runs and budgets from stories to every kind of aggregate."""

from service.db.migrate import run_sql

revision = "0008_runs"
down_revision = "0007_requests_of_runs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0008_runs.sql")
