"""Bodies of answers about a user's characters, libraries, account and links."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from service.api.responses.base import Answer
from service.domain.story import Character


class Reference(Answer):
    """A reference picture of a character. Books are drawn from the approved picture, or from all pictures if
    none is approved."""

    id: UUID
    """Id of the picture."""
    url: str
    """Path of the picture in this API. It needs a token."""
    hash: str
    """SHA-256 of the file, as 64 hexadecimal digits."""
    bytes: int
    """Size of the file in bytes."""
    media_type: str
    """Media type of the file: always `image/jpeg`, since every picture is converted to JPEG."""
    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""
    source: str
    """Origin of the picture: `upload`, or `book` for a character sheet that was drawn for a book."""
    approved: bool
    """Whether this picture is approved: books are drawn only from it."""
    added_at: datetime
    """When the picture was added to the character."""


class CharacterKept(Character):
    """A character that is stored for further books."""

    images: list[Reference]
    """The reference pictures of the character; at most 4."""
    created_at: datetime
    """When the character was created."""
    updated_at: datetime
    """When the character changed last."""
    warnings: list[str] = Field(default_factory=list)
    """Human-readable warnings about details of the request that pictures cannot show well."""


class Library(Answer):
    """A library that holds stories."""

    id: UUID
    """Id of the library."""
    name: str
    """Name that its owner gave it."""
    is_default: bool
    """Whether this is the default library. New stories go into the default library if the request names no
    library. Each user has exactly one."""
    created_at: datetime
    """When the library was created."""
    updated_at: datetime
    """When the library was changed last."""


class QuotaState(Answer):
    """How many stories a user may create, and how many the user has created."""

    stories_used: int = Field(alias="storiesUsed")
    """Number of stories that count against the limit."""
    story_limit: int | None = Field(alias="storyLimit")
    """Number of stories that the tier and the packs allow in the period. Null means no limit."""
    period: str
    """Period of the tier's limit: `ever`, or `month` for a limit that starts again each calendar month."""
    upgrade_options: list[str] = Field(alias="upgradeOptions")
    """Names of the tiers and packs that allow more stories."""


class Spend(Answer):
    """The cost of all provider calls for a user."""

    month_usd: float
    """Cost in this calendar month, in US dollars."""
    month_limit_usd: float | None
    """Most that the calls may cost in a calendar month, in US dollars. Null means no limit."""
    total_usd: float
    """Cost since the account was created, in US dollars."""
    calls: int
    """Number of calls since the account was created."""


class Account(Answer):
    """The account of the user who sent the request."""

    user_id: UUID
    """Id of the user. `DELETE /api/v1/account` asks for it."""
    scopes: list[str]
    """Scopes of the token, for example `operator`."""
    tier: str
    """Name of the user's tier, for example `free`."""
    quota: QuotaState
    """How many stories the user may create."""
    spend: Spend
    """Cost of the provider calls for the user."""


class SignedOut(Answer):
    """The answer after all tokens of the user were withdrawn."""

    signed_out_at: datetime
    """Tokens that were issued before this time are not valid any more."""


class Links(Answer):
    """Signed URLs, which open a file without a token."""

    links: dict[str, str]
    """The signed URL for each URL of the request."""
    expires_at: datetime
    """Until when the signed URLs are valid. The time is rounded up, so it may be later than requested."""


class StudioSession(Answer):
    """A token for the studio page in the browser."""

    token: str
    """Bearer token of the local user."""
    expires_at: datetime
    """Until when the token is valid."""
