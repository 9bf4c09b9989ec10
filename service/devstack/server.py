"""The common base of the PostgreSQL and Valkey servers: start, wait for an answer, stop, kill and restart."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from service.devstack.children import Child, end_leftover, leave_mark
from service.errors import SetupProblem

_POLL_SECONDS = 0.02
#: How long to wait until a started server answers, in seconds. Recovery after a crash may read much of the
#: write-ahead log.
_START_SECONDS = 120.0
#: How long to wait, in seconds, after the first signal and after each stronger signal.
_STOP_SECONDS, _STOP_AT_ONCE_SECONDS = 20.0, 2.0

_DISK_FULL = "the disk is full: free some space, or give another --data folder"
#: If less space than this (in bytes) is free, a full disk counts as the cause of a failure.
_FULL = 64 * 1024 * 1024
_CAUSES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"No space left on device|Disk quota exceeded"), _DISK_FULL),
    (
        re.compile(r"database files are incompatible"),
        "its files were made by another version: use that version, or give another --data folder",
    ),
    (
        re.compile(r"lock file .* already exists|pre-existing shared memory block"),
        "another server already uses its files: stop that one, or give another --data folder",
    ),
    (
        re.compile(r"Cannot allocate memory|could not map anonymous shared memory|Out Of Memory"),
        "the machine has too little memory: end other programs, or add memory",
    ),
    (
        re.compile(r"Read-only file system|Permission denied|has wrong ownership|Operation not permitted"),
        "its files are not writable: correct the permissions of the data folder, or give another with --data",
    ),
)


class Server(ABC):
    """A server that listens at a socket in the private folder ``sockets``.

    Call the methods one at a time: ``start``, then ``stop`` or ``kill``, then ``start`` again."""

    name: ClassVar[str]
    #: The signals that end the server, from weak to strong. The first signal asks for a clean end.
    stop_signals: ClassVar[tuple[signal.Signals, ...]]

    def __init__(self, *, files: Path, sockets: Path, log: Path, mark: Path) -> None:
        self.files = files
        self.sockets = sockets
        self.log = log
        self._mark = mark
        self._child: Child | None = None

    @property
    def running(self) -> bool:
        """Return whether the server's process runs."""
        return self._child is not None and self._child.alive

    @property
    def pid(self) -> int:
        """Return the process id. Raises ``SetupProblem`` if the server was not started."""
        if self._child is None:
            raise SetupProblem(f"{self.name} is not running: start it first.")
        return self._child.pid

    async def start(self) -> None:
        """Start the server, and return when it answers.

        This first ends a server that a killed run left behind. Raises ``SetupProblem`` if the server does not
        start.
        """
        await end_leftover(self._mark, *self.stop_signals)
        await self.prepare()
        await self._launch()

    async def stop(self) -> None:
        """End the server cleanly, or by force if a clean end takes too long."""
        if self._child is None:
            return
        seconds = _STOP_SECONDS
        for number in self.stop_signals:
            self._child.signal(number)
            if await self._child.wait(seconds):
                break
            seconds = _STOP_AT_ONCE_SECONDS
        self._mark.unlink(missing_ok=True)

    async def kill(self) -> None:
        """End the server at once with SIGKILL, as in a crash."""
        if self._child is not None:
            self._child.signal(signal.SIGKILL)
            await self._child.wait()

    async def restart(self) -> None:
        """Stop the server, and start it again with the same socket and files."""
        await self.stop()
        await self.start()

    @abstractmethod
    async def prepare(self) -> None:
        """Prepare the files of the server."""

    @abstractmethod
    def spawn(self) -> Child:
        """Start the process of the server. The server must listen in ``self.sockets``."""

    @abstractmethod
    async def answers(self) -> bool:
        """Return whether the server accepts the password and commands now. Raises ``SetupProblem`` if waiting
        longer cannot help."""

    async def _launch(self) -> None:
        self._child = self.spawn()
        leave_mark(self._mark, self._child.pid)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._until_it_answers(self._child)
        except TimeoutError:
            await self.kill()
            raise SetupProblem(f"{self.name} did not answer in time: see {self.log}.") from None
        except BaseException:
            await self.kill()
            raise

    async def _until_it_answers(self, child: Child) -> None:
        while not await self.answers():
            if not child.alive:
                raise self.explain()
            await asyncio.sleep(_POLL_SECONDS)

    def explain(self) -> SetupProblem:
        """Return the error for a server that ended unexpectedly: in one line, the cause from its log and what
        to do."""
        text = self.log.read_text(errors="replace")
        causes = [cause for pattern, cause in _CAUSES if pattern.search(text)]
        if any(shutil.disk_usage(folder).free < _FULL for folder in (self.files.parent, self.log.parent)):
            # If the disk is full, the log itself may be incomplete.
            causes.insert(0, _DISK_FULL)
        cause = causes[0] if causes else _last_words(text)
        return SetupProblem(f"{self.name} cannot start: {cause} (log: {self.log}).")


def _last_words(text: str) -> str:
    """Return the last line of a log that reports an error, or else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"FATAL|PANIC|error", line, re.IGNORECASE)]
    return (errors or lines or ["its log is empty"])[-1]
