"""Polling that costs nothing while nothing changes."""

from __future__ import annotations

import asyncio

import pytest

from service.http.app.keys import POLLS
from tests.http_service import Answered, Caller, HttpService
from tests.servers import eventually

FORMS = ("/api/v1/stories/{id}/status", "/stories/{id}/status", "/api/v1/stories/{id}/generation-status")


async def ask(user: Caller, path: str, etag: str = "", **query: object) -> Answered:
    suffix = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    return await user("GET", path + suffix, headers={"If-None-Match": etag} if etag else {})


@pytest.mark.parametrize("form", FORMS)
async def test_what_is_known_already_is_not_sent_again(maya: Caller, form: str) -> None:
    path = form.format(id=await maya.make_story())
    first = await ask(maya, path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = await ask(maya, path, f'"other", W/{first.headers["ETag"]}')
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])


@pytest.mark.parametrize("form", FORMS)
async def test_a_wait_ends_with_the_change(http_service: HttpService, maya: Caller, form: str) -> None:
    story_id = await maya.make_story(generateAssets=False)
    path = form.format(id=story_id)
    known = await ask(maya, path)
    waiting = asyncio.create_task(ask(maya, path, known.headers["ETag"], wait=20))
    await eventually(lambda: len(http_service.app[POLLS]) == 1)
    await maya("POST", f"/api/v1/stories/{story_id}/cancel")
    http_service.services.hub.doubt()
    changed = await asyncio.wait_for(waiting, 60)
    assert changed.status == 200
    assert changed.body != known.body
    assert changed.headers["ETag"] != known.headers["ETag"]
    assert len(http_service.app[POLLS]) == 0


async def test_a_wait_without_a_change_ends_with_its_time(maya: Caller) -> None:
    path = f"/api/v1/stories/{await maya.make_story()}/status"
    known = await ask(maya, path)
    assert (await ask(maya, path, known.headers["ETag"], wait=1)).status == 304


async def test_who_has_something_older_does_not_wait(maya: Caller) -> None:
    path = f"/api/v1/stories/{await maya.make_story()}/status"
    assert (await ask(maya, path, '"older"', wait=20)).status == 200
    assert (await ask(maya, path, wait=20)).status == 200


@pytest.mark.parametrize("wait", ["x", "-1", "1.5", ""])
async def test_a_wait_that_is_no_number_is_refused(maya: Caller, wait: str) -> None:
    answered = await ask(maya, f"/api/v1/stories/{await maya.make_story()}/status", wait=wait)
    assert (answered.status, answered.paths) == (422, ["wait"])


async def test_a_stranger_waits_for_nothing(
    http_service: HttpService, maya: Caller, stranger: Caller
) -> None:
    path = f"/api/v1/stories/{await maya.make_story()}/status"
    known = await ask(maya, path)
    answered = await ask(stranger, path, known.headers["ETag"], wait=20)
    assert (answered.status, answered.code) == (404, "STORY_NOT_FOUND")


async def test_the_end_of_the_service_answers_all_who_wait(http_service: HttpService, maya: Caller) -> None:
    path = f"/api/v1/stories/{await maya.make_story()}/status"
    etag = (await ask(maya, path)).headers["ETag"]
    async with http_service.beside() as ending:
        user = ending.somebody(maya.user_id)
        waiting = asyncio.create_task(ask(user, path, etag, wait=20))
        await eventually(lambda: len(ending.app[POLLS]) == 1)
    assert (await asyncio.wait_for(waiting, 60)).status == 304
