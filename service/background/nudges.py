"""Nudges: signals that work is ready. This process gets a nudge at once, and other processes get nudges in
batches.

A NOTIFY in each commit would cost a third of the throughput. So nudges are gathered for some milliseconds and
sent outside the commit. A nudge has no data. If a nudge is lost, a periodic sweep finds the work.
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
from service.lifecycle import Loop
from service.telemetry.context import detached

_log = structlog.get_logger()
_CHANNEL = "storytroupe"
_GATHER_SECONDS = 0.01
_AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)

#: Topics for all processes. In order: a group has queued jobs; the outbox has events; jobs were cancelled; an
#: aggregate or a user was deleted; tokens of a user were revoked; a process is asked to drain; a blocked
#: provider works again.
QUEUE, OUTBOX, JOBS_CANCELLED, DELETED = "queue", "outbox", "jobs-cancelled", "deleted"
SIGNED_OUT, DRAIN, PROVIDER_RECOVERED = "signed-out", "drain", "provider-recovered"
_FOR_ALL = frozenset({QUEUE, OUTBOX, JOBS_CANCELLED, DELETED, SIGNED_OUT, DRAIN, PROVIDER_RECOVERED})
#: Topics inside one process, for ``send_here``. In order: an attempt ended or released its pool slot; the
#: lease of this process has expired; a token names an unknown key of its issuer.
SLOT_FREED, LEASE_EXPIRED, KEY_WANTED = "slot-freed", "lease-expired", "key-wanted"

Listener = Callable[[], None]


class Nudges(Loop):
    """Sends nudges, and calls the listeners of each topic. A pass receives the nudges of other processes
    until the connection is lost."""

    name = "nudges-listen"
    interval = 0.0

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self._origin = str(uuid4())
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._gathered: set[str] = set()
        self._sending: asyncio.Task[None] | None = None
        self._lost = asyncio.Event()
        #: The number of received messages that are not valid nudges. Any login of the database can send such
        #: messages.
        self.unreadable = 0

    def on(self, topic: str, listener: Listener) -> None:
        """Call ``listener`` at each nudge of a topic, from this process and from others."""
        self._listeners[topic].append(listener)

    def send(self, *topics: str) -> None:
        """Call the listeners of this process at once, and nudge the other processes within milliseconds."""
        self.send_here(*topics)
        self._gathered.update(topics)
        if self._sending is None and not self._stopping.is_set():
            self._sending = detached(self._send(), "nudges")

    def send_here(self, *topics: str) -> None:
        """Call the listeners of this process only."""
        for topic in topics:
            for listener in self._listeners[topic]:
                listener()

    async def run_once(self) -> None:
        """Receive nudges of other processes until the connection is lost or this process stops."""
        self._lost.clear()
        if self._stopping.is_set():
            return
        connection = await asyncpg.connect(self._database.url, timeout=5)
        try:
            connection.add_termination_listener(lambda _: self._lost.set())
            await connection.add_listener(_CHANNEL, self._heard)
            await self._lost.wait()
        finally:
            await connection.close(timeout=0.5)

    async def _on_stop(self) -> None:
        """Stop receiving and sending."""
        self._stopping.set()
        self._lost.set()
        await super()._on_stop()
        if self._sending is not None:
            await self._sending

    def _failed(self, error: Exception, failures: int) -> None:
        if isinstance(error, _AWAY):
            _log.debug("the connection for nudges is lost", error=error)
        else:
            super()._failed(error, failures)

    async def _send(self) -> None:
        try:
            # Nudges that arrive while a message is being sent go into the next message.
            while self._gathered:
                await asyncio.sleep(_GATHER_SECONDS)
                topics, self._gathered = sorted(self._gathered), set()
                payload = orjson.dumps({"from": self._origin, "topics": topics}).decode()
                await self._database.pool.execute("SELECT pg_notify($1, $2)", _CHANNEL, payload)
        except _AWAY as error:
            _log.debug("nudge lost", error=error)
        finally:
            self._sending = None

    def _heard(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        try:
            message = orjson.loads(payload)
            origin, topics = message["from"], _FOR_ALL.intersection(message["topics"])
        except (ValueError, TypeError, KeyError) as error:
            self._note_unreadable(error)
            return
        if origin != self._origin:
            self.send_here(*sorted(topics))

    def _note_unreadable(self, error: Exception) -> None:
        """Count an invalid message. The log gets few lines even if many such messages arrive."""
        self.unreadable += 1
        if self.unreadable.bit_count() == 1:
            _log.warning("nudge.unreadable", count=self.unreadable, error=error)
