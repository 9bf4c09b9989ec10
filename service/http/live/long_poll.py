"""Long polls: an answer may wait up to ``?wait=`` seconds until it differs from the ETag in
``If-None-Match``.

A waiting request subscribes to a channel of the hub. It reads PostgreSQL again only when the channel changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from uuid import UUID

from aiohttp import hdrs, web

from service.access.tallies import Tally
from service.api.queries import MAX_WAIT, WaitQuery
from service.errors import NotFound, Unavailable
from service.http.io.bodies import json_response
from service.http.io.conditional import ASK_AGAIN, etag_of, matches
from service.http.io.queries import read_query
from service.hub.codes import ErrorCode
from service.hub.frames import Answer, Frame, RequestId, TickFrame
from service.hub.hub import Hub
from service.runtime.channels import ChannelNames
from service.runtime.kinds import Kinds

#: The least time between two reads of a waiting request, in seconds, since changes often come in groups.
_LOOK_SECONDS = 0.25

#: A function that makes the body of the answer. Raises ``NotFound`` if the object does not exist.
Read = Callable[[], Awaitable[str]]


class Waiter:
    """The hub's subscriber for a request that waits for a change. ``missing`` is the error if the channel
    does not exist."""

    def __init__(self, user_id: UUID, missing: NotFound) -> None:
        self.user_id = user_id
        self._missing = missing
        self.changed = asyncio.Event()
        self.standing: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def subscribed(self, _request: RequestId, _answer: Answer) -> None:
        """Note that the subscription has begun."""
        if not self.standing.done():
            self.standing.set_result(None)

    def refused(self, _request: RequestId, _channel: str, code: ErrorCode) -> None:
        """Fail the request, because the hub refused the subscription."""
        if not self.standing.done():
            self.standing.set_exception(Unavailable() if code.temporary else self._missing)

    def publish(self, _news: Frame) -> None:
        """Make the request read again, because an event has come."""
        self.changed.set()

    def tick(self, _tick: TickFrame) -> None:
        """Make the request read again, because a tick has come."""
        self.changed.set()

    def resync(self, _channel: str, _reason: str) -> None:
        """Make the request read again, because the subscription has ended."""
        self.changed.set()


class LongPolls:
    """All requests of this process that wait for a change."""

    def __init__(self, hub: Hub, *, kinds: Kinds) -> None:
        self._hub = hub
        self._names = ChannelNames(kinds)
        self._waiting: set[Waiter] = set()
        self._of_user = Tally(hub.limits.polls_per_user, what="requests that wait", code="TOO_MANY_POLLS")
        self._draining = False

    def __len__(self) -> int:
        return len(self._waiting)

    async def answer(self, request: web.Request, user_id: UUID, channel: str, read: Read) -> web.Response:
        """Answer with the body. If the request has ``?wait=`` and an ETag, first wait until the body differs
        from the ETag.

        The answer is 304 if nothing has changed. Raises ``InvalidInput`` for a wait that is not a number, and
        ``Overloaded`` (TOO_MANY_POLLS) if too many requests of the user wait. A caller may cancel it.
        """
        known = request.headers.get(hdrs.IF_NONE_MATCH, "")
        seconds = min(read_query(WaitQuery, request).wait, MAX_WAIT)
        body = await read()
        if seconds and matches(known, etag_of(body)):
            with self._of_user.hold(user_id):
                body = await self._wait(user_id, channel, read, known, seconds)
        etag = etag_of(body)
        headers: dict[str, str] = {hdrs.ETAG: etag, hdrs.CACHE_CONTROL: ASK_AGAIN}
        if matches(known, etag):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return json_response(body, headers=headers)

    async def _wait(self, user_id: UUID, channel: str, read: Read, known: str, seconds: int) -> str:
        """Read the body again after each change, until it differs or the time is over. Returns the last
        body."""
        waiter = Waiter(user_id, self._names.missing(channel))
        self._waiting.add(waiter)
        self._hub.subscribe(waiter, channel)
        try:
            await waiter.standing
            body = await read()
            async with asyncio.timeout(seconds):
                while matches(known, etag_of(body)) and not self._draining:
                    await waiter.changed.wait()
                    await asyncio.sleep(_LOOK_SECONDS)
                    waiter.changed.clear()
                    body = await read()
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(waiter)
            self._hub.leave(waiter)
        return body

    def drain(self) -> None:
        """Answer all waiting requests now, with the current state."""
        self._draining = True
        for waiter in self._waiting:
            waiter.changed.set()
