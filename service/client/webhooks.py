"""The calls about webhooks: URLs that the service posts events to."""

from __future__ import annotations

from service.api import responses as a
from service.api.queries import DeliveryStatus
from service.client.transport import Id, Request, Transport


class WebhookCalls(Transport):
    """Each call of ``/api/v1/webhooks`` as a method."""

    async def create_webhook(self, request: Request) -> a.WebhookMade:
        """Have events posted to a URL. Only this answer holds the secret that signs them.

        ``request`` is a ``WebhookBody``, or its JSON. Raises ``InvalidInput``, and ``Conflict`` if the user
        has as many as one may have.
        """
        return await self.ask(a.WebhookMade, "POST", "/api/v1/webhooks", body=request, idempotent=True)

    async def list_webhooks(self, *, cursor: str | None = None, limit: int = 20) -> a.Items[a.Webhook]:
        """Return a page of the webhooks, newest first, of ``limit`` items at most (1 to 100)."""
        query = {"cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.Webhook], "GET", "/api/v1/webhooks", query=query)

    async def read_webhook(self, webhook_id: Id) -> a.Webhook:
        """Return one webhook. Raises ``NotFound``."""
        return await self.ask(a.Webhook, "GET", f"/api/v1/webhooks/{webhook_id}")

    async def change_webhook(self, webhook_id: Id, request: Request) -> a.Webhook:
        """Change what ``request`` holds of a webhook, or pause it (``enabled``), and return all of it.

        ``request`` is a ``WebhookPatch``, or its JSON. Raises ``InvalidInput`` and ``NotFound``.
        """
        return await self.ask(a.Webhook, "PATCH", f"/api/v1/webhooks/{webhook_id}", body=request)

    async def delete_webhook(self, webhook_id: Id) -> a.Deleted:
        """Delete a webhook. Raises ``NotFound``."""
        return await self.ask(a.Deleted, "DELETE", f"/api/v1/webhooks/{webhook_id}")

    async def rotate_secret(self, webhook_id: Id, *, overlap_seconds: int = 86_400) -> a.WebhookSecret:
        """Return a new secret. The old one signs as well for ``overlap_seconds``, 0 to 604,800.

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
        """Return a page of what was posted to a webhook, newest first, of ``limit`` items at most (1 to 100).

        Raises ``NotFound``.
        """
        path = f"/api/v1/webhooks/{webhook_id}/deliveries"
        query = {"status": status, "cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.WebhookDelivery], "GET", path, query=query)

    async def redeliver(self, webhook_id: Id, delivery_id: Id) -> a.WebhookDelivery:
        """Post an event again, and return its delivery. Raises ``NotFound`` for either."""
        path = f"/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver"
        return await self.ask(a.WebhookDelivery, "POST", path, idempotent=True)
