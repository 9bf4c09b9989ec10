"""Bodies of answers about stories: assets, runs, costs and reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from service.api.responses.base import Answer, Warned
from service.domain.report import BookReport


class StoryCreated(Warned):
    """A new story, and the run that makes it."""

    id: UUID
    """Id of the new story."""
    status: str
    """Status of the story: `generating`."""
    asset_generation_status: dict[str, Any]
    """State of all assets together (`overall`) and of each asset by name (`assets`)."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this story: `stories:id=UUID`."""
    task_id: UUID
    """Id of the run that makes the story."""


class Cost(Answer):
    """The cost of a story's provider calls so far."""

    usd: float
    """Cost of all calls that ended, in US dollars."""
    set_aside_usd: float
    """Greatest possible cost of the calls whose outcome is unknown, in US dollars. This amount counts against
    the budget."""
    calls: int
    """Number of calls to providers."""
    budget_usd: float | None
    """Greatest cost of all provider calls for the story, in US dollars. Null if no budget is set."""


class Story(Answer):
    """A story with its text, the state of its assets, and its cost."""

    id: UUID
    """Id of the story."""
    library_id: UUID
    """Library that holds the story."""
    status: str
    """`generating`, `ready`, `failed` or `cancelled`. A story with text but without some assets is also
    `ready`. In this case, `overall` in `asset_generation_status` is `partial`."""
    version: int
    """Version of the newest event of the story. It grows by 1 with each change, from 1."""
    title: str
    """Title of the book. `Untitled Story` until the text is written, if the request gave none."""
    content: dict[str, Any] | None
    """Text of the story: `title`, `summary`, `language`, `cover_alt` and `beats`. Each beat is a scene with
    `index`, `text` and `alt`. Null until the text is written."""
    asset_generation_status: dict[str, Any]
    """`overall` (`generating`, `ready`, `partial`, `failed` or `cancelled`), and under `assets` each asset
    by name: its `status`, its `progress` from 0 to 100 percent, its `metadata`, and its `url` once it is
    ready."""
    asset_generation_started_at: datetime | None
    """When the service last began to make the story or to remake parts of it."""
    asset_generation_completed_at: datetime | None
    """When the story's last asset ended. Null while any asset is being made."""
    hue_extracted_colors: dict[str, Any]
    """Main colours of each picture: a list of `#rrggbb` values for each picture's name."""
    audio_words: list[Any] | None
    """Words of the narration in order. Each has `txt`, and `start` and `end` in seconds from the beginning of
    the narration. Null until the narration is ready."""
    audio_blocks: Any
    """Text of the narration as HTML, for each scene by its letter. Each word is a numbered element. Null
    until the narration is ready."""
    activities: Any
    """Questions about the story, each with its answer. Null until they are ready."""
    cost: Cost
    """Cost of the story so far."""
    brief: dict[str, Any]
    """The request as the service understood it, with the characters and all default values."""
    created_at: datetime
    """When the story was created."""
    updated_at: datetime
    """When the story changed last."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this story: `stories:id=UUID`."""


class StoryListed(Answer):
    """A story in a list."""

    id: UUID
    """Id of the story."""
    library_id: UUID
    """Library that holds the story."""
    status: str
    """`generating`, `ready`, `failed` or `cancelled`."""
    overall: str
    """State of all assets together: `generating`, `ready`, `partial`, `failed` or `cancelled`."""
    progress: int
    """Progress of all assets together, 0 to 100 percent."""
    version: int
    """Version of the newest event of the story."""
    title: str
    """Title of the book. `Untitled Story` until the text is written, if the request gave none."""
    summary: str | None
    """Summary of the story in a few sentences. Null until the text is written."""
    cover_url: str | None
    """URL of the cover's picture. Null until it is ready."""
    created_at: datetime
    """When the story was created."""
    updated_at: datetime
    """When the story changed last."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this story: `stories:id=UUID`."""


class StoryState(Answer):
    """The state of a story after a change."""

    id: UUID
    """Id of the story."""
    status: str
    """`generating`, `ready`, `failed` or `cancelled`."""
    version: int
    """Version of the newest event of the story."""
    asset_generation_status: dict[str, Any]
    """State of all assets together (`overall`) and of each asset by name (`assets`)."""


class RunStarted(StoryState, Warned):
    """The answer to a change of a story: the run that remakes assets, if the change needs a run."""

    task_id: UUID | None
    """Id of the run. Null if the change needs no run."""
    assets: list[str]
    """Names of the assets that the run makes, or that the change replaced."""
    stale: list[str]
    """Names of the stale assets: the text or assets that they were made from have changed since."""


class Version(Answer):
    """A version of an asset's file."""

    version: int
    """Version number of the file, from 1."""
    current: bool
    """Whether the asset uses this file now."""
    hash: str
    """SHA-256 of the file, as 64 hexadecimal digits."""
    bytes: int
    """Size of the file in bytes."""
    media_type: str
    """Media type of the file, for example `image/jpeg`."""
    url: str
    """Path of the file in this API. A request for it needs a token."""
    created_at: datetime
    """When the file was made."""
    style: str | None
    """Style that a later request asked for. Null if the picture was made in the style of the story."""
    instructions: str | None
    """Wishes that a later request asked for. Null if there were none."""
    alt: str | None
    """What the picture shows, if its illustrator said it. Otherwise null."""


