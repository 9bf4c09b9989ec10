"""The calls about webhooks: URLs that the service posts events to."""

from __future__ import annotations

from service.api import responses as a
from service.api.queries import DeliveryStatus
from service.client.transport import Id, Request, Transport


class WebhookCalls(Transport):
    """A method for each call of ``/api/v1/webhooks``."""

    async def create_webhook(self, request: Request) -> a.WebhookMade:
        """Create a webhook, which posts events to a URL. Only this answer has the secret that signs the
        events.

        ``request`` is a ``WebhookBody``, or its JSON. Raises ``InvalidInput``, and ``Conflict`` if the user
        has the maximum number of webhooks.
        """
        return await self.ask(a.WebhookMade, "POST", "/api/v1/webhooks", body=request, idempotent=True)

    async def list_webhooks(self, *, cursor: str | None = None, limit: int = 20) -> a.Items[a.Webhook]:
        """Return a page of the user's webhooks, newest first. A page has at most ``limit`` items (1 to
        100)."""
        query = {"cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.Webhook], "GET", "/api/v1/webhooks", query=query)

    async def read_webhook(self, webhook_id: Id) -> a.Webhook:
        """Return one webhook. Raises ``NotFound``."""
        return await self.ask(a.Webhook, "GET", f"/api/v1/webhooks/{webhook_id}")

    async def change_webhook(self, webhook_id: Id, request: Request) -> a.Webhook:
        """Change the fields of a webhook that ``request`` has. ``enabled`` pauses or resumes it. Returns the
        whole webhook.

        ``request`` is a ``WebhookPatch``, or its JSON. Raises ``InvalidInput`` and ``NotFound``.
        """
        return await self.ask(a.Webhook, "PATCH", f"/api/v1/webhooks/{webhook_id}", body=request)

    async def delete_webhook(self, webhook_id: Id) -> a.Deleted:
        """Delete a webhook. Raises ``NotFound``."""
        return await self.ask(a.Deleted, "DELETE", f"/api/v1/webhooks/{webhook_id}")

    async def rotate_secret(self, webhook_id: Id, *, overlap_seconds: int = 86_400) -> a.WebhookSecret:
        """Replace the secret of a webhook. Returns the new secret. For ``overlap_seconds`` (0 to 604,800),
        events also have a signature with the old secret.

        Raises ``InvalidInput`` and ``NotFound``.
        """
        path, body = f"/api/v1/webhooks/{webhook_id}/secret", {"overlap_seconds": overlap_seconds}
        return await self.ask(a.WebhookSecret, "POST", path, body=body, idempotent=True)

    async def list_deliveries(
        self,
        webhook_id: Id,
        *,
        status: DeliveryStatus | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> a.Items[a.WebhookDelivery]:
        """Return a page of the deliveries of a webhook, newest first. A page has at most ``limit`` items (1
        to 100).

        Raises ``NotFound``.
        """
        path = f"/api/v1/webhooks/{webhook_id}/deliveries"
        query = {"status": status, "cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.WebhookDelivery], "GET", path, query=query)

    async def redeliver(self, webhook_id: Id, delivery_id: Id) -> a.WebhookDelivery:
        """Post the event of a delivery again. Returns the delivery. Raises ``NotFound`` if the webhook or the
        delivery does not exist."""
        path = f"/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver"
        return await self.ask(a.WebhookDelivery, "POST", path, idempotent=True)
