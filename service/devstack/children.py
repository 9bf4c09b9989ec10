"""Starts and ends child processes of the stack, and ends servers that a killed run left behind."""

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
#: The environment variables that a server gets. They set the language of its messages to English, since this
#: code reads the messages.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system user that a server runs as, if this is not the user of this process."""

    uid: int
    gid: int


class Child:
    """A child process that ends with this process.

    The child also ends when the thread that spawned it ends. So this thread must run as long as the server.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process. If the process has already ended, nothing happens."""
        self._process.send_signal(number)

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait up to ``seconds`` until the process has ended. Returns whether it has ended. The call may be
        cancelled."""
        return await _until_gone(lambda: self.alive, seconds)

    async def finish(self) -> int:
        """Wait until the program ends, and return its exit code. If the call is cancelled, the program is
        ended."""
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
    """Start a server. The output goes to ``log``. The log of the previous run is kept as ``NAME.1.log``."""
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
            start_new_session=True,  # Ctrl-C must not reach the servers: this process ends them in order
        )
    assert process.stdin is not None
    process.stdin.write(stdin)
    process.stdin.close()
    return Child(process)


def birth(pid: int) -> str | None:
    """Return the start time of a process. It distinguishes the process from a later process with the same
    pid. None if the process has ended or is a zombie."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    return _ps(pid, "lstart=")


def program(pid: int) -> str:
    """Return the program name of a process. Empty if the process does not exist."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return Path(_ps(pid, "comm=") or "").name


def _ps(pid: int, field: str) -> str | None:
    """Return a field of the output of ``ps``, for systems without /proc."""
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
    """End the server that a killed run left behind, if the server still runs. ``mark`` is the file that
    ``leave_mark`` wrote."""
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
    """Write the identity of a process to the file ``mark``. A later run reads it in ``end_leftover``."""
    write_private(mark, f"{pid} {birth(pid) or '-'}")


async def _until_gone(alive: Callable[[], bool], seconds: float | None) -> bool:
    """Poll until a process has ended. Only some systems can wait for the end of a process without a
    thread."""
    deadline = None if seconds is None else asyncio.get_running_loop().time() + seconds
    while alive():
        if deadline is not None and asyncio.get_running_loop().time() >= deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True
