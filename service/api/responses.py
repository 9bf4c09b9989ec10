"""What is answered. Spellings are those of the source documents; new fields are snake case."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from service.domain.report import BookReport
from service.domain.story import Character
from service.domain.wishes import Unmet

T = TypeVar("T")


class Answer(BaseModel):
    """An answer; nothing is in it that is not written here."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)


class Problem(Answer):
    """Every error. ``code`` is stable and for programs, ``message`` a sentence for a person."""

    success: bool = False
    error: str
    code: str
    message: str
    data: dict[str, Any]


class Items(Answer, Generic[T]):
    """A page of a list; ``next_cursor`` is null at its end."""

    items: list[T]
    next_cursor: str | None = None


class Warned(Answer):
    """What was asked for and will not be just so: ``warnings`` are sentences for a person, and
    ``warning_details`` the same with a stable code and the field of the request."""

    warnings: list[str] = Field(default_factory=list)
    warning_details: list[Unmet] = Field(default_factory=list)


class StoryCreated(Warned):
    id: UUID
    status: str
    asset_generation_status: dict[str, Any]
    realtime_channel: str = Field(alias="realtimeChannel")
    task_id: UUID


class Cost(Answer):
    """What the story's calls to providers have cost so far, in US dollars. ``set_aside_usd`` is for calls of
    which nobody knows whether they were made, and paid for: it counts against the budget, too."""

    usd: float
    set_aside_usd: float
    calls: int
    budget_usd: float | None


class Story(Answer):
    """A whole story. ``content`` is null until it is written."""

    id: UUID
    library_id: UUID
    status: str
    version: int
    title: str
    content: dict[str, Any] | None
    asset_generation_status: dict[str, Any]
    asset_generation_started_at: datetime | None
    asset_generation_completed_at: datetime | None
    hue_extracted_colors: dict[str, Any]
    audio_words: list[Any] | None
    audio_blocks: Any
    activities: Any
    cost: Cost
    brief: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    realtime_channel: str = Field(alias="realtimeChannel")


class StoryListed(Answer):
    """A story in a list."""

    id: UUID
    library_id: UUID
    status: str
    overall: str
    progress: int
    version: int
    title: str
    summary: str | None
    cover_url: str | None
    created_at: datetime
    updated_at: datetime
    realtime_channel: str = Field(alias="realtimeChannel")


class StoryState(Answer):
    """Where a story stands after a change of its run."""

    id: UUID
    status: str
    version: int
    asset_generation_status: dict[str, Any]


class RunStarted(StoryState, Warned):
    """A run over some ``assets``. ``task_id`` is null where a change needed no run; ``stale`` are
    the assets that were made from something which has changed since."""

    task_id: UUID | None
    assets: list[str]
    stale: list[str]


class Version(Answer):
    """A file that was made for an asset."""

    version: int
    current: bool
    hash: str
    bytes: int
    media_type: str
    url: str
    created_at: datetime


class ImageJob(Answer):
    """A run that makes pictures; ``status`` is processing, completed or failed."""

    id: UUID
    story_id: UUID
    status: str
    progress: int
    error: str | None
    started_at: datetime
    completed_at: datetime | None
    created_at: datetime


class ImageJobBegun(ImageJob, Warned):
    """A run that makes pictures, as it begins."""


class Cleared(Answer):
    """``cleared``: how many image jobs were ended, 0 or 1; ``job`` is the newest one, if any."""

    story_id: UUID
    cleared: int
    job: ImageJob | None


class Deleted(Answer):
    id: UUID
    deleted: bool = True


class Report(BookReport):
    """What a book's pictures were checked for, what was seen, and what all calls have cost."""

    story_id: UUID
    title: str
    overall: str
    budget_usd: float | None


class EstimateLine(Answer):
    """The calls of one step: ``kind`` is words, pictures, checks or voice; ``measured`` counts the
    calls of the ledger that this is known from, 0 where it is a rule of thumb."""

    kind: str
    step: str
    model: str
    calls: int
    low_usd: float
    high_usd: float
    measured: int


class Estimated(Warned):
    """``low_usd`` and ``seconds`` are where every picture passes at once, ``high_usd`` and
    ``most_seconds`` where each has to be drawn as often as it may be, three times as a rule."""

    low_usd: float
    high_usd: float
    seconds: float
    most_seconds: float
    lines: list[EstimateLine]
    budget_usd: float | None


