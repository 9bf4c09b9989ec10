"""The models of the frames of ``storytroupe.v1``. The AsyncAPI document is generated from them.

The hub does not use these models at run time, because that would be slow. ``frames`` writes frames as bytes,
and ``protocol`` parses the frames of clients. A test compares both with these models. The kinds define the
channels and the types of events in the document.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from service.attribute_docs import describe_fields
from service.hub.codes import ErrorCode

_LARGEST = 2**53 - 1
Version = Annotated[int, Field(ge=0, le=_LARGEST)]
RequestId = Annotated[str, Field(max_length=64)] | Annotated[int, Field(ge=-_LARGEST, le=_LARGEST)] | None


class Channel(RootModel[str]):
    """The name of a channel: the kind of object and the object's id in lower case."""


class Message(BaseModel):
    """One JSON object in one text frame."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=describe_fields)


class Hello(Message):
    """The first message of a client. It must arrive within 10 seconds. It is not needed if the upgrade
    request had a token."""

    type: Literal["hello"]
    """Type of the message."""
    token: str
    """Bearer token of the user."""


class Subscribe(Message):
    """Subscribes to a channel."""

    type: Literal["subscribe"]
    """Type of the message."""
    id: RequestId = None
    """Id of the request, chosen by the client. The answer repeats it."""
    channel: Channel
    """Channel to listen to."""
    since: Version | None = None
    """Last version that the client has received. If omitted: the answer is a snapshot."""


class Unsubscribe(Message):
    """Ends the subscription to a channel."""

    type: Literal["unsubscribe"]
    """Type of the message."""
    id: RequestId = None
    """Id of the request, chosen by the client. The answer repeats it."""
    channel: Channel
    """Channel whose subscription ends."""


class Pong(Message):
    """The answer to each ping."""

    type: Literal["pong"]
    """Type of the message."""


class Auth(Message):
    """Replaces the token of the connection with a newer token of the same user. After success, the server
    sends no answer."""

    type: Literal["auth"]
    """Type of the message."""
    id: RequestId = None
    """Id of the request, chosen by the client. An error repeats it."""
    token: str
    """Newer bearer token of the same user."""


class PublicLimits(Message):
    """The limits of one connection."""

    frame_bytes: int
    """Greatest size of a message from the client, in bytes."""
    subscriptions: int
    """Greatest number of channels that one connection may listen to."""
    replayed_events: int
    """Greatest number of missed events that the server sends again. A client that missed more events gets a
    snapshot."""
    out_bytes: int
    """Greatest number of bytes that may wait to be sent to one client. Above this limit, subscriptions end
    with `resync`."""


class Welcome(Message):
    """The first message of the server. It says that the token is valid."""

    type: Literal["welcome"]
    """Type of the message."""
    connection: str
    """Id of the connection in the server's log."""
    ping_seconds: float
    """Time between two pings of the server, in seconds."""
    limits: PublicLimits
    """Limits of this connection."""


class Event(Message):
    """One stored change. The versions of a channel's events have no gap."""

    type: Literal["event"]
    """Type of the message."""
    channel: Channel
    """Channel that the event belongs to."""
    version: Version
    """Version of the event: the version of the previous event plus 1."""
    at: datetime
    """When the change was made."""
    event: str
    """Type of the event."""
    data: dict[str, Any]
    """Changed part of the state. The client must merge it into its state: each asset here replaces the whole
    state of that asset."""


class Subscribed(Message):
    """The answer to `subscribe`: the state of the channel, or the events that the client has missed."""

    type: Literal["subscribed"]
    """Type of the message."""
    id: RequestId
    """Id of the request that this message answers."""
    channel: Channel
    """Channel that the client listens to from now on."""
    version: Version
    """Version of the newest event that this answer includes."""
    mode: Literal["snapshot", "resumed"]
    """`snapshot`: `state` replaces the client's state. `resumed`: the client merges `events` into its
    state."""
    state: dict[str, Any] | None
    """Whole state of the channel in a snapshot. Null otherwise."""
    events: list[Event]
    """Events that the client has missed, in order. Empty in a snapshot."""


class Tick(Message):
    """A value that is not stored. A newer tick with the same key replaces it."""

    type: Literal["tick"]
    """Type of the message."""
    channel: Channel
    """Channel that the tick belongs to."""
    key: str
    """What the tick is about, for example `content.page.1`. A newer tick replaces an older tick with the same
    key."""
    data: Any
    """Newest value of the key. Null means that the story has left the library feed."""


class Unsubscribed(Message):
    """The answer to `unsubscribe`. No more events of the channel follow."""

    type: Literal["unsubscribed"]
    """Type of the message."""
    id: RequestId
    """Id of the request that this message answers."""
    channel: Channel
    """Channel whose subscription has ended. No more of its events follow."""


class Resync(Message):
    """The server has ended a subscription. The client should subscribe again with its last version."""

    type: Literal["resync"]
    """Type of the message."""
    channel: Channel
    """Channel whose subscription has ended."""
    reason: Literal["slow", "behind", "lost", "rewound", "gone"]
    """`slow`: the client reads too slowly. `behind`, `lost` and `rewound`: the server missed events.
    `gone`: the channel's story was deleted."""


class Error(Message):
    """A request failed. The connection stays open."""

    type: Literal["error"]
    """Type of the message."""
    id: RequestId
    """Id of the request that failed. Null if the request had no valid id."""
    code: ErrorCode
    """Stable code for programs."""
    message: str
    """Human-readable sentence that says what is wrong."""
    temporary: bool
    """Whether the same request may succeed a moment later."""
    channel: Channel | None = None
    """Channel of the request. Null if the request named no channel."""


class Ping(Message):
    """The client must answer with `pong`. Otherwise the server closes the connection."""

    type: Literal["ping"]
    """Type of the message."""


class Bye(Message):
    """The server closes the connection now. The client should connect again after `retry_ms`."""

    type: Literal["bye"]
    """Type of the message."""
    code: int
    """Close code of the connection."""
    retry_ms: int
    """Time to wait before connecting again, in milliseconds."""


SAID: tuple[type[Message], ...] = (Hello, Subscribe, Unsubscribe, Pong, Auth)
HEARD: tuple[type[Message], ...] = (
    Welcome, Subscribed, Event, Tick, Unsubscribed, Resync, Error, Ping, Bye,
)  # fmt: skip
