"""Waits have no reminder of their own: a session's person is reminded once for the whole session."""

from service.db.migrate import run_sql

revision = "0012_waits_without_reminders"
down_revision = "0011_sinks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0012_waits_without_reminders.sql")
