"""The frames of ``storytroupe.v1`` as models. The AsyncAPI document is written from them.

For speed, the hub writes its frames as bytes (``frames``) and parses the client's without models
(``protocol``). A test compares both with these models. The channels and the types of events in the document
come from the kinds.
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
    """A channel's name: what it is about, and the id of that in small letters."""


class Message(BaseModel):
    """One JSON object in one text frame."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=describe_fields)


class Hello(Message):
    """The first message of a client, within 10 seconds. Not needed if the upgrade request had a token."""

    type: Literal["hello"]
    """Kind of the message."""
    token: str
    """Bearer token of the user."""


class Subscribe(Message):
    """Start to listen to a channel."""

    type: Literal["subscribe"]
    """Kind of the message."""
    id: RequestId = None
    """Id of the request, chosen by the client. The answer repeats it."""
    channel: Channel
    """Channel to listen to."""
    since: Version | None = None
    """Last version that the client has seen. Left out: the answer is a snapshot."""


class Unsubscribe(Message):
    """Stop listening to a channel."""

    type: Literal["unsubscribe"]
    """Kind of the message."""
    id: RequestId = None
    """Id of the request, chosen by the client. The answer repeats it."""
    channel: Channel
    """Channel to leave."""


class Pong(Message):
    """The answer to each ping."""

    type: Literal["pong"]
    """Kind of the message."""


class Auth(Message):
    """Replaces the token by a newer one of the same user. No answer means success."""

    type: Literal["auth"]
    """Kind of the message."""
    id: RequestId = None
    """Id of the request, chosen by the client. An error repeats it."""
    token: str
    """Newer bearer token of the same user."""


class PublicLimits(Message):
    """What one connection may use."""

    frame_bytes: int
    """Greatest size of a message from the client, in bytes."""
    subscriptions: int
    """Greatest number of channels that one connection may listen to."""
    replayed_events: int
    """Greatest number of missed events that are sent again. A client that missed more gets a snapshot."""
    out_bytes: int
    """Greatest amount that may wait to be sent to one client, in bytes. Beyond it, a subscription ends with
    `resync`."""


class Welcome(Message):
    """The token is valid. The first message of the server."""

    type: Literal["welcome"]
    """Kind of the message."""
    connection: str
    """Id of the connection, as the server's log names it."""
    ping_seconds: float
    """Time between two pings of the server, in seconds."""
    limits: PublicLimits
    """What this connection may use."""


class Event(Message):
    """One change that is stored. Versions have no gap."""

    type: Literal["event"]
    """Kind of the message."""
    channel: Channel
    """Channel that the event belongs to."""
    version: Version
    """Version of the event. It is the version of the event before plus 1."""
    at: datetime
    """When the change was made."""
    event: str
    """Type of the event."""
    data: dict[str, Any]
    """The changed part of the state. Merge it into the state: each asset replaces what was there of it."""


class Subscribed(Message):
    """The answer to subscribe: the state of the channel, or the events that the client has missed."""

    type: Literal["subscribed"]
    """Kind of the message."""
    id: RequestId
    """Id of the request that this answers."""
    channel: Channel
    """Channel that the client listens to from now on."""
    version: Version
    """Version of the newest event that this answer includes."""
    mode: Literal["snapshot", "resumed"]
    """`snapshot`: `state` replaces the client's state. `resumed`: `events` are to be merged."""
    state: dict[str, Any] | None
    """The whole state of the channel in a snapshot; otherwise null."""
    events: list[Event]
    """The events that the client has missed, in order; empty in a snapshot."""


class Tick(Message):
    """A value that is not stored. Only the newest of each key counts."""

    type: Literal["tick"]
    """Kind of the message."""
    channel: Channel
    """Channel that the tick belongs to."""
    key: str
    """What the tick is about, for example `content.page.1`. A newer tick replaces an older one of the same
    key."""
    data: Any
    """Newest value of the key. Null: the story has left the library feed."""


class Unsubscribed(Message):
    """The answer to unsubscribe: no more events of the channel follow."""

    type: Literal["unsubscribed"]
    """Kind of the message."""
    id: RequestId
    """Id of the request that this answers."""
    channel: Channel
    """Channel that the client has left."""


class Resync(Message):
    """The subscription has ended. Subscribe again with the last version."""

    type: Literal["resync"]
    """Kind of the message."""
    channel: Channel
    """Channel whose subscription has ended."""
    reason: Literal["slow", "behind", "lost", "rewound", "gone"]
    """`slow`: the client reads too slowly. `behind`, `lost` and `rewound`: the server missed events.
    `gone`: the channel's story was deleted."""


class Error(Message):
    """The request failed. The connection stays open."""

    type: Literal["error"]
    """Kind of the message."""
    id: RequestId
    """Id of the request that failed. Null if it had none."""
    code: ErrorCode
    """Stable code for programs."""
    message: str
    """Sentence for a person: what is wrong."""
    temporary: bool
    """Whether the same request may succeed a moment later."""
    channel: Channel | None = None
    """Channel of the request. Null if it named none."""


class Ping(Message):
    """The client must answer with pong, or the connection is closed."""

    type: Literal["ping"]
    """Kind of the message."""


class Bye(Message):
    """The connection is closed now. Connect again after a while."""

    type: Literal["bye"]
    """Kind of the message."""
    code: int
    """Close code that the connection ends with."""
    retry_ms: int
    """Time to wait before connecting again, in milliseconds."""


SAID: tuple[type[Message], ...] = (Hello, Subscribe, Unsubscribe, Pong, Auth)
HEARD: tuple[type[Message], ...] = (
    Welcome, Subscribed, Event, Tick, Unsubscribed, Resync, Error, Ping, Bye,
)  # fmt: skip
