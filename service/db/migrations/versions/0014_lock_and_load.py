"""A settlement locks and loads in one round trip."""

from service.db.migrate import run_sql

revision = "0014_lock_and_load"
down_revision = "0013_batches_of_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0014_lock_and_load.sql")
