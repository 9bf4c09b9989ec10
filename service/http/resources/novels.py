"""``/api/v1/novels``: list, read, export and delete novels."""

from __future__ import annotations

from typing import Any

from aiohttp import hdrs, web

from service.access.tokens import Identity
from service.api.queries import NovelExportQuery, NovelsQuery
from service.api.requests import NovelPatch
from service.api.responses import Deleted, Items, Novel, NovelListed
from service.background.nudges import DELETED, JOBS_CANCELLED
from service.db.pool import Connection
from service.errors import ProviderRetryable, Unavailable
from service.http.app.keys import EXPORTERS, SERVICES, USERS
from service.http.io.bodies import read_body, success
from service.http.io.paging import page_of
from service.http.io.paths import novel_id_of
from service.http.io.queries import read_query
from service.http.resources.assets import content_type, disposition
from service.novels import reading
from service.novels.exports import FORMATS, export
from service.novels.kind import summary
from service.novels.removal import delete_novel
from service.novels.renaming import rename_novel
from service.runtime.settlement import Settled


async def index(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/novels"""
    query = read_query(NovelsQuery, request)
    page = page_of(query)
    rows = await request.app[USERS].run(
        caller.user_id,
        lambda connection: reading.list_novels(
            connection, caller.user_id, session_id=query.session_id, after=page.after, limit=page.rows
        ),
    )
    items = [NovelListed(**summary(row)) for row in rows[: page.limit]]
    return success(Items[NovelListed](items=items, next_cursor=page.next_cursor(rows)))


async def show(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/novels/{id}"""
    novel_id = novel_id_of(request)
    found = await request.app[USERS].run(
        caller.user_id, lambda connection: reading.show_novel(connection, novel_id)
    )
    return success(Novel.model_validate(found))


async def export_novel(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/novels/{id}/export: a file that is made in a process of its own."""
    novel_id, format_ = novel_id_of(request), read_query(NovelExportQuery, request).format
    tree, modified = await request.app[USERS].run(
        caller.user_id, lambda connection: reading.read_tree(connection, novel_id)
    )
    pool, turns = request.app[EXPORTERS]
    async with turns.hold(caller.user_id):
        try:
            data = await pool.run(export, tree, format_, modified)
        except ProviderRetryable as died:
            raise Unavailable("The file could not be made. Try again.") from died
    made = FORMATS[format_]
    headers = {
        hdrs.CONTENT_TYPE: content_type(made.media_type),
        hdrs.CONTENT_DISPOSITION: disposition(tree.title, made.ending, download=True),
    }
    return web.Response(body=data, headers=headers)


async def rename(request: web.Request, caller: Identity) -> web.Response:
    """PATCH /api/v1/novels/{id}"""
    novel_id = novel_id_of(request)
    body = await read_body(request, NovelPatch)

    async def effect(connection: Connection) -> tuple[Settled, dict[str, Any]]:
        settled = await rename_novel(connection, novel_id, body.title)
        return settled, await reading.show_novel(connection, novel_id)

    settled, found = await request.app[USERS].run(caller.user_id, effect)
    request.app[SERVICES].settler.nudge(settled)
    return success(Novel.model_validate(found))


async def delete(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/novels/{id}: with all of its texts; the session that made it stays."""
    novel_id, services = novel_id_of(request), request.app[SERVICES]
    settled = await request.app[USERS].run(
        caller.user_id, lambda connection: delete_novel(connection, services.kinds, novel_id)
    )
    services.settler.nudge(settled)
    services.nudges.send(JOBS_CANCELLED, DELETED)
    return success(Deleted(id=novel_id))
