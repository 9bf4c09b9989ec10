"""Brings a database to the newest schema by Alembic's revisions, whose SQL is in ``migrations/sql``.

Alembic is imported only where something is to be done: most starts find the newest schema.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LOCK = 0x53746F7279  # one migration at a time, on each database


async def migrate(url: str) -> None:
    """Apply the revisions that are lacking, in one transaction. Raises what asyncpg raises."""
    if await is_current(url):
        return
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    engine = create_async_engine(_alchemy_url(url), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


async def is_current(url: str) -> bool:
    """Whether the database has the newest schema."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()
    return bool(found == head())


def head() -> str:
    """The newest revision: revisions are files that are named and numbered like them."""
    folder = files("service.db").joinpath("migrations", "versions")
    return max(entry.name[:-3] for entry in folder.iterdir() if entry.name.endswith(".py"))


def run_sql(file: str) -> None:
    """Run one file of ``migrations/sql`` as it stands: called by revisions."""
    from alembic import op

    sql = files("service.db").joinpath("migrations", "sql", file).read_text("utf-8")
    driver: Any = op.get_bind().connection.dbapi_connection
    driver.run_async(lambda connection: connection.execute(sql))


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import text

    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(files("service.db").joinpath("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _alchemy_url(url: str) -> str:
    scheme, rest = url.split("://", 1)
    return f"postgresql+asyncpg://{rest}" if scheme in ("postgres", "postgresql") else url
