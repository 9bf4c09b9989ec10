"""``/api/v1/webhooks``: where a user's events are posted to, and what came of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TypeVar

import asyncpg
from aiohttp import web

from service.access.addresses import fault_of
from service.access.tokens import Identity
from service.api.fields import invalid
from service.api.queries import DeliveriesQuery, Paged
from service.api.requests import RedeliverRequest, SecretBody, WebhookBody, WebhookPatch
from service.api.responses import (
    DeadDelivery,
    Deleted,
    Items,
    Redelivered,
    Webhook,
    WebhookDelivery,
    WebhookMade,
    WebhookSecret,
)
from service.db.caps import hold_user
from service.db.pool import Connection
from service.db.sql import load
from service.domain.webhooks import new_secret
from service.errors import Conflict, NotFound
from service.http.app.authentication import operators_only
from service.http.app.keys import SERVICES, SETTINGS, USERS
from service.http.io.bodies import Given, enveloped, read_body, read_given, read_raw_and_body, success
from service.http.io.idempotency import answer_once
from service.http.io.paging import page_of
from service.http.io.paths import delivery_id_of, webhook_id_of
from service.http.io.queries import read_query

_SQL = load("webhooks")
B = TypeVar("B", WebhookBody, WebhookPatch)

MAX_WEBHOOKS = 20


async def create(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/webhooks: the one answer that holds the secret."""
    given = await read_given(request, WebhookBody)
    raw, body = given.raw, _checked(request, given)

    async def effect(connection: Connection) -> str:
        secret = new_secret()
        await hold_user(connection, caller.user_id)
        row = await connection.fetchrow(
            _SQL["insert_webhook"], caller.user_id, body.url, secret, list(body.events), MAX_WEBHOOKS
        )
        if row is None:
            raise Conflict(
                f"A user has at most {MAX_WEBHOOKS} webhooks. Delete one first.", code="TOO_MANY_WEBHOOKS"
            )
        return enveloped(WebhookMade(**row, secret=secret))

    return await answer_once(request, caller, raw, effect, status=HTTPStatus.CREATED, topics=())


async def index(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/webhooks"""
    page = page_of(read_query(Paged, request))
    async with request.app[USERS].acting(caller.user_id) as connection:
        at, id_ = page.after or (None, None)
        rows = await connection.fetch(_SQL["webhook_page"], caller.user_id, at, id_, page.rows)
    items = [Webhook(**row) for row in rows[: page.limit]]
    return success(Items[Webhook](items=items, next_cursor=page.next_cursor(rows)))


async def show(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/webhooks/{id}"""
    async with request.app[USERS].acting(caller.user_id) as connection:
        row = _found(await connection.fetchrow(_SQL["webhook"], webhook_id_of(request)))
    return success(Webhook(**row))


async def change(request: web.Request, caller: Identity) -> web.Response:
    """PATCH /api/v1/webhooks/{id}: what is given replaces what was there."""
    id_ = webhook_id_of(request)
    patch = _checked(request, await read_given(request, WebhookPatch))
    events = None if patch.events is None else list(patch.events)
    async with request.app[USERS].acting(caller.user_id) as connection:
        row = _found(await connection.fetchrow(_SQL["store_webhook"], id_, patch.url, events, patch.enabled))
    return success(Webhook(**row))


async def delete(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/webhooks/{id}: what is on its way to it is dropped."""
    id_ = webhook_id_of(request)
    async with request.app[USERS].acting(caller.user_id) as connection:
        _found(await connection.fetchrow(_SQL["delete_webhook"], id_))
    return success(Deleted(id=id_))


async def rotate(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/webhooks/{id}/secret: the one answer that holds the new secret."""
    id_ = webhook_id_of(request)
    raw, body = await read_raw_and_body(request, SecretBody, optional=True)

    async def effect(connection: Connection) -> str:
        secret = new_secret()
        row = _found(
            await connection.fetchrow(_SQL["rotate_secret"], id_, secret, float(body.overlap_seconds))
        )
        return enveloped(WebhookSecret(**row, secret=secret))

    return await answer_once(request, caller, raw, effect, topics=())


async def deliveries(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/webhooks/{id}/deliveries"""
    id_, query = webhook_id_of(request), read_query(DeliveriesQuery, request)
    page = page_of(query)
    async with request.app[USERS].acting(caller.user_id) as connection:
        _found(await connection.fetchrow(_SQL["webhook"], id_))
        at, last = page.after or (None, None)
        rows = await connection.fetch(_SQL["delivery_page"], id_, at, last, query.status, page.rows)
    items = [WebhookDelivery(**row) for row in rows[: page.limit]]
    return success(Items[WebhookDelivery](items=items, next_cursor=page.next_cursor(rows)))


async def redeliver(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/webhooks/{id}/deliveries/{delivery}/redeliver"""
    id_, delivery = webhook_id_of(request), delivery_id_of(request)

    async def effect(connection: Connection) -> str:
        row = await connection.fetchrow(_SQL["redeliver"], delivery, id_)
        if row is None:
            raise NotFound("There is no such delivery.", code="DELIVERY_NOT_FOUND")
        return enveloped(WebhookDelivery(**row))

    return await answer_once(request, caller, {}, effect, status=HTTPStatus.ACCEPTED, topics=())


@operators_only
async def dead(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/webhooks/dead: deliveries that were given up, whoever's, newest first."""
    page = page_of(read_query(Paged, request), order="-ended_at")
    at, last = page.after or (None, None)
    rows = await request.app[SERVICES].database.pool.fetch(_SQL["dead_deliveries"], at, last, page.rows)
    items = [DeadDelivery(**row) for row in rows[: page.limit]]
    return success(Items[DeadDelivery](items=items, next_cursor=page.next_cursor(rows)))


@operators_only
async def redeliver_dead(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/webhooks/dead/redeliver {delivery_ids}: a hundred at the most."""
    body = await read_body(request, RedeliverRequest)
    async with request.app[SERVICES].database.as_owner() as connection:
        rows = await connection.fetch(_SQL["redeliver_dead"], body.delivery_ids)
    return success(Redelivered(delivery_ids=sorted((row["id"] for row in rows), key=str)))


def _checked(request: web.Request, given: Given[B]) -> B:
    """The body, and its address judged with it. Raises ``InvalidInput`` with all that is wrong."""
    body, problems = given.body, list(given.problems)
    url = given.raw.get("url")
    if isinstance(url, str) and "url" not in {path for path, _ in problems}:
        fault = fault_of(url, private=request.app[SETTINGS].webhook_private_addresses)
        problems += [("url", fault)] if fault is not None else []
    if body is None or problems:
        raise invalid(problems)
    return body


def _found(row: asyncpg.Record | None) -> asyncpg.Record:
    if row is None:
        raise NotFound("There is no such webhook.", code="WEBHOOK_NOT_FOUND")
    return row
