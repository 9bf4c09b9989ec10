"""Stories, their assets, runs, cost and report."""

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
    """What the calls to providers for a story have cost so far."""

    usd: float
    """Cost of all calls that ended, in US dollars."""
    set_aside_usd: float
    """Greatest possible cost of calls whose outcome is unknown, in US dollars. It counts against the
    budget."""
    calls: int
    """Number of calls to providers."""
    budget_usd: float | None
    """Most that all calls for the story may cost, in US dollars. Null: no budget is set."""


class Story(Answer):
    """A story with its text, the state of its assets, and its cost."""

    id: UUID
    """Id of the story."""
    library_id: UUID
    """Library that holds the story."""
    status: str
    """`generating`, `ready`, `failed` or `cancelled`. A story with text but without some assets is
    `ready`; `overall` in `asset_generation_status` is `partial` then."""
    version: int
    """Version of the newest event of the story. It grows by 1 with each change, from 1."""
    title: str
    """Title of the book. `Untitled Story` until the text is written, if the request gave none."""
    content: dict[str, Any] | None
    """The text: `title`, `summary`, `language`, `cover_alt` and `beats`, one for each scene with `index`,
    `text` and `alt`. Null until it is written."""
    asset_generation_status: dict[str, Any]
    """`overall` (`generating`, `ready`, `partial`, `failed` or `cancelled`), and under `assets` each asset
    by name: its `status`, its `progress` from 0 to 100 percent, its `metadata`, and its `url` once it is
    ready."""
    asset_generation_started_at: datetime | None
    """When the service last began to make the story, or parts of it again."""
    asset_generation_completed_at: datetime | None
    """When the last of its assets ended. Null while assets are made."""
    hue_extracted_colors: dict[str, Any]
    """Main colours of the pictures, as lists of `#rrggbb` by the name of the picture."""
    audio_words: list[Any] | None
    """Words of the narration in order: `txt`, and `start` and `end` in seconds from its beginning. Null
    until the narration is ready."""
    audio_blocks: Any
    """Text of the narration as HTML with one numbered element for each word, by the letter of the scene.
    Null until the narration is ready."""
    activities: Any
    """Questions about the story, each with its answer. Null until they are ready."""
    cost: Cost
    """What the story has cost so far."""
    brief: dict[str, Any]
    """What was asked for, as the service read it, with the characters and all defaults."""
    created_at: datetime
    """When the story was created."""
    updated_at: datetime
    """When the story changed last."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this story: `stories:id=UUID`."""


class StoryListed(Answer):
    """A story as the list of a library shows it."""

    id: UUID
    """Id of the story."""
    library_id: UUID
    """Library that holds the story."""
    status: str
    """`generating`, `ready`, `failed` or `cancelled`."""
    overall: str
    """State of all assets together: `generating`, `ready`, `partial`, `failed` or `cancelled`."""
    progress: int
    """How far all assets are together, 0 to 100 percent."""
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
    """A run that makes some assets again, or a change that needs no run."""

    task_id: UUID | None
    """Id of the run. Null if the change needs no run."""
    assets: list[str]
    """Names of the assets that the run makes, or that the change replaced."""
    stale: list[str]
    """Names of the assets that no longer fit: what they were made from has changed since."""


class Version(Answer):
    """One file that was made for an asset."""

    version: int
    """Number of the file among those of its asset. The first one is 1."""
    current: bool
    """Whether the asset uses this file now."""
    hash: str
    """SHA-256 of the file, as 64 hexadecimal digits."""
    bytes: int
    """Size of the file in bytes."""
    media_type: str
    """Media type of the file, for example `image/jpeg`."""
    url: str
    """Path of the file in this API. It needs a token."""
    created_at: datetime
    """When the file was made."""


class ImageJob(Answer):
    """A run that makes the pictures of a story."""

    id: UUID
    """Id of the run."""
    story_id: UUID
    """Story whose pictures the run makes."""
    status: str
    """`processing`, `completed` or `failed`. It is `completed` if at least one picture is ready."""
    progress: int
    """How far the pictures are together, 0 to 100 percent."""
    error: str | None
    """Sentence that says which pictures could not be made. Null if there is no error."""
    started_at: datetime
    """When the run began."""
    completed_at: datetime | None
    """When the run ended. Null while it is processed."""
    created_at: datetime
    """When the run was asked for."""


class ImageJobBegun(ImageJob, Warned):
    """A run that makes pictures and has just begun."""


class Cleared(Answer):
    """The result of clearing the image job of a story."""

    story_id: UUID
    """Story whose image job was to end."""
    cleared: int
    """How many image jobs were ended: 1, or 0 if none was open."""
    job: ImageJob | None
    """The newest image job of the story. Null if the story never had one."""


class Report(BookReport):
    """What was checked in the pictures of a book, what was seen, and what all calls cost."""

    story_id: UUID
    """Story whose book the report is about."""
    title: str
    """Title of the book."""
    overall: str
    """State of all assets together: `generating`, `ready`, `partial`, `failed` or `cancelled`. The report
    is complete when it is not `generating`."""
    budget_usd: float | None
    """Most that all calls for the story may cost, in US dollars. Null: no budget is set."""


class EstimateLine(Answer):
    """What the calls of one step will cost."""

    kind: str
    """What the calls are for: `words`, `pictures`, `checks` or `voice`."""
    step: str
    """Step that makes the calls, for example `picture`."""
    model: str
    """Model that answers the calls."""
    calls: int
    """Least number of calls: every picture is accepted at its first try."""
    low_usd: float
    """Cost of the least number of calls, in US dollars."""
    high_usd: float
    """Cost if each picture is drawn as often as the settings allow, in US dollars."""
    measured: int
    """Number of recent calls from which the cost of one call is known. 0: it is a rule of thumb."""


class Estimated(Warned):
    """What a story will cost, and how long it will take. Nothing is made."""

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
    """Budget of the request, in US dollars. Null: the request sets none."""


class LegacyStatus(Answer):
    """State of a story in the words of the source document."""

    status: str
    """`PENDING`, `GENERATING_OUTLINE`, `GENERATING_REFERENCE_IMAGES`, `GENERATING_PAGE_IMAGE_` with the
    number of the page, `COMPLETE` or `FAILED`. A cancelled story is `FAILED`."""
    status_message: str
    """Sentence for a person about the same state."""


class LegacyCreated(Warned):
    """A new story, in the form of the source document."""

    story_id: UUID
    """Id of the new story."""
    status: str
    """State of the story, in the words of `GET /stories/{id}/status`: `PENDING`."""
    status_message: str
    """Sentence for a person about the same state."""


class Status(Answer):
    """State of a story, for clients that poll."""

    status: str
    """State in the words of the source document: `PENDING`, `GENERATING_OUTLINE`,
    `GENERATING_REFERENCE_IMAGES`, `GENERATING_PAGE_IMAGE_` with the number of the page, `COMPLETE` or
    `FAILED`."""
    status_message: str
    """Sentence for a person about the same state."""
    progress: int
    """How far all assets are together, 0 to 100 percent."""
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
    """First step that has not ended, for example `generating_text`; `done` when all steps have ended. In a
    run that failed or was cancelled: the first step without success."""
    retry_attempts: int
    """How often a job of the current step has failed so far."""
    last_error: str | None
    """Sentence about the newest error. Null if there was none."""
    progress: int
    """How far the run is, 0 to 100 percent."""
