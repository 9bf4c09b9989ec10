"""The rows of the actor groups in the database."""

from __future__ import annotations

from service.db.sql import load
from service.process.core import Core


async def ensure_groups(core: Core) -> None:
    """Create or update the row of each actor group, with its pool, its limits and its number of attempts."""
    pools = core.registry.pools(core.settings)
    names, bounds = [pool for pool, _ in pools.values()], [bound for _, bound in pools.values()]
    attempts = core.registry.attempts(core.settings)
    query = load("dispatch")["ensure_groups"]
    await core.database.retry_transaction(
        lambda connection: connection.execute(
            query, list(pools), names, bounds, [attempts[group] for group in pools]
        )
    )
