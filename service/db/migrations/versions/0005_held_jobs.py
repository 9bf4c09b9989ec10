"""Jobs that wait for a person, and the providers of calls."""

from service.db.migrate import run_sql

revision = "0005_held_jobs"
down_revision = "0004_gauges_by_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0005_held_jobs.sql")
