"""Changes the tables of Genesis: commands by user, waits that expire, novels with chapters."""

from service.db.migrate import run_sql

revision = "0009_genesis"
down_revision = "0008_runs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0009_genesis.sql")
