"""Novels: versions of chapters, and what chapters are written from."""

from service.db.migrate import run_sql

revision = "0010_novels"
down_revision = "0009_genesis"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0010_novels.sql")
