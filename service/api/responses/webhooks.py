"""Webhooks and the deliveries to them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service.api.responses.base import Answer


class Webhook(Answer):
    """A webhook: a URL that the service posts events to."""

    id: UUID
    """Id of the webhook."""
    url: str
    """URL that the service posts events to."""
    events: list[str]
    """Which events are posted: types (`story.ready`), families (`story.*`), or `*` for all."""
    enabled: bool
    """Whether events are posted now."""
    disabled_because: str | None
    """Sentence that says why the service disabled the webhook. Null if the service did not disable it."""
    created_at: datetime
    """When the webhook was created."""
    updated_at: datetime
    """When the webhook changed last."""


class WebhookMade(Webhook):
    """A new webhook with its secret."""

    secret: str
    """Secret that signs the messages, in the form of Standard Webhooks (`whsec_…`). It is shown only in
    this answer."""


class WebhookSecret(Answer):
    """A new secret of a webhook."""

    id: UUID
    """Id of the webhook."""
    secret: str
    """The new secret (`whsec_…`). It is shown only in this answer."""
    previous_until: datetime | None
    """Until when messages also have a signature with the previous secret. Null if the previous secret is not
    used any more."""


class WebhookDelivery(Answer):
    """The delivery of one event to a webhook."""

    id: UUID
    """Id of the delivery, and the header `webhook-id` of its messages."""
    aggregate_id: UUID
    """Id of the story that the event is about."""
    version: int
    """Version of the event in the story's log."""
    event: str
    """Type of the event, for example `story.ready`."""
    status: str
    """`pending`, `delivered` or `dead`. The service does not retry a `dead` delivery."""
    tries: int
    """Number of times that the event was posted so far; at most 8."""
    next_at: datetime
    """When the next try is due, if the delivery is pending."""
    answered: int | None
    """HTTP status of the receiver's last answer. Null if it never answered."""
    last_error: str | None
    """Sentence that says why the last try failed. Null if no try has failed."""
    created_at: datetime
    """When the delivery was created."""
    ended_at: datetime | None
    """When the event was delivered, or when the service gave up. Null while the delivery is pending."""


class DeadDelivery(Answer):
    """A delivery that the service gave up, in the list that operators see."""

    id: UUID
    """Id of the delivery."""
    webhook_id: UUID
    """Id of the webhook that the event was posted to."""
    user_id: UUID
    """User who owns the webhook."""
    url: str
    """URL of the webhook."""
    aggregate_id: UUID
    """Id of the story that the event is about."""
    version: int
    """Version of the event in the story's log."""
    event: str
    """Type of the event, for example `story.ready`."""
    tries: int
    """Number of times that the event was posted."""
    answered: int | None
    """HTTP status of the receiver's last answer. Null if it never answered."""
    last_error: str | None
    """Sentence that says why the last try failed."""
    ended_at: datetime
    """When the service gave the delivery up."""


class Redelivered(Answer):
    """Deliveries that are posted again."""

    delivery_ids: list[UUID]
    """Ids of the deliveries that are posted again. A requested id is missing here if its delivery was not
    `dead`."""
