"""Bodies of requests about libraries, webhooks, links and the account, and of operators' requests."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.api.fields import AtMost, Body, Boolean, Integer, Name, Short
from service.domain.events import STORY_ENDINGS

#: The greatest number of dead letters that one request can run again.
MOST_REDRIVEN = 100


class LibraryBody(Body):
    """The name of a new or changed library."""

    name: Name
    """Human-readable name of the library."""


class RedriveRequest(Body):
    """Selects the dead letters that run again: those in `job_ids`, or the newest `limit` dead letters.
    Exactly one of the two fields is required."""

    job_ids: Annotated[tuple[UUID, ...], AtMost(MOST_REDRIVEN)] = ()
    """Ids of jobs, as `GET /api/v1/admin/dead` lists them."""
    group: Annotated[str, Field(max_length=80)] | None = None
    """Only jobs of this queue, for example `scene`. It is used together with `limit`. If omitted: jobs of all
    queues."""
    limit: Annotated[Integer, Field(ge=1, le=MOST_REDRIVEN)] | None = None
    """Number of dead letters to run again, the newest first."""

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if bool(self.job_ids) == (self.limit is not None):
            named = {"path": "job_ids", "fields": ["limit"]}
            raise PydanticCustomError("which", "Give either job_ids or limit.", named)
        return self


class UserPatch(Body):
    """The new tier of a user."""

    tier: Short
    """Name of the tier, for example `individual`."""


class GrantBody(Body):
    """The story pack that a user gets."""

    pack: Short
    """Name of the pack, for example `story_pack_5`."""


EventName = Annotated[str, Field(max_length=80, pattern=r"^(\*|[a-z][a-z_]*\.([a-z_]+|\*))$")]
EventNames = Annotated[tuple[EventName, ...], Field(min_length=1), AtMost(20)]
WebhookUrl = Annotated[str, Field(max_length=2000, pattern=r"^https?://")]


class WebhookBody(Body):
    """A new webhook: a URL that the service posts events to."""

    url: WebhookUrl
    """URL that the service posts events to. It must begin with `https://` and lead to a public address,
    unless the service allows other URLs."""
    events: EventNames = STORY_ENDINGS
    """Which events are posted: types (`story.ready`), families (`story.*`), or `*` for all."""


class WebhookPatch(Body):
    """Changes of a webhook. Fields that are omitted do not change."""

    url: WebhookUrl | None = None
    """New URL of the webhook."""
    events: EventNames | None = None
    """Which events are posted from now on: types (`story.ready`), families (`story.*`), or `*` for all."""
    enabled: Boolean | None = None
    """Whether events are posted. `false` pauses the webhook."""


class SecretBody(Body):
    """How long the previous secret of a webhook is still used in addition to the new secret."""

    overlap_seconds: Annotated[Integer, Field(ge=0, le=7 * 86_400)] = 86_400
    """For how many seconds messages also have a signature with the previous secret. 0: the previous secret is
    not used any more."""


class RedeliverRequest(Body):
    """Dead deliveries that are posted again."""

    delivery_ids: Annotated[list[UUID], Field(min_length=1), AtMost(100)]
    """Ids of deliveries, as `GET /api/v1/admin/webhooks/dead` lists them."""


class StudioKeyBody(Body):
    """The studio key, which is exchanged for a token."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    """The part after `#key=` in the URL that `storytroupe up` prints."""


class LinksBody(Body):
    """URLs to sign. A signed URL opens without a token."""

    urls: Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Field(min_length=1), AtMost(100)]
    """URLs of assets and reference pictures, copied from answers or events. Each has at most 500
    characters."""
    expires_in: Annotated[Integer, Field(ge=60, le=7 * 86_400)] = 3600
    """Minimum validity of the signed URLs, in seconds."""


class ForgetBody(Body):
    """Confirmation that the user wants to delete the account and all its data."""

    confirm: UUID
    """Id of the user who sends the request, as in `GET /api/v1/account`. It prevents a deletion by
    mistake."""


class WaitLinkBody(Body):
    """How long a signed link to a Genesis wait is valid."""

    expires_in: Annotated[Integer, Field(ge=60, le=7 * 86_400)] = 3 * 86_400
    """Minimum validity of the link, in seconds."""
