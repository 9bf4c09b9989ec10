"""``Idempotency-Key``: one effect, one answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from service.background.reconciler import KEEP_KEYS_SECONDS
from service.db.sql import load
from service.http.app.routes import ROUTES
from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from tests.http_service import Answered, Caller, HttpService, a_request

PATH = "/api/v1/stories"


async def ask(user: Caller, key: str, path: str = PATH, **changes: object) -> Answered:
    return await user("POST", path, a_request(**changes), headers={"Idempotency-Key": key})


async def stories_of(user: Caller) -> int:
    return len((await user("GET", f"{PATH}?limit=100")).data["items"])


async def test_repeated_request_gets_the_first_answer(maya: Caller) -> None:
    first, again = await ask(maya, "k"), await ask(maya, "k")
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await stories_of(maya) == 1


async def test_fifty_at_once_make_one_story(maya: Caller) -> None:
    answered = await asyncio.gather(*(ask(maya, "k") for _ in range(50)))
    assert {one.status for one in answered} == {201}
    assert len({one.body for one in answered}) == 1
    assert sum("Idempotency-Replayed" not in one.headers for one in answered) == 1
    assert await stories_of(maya) == 1


async def test_key_with_another_body_is_refused(maya: Caller) -> None:
    await ask(maya, "k")
    answered = await ask(maya, "k", title="Another")
    assert (answered.status, answered.code) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert await stories_of(maya) == 1


async def test_same_request_written_otherwise_is_the_same(maya: Caller) -> None:
    first = await maya(
        "POST", PATH, b'{"characters":[{"name":"Bo","age":6}]}', headers={"Idempotency-Key": "k"}
    )
    again = await maya(
        "POST", PATH, b'{ "characters": [ {"age": 6, "name": " Bo "} ] }', headers={"Idempotency-Key": "k"}
    )
    assert again.body == first.body


async def test_key_belongs_to_one_user(maya: Caller, stranger: Caller) -> None:
    first, other = await ask(maya, "k"), await ask(stranger, "k")
    assert other.status == 201
    assert other.data["id"] != first.data["id"]


async def test_key_belongs_to_one_path_with_or_without_its_slash(maya: Caller) -> None:
    first, slashed = await ask(maya, "k"), await ask(maya, "k", f"{PATH}/")
    assert slashed.body == first.body
    assert set((await ask(maya, "k", "/stories/")).json) >= {"story_id", "status", "status_message"}
    assert await stories_of(maya) == 2


async def test_refused_request_does_not_use_the_key_up(http_service: HttpService) -> None:
    user = http_service.somebody()
    for key in ("a", "b"):
        await ask(user, key)
    assert (await ask(user, "c")).code == "QUOTA_EXCEEDED"
    await http_service.set_tier(user, "unlimited")
    assert (await ask(user, "c")).status == 201


async def test_replay_is_answered_though_the_quota_is_used_up(http_service: HttpService) -> None:
    user = http_service.somebody()
    first = await ask(user, "a")
    await ask(user, "b")
    assert (await ask(user, "a")).body == first.body


async def test_without_a_key_each_request_is_its_own(maya: Caller) -> None:
    for _ in range(2):
        await maya("POST", PATH, a_request())
    assert await stories_of(maya) == 2


#: What a POST without a key of its own may do twice: it asks, says how something is to stand, or keeps
#: a picture, which is the same by its bytes.
NATURAL = {
    "/studio/session",
    "/api/v1/stories/estimate",
    "/api/v1/stories/{id}/cancel",
    "/api/v1/account/sign-out",
    "/api/v1/links",
    "/api/v1/characters/{id}/references",
    # They change no more when repeated, and an estimate makes nothing.
    *(f"/api/v1/novels/{{id}}/chapters/{{number}}/{path}" for path in ("cancel", "estimate")),
    "/api/v1/novels/{id}/chapters/{number}/versions/{version}/restore",
    # A command has an id of its own, a wait takes one answer, and an estimate and a link make nothing.
    *(
        f"{base}/genesis/{path}"
        for base in ("", "/api/v1")
        for path in (
            "commands",
            "estimate",
            "{id}/estimate",
            "waits/{correlation_id}/link",
            "resume/{correlation_id}",
        )
    ),
}

Asked = tuple[str, Any]


async def new_story(_face: HttpService, _user: Caller) -> Asked:
    return PATH, a_request()


async def new_legacy_story(_face: HttpService, _user: Caller) -> Asked:
    return "/stories", a_request()


async def new_character(_face: HttpService, _user: Caller) -> Asked:
    return "/api/v1/characters", {"name": "Ada"}


async def new_library(_face: HttpService, _user: Caller) -> Asked:
    return "/api/v1/libraries", {"name": "Bedtime"}


async def new_webhook(_face: HttpService, _user: Caller) -> Asked:
    return "/api/v1/webhooks", {"url": "https://example.org/hook", "events": ["*"]}


async def a_resume(http_service: HttpService, user: Caller) -> Asked:
    story = await user.make_story()
    assert (await user("POST", f"{PATH}/{story}/cancel")).status == 200
    return f"{PATH}/{story}/resume", None


async def written(http_service: HttpService, user: Caller) -> str:
    """The id of a story of which nothing but its text is made, or will be."""
    story = await user.make_story(generateAssets=False)
    content = {
        "title": "Maya Walks",
        "summary": "Maya walks.",
        "beats": [{"index": n, "text": f"Step {n}.", "alt": f"Step {n}."} for n in range(1, 5)],
    }
    job = await http_service.begin(story, "content")
    done = Move(job.id, JobStatus.READY, attempt=job.attempt, result={"data": content},
                patch={"content": content, "title": "Maya Walks"})  # fmt: skip
    assert await http_service.services.settler.settle(done, job.worker_id)
    return story


async def new_pictures(http_service: HttpService, user: Caller) -> Asked:
    return f"{PATH}/{await written(http_service, user)}/images/generate", {"style": "ink"}


async def new_pictures_of_old(http_service: HttpService, user: Caller) -> Asked:
    return "/api/generate_images", {"story_id": await written(http_service, user)}


async def a_regenerate(http_service: HttpService, user: Caller) -> Asked:
    return f"{PATH}/{await written(http_service, user)}/assets/regenerate", {"asset_types": ["activities"]}


ASKED: tuple[Callable[[HttpService, Caller], Awaitable[Asked]], ...] = (
    new_story, new_legacy_story, new_character, new_library, new_webhook, a_resume, new_pictures,
    new_pictures_of_old, a_regenerate,
)  # fmt: skip


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: str(asked.__name__))
async def test_every_maker_has_one_effect_and_one_answer(
    http_service: HttpService, maya: Caller, asked: Callable[[HttpService, Caller], Awaitable[Asked]]
) -> None:
    """Ten at once, and once more later; another body is refused, and another key is another effect."""
    path, body = await asked(http_service, maya)
    key = {"Idempotency-Key": "k"}
    before = await events_and_rows(http_service, maya)
    first, *others = await asyncio.gather(*(maya("POST", path, body, headers=key) for _ in range(10)))
    assert first.status in (200, 201, 202), first.body
    once = await events_and_rows(http_service, maya)
    assert once != before
    again = await maya("POST", path, body, headers=key)
    assert {(one.status, one.body) for one in (first, *others, again)} == {(first.status, first.body)}
    assert sum("Idempotency-Replayed" not in one.headers for one in (first, *others, again)) == 1
    assert await events_and_rows(http_service, maya) == once
    if body is not None:
        refused = await maya("POST", path, {**body, "seed": 8}, headers=key)
        assert (refused.status, refused.code) == (422, "IDEMPOTENCY_KEY_REUSED")
    for bad in ("", "x" * 256, "\u00e9"):
        refused = await maya("POST", path, body, headers={"Idempotency-Key": bad})
        assert (refused.status, refused.code) == (422, "INVALID_IDEMPOTENCY_KEY"), bad
    assert await events_and_rows(http_service, maya) == once


async def events_and_rows(http_service: HttpService, user: Caller) -> dict[str, int]:
    """How much there is of everything of a user."""
    export = load("export")
    async with http_service.database.as_user(user.user_id) as connection:
        return {
            table: len(await connection.fetch(export[table], user.user_id))
            for table in export
            if table not in ("idempotency_keys", "fair_tags")
        }


def test_every_post_that_makes_something_honours_the_key() -> None:
    """By the table of routes; of operators' verbs, each says how something is to stand."""
    posts = [
        route for route in ROUTES if route.method == "POST" and not route.path.startswith("/api/v1/admin/")
    ]
    assert {route.path for route in posts if not route.idempotent} == NATURAL


