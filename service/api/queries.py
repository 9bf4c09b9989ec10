"""What requests may say in the query of their address: lists by pages, filters and orders."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar
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

MAX_LIMIT = 100
DEFAULT_LIMIT = 20
#: The longest wait of a poll, in seconds: shorter than the patience of most proxies.
MAX_WAIT = 25
_LONGEST_CURSOR = 6_000
_MOST_DIGITS = 9

StoryOrder = Literal["created_at", "-created_at", "updated_at", "-updated_at", "title", "-title"]
StoryStatus = Literal["generating", "ready", "failed", "cancelled"]
JobStatusName = Literal[
    "pending", "queued", "generating", "retrying", "ready", "failed", "cancelled", "skipped"
]
SpendBy = Literal["day", "user", "provider", "model", "step"]
DeliveryStatus = Literal["pending", "delivered", "dead"]


class Query(BaseModel):
    """The query of an address. What it does not know is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Q = TypeVar("Q", bound=Query)


def _digits(value: object) -> object:
    """Plain digits only: no signs, points, underscores or digits of other scripts."""
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
            raise PydanticCustomError("digits", "This is a number in digits.")
        return int(value)
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("moment", "There is no such moment in our calendar.") from None


def _clean(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


Digits = BeforeValidator(_digits)
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Words = Annotated[str, Length(200, required=True), BeforeValidator(_clean)]


class Paged(Query):
    """A page of a list."""

    cursor: Annotated[
        str | None,
        Field(
            max_length=_LONGEST_CURSOR,
            pattern=r"^[A-Za-z0-9_-]+$",
            description="`next_cursor` of the page before",
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="How many items at the most"), Digits] = (
        DEFAULT_LIMIT
    )


class StoriesQuery(Paged):
    """Which stories, and in which order; ``-`` is downwards."""

    sort: StoryOrder = "-created_at"
    status: StoryStatus | None = None
    library_id: UUID | None = None
    created_from: Annotated[Moment | None, Field(description="Made at this time or later")] = None
    created_before: Annotated[Moment | None, Field(description="Made before this time")] = None
    title: Annotated[
        Words | None, Field(description="Words in the title, whatever their case and accents")
    ] = None


class DeliveriesQuery(Paged):
    """Which deliveries of a webhook."""

    status: DeliveryStatus | None = None


class WaitQuery(Query):
    """A poll that may wait."""

    wait: Annotated[
        int,
        Field(ge=0, description=f"Seconds to wait for a change, at most {MAX_WAIT}; with If-None-Match"),
        Digits,
    ] = 0


class FileQuery(Query):
    """How a file is to be taken."""

    v: Annotated[
        str | None, Field(description="The beginning of its hash: the file may be kept for ever")
    ] = None
    download: Annotated[str | None, Field(description="Given: the file is to be saved, not shown")] = None


class AssetQuery(FileQuery):
    """Which file of an asset, and how it is to be taken."""

    version: Annotated[str | None, Field(description="An earlier version's number")] = None


class ReferenceQuery(Query):
    """What a picture is; a form may say it in a field of that name."""

    declared: Annotated[
        str | None,
        Field(
            description="drawing (or a painting, a toy), or photograph: one of a person is refused. Needed "
            "here, or in the form",
            json_schema_extra={"example": "drawing"},
        ),
    ] = None


class EventsQuery(Query):
    """From where a stream of events goes on."""

    last_event_id: Annotated[
        str | None, Field(description="The last version seen, for those who cannot send Last-Event-ID")
    ] = None


class DeadQuery(Paged):
    """Which dead letters."""

    group: Annotated[str | None, Field(max_length=80, description="Of this queue only")] = None


class JobsQuery(Paged):
    """Which jobs."""

    status: JobStatusName | None = None
    group: Annotated[str | None, Field(max_length=80, description="Of this queue only")] = None
    user_id: UUID | None = None
    story_id: UUID | None = None


class SpendQuery(Query):
    """What is to be added up, and of which time; of the last thirty days, if none is given."""

    by: SpendBy = "day"
    since: Moment | None = None
    before: Moment | None = None
