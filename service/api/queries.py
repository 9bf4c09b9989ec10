"""The queries of URLs: pages, filters and orders of lists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)
from pydantic_core import PydanticCustomError

from service.api.fields import Length
from service.api.sanitize import clean
from service.attribute_docs import describe_inputs

MAX_LIMIT = 100
DEFAULT_LIMIT = 20
#: The longest wait of a poll, in seconds: shorter than the timeout of most proxies.
MAX_WAIT = 25
_LONGEST_CURSOR = 6_000
_MOST_DIGITS = 9
#: A type of event, a family of types, or all.
_TYPE = r"(\*|tick|[a-z][a-z_]*\.([a-z_]+|\*))"
_TYPES_EXAMPLE: dict[str, Any] = {"example": "stage.*,proposal.*"}

StoryOrder = Literal["created_at", "-created_at", "updated_at", "-updated_at", "title", "-title"]
StoryStatus = Literal["generating", "ready", "failed", "cancelled"]
JobStatusName = Literal[
    "pending", "queued", "generating", "retrying", "ready", "failed", "cancelled", "skipped"
]
SessionStatus = Literal["active", "finished", "abandoned", "expired"]
SpendBy = Literal["day", "user", "provider", "model", "step"]
DeliveryStatus = Literal["pending", "delivered", "dead"]


class Query(BaseModel):
    """The query of a URL. Unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_extra=describe_inputs)


Q = TypeVar("Q", bound=Query)


def _digits(value: object) -> object:
    """Parse a number in ASCII digits: no signs, points, underscores or digits of other scripts."""
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
            raise PydanticCustomError("digits", "This must be a whole number in digits.")
        return int(value)
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("moment", "This is not a time of the calendar.") from None


def _clean(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


Digits = BeforeValidator(_digits)
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Words = Annotated[str, Length(200, required=True), BeforeValidator(_clean)]


class Paged(Query):
    """A page of a list."""

    cursor: Annotated[
        str | None,
        Field(max_length=_LONGEST_CURSOR, pattern=r"^[A-Za-z0-9_-]+$"),
    ] = None
    """`next_cursor` of the page before. Left out: the first page."""
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT), Digits] = DEFAULT_LIMIT
    """Greatest number of rows on the page."""


class StoriesQuery(Paged):
    """Which stories, and in which order."""

    sort: StoryOrder = "-created_at"
    """Order of the list. With `-` the newest, or the last of the alphabet, comes first."""
    status: StoryStatus | None = None
    """Only stories with this status."""
    library_id: UUID | None = None
    """Only stories of this library."""
    created_from: Moment | None = None
    """Only stories that were created at this time or later. RFC 3339, with a time zone."""
    created_before: Moment | None = None
    """Only stories that were created before this time. RFC 3339, with a time zone."""
    title: Words | None = None
    """Only stories whose title has these words, in any case and with or without accents."""


class DeliveriesQuery(Paged):
    """Which deliveries of a webhook."""

    status: DeliveryStatus | None = None
    """Only deliveries with this status."""


class WaitQuery(Query):
    """A poll that may wait."""

    wait: Annotated[int, Field(ge=0), Digits] = 0
    """How many seconds the answer may wait for a change; more than 25 counts as 25. It needs the header
    `If-None-Match`."""


class FileQuery(Query):
    """How a file is sent."""

    v: str | None = None
    """Beginning of the file's SHA-256, as URLs of stories have it. The answer may be cached for ever."""
    download: str | None = None
    """With any value: a browser saves the file instead of showing it."""


class AssetQuery(FileQuery):
    """Which file of an asset, and how it is sent."""

    version: str | None = None
    """Number of an earlier file, as `/versions` lists it. Left out: the current file."""


class ReferenceQuery(Query):
    """What a picture is. A field of that name in the form says the same."""

    declared: Annotated[str | None, Field(json_schema_extra={"example": "drawing"})] = None
    """`drawing` (also a painting, or a picture of a toy) or `photograph`. A photograph of a person is
    refused, unless the service allows it. It is required here or in the form."""


class EventsQuery(Query):
    """Where a stream of events begins."""

    last_event_id: str | None = None
    """Last version that the client has seen, for clients that cannot send the header `Last-Event-ID`. Left
    out: the stream begins with a snapshot."""
    types: Annotated[
        str | None, Field(max_length=500, pattern=rf"^{_TYPE}(,{_TYPE})*$", json_schema_extra=_TYPES_EXAMPLE)
    ] = None
    """Only events of these types, with commas between them: types (`stage.confirmed`), families (`stage.*`),
    `tick` for what is not durable, or `*` for all. Of each other event, the stream has the `id:` alone, so
    that `Last-Event-ID` goes on. The first snapshot always comes. Left out: everything."""


VersionNumber = Annotated[int, Field(ge=1), Digits]


class SessionsQuery(Paged):
    """Which Genesis sessions."""

    status: SessionStatus | None = None
    """Only sessions with this status."""


class StateQuery(Query):
    """Which state of a session."""

    at: VersionNumber | None = None
    """Version at which the state stood. Left out: the present state."""


class DiffQuery(Query):
    """Which two versions are compared."""

    before: Annotated[VersionNumber, Field(alias="from")]
    """Version that the comparison begins with."""
    after: Annotated[VersionNumber | None, Field(alias="to")] = None
    """Version that it is compared with. Left out: the newest."""
    other: UUID | None = None
    """Another session of yours. Then `to` is a version of that session."""


class DeadQuery(Paged):
    """Which dead letters."""

    group: Annotated[str | None, Field(max_length=80)] = None
    """Only jobs of this queue, for example `scene`."""


class JobsQuery(Paged):
    """Which jobs."""

    status: JobStatusName | None = None
    """Only jobs with this status."""
    group: Annotated[str | None, Field(max_length=80)] = None
    """Only jobs of this queue, for example `scene`."""
    user_id: UUID | None = None
    """Only jobs of this user."""
    story_id: UUID | None = None
    """Only jobs of this story."""


class SpendQuery(Query):
    """What is added up, and for which time."""

    by: SpendBy = "day"
    """What the cost is added up by. Days are in UTC."""
    since: Moment | None = None
    """Only calls that began at this time or later. Left out: thirty days before the end."""
    before: Moment | None = None
    """Only calls that began before this time. Left out: now."""
