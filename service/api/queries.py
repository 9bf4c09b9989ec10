"""The query parameters of URLs: pages, filters and sort orders of lists."""

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
#: The longest time that a poll may wait, in seconds. It is shorter than the timeout of most proxies.
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
NovelFormat = Literal["markdown", "markdown_folder", "docx", "epub", "json", "opml", "csv"]
SpendBy = Literal["day", "user", "provider", "model", "step"]
DeliveryStatus = Literal["pending", "delivered", "dead"]


class Query(BaseModel):
    """The query parameters of a URL. Unknown parameters are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_extra=describe_inputs)


Q = TypeVar("Q", bound=Query)


def _digits(value: object) -> object:
    """Parse a number in ASCII digits: no signs, points, underscores or digits of other scripts."""
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
            raise PydanticCustomError("digits", "This must be a whole number, written in digits.")
        return int(value)
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("moment", "This date or time does not exist.") from None


def _clean(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


Digits = BeforeValidator(_digits)
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Words = Annotated[str, Length(200, required=True), BeforeValidator(_clean)]


class Paged(Query):
    """Query parameters that select a page of a list."""

    cursor: Annotated[
        str | None,
        Field(max_length=_LONGEST_CURSOR, pattern=r"^[A-Za-z0-9_-]+$"),
    ] = None
    """`next_cursor` of the previous page. If omitted: the first page."""
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT), Digits] = DEFAULT_LIMIT
    """Greatest number of rows on the page."""


class StoriesQuery(Paged):
    """Query parameters that filter and sort a list of stories."""

    sort: StoryOrder = "-created_at"
    """Sort order of the list. A leading `-` reverses the order: the newest story, or the last title, comes
    first."""
    status: StoryStatus | None = None
    """Only stories with this status."""
    library_id: UUID | None = None
    """Only stories of this library."""
    created_from: Moment | None = None
    """Only stories that were created at this time or later. RFC 3339, with a time zone."""
    created_before: Moment | None = None
    """Only stories that were created before this time. RFC 3339, with a time zone."""
    title: Words | None = None
    """Only stories whose title contains these words. Upper and lower case count as equal, and so do letters
    with and without accents."""


class DeliveriesQuery(Paged):
    """Query parameters that filter the deliveries of a webhook."""

    status: DeliveryStatus | None = None
    """Only deliveries with this status."""


class WaitQuery(Query):
    """Query parameters of a poll that may wait for a change."""

    wait: Annotated[int, Field(ge=0), Digits] = 0
    """How many seconds the answer may wait for a change. A value above 25 counts as 25. The request must have
    the header `If-None-Match`."""


class FileQuery(Query):
    """Query parameters that say how a file is sent."""

    v: str | None = None
    """First digits of the file's SHA-256, as in the URLs of a story's assets. With this parameter, the answer
    may be cached forever."""
    download: str | None = None
    """If present with any value, a browser saves the file and does not show it."""


class AssetQuery(FileQuery):
    """Query parameters that select a file of an asset and say how it is sent."""

    version: str | None = None
    """Version number of the file, as `/versions` lists it. If omitted: the current file."""
    edition: Literal["screen", "print", "kdp-cover", "lulu-cover"] | None = None
    """Edition of the asset `pdf`: for the screen (the default), the pages for a printer, or the cover for KDP
    or Lulu. The editions for a printer are the assets `print_book`, `kdp_cover` and `lulu_cover`."""


class ReferenceQuery(Query):
    """Query parameters about an uploaded picture. The same fields may be in the form instead."""

    declared: Annotated[str | None, Field(json_schema_extra={"example": "drawing"})] = None
    """`drawing` (also for a painting, or a picture of a toy) or `photograph`. A photograph of a person is
    refused, unless the service allows it. This field is required, in the query or in the form."""


class EventsQuery(Query):
    """Query parameters of an event stream: where it begins, and which events it sends."""

    last_event_id: str | None = None
    """Last version that the client has received. It is for clients that cannot send the header
    `Last-Event-ID`. If omitted: the stream begins with a snapshot."""
    types: Annotated[
        str | None, Field(max_length=500, pattern=rf"^{_TYPE}(,{_TYPE})*$", json_schema_extra=_TYPES_EXAMPLE)
    ] = None
    """Only events of these types, separated by commas. An entry is a type (`stage.confirmed`), a family
    (`stage.*`), `tick` for messages that are not stored, or `*` for all. For each other event, the stream
    sends only the `id:`, so that `Last-Event-ID` stays current. The first snapshot is always sent. If
    omitted: all events."""


VersionNumber = Annotated[int, Field(ge=1), Digits]


class SessionsQuery(Paged):
    """Query parameters that filter a list of Genesis sessions."""

    status: SessionStatus | None = None
    """Only sessions with this status."""


class StateQuery(Query):
    """Query parameters that select a state of a session."""

    at: VersionNumber | None = None
    """Version of the session whose state is returned. If omitted: the current state."""


class DiffQuery(Query):
    """Query parameters that select the two versions of a comparison."""

    before: Annotated[VersionNumber, Field(alias="from")]
    """First version of the comparison."""
    after: Annotated[VersionNumber | None, Field(alias="to")] = None
    """Second version of the comparison. If omitted: the newest version."""
    other: UUID | None = None
    """Id of another session of the same user. If present, `to` is a version of that session."""
    proposal: UUID | None = None
    """Id of a proposal in the version `from`. If present, the values of the proposal are compared, instead of
    the values of the session."""
    other_proposal: UUID | None = None
    """Id of a proposal in the version `to`. If present, the values of the proposal are compared, instead of
    the values of the session. If only one side is a proposal, only the stage of the proposal is compared."""


class NovelsQuery(Paged):
    """Query parameters that filter a list of novels."""

    session_id: UUID | None = None
    """Only the novel that this Genesis session made."""


class NovelExportQuery(Query):
    """How a novel is exported."""

    format: NovelFormat = "markdown"
    """Format of the file. `markdown_folder` is a zip with a file for each chapter; `csv` has the scenes."""


class DeadQuery(Paged):
    """Query parameters that filter a list of dead letters."""

    group: Annotated[str | None, Field(max_length=80)] = None
    """Only jobs of this queue, for example `scene`."""


class JobsQuery(Paged):
    """Query parameters that filter a list of jobs."""

    status: JobStatusName | None = None
    """Only jobs with this status."""
    group: Annotated[str | None, Field(max_length=80)] = None
    """Only jobs of this queue, for example `scene`."""
    user_id: UUID | None = None
    """Only jobs of this user."""
    story_id: UUID | None = None
    """Only jobs of this story."""


class SpendQuery(Query):
    """Query parameters of a spend report: how calls are grouped, and the period."""

    by: SpendBy = "day"
    """How calls are grouped. Days are in UTC."""
    since: Moment | None = None
    """Only calls that began at this time or later. If omitted: thirty days before the end of the period."""
    before: Moment | None = None
    """Only calls that began before this time. If omitted: now."""
