"""The number of stories that a user may create, by tier and packs. Tiers and packs are data.

This module finds a credit. The creation of a story reserves the credit. The settlement of the story's jobs
commits or refunds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.errors import NotFound, QuotaExceeded

_USERS, _ACCOUNTS = load("users"), load("accounts")
#: The number of tries to find a credit. The first try finds no row if the user's tier changed while the try
#: waited for a lock.
_TRIES = 2


class UserGone(NotFound):
    """The user does not exist."""

    code = "USER_NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Quota:
    """The credits of a user, used and in total, from the tier and from packs.

    ``tier_limit`` None means no limit. With the ``period`` ``month``, the credits of the tier renew each
    month; with ``ever``, they never renew. The credits of packs never renew.
    """

    tier: str
    period: str
    tier_limit: int | None
    tier_used: int
    packs: int
    packs_used: int

    @property
    def limit(self) -> int | None:
        """The number of stories that the user may create in the period; None means no limit."""
        return None if self.tier_limit is None else self.tier_limit + self.packs

    @property
    def used(self) -> int:
        """The number of used credits that count against the limit. Used credits above the current limit,
        which an earlier and larger tier allowed, do not count."""
        of_tier = self.tier_used if self.tier_limit is None else min(self.tier_used, self.tier_limit)
        return of_tier + self.packs_used

    @property
    def tier_spent(self) -> bool:
        """Whether all credits of the tier are used."""
        return self.tier_limit is not None and self.tier_used >= self.tier_limit

    @property
    def spent(self) -> bool:
        """Whether all credits of the tier and of packs are used."""
        return self.tier_spent and self.packs_used >= self.packs


async def quota_of(connection: Connection, user_id: UUID) -> Quota:
    """The user's current quota. Raises ``NotFound`` if the user does not exist."""
    row = await connection.fetchrow(_ACCOUNTS["quota"], user_id)
    if row is None:
        raise UserGone()
    return await _with_use(connection, user_id, row)


async def _with_use(connection: Connection, user_id: UUID, row: Mapping[str, Any]) -> Quota:
    # A separate statement, so that it sees what was committed during the wait for a lock.
    used = await connection.fetchrow(_USERS["stories_used"], user_id, row["period"])
    assert used is not None
    return Quota(
        tier=row["tier"],
        period=row["period"],
        tier_limit=row["story_limit"],
        tier_used=used["of_tier"],
        packs=row["extra_stories"],
        packs_used=used["of_packs"],
    )


async def find_credit(connection: Connection, user_id: UUID) -> bool:
    """Find a free credit that this transaction can reserve. Returns True if the credit comes from a pack.

    Parallel transactions of a user with a limit wait for each other. Raises ``QuotaExceeded``, whose data say
    how to get more credits.
    """
    row = await _lock_quota(connection, user_id)
    if row["story_limit"] is None:
        return False
    quota = await _with_use(connection, user_id, row)
    if quota.spent:
        raise QuotaExceeded(
            tier=quota.tier,
            storiesUsed=quota.used,
            storyLimit=quota.limit,
            upgradeOptions=await upgrade_options(connection, quota.tier),
        )
    return quota.tier_spent


async def _lock_quota(connection: Connection, user_id: UUID) -> asyncpg.Record:
    for _ in range(_TRIES):
        row = await connection.fetchrow(_USERS["lock_quota"], user_id)
        if row is not None:
            return row
    raise UserGone()


async def reserve_again(connection: Connection, user_id: UUID, story_id: UUID) -> None:
    """Reserve a new credit for a story that is resumed, if the story's earlier credit was refunded."""
    if await connection.fetchval(_USERS["was_refunded"], story_id):
        await connection.execute(_USERS["reserve_again"], story_id, await find_credit(connection, user_id))


async def upgrade_options(connection: Connection, tier: str) -> list[str]:
    """The tiers and packs that allow more stories than this tier."""
    return [row["name"] for row in await connection.fetch(_USERS["upgrade_options"], tier)]
