"""Child processes of the stack, and those that a killed run left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.devstack.private import open_private, write_private

_LAUNCHER = Path(__file__).with_name("launcher.py")
#: All that a server may know of our environment. Messages must be in English to be understood.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Account:
    """The user that a server runs as, where that is not the user that we are."""

    uid: int
    gid: int


class Child:
    """A process that ends when we do.

    It is tied to the thread that spawned it: that must be one that lives as long as the server should.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; a process that has ended already is left alone."""
        self._process.send_signal(number)

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended, at most ``seconds``; whether it has."""
        return await _until_gone(lambda: self.alive, seconds)

    async def finish(self) -> int:
        """Wait for a program that ends by itself, and give its return code; ends it if cancelled."""
        try:
            await self.wait()
        finally:
            self.signal(signal.SIGKILL)
            returncode = self._process.wait()
        return returncode


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    stdin: bytes = b"",
) -> Child:
    """Start a server. Its output goes to ``log``, where a former run's is kept as ``NAME.1.log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".1.log"))
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    launch = [sys.executable, "-I", "-S", str(_LAUNCHER)]
    identity = [str(int(each)) for each in (uid, gid, death_signal, os.getpid())]
    with open_private(log) as output:
        process = subprocess.Popen(
            [*launch, *identity, *map(str, command)],
            cwd="/",
            env=_ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C in the terminal is for us; we end our servers in order
        )
    assert process.stdin is not None
    process.stdin.write(stdin)
    process.stdin.close()
    return Child(process)


def birth(pid: int) -> str | None:
    """What tells a process from a later one with the same pid; None if it is dead or a zombie."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    return _ps(pid, "lstart=")


def program(pid: int) -> str:
    """The name of a process's program; empty if it is not there."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return Path(_ps(pid, "comm=") or "").name


def _ps(pid: int, field: str) -> str | None:
    """For systems without /proc."""
    try:
        done = subprocess.run(
            ["ps", "-o", field, "-p", str(pid)],  # nosec B607
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return done.stdout.strip() or None


async def end_leftover(mark: Path, *signals: signal.Signals) -> None:
    """End the server that a killed run left behind, if there is one. ``mark`` was made by ``leave_mark``."""
    marked = _read_mark(mark)
    if marked is None:
        return
    pid, born = marked
    for number in signals:
        if birth(pid) != born:
            return
        os.kill(pid, number)
        await _until_gone(lambda: birth(pid) == born, 10.0)


def _read_mark(mark: Path) -> tuple[int, str] | None:
    try:
        pid, born = mark.read_text().split(maxsplit=1)
        return int(pid), born
    except (OSError, ValueError):
        return None


def leave_mark(mark: Path, pid: int) -> None:
    """Write down which process this is, for ``end_leftover`` of a later run."""
    write_private(mark, f"{pid} {birth(pid) or '-'}")


async def _until_gone(alive: Callable[[], bool], seconds: float | None) -> bool:
    """Poll, because a process's end can be awaited without a thread on some systems only."""
    deadline = None if seconds is None else asyncio.get_running_loop().time() + seconds
    while alive():
        if deadline is not None and asyncio.get_running_loop().time() >= deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True
