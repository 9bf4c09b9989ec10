"""Adds jobs that wait for a person, and the provider of each call."""

from service.db.migrate import run_sql

revision = "0006_held_jobs"
down_revision = "0005_what_a_request_may"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0006_held_jobs.sql")
