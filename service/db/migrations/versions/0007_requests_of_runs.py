"""Adds to each run the id of the request that started it."""

from service.db.migrate import run_sql

revision = "0007_requests_of_runs"
down_revision = "0006_held_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0007_requests_of_runs.sql")
