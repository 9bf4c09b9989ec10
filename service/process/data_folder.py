"""The work of `up` on its data folder before it starts."""

from __future__ import annotations

from uuid import UUID

from service.background.rescue import expire_former
from service.db.sql import load
from service.process.core import open_core
from service.settings import Settings


async def adopt_data_folder(settings: Settings, local_user: UUID) -> None:
    """End the workers of earlier runs: this process holds the folder, so they do not run any more. Also give
    the local user the tier without a limit."""
    async with open_core(settings) as core:
        users = load("users")
        await core.database.pool.execute(users["ensure_user"], local_user, "unlimited")
        await core.database.pool.execute(users["set_tier"], local_user, "unlimited")
        await core.database.retry_transaction(lambda connection: expire_former(connection, core.kinds))
