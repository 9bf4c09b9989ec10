"""Events of one settlement are published as one row, and no key is checked for what a lock assures."""

from service.db.migrate import run_sql

revision = "0013_batches_of_events"
down_revision = "0012_waits_without_reminders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0013_batches_of_events.sql")
