"""Adds sorted lists of stories, sign-outs that stay when their users are deleted, budgets of tiers, and
more."""

from service.db.migrate import run_sql

revision = "0002_shelves_and_sign_outs"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0002_shelves_and_sign_outs.sql")
