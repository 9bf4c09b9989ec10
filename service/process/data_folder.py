"""What ``storytroupe up`` changes in the database of its data folder before its service starts."""

from __future__ import annotations

from uuid import UUID

from service.background.rescue import expire_former
from service.db.sql import load
from service.process.core import open_core
from service.settings import Settings


async def adopt_data_folder(settings: Settings, local_user: UUID) -> None:
    """Expire the workers that earlier runs of ``up`` left in the database. This process has locked the data
    folder, so these workers no longer run. Also give the local user the tier without a limit."""
    async with open_core(settings) as core:
        users = load("users")
        await core.database.pool.execute(users["ensure_user"], local_user, "unlimited")
        await core.database.pool.execute(users["set_tier"], local_user, "unlimited")
        await core.database.retry_transaction(lambda connection: expire_former(connection, core.kinds))
