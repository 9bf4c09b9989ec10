"""A Valkey (or Redis) server at a socket of ours, in memory alone, ended with us."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import redis.asyncio
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError

from service.devstack.children import Child, spawn
from service.devstack.private import make_private
from service.devstack.server import Server

#: Nothing is written to the disk: all that is here can be told again, and what a user has deleted must
#: not stand in a file. A report of a crash would hold the commands that were under way.
SETTINGS: Mapping[str, str] = {
    # No port: its protocol sends a password in clear to whoever listens there.
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "save": "",
    "appendonly": "no",
    "crash-log-enabled": "no",
    "maxmemory-policy": "noeviction",
}

_SOCKET = "valkey.sock"


class ValkeyServer(Server):
    """The server whose files are in ``folder``."""

    name: ClassVar[str] = "Valkey"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)

    def __init__(
        self,
        program: Path,
        folder: Path,
        *,
        password: str,
        sockets: Path,
        log: Path,
        mark: Path,
        settings: Mapping[str, str],
    ) -> None:
        super().__init__(files=folder, sockets=sockets, log=log, mark=mark)
        self._program = program
        self._password = password
        self._settings = {**SETTINGS, **settings}

    @property
    def url(self) -> str:
        """Its URL, password included."""
        return valkey_url(self._password, self.sockets)

    async def forget(self) -> None:
        """End it at once: it starts empty."""
        await self.kill()

    async def prepare(self) -> None:
        """Make its folder, without what earlier versions, or other settings, left in it."""
        for folder in (self.files, self.files.with_name(f"{self.files.name}.unreadable")):
            shutil.rmtree(folder, ignore_errors=True)
        make_private(self.files)
        (self.sockets / _SOCKET).unlink(missing_ok=True)

    def spawn(self) -> Child:
        """Start it. Settings go in by standard input: the list of processes is no place for a password."""
        settings = {**self._settings, "unixsocket": str(self.sockets / _SOCKET), "dir": str(self.files)}
        settings["requirepass"] = self._password
        lines = (f"{name} {_quoted(value)}\n" for name, value in settings.items())
        return spawn([self._program, "-"], log=self.log, stdin="".join(lines).encode())

    async def answers(self) -> bool:
        """Whether it takes commands."""
        client = redis.asyncio.Redis.from_url(self.url, socket_timeout=10, socket_connect_timeout=10)
        try:
            return bool(await client.ping())
        except (OSError, ConnectionError, TimeoutError, BusyLoadingError):
            return False
        finally:
            await client.aclose()


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def valkey_url(password: str, sockets: Path) -> str:
    """The URL of a stack's Valkey, whose socket is in the folder ``sockets``."""
    return f"unix://:{password}@{quote(str(sockets / _SOCKET))}"
