"""The account of a user: tier, quota and spend, for the user and for operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from service.access import people
from service.db.pool import Connection, Database
from service.db.sql import load
from service.runtime.ledger import month_budget
from service.stories.quota import Quota, quota_of, upgrade_options

_ACCOUNTS = load("accounts")


@dataclass(frozen=True, slots=True)
class AccountState:
    """The account of a user: the tier, the quota, and the names of larger tiers and of packs. ``spend`` has
    ``month_usd``, ``total_usd`` and ``calls``."""

    quota: Quota
    upgrade_options: list[str]
    spend: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UserState:
    """A user as operators see it: the row of ``people.find_users`` and the user's account."""

    row: asyncpg.Record
    account: AccountState


async def read_account(connection: Connection, user_id: UUID) -> AccountState:
    """Return the account of a user. Raises ``NotFound`` if the user does not exist."""
    quota = await quota_of(connection, user_id)
    options = await upgrade_options(connection, quota.tier)
    spend = await connection.fetchrow(_ACCOUNTS["spend"], user_id)
    return AccountState(quota, options, spend or {})


async def read_own_account(
    connection: Connection, user_id: UUID, setting_usd: Decimal | None
) -> tuple[AccountState, Decimal | None]:
    """Return the user's account and monthly spending limit. The limit is in US dollars, and comes from the
    tier and from the settings (``setting_usd``). None means no limit. Raises ``NotFound`` if the user does
    not exist."""
    account = await read_account(connection, user_id)
    return account, await month_budget(connection, user_id, setting_usd)


async def list_users(
    database: Database, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[asyncpg.Record]:
    """Return a page of users, newest first. ``after`` is the time and id of the last row of the previous
    page."""
    async with database.as_owner() as connection:
        return await people.find_users(connection, after=after, limit=limit)


async def read_user(database: Database, user_id: UUID) -> UserState:
    """Return one user with the account. Raises ``NotFound`` if the user does not exist."""
    async with database.as_owner() as connection:
        return await _state(connection, user_id)


async def set_tier(database: Database, user_id: UUID, tier: str) -> UserState:
    """Set the tier of a user. Creates the user if needed. Raises ``NotFound`` for an unknown tier."""
    async with database.as_owner() as connection:
        await people.set_tier(connection, user_id, tier)
        return await _state(connection, user_id)


async def grant_pack(database: Database, user_id: UUID, pack: str) -> UserState:
    """Add the stories of a pack to the user's quota. Raises ``NotFound`` for an unknown user or pack."""
    async with database.as_owner() as connection:
        await people.grant_pack(connection, user_id, pack)
        return await _state(connection, user_id)


async def _state(connection: Connection, user_id: UUID) -> UserState:
    row = await people.find_user(connection, user_id)
    return UserState(row, await read_account(connection, user_id))
