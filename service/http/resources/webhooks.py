"""``/api/v1/webhooks``: routes for webhooks (URLs that the service posts a user's events to) and their
deliveries."""

from __future__ import annotations

from http import HTTPStatus
from typing import TypeVar

from aiohttp import web

from service.access.addresses import fault_of
from service.access.tokens import Identity
from service.api.fields import invalid
from service.api.queries import DeliveriesQuery, Paged
from service.api.requests import SecretBody, WebhookBody, WebhookPatch
from service.api.responses import (
    Deleted,
    Items,
    Webhook,
    WebhookDelivery,
    WebhookMade,
    WebhookSecret,
)
from service.db.pool import Connection
from service.http.app.keys import SETTINGS, USERS
from service.http.io.bodies import Given, enveloped, read_given, read_raw_and_body, success
from service.http.io.idempotency import respond_idempotently
from service.http.io.paging import page_of
from service.http.io.paths import delivery_id_of, webhook_id_of
from service.http.io.queries import read_query
from service.webhooks import store

B = TypeVar("B", WebhookBody, WebhookPatch)


async def create(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/webhooks. Only this answer has the secret."""
    given = await read_given(request, WebhookBody)
    raw, body = given.raw, _checked(request, given)

    async def effect(connection: Connection) -> str:
        row, secret = await store.create_webhook(connection, caller.user_id, body.url, body.events)
        return enveloped(WebhookMade(**row, secret=secret))

    return await respond_idempotently(request, caller, raw, effect, status=HTTPStatus.CREATED, topics=())


async def index(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/webhooks: list your webhooks, newest first."""
    page = page_of(read_query(Paged, request))
    rows = await request.app[USERS].run(
        caller.user_id,
        lambda connection: store.list_webhooks(connection, caller.user_id, after=page.after, limit=page.rows),
    )
    items = [Webhook(**row) for row in rows[: page.limit]]
    return success(Items[Webhook](items=items, next_cursor=page.next_cursor(rows)))


async def show(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/webhooks/{id}: read a webhook."""
    id_ = webhook_id_of(request)
    row = await request.app[USERS].run(caller.user_id, lambda connection: store.get_webhook(connection, id_))
    return success(Webhook(**row))


async def change(request: web.Request, caller: Identity) -> web.Response:
    """PATCH /api/v1/webhooks/{id}: change the fields of a webhook that the request has."""
    id_ = webhook_id_of(request)
    patch = _checked(request, await read_given(request, WebhookPatch))
    row = await request.app[USERS].run(
        caller.user_id,
        lambda connection: store.change_webhook(
            connection, id_, url=patch.url, events=patch.events, enabled=patch.enabled
        ),
    )
    return success(Webhook(**row))


async def delete(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/webhooks/{id}. The webhook's pending deliveries are deleted too."""
    id_ = webhook_id_of(request)
    await request.app[USERS].run(caller.user_id, lambda connection: store.delete_webhook(connection, id_))
    return success(Deleted(id=id_))


async def rotate(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/webhooks/{id}/secret. Only this answer has the new secret."""
    id_ = webhook_id_of(request)
    raw, body = await read_raw_and_body(request, SecretBody, optional=True)

    async def effect(connection: Connection) -> str:
        row, secret = await store.rotate_secret(connection, id_, float(body.overlap_seconds))
        return enveloped(WebhookSecret(**row, secret=secret))

    return await respond_idempotently(request, caller, raw, effect, topics=())


async def deliveries(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/webhooks/{id}/deliveries: list the deliveries of a webhook with their results."""
    id_, query = webhook_id_of(request), read_query(DeliveriesQuery, request)
    page = page_of(query)
    rows = await request.app[USERS].run(
        caller.user_id,
        lambda connection: store.list_deliveries(
            connection, id_, status=query.status, after=page.after, limit=page.rows
        ),
    )
    items = [WebhookDelivery(**row) for row in rows[: page.limit]]
    return success(Items[WebhookDelivery](items=items, next_cursor=page.next_cursor(rows)))


async def redeliver(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/webhooks/{id}/deliveries/{delivery}/redeliver: post a delivery again."""
    id_, delivery_id = webhook_id_of(request), delivery_id_of(request)

    async def effect(connection: Connection) -> str:
        return enveloped(WebhookDelivery(**await store.redeliver(connection, id_, delivery_id)))

    return await respond_idempotently(request, caller, {}, effect, status=HTTPStatus.ACCEPTED, topics=())


def _checked(request: web.Request, given: Given[B]) -> B:
    """Read the body and check its URL. Raises ``InvalidInput`` with all problems of the fields and of the
    URL."""
    body, problems = given.body, list(given.problems)
    url = given.values_of("url").get("url")
    if isinstance(url, str):
        fault = fault_of(url, private=request.app[SETTINGS].webhook_private_addresses)
        problems += [("url", fault)] if fault is not None else []
    if body is None or problems:
        raise invalid(problems)
    return body
