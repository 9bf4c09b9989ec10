"""The frames of ``storytroupe.v1`` as models: what the AsyncAPI document is written from.

The hub writes its frames as bytes (``frames``) and reads the client's by hand (``protocol``), for
speed; a test holds each of them against these. Which channels and which types of events exist, the
document has from the kinds.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from service.hub.codes import ErrorCode

_LARGEST = 2**53 - 1
Version = Annotated[int, Field(ge=0, le=_LARGEST)]
RequestId = Annotated[str, Field(max_length=64)] | Annotated[int, Field(ge=-_LARGEST, le=_LARGEST)] | None


class Channel(RootModel[str]):
    """A channel's name: what it is about, and the id of that in small letters."""


class Message(BaseModel):
    """One JSON object in one text frame."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Hello(Message):
    """First, within ten seconds, unless the upgrade bore a token."""

    type: Literal["hello"]
    token: str


class Subscribe(Message):
    """Listen to a channel; ``since`` is the last version that was seen."""

    type: Literal["subscribe"]
    id: RequestId = None
    channel: Channel
    since: Version | None = None


class Unsubscribe(Message):
    """Listen no more."""

    type: Literal["unsubscribe"]
    id: RequestId = None
    channel: Channel


class Pong(Message):
    """On each ping."""

    type: Literal["pong"]


class Auth(Message):
    """A newer token of the same user. No answer means that it was taken."""

    type: Literal["auth"]
    id: RequestId = None
    token: str


class PublicLimits(Message):
    """What one connection may take up; sizes in bytes."""

    frame_bytes: int
    subscriptions: int
    replayed_events: int
    out_bytes: int


class Welcome(Message):
    """The token was good."""

    type: Literal["welcome"]
    connection: str
    ping_seconds: float
    limits: PublicLimits


class Event(Message):
    """One durable change: ``data`` holds the changed part of the state. Versions have no gap."""

    type: Literal["event"]
    channel: Channel
    version: Version
    at: datetime
    event: str
    data: dict[str, Any]


class Subscribed(Message):
    """Where the channel stands: a ``snapshot`` with its state, or ``resumed`` with what was missed."""

    type: Literal["subscribed"]
    id: RequestId
    channel: Channel
    version: Version
    mode: Literal["snapshot", "resumed"]
    state: dict[str, Any] | None
    events: list[Event]


class Tick(Message):
    """Transient: of each key only the newest counts."""

    type: Literal["tick"]
    channel: Channel
    key: str
    data: Any


class Unsubscribed(Message):
    """Nothing more will come of the channel."""

    type: Literal["unsubscribed"]
    id: RequestId
    channel: Channel


class Resync(Message):
    """The subscription is over; subscribe again with ``since``."""

    type: Literal["resync"]
    channel: Channel
    reason: Literal["slow", "behind", "lost", "rewound", "gone"]


class Error(Message):
    """The request failed; the connection goes on."""

    type: Literal["error"]
    id: RequestId
    code: ErrorCode
    message: str
    temporary: bool
    channel: Channel | None = None


class Ping(Message):
    """Answer with a pong, or be let go."""

    type: Literal["ping"]


class Bye(Message):
    """The connection ends; come back after so many milliseconds."""

    type: Literal["bye"]
    code: int
    retry_ms: int


SAID: tuple[type[Message], ...] = (Hello, Subscribe, Unsubscribe, Pong, Auth)
HEARD: tuple[type[Message], ...] = (
    Welcome, Subscribed, Event, Tick, Unsubscribed, Resync, Error, Ping, Bye,
)  # fmt: skip
