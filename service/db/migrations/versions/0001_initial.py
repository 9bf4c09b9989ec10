"""Creates the first schema."""

from service.db.migrate import run_sql

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0001_initial.sql")
