"""Follows a story or a library over a websocket, and reconnects after each lost connection."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

import aiohttp

from service.client.api import Client
from service.client.transport import Id, no_answer
from service.client.view import LibraryView, StoryView
from service.errors import Forbidden, NotFound, StorytroupeError, Unauthorized

_SUBPROTOCOL = "storytroupe.v1"
_FRAME_BYTES = 4 * 1024 * 1024
#: A socket without a message for this many seconds counts as lost. The service sends a ping every 25 s.
_SILENCE_SECONDS = 60.0
_LONGEST_WAIT = 5.0
_PATIENCE_SECONDS = 60.0
_BAD_TOKENS = (4500, 4503)


class View(Protocol):
    """The state of a channel, as far as the client knows it."""

    @property
    def version(self) -> int | None:
        """The newest version that the view has. None before the first snapshot."""
        ...

    @property
    def final(self) -> bool:
        """Whether the view is final: no more changes can come."""
        ...

    def start(self, version: int, state: Mapping[str, Any], /) -> None:
        """Replace the content of the view with a snapshot."""
        ...

    def apply(self, version: int, data: Mapping[str, Any], /) -> bool:
        """Apply an event to the view. Returns False if an earlier event is missing."""
        ...

    def tick(self, key: str, data: Any, /) -> None:
        """Apply a tick: a transient value, which has no version and may be lost."""
        ...


V = TypeVar("V", bound=View)


def follow_story(client: Client, story_id: Id, changed: Callable[[StoryView], None]) -> Follower[StoryView]:
    """Return a follower of one story: ``await follow_story(…).until_the_end()``.

    ``changed`` is called after each message, always with the same view. It runs in the task that awaits
    ``until_the_end``, so it must return quickly. An exception from ``changed`` ends the following.
    """
    return Follower(client, f"stories:id={story_id}", StoryView(str(story_id)), changed)


def follow_library(
    client: Client, user_id: Id, changed: Callable[[LibraryView], None]
) -> Follower[LibraryView]:
    """Return a follower of all stories of the user. ``user_id`` is the user's own id, as ``read_account``
    returns it.

    A library never ends. To stop, cancel the task that awaits ``until_the_end``. ``changed`` works as in
    ``follow_story``.
    """
    return Follower(client, f"users:id={user_id}", LibraryView(), changed)


class Follower(Generic[V]):
    """A listener of one channel. ``view`` is the state of the channel. It stays available after an error or a
    cancellation."""

    def __init__(self, client: Client, channel: str, view: V, changed: Callable[[V], None]) -> None:
        self.view = view
        self._client = client
        self._channel = channel
        self._changed = changed
        self._retry_ms: float | None = None
        self._asked = False
        self._failures = 0

    def __repr__(self) -> str:
        return f"Follower({self._channel!r}, {self.view!r})"

    async def until_the_end(self) -> V:
        """Listen until the view is final, for example because the story has ended. Returns the view.

        A lost connection is opened again, after 0.2 to 5 s or after the time that the service asks for. No
        change is missed. Raises ``Unauthorized``, ``NotFound`` or ``Forbidden`` if another connection would
        not help. Raises ``Unavailable`` if the first connection fails, or if the service does not answer for
        a minute later. A caller may cancel it. This closes the connection. A new call continues from the
        version that the view has.
        """
        clock = asyncio.get_running_loop().time
        gives_up = clock() + _PATIENCE_SECONDS
        while not self.view.final:
            self._failures += 1  # reset when a subscription is answered
            cause: Exception | None = None
            try:
                await self._one_connection()
            except (aiohttp.ClientError, TimeoutError) as error:
                cause = error
            if self._failures == 0:
                gives_up = clock() + _PATIENCE_SECONDS
            elif clock() > gives_up or (cause and self.view.version is None):
                raise no_answer(self._client.url) from cause
            if not self.view.final:
                await asyncio.sleep(self._pause())
        return self.view

    def _pause(self) -> float:
        """Return the seconds until the next connection: the time that the service asked for, or a backoff
        with jitter."""
        if self._retry_ms is not None:
            seconds, self._retry_ms = self._retry_ms / 1000, None
            return seconds
        return min(_LONGEST_WAIT, 0.2 * 2.0**self._failures) * random.uniform(0.5, 1.0)

    async def _one_connection(self) -> None:
        """Listen until the view is final or the connection has ended."""
        async with self._client.session.ws_connect(
            self._client.url + "/api/v1/ws", protocols=(_SUBPROTOCOL,), max_msg_size=_FRAME_BYTES
        ) as socket:
            await self._subscribe(socket)
            while not self.view.final:
                message = await socket.receive(timeout=_SILENCE_SECONDS)
                if message.type is not aiohttp.WSMsgType.TEXT:
                    break
                await self._take(socket, message.json())
            if not self.view.final and socket.close_code:
                _refuse(socket.close_code, str(message.extra or ""))

    async def _subscribe(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        ask = {"type": "subscribe", "id": 1, "channel": self._channel}
        if self.view.version is not None:
            ask["since"] = self.view.version
        await socket.send_json(ask)
        self._asked = True

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, frame: dict[str, Any]) -> None:
        whole = True
        match frame["type"]:
            case "subscribed":
                whole = self._take_position(frame)
            case "event":
                whole = self.view.apply(frame["version"], frame["data"])
            case "tick":
                self.view.tick(frame["key"], frame["data"])
            case "resync":
                whole = False
            case "ping":
                await socket.send_json({"type": "pong"})
            case "bye":
                self._retry_ms = frame["retry_ms"]
            case "error":
                _refuse_request(frame)
        if not whole and not self._asked:  # each event before the answer would subscribe once more
            await self._subscribe(socket)
        self._changed(self.view)

    def _take_position(self, frame: dict[str, Any]) -> bool:
        """Apply the answer to ``subscribe``: a snapshot, or the missed events. Returns False if an event is
        still missing."""
        self._asked = False
        self._failures = 0
        if frame["mode"] == "snapshot":
            self.view.start(frame["version"], frame["state"] or {})
        return all(self.view.apply(event["version"], event["data"]) for event in frame.get("events") or ())


def _refuse_request(frame: dict[str, Any]) -> None:
    if frame.get("temporary"):
        raise aiohttp.ClientError(frame["message"])
    kind = NotFound if frame["code"] == "NOT_FOUND" else StorytroupeError
    raise kind(frame["message"], code=frame["code"])


def _refuse(close_code: int, reason: str) -> None:
    """Raise an error for close codes from 4500 to 4999. After these codes, another connection would not
    help."""
    if 4500 <= close_code < 5000:
        kind = Unauthorized if close_code in _BAD_TOKENS else Forbidden
        raise kind(f"The service ended the connection: {reason or close_code}")
