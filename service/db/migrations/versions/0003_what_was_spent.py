"""Adds ``aggregates.spent_usd``: the cost of all provider calls of an aggregate."""

from service.db.migrate import run_sql

revision = "0003_what_was_spent"
down_revision = "0002_shelves_and_sign_outs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0003_what_was_spent.sql")
