"""What belongs to a user beside stories: characters, libraries, the account, and links."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from service.api.responses.base import Answer
from service.domain.story import Character


class Reference(Answer):
    """A reference picture of a character. Books are drawn from the approved one, or else from all."""

    id: UUID
    """Id of the picture."""
    url: str
    """Path of the picture in this API. It needs a token."""
    hash: str
    """SHA-256 of the file, as 64 hexadecimal digits."""
    bytes: int
    """Size of the file in bytes."""
    media_type: str
    """Media type of the file: `image/jpeg`. Every picture is converted to it."""
    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""
    source: str
    """Where the picture comes from: `upload`, or `book` for a sheet that was drawn for a book."""
    approved: bool
    """Whether books are drawn from this picture alone."""
    added_at: datetime
    """When the character got the picture."""


class CharacterKept(Character):
    """A character that is kept for further books."""

    images: list[Reference]
    """The reference pictures of the character; at most 4."""
    created_at: datetime
    """When the character was created."""
    updated_at: datetime
    """When the character changed last."""
    warnings: list[str] = Field(default_factory=list)
    """Sentences for a person about what the request asks for and pictures cannot show well."""


class Library(Answer):
    """A library that holds stories."""

    id: UUID
    """Id of the library."""
    name: str
    """Name that its owner gave it."""
    is_default: bool
    """Whether new stories go here if the request names no library. Each user has one such library."""
    created_at: datetime
    """When the library was created."""
    updated_at: datetime
    """When the library was changed last."""


class QuotaState(Answer):
    """How many stories a user may create, and how many of them are used."""

    stories_used: int = Field(alias="storiesUsed")
    """Number of stories that count against the limit."""
    story_limit: int | None = Field(alias="storyLimit")
    """Number of stories that the tier and the packs allow in the period. Null: no limit."""
    period: str
    """Period of the tier's limit: `ever`, or `month` for a limit that starts again each calendar month."""
    upgrade_options: list[str] = Field(alias="upgradeOptions")
    """Names of the tiers and packs that allow more stories."""


class Spend(Answer):
    """What all calls to providers for a user have cost."""

    month_usd: float
    """Cost in this calendar month, in US dollars."""
    month_limit_usd: float | None
    """Most that the calls may cost in a calendar month, in US dollars. Null: no limit."""
    total_usd: float
    """Cost since the account exists, in US dollars."""
    calls: int
    """Number of calls since the account exists."""


class Account(Answer):
    """The account of the user whose token was sent."""

    user_id: UUID
    """Id of the user. `DELETE /api/v1/account` asks for it."""
    scopes: list[str]
    """Scopes of the token, for example `operator`."""
    tier: str
    """Name of the user's tier, for example `free`."""
    quota: QuotaState
    """How many stories the user may create."""
    spend: Spend
    """What the calls for the user have cost."""


class SignedOut(Answer):
    """All tokens of the user are withdrawn."""

    signed_out_at: datetime
    """Tokens that were issued before this time are not valid any more."""


class Links(Answer):
    """Signed URLs, which open a file without a token."""

    links: dict[str, str]
    """The signed URL for each URL of the request."""
    expires_at: datetime
    """Until when the signed URLs are valid. It is rounded up, so it may be later than asked for."""


class StudioSession(Answer):
    """A token for the page of the studio."""

    token: str
    """Bearer token of the user at this machine."""
    expires_at: datetime
    """Until when the token is valid."""
