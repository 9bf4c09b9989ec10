"""A dispatcher marks the jobs of all groups in one round trip."""

from service.db.migrate import run_sql

revision = "0015_mark_jobs"
down_revision = "0014_lock_and_load"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0015_mark_jobs.sql")
