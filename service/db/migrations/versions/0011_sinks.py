"""Sinks outside of the service: what each of them still has to get."""

from service.db.migrate import run_sql

revision = "0011_sinks"
down_revision = "0010_novels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0011_sinks.sql")
