"""Webhooks: published events are sent as POST requests to the URLs that users registered.

Each delivery is a row. The relay writes the row in the transaction that marks the event as published. A try
takes a lease on its row, sends the request, and writes the outcome. If the process dies in between, the try
is repeated. So a receiver may get a delivery twice, with the same id.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import orjson
import structlog

from service.access.addresses import fault_of, outward
from service.db.pool import Connection, Database
from service.db.sql import load
from service.domain.webhooks import (
    DELETED,
    INSECURE,
    NOT_ALLOWED,
    UNANSWERED,
    UNREACHABLE,
    delay_after,
    refused_with,
    signatures,
)
from service.errors import Unavailable
from service.lifecycle import Loop
from service.runtime.channels import ChannelNames
from service.runtime.kinds import Kinds
from service.telemetry.errors import named

_log = structlog.get_logger()
_SQL = load("webhooks")

_AT_ONCE = 32
_AT_ONCE_EACH = 4
#: The most tries that run at once for one user. So one user's slow receivers do not delay other users'
#: deliveries.
_AT_ONCE_USER = 12
#: The time limits of a try, and of connecting, in seconds.
_TOTAL_SECONDS = 15.0
_CONNECT_SECONDS = 5.0
#: A try is repeated if its outcome is not written within this many seconds.
_LEASE_SECONDS = 60.0
_PRUNE_EVERY = 3600.0
KEEP_SECONDS = 30 * 86_400.0

#: The HTTP status by which a receiver says that it is permanently gone.
_GONE = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a try. ``answered`` is the HTTP status, if the receiver answered. ``error`` is the
    message for the user. An ``error`` of None means success. ``detail`` is only for the log."""

    answered: int | None = None
    error: str | None = None
    detail: str = ""
    retry_after: float | None = None
    final: bool = False


