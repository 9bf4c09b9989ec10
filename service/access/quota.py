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
    """What a user has used, of the tier and of packs. ``tier_limit`` None is no limit; ``period``
    is ``ever`` or ``month``: a tier's stories come back with the month, those of packs do not."""

    tier: str
    period: str
    tier_limit: int | None
    tier_used: int
    packs: int
    packs_used: int

    @property
    def limit(self) -> int | None:
        """All that may be made in the period; None is no limit."""
        return None if self.tier_limit is None else self.tier_limit + self.packs

    @property
    def used(self) -> int:
        """All that counts against the limit; what a larger tier of old allowed does not."""
        of_tier = self.tier_used if self.tier_limit is None else min(self.tier_used, self.tier_limit)
        return of_tier + self.packs_used

    @property
    def tier_spent(self) -> bool:
        return self.tier_limit is not None and self.tier_used >= self.tier_limit

    @property
    def spent(self) -> bool:
        """Whether there is no credit left."""
        return self.tier_spent and self.packs_used >= self.packs


async def quota_of(connection: Connection, user_id: UUID) -> Quota:
    """The user's quota as it is. Raises ``NotFound``."""
    return await _read(connection, _ACCOUNTS["quota"], user_id)


async def _read(connection: Connection, query: str, user_id: UUID) -> Quota:
    row = await connection.fetchrow(query, user_id)
    if row is None:
        raise NotFound("There is no such user.", code="USER_NOT_FOUND")
    # A second statement, so that it sees what was committed while we waited for a lock.
    used = await connection.fetchrow(_USERS["stories_used"], user_id, row["period"])
    return Quota(
        tier=row["tier"],
        period=row["period"],
        tier_limit=row["story_limit"],
        tier_used=used["of_tier"],
        packs=row["extra_stories"],
        packs_used=used["of_packs"],
    )


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
    await connection.execute(_USERS["reserve_quota"], story_id, user_id, quota.tier_spent)


async def reserve_again(connection: Connection, user_id: UUID, story_id: UUID) -> None:
    """Reserve a credit for a story that goes on, if its first one was given back."""
    if await connection.fetchval(_USERS["was_refunded"], story_id):
        await reserve(connection, user_id, story_id)


async def upgrade_options(connection: Connection, tier: str) -> list[str]:
    """The tiers and packs that hold more than this tier."""
    return [row["name"] for row in await connection.fetch(_USERS["upgrade_options"], tier)]
