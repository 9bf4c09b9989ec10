"""``Idempotency-Key``: one effect, one answer."""

from __future__ import annotations

import asyncio

from tests.http_face import Answered, Caller, Face, a_request

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
    assert set((await ask(maya, "k", "/stories/")).json) == {"story_id", "status", "status_message"}
    assert await stories_of(maya) == 2


async def test_refused_request_does_not_use_the_key_up(face: Face) -> None:
    user = face.somebody()
    for key in ("a", "b"):
        await ask(user, key)
    assert (await ask(user, "c")).code == "QUOTA_EXCEEDED"
    await face.set_tier(user, "unlimited")
    assert (await ask(user, "c")).status == 201


async def test_replay_is_answered_though_the_quota_is_used_up(face: Face) -> None:
    user = face.somebody()
    first = await ask(user, "a")
    await ask(user, "b")
    assert (await ask(user, "a")).body == first.body


async def test_without_a_key_each_request_is_its_own(maya: Caller) -> None:
    for _ in range(2):
        await maya("POST", PATH, a_request())
    assert await stories_of(maya) == 2