class LegacyStatus(Answer):
    """The source document's own form: a word for programs and a sentence for a person."""

    status: str
    status_message: str


class LegacyCreated(Warned):
    story_id: UUID
    status: str
    status_message: str


class Status(Answer):
    """For pollers: ``status`` is one of the words of the source document."""

    status: str
    status_message: str
    progress: int
    overall: str


class GenerationStatus(Answer):
    task_id: UUID
    story_id: UUID
    user_id: UUID
    status: str
    current_step: str
    retry_attempts: int
    last_error: str | None
    progress: int


class Reference(Answer):
    """A picture of a character. ``source`` is upload or book; books are drawn from the ``approved`` one
    alone, and without one from all of them."""

    id: UUID
    url: str
    hash: str
    bytes: int
    media_type: str
    width: int
    height: int
    source: str
    approved: bool
    added_at: datetime


class CharacterKept(Character):
    """A character that is kept. ``reference_images`` are the keys of those ``images`` that books
    are drawn from."""

    images: list[Reference]
    created_at: datetime
    updated_at: datetime
    warnings: list[str] = Field(default_factory=list)


class Library(Answer):
    """A named group of stories. The default one takes what is made without naming another."""

    id: UUID
    name: str
    is_default: bool
    created_at: datetime
    updated_at: datetime


class QuotaState(Answer):
    """``story_limit`` null is no limit; ``period`` is ``ever`` or ``month``."""

    stories_used: int = Field(alias="storiesUsed")
    story_limit: int | None = Field(alias="storyLimit")
    period: str
    upgrade_options: list[str] = Field(alias="upgradeOptions")


class Spend(Answer):
    """What all calls have cost, in US dollars. ``month_limit_usd`` is what they may cost in a month; null
    is no limit."""

    month_usd: float
    month_limit_usd: float | None
    total_usd: float
    calls: int


class Account(Answer):
    user_id: UUID
    scopes: list[str]
    tier: str
    quota: QuotaState
    spend: Spend


class SignedOut(Answer):
    """Tokens that were issued until then are not good any more."""

    signed_out_at: datetime


class Links(Answer):
    """The URLs that were asked for, each with the one that needs no header."""

    links: dict[str, str]
    expires_at: datetime


class StudioSession(Answer):
    token: str
    expires_at: datetime


class Health(Answer):
    status: str = "ok"


class Readiness(Answer):
    """``reasons`` says in sentences, by name, what is lacking. ``stopped`` are the codes of what a person has
    to mend at a provider, for which work waits; ``/api/v1/admin/stopped`` says what to do. ``warnings`` say
    which roles no process has, and what stands still for that."""

    ready: bool
    reasons: dict[str, str]
    stopped: list[str] = []
    warnings: list[str] = []


class Webhook(Answer):
    """Where events are posted to. ``events`` are types, families (``story.*``) or ``*``."""

    id: UUID
    url: str
    events: list[str]
    enabled: bool
    disabled_because: str | None
    created_at: datetime
    updated_at: datetime


class WebhookMade(Webhook):
    """A new webhook, with the secret that signs its messages: it is shown this once."""

    secret: str


class WebhookSecret(Answer):
    """A webhook's new secret, shown this once; the old one signs as well until ``previous_until``."""

    id: UUID
    secret: str
    previous_until: datetime | None


class DeadDelivery(Answer):
    """A delivery that was given up, for operators."""

    id: UUID
    webhook_id: UUID
    user_id: UUID
    url: str
    aggregate_id: UUID
    version: int
    event: str
    tries: int
    answered: int | None
    last_error: str | None
    ended_at: datetime


class Redelivered(Answer):
    """The deliveries that are sent again; others of those asked for were not given up."""

    delivery_ids: list[UUID]


class WebhookDelivery(Answer):
    """An event on its way to a webhook. ``answered`` is the receiver's last HTTP status, ``last_error`` one
    of a few sentences on why it was not delivered."""

    id: UUID
    aggregate_id: UUID
    version: int
    event: str
    status: str
    tries: int
    next_at: datetime
    answered: int | None
    last_error: str | None
    created_at: datetime
    ended_at: datetime | None
