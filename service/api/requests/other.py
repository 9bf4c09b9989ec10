"""Other requests: libraries, webhooks, links, the account, and requests of operators."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.api.fields import AtMost, Body, Boolean, Integer, Name, Short
from service.domain.events import STORY_ENDINGS

#: The greatest number of dead letters that one request runs again.
MOST_REDRIVEN = 100


class LibraryBody(Body):
    """A library."""

    name: Name
    """Name of the library, for a person."""


class RedriveRequest(Body):
    """Dead letters that run again: those with these ids, or the newest ones. Either `job_ids` or `limit`."""

    job_ids: Annotated[tuple[UUID, ...], AtMost(MOST_REDRIVEN)] = ()
    """Ids of jobs, as `GET /api/v1/admin/dead` lists them."""
    group: Annotated[str, Field(max_length=80)] | None = None
    """With `limit`: only jobs of this queue, for example `scene`. Left out: jobs of all queues."""
    limit: Annotated[Integer, Field(ge=1, le=MOST_REDRIVEN)] | None = None
    """How many of the newest dead letters run again."""

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if bool(self.job_ids) == (self.limit is not None):
            named = {"path": "job_ids", "fields": ["limit"]}
            raise PydanticCustomError("which", "Give job_ids, or a limit.", named)
        return self


class UserPatch(Body):
    """The new tier of a user."""

    tier: Short
    """Name of the tier, for example `individual`."""


class GrantBody(Body):
    """A story pack for a user."""

    pack: Short
    """Name of the pack, for example `story_pack_5`."""


EventName = Annotated[str, Field(max_length=80, pattern=r"^(\*|[a-z][a-z_]*\.([a-z_]+|\*))$")]
EventNames = Annotated[tuple[EventName, ...], Field(min_length=1), AtMost(20)]
WebhookUrl = Annotated[str, Field(max_length=2000, pattern=r"^https?://")]


class WebhookBody(Body):
    """A URL to which events are posted."""

    url: WebhookUrl
    """URL to which events are posted. It must be https and have a public address, unless the service allows
    others."""
    events: EventNames = STORY_ENDINGS
    """Which events are posted: types (`story.ready`), families (`story.*`), or `*` for all."""


class WebhookPatch(Body):
    """What to change about a webhook. What is left out stays as it is."""

    url: WebhookUrl | None = None
    """New URL of the webhook."""
    events: EventNames | None = None
    """Which events are posted from now on: types, families, or `*` for all."""
    enabled: Boolean | None = None
    """Whether events are posted. False pauses the webhook."""


class SecretBody(Body):
    """How long the former secret of a webhook stays valid beside the new one."""

    overlap_seconds: Annotated[Integer, Field(ge=0, le=7 * 86_400)] = 86_400
    """For how many seconds messages also carry a signature by the former secret. 0 ends it at once."""


class RedeliverRequest(Body):
    """Dead deliveries that are posted again."""

    delivery_ids: Annotated[list[UUID], Field(min_length=1), AtMost(100)]
    """Ids of deliveries, as `GET /api/v1/admin/webhooks/dead` lists them."""


class StudioKeyBody(Body):
    """The key of the studio."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    """What follows `#key=` in the URL that `storytroupe up` prints."""


class LinksBody(Body):
    """URLs to sign, so that they open without a token."""

    urls: Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Field(min_length=1), AtMost(100)]
    """URLs of assets and reference pictures, as answers and events have them. Each has at most 500
    characters."""
    expires_in: Annotated[Integer, Field(ge=60, le=7 * 86_400)] = 3600
    """For how many seconds the signed URLs are valid at least."""


class ForgetBody(Body):
    """The confirmation that everything of the user is to be deleted."""

    confirm: UUID
    """The caller's own id, as `GET /api/v1/account` shows it. It prevents a deletion by mistake."""


class WaitLinkBody(Body):
    """How long a link to a wait is valid."""

    expires_in: Annotated[Integer, Field(ge=60, le=7 * 86_400)] = 3 * 86_400
    """For how many seconds the link is valid at least."""
