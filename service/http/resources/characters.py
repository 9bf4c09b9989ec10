"""``/api/v1/characters``: routes for the characters that a user keeps for stories."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import unknown_fields
from service.api.queries import Paged
from service.api.requests import CharacterBody, CharacterPatch
from service.api.responses import CharacterKept, Deleted, Items
from service.db import characters as kept
from service.db.discarded import discard
from service.db.pool import Connection
from service.http.app.keys import SERVICES, USERS
from service.http.io.bodies import enveloped, read_body, read_raw_and_body, success
from service.http.io.idempotency import respond_idempotently
from service.http.io.paging import page_of
from service.http.io.paths import character_id_of
from service.http.io.queries import read_query
from service.http.resources.references import shown
from service.http.resources.warnings import sentences, trait_warnings
from service.stories.characters import change_character, delete_character


async def create(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/characters: create a character."""
    raw, body = await read_raw_and_body(request, CharacterBody)

    async def effect(connection: Connection) -> str:
        row = await kept.insert_character(connection, caller.user_id, body.character())
        return enveloped(_shown(row, _warnings(body)))

    return await respond_idempotently(request, caller, raw, effect, status=HTTPStatus.CREATED, topics=())


async def index(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/characters: list your characters, newest first."""
    page = page_of(read_query(Paged, request))
    rows = await request.app[USERS].run(
        caller.user_id,
        lambda connection: kept.list_characters(
            connection, caller.user_id, after=page.after, limit=page.rows
        ),
    )
    items = [_shown(row) for row in rows[: page.limit]]
    return success(Items[CharacterKept](items=items, next_cursor=page.next_cursor(rows)))


async def show(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/characters/{id}: read a character."""
    id_ = character_id_of(request)
    row = await request.app[USERS].run(caller.user_id, lambda connection: kept.get_character(connection, id_))
    return success(_shown(row))


async def change(request: web.Request, caller: Identity) -> web.Response:
    """PATCH /api/v1/characters/{id}: change the fields of a character that the request has."""
    id_ = character_id_of(request)
    patch = await read_body(request, CharacterPatch)
    row = await request.app[USERS].run(
        caller.user_id, lambda connection: change_character(connection, id_, patch.apply)
    )
    return success(_shown(row, _warnings(patch)))


async def delete(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/characters/{id}: delete a character with its pictures. Stories with the character
    stay."""
    id_, services = character_id_of(request), request.app[SERVICES]
    door = request.app[USERS].door(caller.user_id)
    keys = await delete_character(door, services.database, caller.user_id, id_)
    await discard(services.database, services.store.delete, keys)
    return success(Deleted(id=id_))


def _shown(row: Mapping[str, Any], warnings: list[str] | None = None) -> CharacterKept:
    fields = dict(kept.character_of(row))
    return CharacterKept(
        **fields,
        images=[shown(row["id"], image) for image in kept.images_of(row)],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        warnings=warnings or [],
    )


def _warnings(body: CharacterBody) -> list[str]:
    return sentences([*unknown_fields(body), *trait_warnings(body)])
