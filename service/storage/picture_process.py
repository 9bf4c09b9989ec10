"""Decodes pictures in separate processes, one at a time for each user."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID
from weakref import WeakValueDictionary

import structlog

import service
from service.errors import InvalidInput
from service.storage.pictures import Plain

_log = structlog.get_logger(__name__)

#: The limit of elapsed time for the child process, in seconds. The child itself limits its CPU time.
_PATIENCE_SECONDS = 60.0
_CHILD = "service.storage.picture_child"
assert service.__file__ is not None
_ROOT = Path(service.__file__).resolve().parent.parent
#: The environment variables that the child process receives, because it needs them to start. Other variables
#: may contain secrets.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


class Decoders:
    """Limits how many decoders run at once, since each decoder needs memory. Each user has at most one
    decoder, so that one user cannot occupy all decoders."""

    def __init__(self, at_once: int) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._of_user: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def slot(self, user_id: UUID) -> AsyncIterator[None]:
        """Wait for a slot of the user, and hold it for the block."""
        turn = self._of_user.get(user_id)
        if turn is None:
            turn = self._of_user[user_id] = asyncio.Lock()
        async with turn, self._slots:
            yield


async def decode_apart(data: bytes) -> Plain:
    """Run ``plain_picture`` in a separate process.

    Raises the same ``InvalidInput`` errors as ``plain_picture``. Also raises ``InvalidInput`` with
    PICTURE_UNREADABLE if the picture exceeds the limits of time or memory.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", _CHILD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            output, _ = await child.communicate(data)
    except TimeoutError:
        output = b""
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return _understood(output, child.returncode)


def _environment() -> Mapping[str, str]:
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed_on, "PYTHONPATH": str(_ROOT)}


def _understood(output: bytes, status: int | None) -> Plain:
    head, _, data = output.partition(b"\n")
    if status != 0 or not head:
        _log.info("picture given up", status=status)
        raise InvalidInput(
            "This picture needs too much time or memory to read. Save it again, or use a smaller one.",
            code="PICTURE_UNREADABLE",
        )
    fields = json.loads(head)
    if "code" in fields:
        raise InvalidInput(fields["message"], code=fields["code"])
    return Plain(data, fields["width"], fields["height"])