class ImageJob(Answer):
    """A run that makes the pictures of a story."""

    id: UUID
    """Id of the run."""
    story_id: UUID
    """Story whose pictures the run makes."""
    status: str
    """`processing`, `completed` or `failed`. It is `completed` if at least one picture is ready."""
    progress: int
    """Progress of all pictures together, 0 to 100 percent."""
    error: str | None
    """Sentence that says which pictures could not be made. Null if there is no error."""
    started_at: datetime
    """When the run began."""
    completed_at: datetime | None
    """When the run ended. Null while the run is processed."""
    created_at: datetime
    """When the run was requested."""


class ImageJobBegun(ImageJob, Warned):
    """The answer after a new run of pictures was started."""


class Cleared(Answer):
    """The result of clearing the image job of a story."""

    story_id: UUID
    """Id of the story whose image job was cleared."""
    cleared: int
    """Number of image jobs that this request ended: 1, or 0 if no image job was open."""
    job: ImageJob | None
    """The newest image job of the story. Null if the story never had one."""


class Report(BookReport):
    """The report about a book: which details of its pictures were checked, the results, and the cost of all
    calls."""

    story_id: UUID
    """Story whose book the report is about."""
    title: str
    """Title of the book."""
    overall: str
    """State of all assets together: `generating`, `ready`, `partial`, `failed` or `cancelled`. While the
    state is `generating`, the report is not complete."""
    budget_usd: float | None
    """Greatest cost of all provider calls for the story, in US dollars. Null if no budget is set."""


class EstimateLine(Answer):
    """The estimated cost of the calls of one step."""

    kind: str
    """Purpose of the calls: `words`, `pictures`, `checks` or `voice`."""
    step: str
    """Step that makes the calls, for example `picture`."""
    model: str
    """Model that answers the calls."""
    calls: int
    """Number of calls if every picture is accepted at its first try."""
    low_usd: float
    """Cost if every picture is accepted at its first try, in US dollars."""
    high_usd: float
    """Cost if each picture is drawn as often as the settings allow, in US dollars."""
    measured: int
    """Number of recent calls that the estimate is based on. 0 means that the estimate uses a fixed default
    cost."""


class Estimated(Warned):
    """The estimated cost and time of a story. Nothing is made."""

    low_usd: float
    """Cost if every picture is accepted at its first try, in US dollars."""
    high_usd: float
    """Cost if each picture is drawn as often as the settings allow, in US dollars."""
    seconds: float
    """Time until the book is ready if every picture is accepted at its first try, in seconds."""
    most_seconds: float
    """Time until the book is ready if each picture is drawn as often as the settings allow, in seconds."""
    lines: list[EstimateLine]
    """The cost by step."""
    budget_usd: float | None
    """Budget in the request, in US dollars. Null if the request has no budget."""


class LegacyStatus(Answer):
    """State of a story with the status values that the source document defines."""

    status: str
    """`PENDING`, `GENERATING_OUTLINE`, `GENERATING_REFERENCE_IMAGES`, `GENERATING_PAGE_IMAGE_` with the
    number of the page, `COMPLETE` or `FAILED`. A cancelled story has the status `FAILED`."""
    status_message: str
    """Human-readable sentence about the same state."""


class LegacyCreated(Warned):
    """A new story, with the fields that the source document defines."""

    story_id: UUID
    """Id of the new story."""
    status: str
    """State of the story as `GET /stories/{id}/status` returns it: `PENDING`."""
    status_message: str
    """Human-readable sentence about the same state."""


class Status(Answer):
    """State of a story, for clients that poll."""

    status: str
    """State with the status values that the source document defines: `PENDING`, `GENERATING_OUTLINE`,
    `GENERATING_REFERENCE_IMAGES`, `GENERATING_PAGE_IMAGE_` with the number of the page, `COMPLETE` or
    `FAILED`."""
    status_message: str
    """Human-readable sentence about the same state."""
    progress: int
    """Progress of all assets together, 0 to 100 percent."""
    overall: str
    """State of all assets together: `generating`, `ready`, `partial`, `failed` or `cancelled`."""


class GenerationStatus(Answer):
    """The newest run of a story."""

    task_id: UUID
    """Id of the run."""
    story_id: UUID
    """Story that the run makes."""
    user_id: UUID
    """User who owns the story."""
    status: str
    """`PENDING`, `IN_PROGRESS`, `COMPLETED`, `FAILED` or `CANCELLED`."""
    current_step: str
    """First step that has not ended, for example `generating_text`. When all steps have ended, it is `done`.
    If the run failed or was cancelled: the first step that did not succeed."""
    retry_attempts: int
    """Number of failures of the current step's jobs so far."""
    last_error: str | None
    """Sentence about the newest error. Null if there was none."""
    progress: int
    """Progress of the run, 0 to 100 percent."""
