"""Migrates a database to the newest schema. Alembic applies the revisions. Their SQL is in
``migrations/sql``.

Alembic is imported only if a revision must be applied, since most starts find the newest schema.
"""

from __future__ import annotations

from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import asyncpg

from service.errors import SetupProblem

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LOCK = 0x53746F7279  # one migration at a time on each database
#: The oldest supported major version of PostgreSQL.
LEAST_POSTGRES = 16


async def migrate(url: str) -> None:
    """Apply the missing revisions in one transaction.

    Raises ``SetupProblem`` in the cases of ``is_current``, and if a revision does not fit the existing
    schema.
    """
    if await is_current(url):
        return
    from sqlalchemy.exc import ProgrammingError
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    # asyncpg connects here, not Alembic's own driver, because the URL may name the folder of a socket.
    connecting = partial(asyncpg.connect, url)
    engine = create_async_engine("postgresql+asyncpg://", async_creator=connecting, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    except asyncpg.InsufficientPrivilegeError as refused:
        raise _not_allowed(refused) from refused
    except ProgrammingError as failure:  # the same for errors of Alembic itself
        cause = getattr(failure.orig, "__cause__", None)
        if not isinstance(cause, asyncpg.InsufficientPrivilegeError):
            raise
        raise _not_allowed(cause) from failure
    except (
        asyncpg.SyntaxOrAccessError
    ) as misfit:  # an object to create exists already, or one to change is missing
        raise SetupProblem(
            f"The database was not made by a release, and cannot be migrated to {head()}: {misfit}. "
            "Nothing was changed in it. Use the version that made it, or an empty database or data folder."
        ) from misfit
    finally:
        await engine.dispose()


def _not_allowed(refused: asyncpg.InsufficientPrivilegeError) -> SetupProblem:
    return SetupProblem(
        f"The login at DATABASE_URL may not create the schema ({refused}): it must own the database, "
        "and the role storytroupe_user must exist. `storytroupe roles` does both."
    )


async def is_current(url: str) -> bool:
    """Return whether the database has the newest schema.

    Raises ``SetupProblem`` if the database does not answer, if its server is too old, or if its schema is
    newer than this version knows.
    """
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
        raise SetupProblem(
            f"The service cannot connect to PostgreSQL at DATABASE_URL ({problem or 'no answer in 10 s'}): "
            "check that it runs, and check the URL."
        ) from problem
    try:
        major = connection.get_server_version().major
        if major < LEAST_POSTGRES:
            raise SetupProblem(
                f"PostgreSQL {major} runs at DATABASE_URL, and {LEAST_POSTGRES} or newer is needed: "
                "upgrade it, or use another one."
            )
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()
    if found is not None and found not in _revisions():
        raise SetupProblem(
            f"The database has the schema of a newer version ({found}; this one knows {head()}): "
            "use that version, or another database or data folder."
        )
    return bool(found == head())


async def demand_current(url: str) -> None:
    """Raise ``SetupProblem`` unless the database has the newest schema. The message says what to do."""
    if not await is_current(url):
        raise SetupProblem("The database's schema is not the newest: run `storytroupe migrate` first.")


def head() -> str:
    """Return the name of the newest revision."""
    return max(_revisions())


def _revisions() -> set[str]:
    """Return the names of all revisions. A revision has the name of its file."""
    folder = files("service.db").joinpath("migrations", "versions")
    return {entry.name[:-3] for entry in folder.iterdir() if entry.name.endswith(".py")}


def run_sql(file: str) -> None:
    """Run one file of ``migrations/sql`` unchanged. Revisions call this function."""
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
