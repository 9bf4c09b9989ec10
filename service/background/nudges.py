"""Nudges: "there is something for you", within this process at once, to the others gathered.

A NOTIFY in each commit cost a third of the throughput, so they are gathered for some
milliseconds and sent outside of it. They carry no facts; a sweep stands behind each.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import structlog

from service.db.pool import Database
from service.telemetry.context import detached

_log = structlog.get_logger()
_CHANNEL = "storytroupe"
_GATHER_SECONDS = 0.01

#: Topics: jobs stand in line in a group; events wait in the outbox; jobs were ended from outside;
#: somebody's tokens were withdrawn; a process is asked to go; a provider that turned us away works again.
QUEUE, OUTBOX, STOPPED, SIGNED_OUT, DRAIN = "queue", "outbox", "stopped", "signed-out", "drain"
MENDED = "mended"

Listener = Callable[[], None]


class Nudges:
    """Local listeners by topic, and the way to other processes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._origin = str(uuid4())
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._gathered: set[str] = set()
        self._sending: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._lost = asyncio.Event()
        self._stopping = False

    def on(self, topic: str, listener: Listener) -> None:
        """Call ``listener`` at each nudge of a topic, from whichever process."""
        self._listeners[topic].append(listener)

    def send(self, *topics: str) -> None:
        """Nudge the listeners here at once, and those of other processes soon."""
        for topic in topics:
            self._tell(topic)
        self._gathered.update(topics)
        if self._sending is None and not self._stopping:
            self._sending = detached(self._send(), "nudges")

    async def start(self) -> None:
        """Begin to hear other processes."""
        self._stopping = False
        self._listening = asyncio.create_task(self._listen(), name="nudges-listen")

    async def stop(self) -> None:
        """Hear and send no more."""
        self._stopping = True
        self._lost.set()
        for task in (self._listening, self._sending):
            if task is not None:
                await task

    def _tell(self, topic: str) -> None:
        for listener in self._listeners[topic]:
            listener()

    async def _send(self) -> None:
        try:
            # What is asked for while one message is on its way goes with the next.
            while self._gathered:
                await asyncio.sleep(_GATHER_SECONDS)
                topics, self._gathered = sorted(self._gathered), set()
                payload = orjson.dumps({"from": self._origin, "topics": topics}).decode()
                await self._database.pool.execute("SELECT pg_notify($1, $2)", _CHANNEL, payload)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            _log.debug("nudge lost", error=repr(error))
        finally:
            self._sending = None

    async def _listen(self) -> None:
        while not self._stopping:
            try:
                await self._listen_once()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                _log.debug("nudges are not heard", error=repr(error))
                await asyncio.sleep(0.5)

    async def _listen_once(self) -> None:
        self._lost.clear()
        if self._stopping:
            return
        connection = await asyncpg.connect(self._database.url, timeout=5)
        try:
            connection.add_termination_listener(lambda _: self._lost.set())
            await connection.add_listener(_CHANNEL, self._heard)
            await self._lost.wait()
        finally:
            await connection.close(timeout=0.5)

    def _heard(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        message = orjson.loads(payload)
        if message["from"] != self._origin:
            for topic in message["topics"]:
                self._tell(topic)
