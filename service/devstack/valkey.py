"""A Valkey (or Redis) server that listens at a private socket. It keeps its data in memory, and ends with
this process."""

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

#: The server writes nothing to the disk. All its data can be published again, and deleted data of users must
#: not remain in a file. Crash reports are off because they would contain commands with users' data.
SETTINGS: Mapping[str, str] = {
    # The server has no port, because a client would send the password in clear text to any program that
    # listens at the port.
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
    """The Valkey server whose files are in ``folder``."""

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
        """Return the URL of the server, with its password."""
        return valkey_url(self._password, self.sockets)

    async def forget(self) -> None:
        """Kill the server. After the next start, it has no data."""
        await self.kill()

    async def prepare(self) -> None:
        """Create the folder, and delete data files that earlier versions or other settings have left."""
        for folder in (self.files, self.files.with_name(f"{self.files.name}.unreadable")):
            shutil.rmtree(folder, ignore_errors=True)
        make_private(self.files)
        (self.sockets / _SOCKET).unlink(missing_ok=True)

    def spawn(self) -> Child:
        """Start the server. It reads its settings from standard input, because command-line arguments with
        the password would be visible in the process list."""
        settings = {**self._settings, "unixsocket": str(self.sockets / _SOCKET), "dir": str(self.files)}
        settings["requirepass"] = self._password
        lines = (f"{name} {_quoted(value)}\n" for name, value in settings.items())
        return spawn([self._program, "-"], log=self.log, stdin="".join(lines).encode())

    async def answers(self) -> bool:
        """Return whether the server accepts commands."""
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
    """Return the URL of a stack's Valkey. Its socket is in the folder ``sockets``."""
    return f"unix://:{password}@{quote(str(sockets / _SOCKET))}"