async def test_keys_are_forgotten_in_time(http_service: HttpService, maya: Caller) -> None:
    await ask(maya, "old")
    await http_service.database.pool.execute(
        "UPDATE idempotency_keys SET created_at = created_at - make_interval(secs => $2) WHERE user_id = $1",
        maya.user_id,
        KEEP_KEYS_SECONDS + 1,
    )
    first = await ask(maya, "new")
    await http_service.database.pool.execute(load("idempotency")["prune_keys"], KEEP_KEYS_SECONDS)
    assert (await ask(maya, "new")).body == first.body
    assert "Idempotency-Replayed" not in (await ask(maya, "old")).headers
    assert await stories_of(maya) == 3


async def test_answer_is_kept_byte_for_byte_whatever_is_in_it(maya: Caller) -> None:
    body = {"name": "Zoë \u2028 “ﬁ” 👩🏽‍🦽", "description": "a\tb\\c"}
    key = {"Idempotency-Key": "k"}
    first = await maya("POST", "/api/v1/characters", body, headers=key)
    again = await maya("POST", "/api/v1/characters", body, headers=key)
    assert json.loads(first.body)["data"]["name"].startswith("Zoë")
    assert (again.body, again.headers["Content-Type"]) == (first.body, first.headers["Content-Type"])


async def test_key_of_a_request_that_died_is_free(http_service: HttpService, maya: Caller) -> None:
    """The key is taken in the transaction of the effect: what undoes the one undoes the other."""
    async with http_service.database.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(
            load("idempotency")["take_key"], maya.user_id, PATH, "k", "the hash of the body"
        )
        await transaction.rollback()
    assert (await ask(maya, "k")).status == 201
    assert UUID((await ask(maya, "k")).data["id"])
