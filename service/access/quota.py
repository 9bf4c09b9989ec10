"""How many stories a user may make: by tier and packs, which are data.

A credit is reserved here, committed or refunded by the settlement.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.errors import NotFound, QuotaExceeded

_USERS, _ACCOUNTS = load("users"), load("accounts")


@dataclass(frozen=True, slots=True)
class Quota:
    """What a user has used. ``limit`` None is no limit; ``period`` is ``ever`` or ``month``."""

    tier: str
    used: int
    limit: int | None
    period: str

    @property
    def spent(self) -> bool:
        """Whether there is no credit left."""
        return self.limit is not None and self.used >= self.limit


async def quota_of(connection: Connection, user_id: UUID) -> Quota:
    """The user's quota as it is. Raises ``NotFound``."""
    return await _read(connection, _ACCOUNTS["quota"], user_id)


async def _read(connection: Connection, query: str, user_id: UUID) -> Quota:
    row = await connection.fetchrow(query, user_id)
    if row is None:
        raise NotFound("There is no such user.", code="USER_NOT_FOUND")
    # A second statement, so that it sees what was committed while we waited for a lock.
    used = await connection.fetchval(_USERS["stories_used"], user_id, row["period"])
    return Quota(row["tier"], used, row["story_limit"], row["period"])


async def reserve(connection: Connection, user_id: UUID, story_id: UUID) -> None:
    """Reserve one credit for a story. Raises ``QuotaExceeded``, which says how to get more."""
    quota = await _read(connection, _USERS["lock_quota"], user_id)
    if quota.spent:
        raise QuotaExceeded(
            tier=quota.tier,
            storiesUsed=quota.used,
            storyLimit=quota.limit,
            upgradeOptions=await upgrade_options(connection, quota.tier),
        )
    await connection.execute(_USERS["reserve_quota"], story_id, user_id)


async def reserve_again(connection: Connection, user_id: UUID, story_id: UUID) -> None:
    """Reserve a credit for a story that goes on, if its first one was given back."""
    if await connection.fetchval(_USERS["was_refunded"], story_id):
        await reserve(connection, user_id, story_id)


async def upgrade_options(connection: Connection, tier: str) -> list[str]:
    """The tiers and packs that hold more than this tier."""
    return [row["name"] for row in await connection.fetch(_USERS["upgrade_options"], tier)]
