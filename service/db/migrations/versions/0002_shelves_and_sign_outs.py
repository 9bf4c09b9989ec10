"""Shelves by order, later runs, sign-outs that outlive their users, budgets of tiers, places of workers."""

from service.db.migrate import run_sql

revision = "0002_shelves_and_sign_outs"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL of this revision."""
    run_sql("0002_shelves_and_sign_outs.sql")
