"""``/api/v1/libraries``: routes for libraries, which are named groups of a user's stories."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from service.access.tokens import Identity
from service.api.queries import Paged
from service.api.requests import LibraryBody
from service.api.responses import Deleted, Items, Library
from service.db import libraries
from service.db.pool import Connection
from service.http.app.keys import USERS
from service.http.io.bodies import enveloped, read_body, read_raw_and_body, success
from service.http.io.idempotency import respond_idempotently
from service.http.io.paging import page_of
from service.http.io.paths import library_id_of
from service.http.io.queries import read_query


async def create(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/libraries: create a library."""
    raw, body = await read_raw_and_body(request, LibraryBody)

    async def effect(connection: Connection) -> str:
        row = await libraries.open_library(connection, caller.user_id, body.name)
        return enveloped(Library(**row))

    return await respond_idempotently(request, caller, raw, effect, status=HTTPStatus.CREATED)


async def index(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/libraries. Every user has at least the default library."""
    page = page_of(read_query(Paged, request))
    rows = await request.app[USERS].run(
        caller.user_id,
        lambda connection: libraries.list_libraries(
            connection, caller.user_id, after=page.after, limit=page.rows
        ),
    )
    items = [Library(**row) for row in rows[: page.limit]]
    return success(Items[Library](items=items, next_cursor=page.next_cursor(rows)))


async def show(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/libraries/{id}: read a library."""
    id_ = library_id_of(request)
    row = await request.app[USERS].run(
        caller.user_id, lambda connection: libraries.get_library(connection, id_)
    )
    return success(Library(**row))


async def change(request: web.Request, caller: Identity) -> web.Response:
    """PATCH /api/v1/libraries/{id}: rename a library."""
    id_, body = library_id_of(request), await read_body(request, LibraryBody)
    row = await request.app[USERS].run(
        caller.user_id, lambda connection: libraries.rename_library(connection, id_, body.name)
    )
    return success(Library(**row))


async def delete(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/libraries/{id}. Raises ``Conflict`` for a library that has stories, and for the default
    library."""
    id_ = library_id_of(request)
    await request.app[USERS].run(caller.user_id, lambda connection: libraries.delete_library(connection, id_))
    return success(Deleted(id=id_))
