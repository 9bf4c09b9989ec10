"""``/api/v1/novels/{id}/chapters/{number}``: read, ask for, edit, restore and cancel a text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import read_as
from service.api.queries import Paged
from service.api.requests import ChapterPatch, DraftRequest, RedraftRequest
from service.api.requests.novels import MOST_TEXT
from service.api.responses import Chapter, ChapterEstimate, ChapterVersion, ChapterVersionListed, Items
from service.db.pool import Connection
from service.http.app.keys import BACKLOG, FORECASTS, REQUEST_ID, SERVICES, SETTINGS, USERS
from service.http.io.bodies import enveloped, read_json, read_raw_and_body, success
from service.http.io.idempotency import respond_idempotently
from service.http.io.paging import page_of
from service.http.io.paths import chapter_of, chapter_version_of, novel_id_of
from service.http.io.queries import read_query
from service.novels import chapters
from service.novels.asking import SCENE_STEP, scene_asks
from service.novels.chapters import Wanted
from service.novels.reading import read_tree
from service.novels.tables import NovelChapter
from service.providers.offline.models import SYNOPSIS
from service.runtime.settlement import Settled

#: Bytes of a body with the text of a chapter.
_MOST_BODY = 4 * MOST_TEXT
_VERSIONS = "-version"

#: Does something with a chapter (its novel's id and its number).
Act = Callable[[Connection, UUID, int], Awaitable[Settled]]


async def show(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/novels/{id}/chapters/{number}"""
    novel_id, number = novel_id_of(request), chapter_of(request)
    found = await request.app[USERS].run(
        caller.user_id, lambda connection: chapters.read_chapter(connection, novel_id, number)
    )
    return success(_chapter(found))


async def draft(request: web.Request, caller: Identity) -> web.Response:
    """POST …/draft: have the chapter written from the plan."""
    raw, body = await read_raw_and_body(request, DraftRequest, optional=True)
    wanted = Wanted(body.instruction or "", None, body.expected_version, _usd(body))
    return await _ask(request, caller, raw, wanted)


async def redraft(request: web.Request, caller: Identity) -> web.Response:
    """POST …/redraft: have a passage of the text written again."""
    raw, body = await read_raw_and_body(request, RedraftRequest)
    novel_id, number = novel_id_of(request), chapter_of(request)
    if body.passage is None:
        assert body.start is not None
        assert body.end is not None
        span, version = (body.start, body.end), body.expected_version
    else:
        found = await request.app[USERS].run(
            caller.user_id, lambda connection: chapters.read_chapter(connection, novel_id, number)
        )
        span, version = chapters.find_passage(found.text or "", body.passage), found.version
    if body.expected_version is not None:
        version = body.expected_version
    return await _ask(request, caller, raw, Wanted(body.instruction, span, version, _usd(body)))


async def estimate(request: web.Request, caller: Identity) -> web.Response:
    """POST …/estimate: what a draft would cost; nothing is written."""
    novel_id, number = novel_id_of(request), chapter_of(request)
    await request.app[USERS].run(
        caller.user_id, lambda connection: chapters.read_chapter(connection, novel_id, number)
    )
    tree, _ = await request.app[USERS].run(caller.user_id, lambda connection: read_tree(connection, novel_id))
    settings, estimator = request.app[SETTINGS], await request.app[FORECASTS].estimator()
    model = settings.text_model if settings.text_provider == "openai" else SYNOPSIS
    calls = len(scene_asks(tree.outline.chapters[number - 1]))
    seconds = estimator.seconds(SCENE_STEP, model)
    return success(
        ChapterEstimate(
            model=model,
            calls=calls,
            usd=float(calls * estimator.call(SCENE_STEP, model)),
            seconds=None if seconds is None else round(calls * seconds, 2),
        )
    )


async def edit(request: web.Request, caller: Identity) -> web.Response:
    """PATCH /api/v1/novels/{id}/chapters/{number}"""
    body = await read_json(
        request, lambda raw: read_as(ChapterPatch, raw), most=_MOST_BODY, longest=MOST_TEXT
    )
    return await _change(
        request,
        caller,
        lambda connection, novel_id, number: chapters.edit(
            connection, novel_id, number, body.text, body.expected_version
        ),
    )


async def cancel(request: web.Request, caller: Identity) -> web.Response:
    """POST …/cancel"""
    return await _change(request, caller, chapters.cancel)


async def restore(request: web.Request, caller: Identity) -> web.Response:
    """POST …/versions/{version}/restore"""
    version = chapter_version_of(request)
    return await _change(
        request,
        caller,
        lambda connection, novel_id, number: chapters.restore(connection, novel_id, number, version),
    )


async def versions(request: web.Request, caller: Identity) -> web.Response:
    """GET …/versions: newest first, in pages."""
    novel_id, number = novel_id_of(request), chapter_of(request)
    page = page_of(read_query(Paged, request), order=_VERSIONS)
    before = page.after[0] if page.after else None
    rows = await request.app[USERS].run(
        caller.user_id,
        lambda connection: chapters.versions(connection, novel_id, number, before=before, limit=page.rows),
    )
    fields = ChapterVersionListed.model_fields
    items = [ChapterVersionListed(**{name: row[name] for name in fields}) for row in rows[: page.limit]]
    return success(Items[ChapterVersionListed](items=items, next_cursor=page.next_cursor(rows)))


async def version(request: web.Request, caller: Identity) -> web.Response:
    """GET …/versions/{version}"""
    novel_id, number, wanted = novel_id_of(request), chapter_of(request), chapter_version_of(request)
    found = await request.app[USERS].run(
        caller.user_id, lambda connection: chapters.read_version(connection, novel_id, number, wanted)
    )
    return success(ChapterVersion(**found.model_dump(exclude={"novel_id", "number"})))


async def _ask(
    request: web.Request, caller: Identity, raw: Mapping[str, Any], wanted: Wanted
) -> web.Response:
    """Ask for a text; 202 with the chapter."""
    novel_id, number = novel_id_of(request), chapter_of(request)
    await request.app[BACKLOG].admit(caller.user_id)

    async def effect(connection: Connection) -> str:
        await chapters.request(connection, novel_id, number, wanted, request_id=request[REQUEST_ID])
        return enveloped(_chapter(await chapters.read_chapter(connection, novel_id, number)))

    return await respond_idempotently(request, caller, raw, effect, status=HTTPStatus.ACCEPTED)


async def _change(request: web.Request, caller: Identity, act: Act) -> web.Response:
    """Do something at once; 200 with the chapter."""
    novel_id, number = novel_id_of(request), chapter_of(request)

    async def effect(connection: Connection) -> tuple[Settled, NovelChapter]:
        settled = await act(connection, novel_id, number)
        return settled, await chapters.read_chapter(connection, novel_id, number)

    settled, chapter = await request.app[USERS].run(caller.user_id, effect)
    request.app[SERVICES].settler.nudge(settled)
    return success(_chapter(chapter))


def _usd(body: DraftRequest) -> Decimal | None:
    return None if body.budget_usd is None else Decimal(str(body.budget_usd))


def _chapter(chapter: NovelChapter) -> Chapter:
    return Chapter(**chapter.model_dump())
