"""Finds the running `up` of a data folder, for `create` and `watch`. They connect to its socket, never to its
port.

The port is not safe. When `up` has ended, another program may listen at the same port, and it would receive
the token.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.settings import Settings

_SOCKET, _URL, _TOKEN = "http.sock", "url", "token"  # nosec B105
#: The validity of the published token, and its age at which a new token replaces it. `up` may run for weeks.
TOKEN_LIFE, _RENEWED_AFTER = timedelta(hours=24), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Door:
    """How to reach a service: its URL, a token, and the path of its socket if it runs on this machine."""

    url: str
    token: str
    socket: Path | None = None


def door_of(data: Path) -> Door | None:
    """Return the door of the `up` that runs on a data folder. None if no `up` runs on the folder.

    Raises ``SetupProblem`` if another user could control the folder.
    """
    from service.devstack.private import demand_own
    from service.devstack.stack import recall_sockets

    data = data.expanduser().resolve()
    try:
        sockets = recall_sockets(data)
        if sockets is None or not (sockets / _SOCKET).is_socket():
            return None
        for name in (_URL, _TOKEN):
            demand_own(data / name, {data.stat().st_uid})
        return Door((data / _URL).read_text(), (data / _TOKEN).read_text(), sockets / _SOCKET)
    except OSError:
        return None


def socket_in(sockets: Path) -> Path:
    """Return the path of a service's socket in its private folder for sockets."""
    return sockets / _SOCKET


@asynccontextmanager
async def access_published(data: Path, url: str, issue: Callable[[], str]) -> AsyncIterator[None]:
    """Write the URL and a token into the data folder while the block runs. ``issue`` returns a token that is
    valid for ``TOKEN_LIFE``. A new token replaces the old one before it expires."""
    from service.devstack.private import write_private

    write_private(data / _TOKEN, issue())
    write_private(data / _URL, url)
    renewal = asyncio.create_task(_renewing(data / _TOKEN, issue))
    try:
        yield
    finally:
        renewal.cancel()
        with suppress(asyncio.CancelledError):
            await renewal
        forget(data)


async def withdraw_former(data: Path, settings: Settings) -> None:
    """Remove the files of an earlier run. Up to version 0.2, these files stayed after the run. They had an
    operator's token, and `create` sent this token to any program at the old port. If an operator's token is
    found, all tokens of its user are withdrawn."""
    import asyncpg

    from service.access.people import sign_out
    from service.access.tokens import Tokens
    from service.errors import StorytroupeError

    with suppress(OSError, StorytroupeError):
        identity = Tokens.of(settings).verify((data / _TOKEN).read_text())
        if identity.operator:
            connection = await asyncpg.connect(settings.database_url)
            try:
                await sign_out(connection, identity.user_id)
            finally:
                await connection.close()
            await asyncio.sleep(1.0)  # tokens have whole seconds: the next token must be from a later one
    forget(data)


def forget(data: Path) -> None:
    """Remove the files with the URL and the token, which are of no use after the service has ended."""
    for name in (_URL, _TOKEN):
        (data / name).unlink(missing_ok=True)


async def _renewing(note: Path, issue: Callable[[], str]) -> None:
    from service.devstack.private import write_private

    while True:
        await asyncio.sleep(_RENEWED_AFTER.total_seconds())
        write_private(note, issue())