class Deliverer(Loop):
    """Sends the webhook deliveries that are due. ``private`` allows addresses that are not public.
    ``connect_seconds`` is the time limit for connecting."""

    name = "webhooks"

    def __init__(
        self,
        database: Database,
        *,
        kinds: Kinds,
        private: bool = False,
        connect_seconds: float = _CONNECT_SECONDS,
    ) -> None:
        super().__init__()
        self._names = ChannelNames(kinds)
        self._database = database
        self._private = private
        self._connect_seconds = connect_seconds
        self._session: aiohttp.ClientSession | None = None
        #: The running tries, each with the ids of its webhook and its user.
        self._under_way: dict[asyncio.Task[None], tuple[UUID, UUID]] = {}
        self._next_prune = 0.0

    async def _on_stop(self) -> None:
        """Stop the running tries. Another process repeats them."""
        await super()._on_stop()
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def run_once(self) -> None:
        """Start the tries that are due, up to the number that may run at once."""
        room = _AT_ONCE - len(self._under_way)
        if room > 0:
            for row in await self._claim(room):
                self._begin(row)
        await self._prune()

    async def _claim(self, room: int) -> list[asyncpg.Record]:
        webhooks = Counter(webhook for webhook, _ in self._under_way.values())
        users = Counter(user for _, user in self._under_way.values())
        return list(
            await self._database.pool.fetch(
                _SQL["claim_due"],
                room,
                _AT_ONCE_EACH,
                [webhook for webhook, count in webhooks.items() if count >= _AT_ONCE_EACH],
                _LEASE_SECONDS,
                _AT_ONCE_USER,
                list(users),
                list(users.values()),
            )
        )

    def _begin(self, row: asyncpg.Record) -> None:
        task = asyncio.create_task(self._deliver(row), name="webhook")
        self._under_way[task] = row["webhook_id"], row["user_id"]
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        if not task.cancelled() and task.exception() is not None:
            _log.error("a delivery to a webhook failed", exc_info=task.exception())
        self.nudge()

    async def _deliver(self, row: asyncpg.Record) -> None:
        """Make one try of a delivery and store the outcome."""
        outcome = await self._try(row)
        delay = None if outcome.final else delay_after(row["tries"], outcome.retry_after)
        status = "delivered" if outcome.error is None else "dead" if delay is None else "pending"
        if outcome.error is not None:
            log_outcome = _log.warning if status == "dead" else _log.info
            log_outcome(
                "webhook given up" if status == "dead" else "webhook not delivered",
                delivery=str(row["id"]),
                error=outcome.error,
                detail=outcome.detail,
            )

        async def work(connection: Connection) -> None:
            await connection.execute(
                _SQL["end_delivery"],
                row["id"],
                row["tries"],
                status,
                outcome.answered,
                outcome.error,
                delay or 0.0,
            )
            if outcome.answered == _GONE:
                await connection.execute(
                    _SQL["disable_webhook"], row["webhook_id"], "The receiver answered 410 Gone."
                )

        try:
            await self._database.retry_transaction(work)
        except Unavailable as error:
            _log.warning("the outcome of a webhook was not written; the webhook is sent again", error=error)

    async def _try(self, row: asyncpg.Record) -> Outcome:
        if row["type"] is None:
            return Outcome(error=DELETED, final=True)
        fault = fault_of(row["url"], private=self._private)
        if fault is not None:
            return Outcome(error=NOT_ALLOWED, detail=fault, final=True)
        begun = time.monotonic()
        outcome = await self._post(row)
        if outcome.error == UNREACHABLE:
            # A closed port fails at once and a filtered port never answers. Both get the same answer after
            # the same time, so that users cannot tell them apart.
            await asyncio.sleep(begun + self._connect_seconds + 1.0 - time.monotonic())
        return outcome

    async def _post(self, row: asyncpg.Record) -> Outcome:
        body = self._body(row)
        try:
            async with self._http().post(
                row["url"], data=body, headers=_headers(row, body), allow_redirects=False
            ) as response:
                return _outcome(response)
        except (aiohttp.ClientError, OSError, ValueError, TimeoutError) as error:
            return Outcome(error=_public_error(error), detail=named(error))

    def _body(self, row: asyncpg.Record) -> bytes:
        """Return the payload of a webhook. Receivers can order the events of an aggregate by ``version``."""
        return orjson.dumps(
            {
                "type": row["type"],
                "timestamp": row["at"],
                "data": {
                    "id": str(row["aggregate_id"]),
                    "kind": row["kind"],
                    "channel": self._names.name(row["kind"], row["aggregate_id"]),
                    "version": row["version"],
                    "changes": row["data"],
                },
            }
        )

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=outward(private=self._private, limit=_AT_ONCE),
                timeout=aiohttp.ClientTimeout(total=_TOTAL_SECONDS, connect=self._connect_seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    async def _prune(self) -> None:
        if time.monotonic() >= self._next_prune:
            self._next_prune = time.monotonic() + _PRUNE_EVERY
            await self._database.pool.execute(_SQL["prune_deliveries"], KEEP_SECONDS)
            await self._database.pool.execute(_SQL["forget_secrets"])


def _headers(row: asyncpg.Record, body: bytes) -> Mapping[str, str]:
    message_id, timestamp = str(row["id"]), int(time.time())
    return {
        "Content-Type": "application/json",
        "User-Agent": "Storytroupe-Webhooks",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures(_secrets(row), message_id, timestamp, body),
    }


def _secrets(row: asyncpg.Record) -> list[str]:
    """Return the current secret, followed by the previous secret while that is still valid."""
    return [secret for secret in (row["secret"], row["previous_secret"]) if secret is not None]


def _public_error(error: Exception) -> str:
    """Return the message for the user about a try that ended with this error."""
    match error:
        case aiohttp.ClientSSLError():
            return INSECURE
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | ValueError():
            return UNREACHABLE
    return UNANSWERED


def _outcome(response: aiohttp.ClientResponse) -> Outcome:
    """Return the outcome of an answer. Any 2xx status is success. A redirect is a failure, since redirects
    are not followed. The body is not read, because users must not see what another server answers to this
    service."""
    if response.ok and response.status < 300:
        return Outcome(answered=response.status)
    return Outcome(
        answered=response.status,
        error=refused_with(response.status),
        retry_after=_seconds(response.headers.get("Retry-After")),
        final=response.status == _GONE,
    )


def _seconds(header: Any) -> float | None:
    return float(header) if isinstance(header, str) and header.isascii() and header.isdigit() else None
