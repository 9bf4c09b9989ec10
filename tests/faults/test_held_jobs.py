"""Calls whose answer was lost twice: the job is held, and a person lets it go on with one more call."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.faults.http_child import HttpChild, open_http_child
from tests.faults.test_drain import storytroupe
from tests.faults.world import World

Figure = Callable[[str], None]

_CONTENT = "SELECT id FROM jobs WHERE aggregate_id = $1 AND name = 'content'"


async def lost_twice(world: World) -> UUID:
    """A story whose text was asked for twice, by processes that died meanwhile; then a third one came."""
    with world.stub.gate("content") as gate:
        first = await world.child()
        (story_id,) = await world.create(1)
        await gate.arrived(1)
        await world.kill(first)
        second = await world.child()
        await gate.arrived(2)
        await world.kill(second)
    await world.child()
    held = "SELECT run_at IS NULL FROM jobs WHERE aggregate_id = $1 AND status = 'retrying'"
    await world.until(lambda: world.value(held, story_id), "the job is held")
    assert len(texts(world)) == 2, "it was called for a third time without a person's word"
    return story_id


async def is_made_with_one_more_call(world: World, story_id: UUID) -> None:
    await world.check([story_id])
    overall = "SELECT asset_generation_status ->> 'overall' FROM stories WHERE id = $1"
    assert await world.value(overall, story_id) == "ready"


def texts(world: World) -> list[str]:
    return [call.key for call in world.stub.calls if call.group == "content"]


async def calls_of(world: World, story_id: UUID) -> int:
    """How often the provider was asked for this story's text."""
    rows = await world.database.pool.fetch(
        "SELECT regexp_replace(key, '^allowed [0-9]+ ', '') AS key FROM provider_calls"
        " WHERE aggregate_id = $1 AND step LIKE 'content%'",
        story_id,
    )
    return sum(call in {row["key"] for row in rows} for call in texts(world))


async def test_held_job_is_told_to_operators_who_let_it_go_on(world: World, figure: Figure) -> None:
    story_id = await lost_twice(world)
    job = str(await world.value(_CONTENT, story_id))
    listed = await storytroupe(world, "dead", "list")
    assert job in listed
    assert max(map(len, listed.splitlines())) <= 80, "it does not fit a terminal"
    assert "PROVIDER_OUTCOME_UNKNOWN" in await storytroupe(world, "stats")
    assert "1 set going again" in await storytroupe(world, "dead", "redrive", job)
    await is_made_with_one_more_call(world, story_id)
    assert await calls_of(world, story_id) == 3
    figure("`dead redrive`: one more call, and the story is ready")


async def read_status(http: HttpChild, story_id: UUID) -> str:
    url = f"http://127.0.0.1:{http.child.port}/api/v1/stories/{story_id}/status"
    async with http.session.get(url) as answer:
        return str((await answer.json())["status_message"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/resume", {}),
        pytest.param("/assets/regenerate", {"assetTypes": ["content"]}, marks=pytest.mark.long),
    ],
)
async def test_reader_is_told_of_a_held_job_and_lets_it_go_on(
    world: World, figure: Figure, path: str, body: object
) -> None:
    story_id = await lost_twice(world)
    async with open_http_child(world) as http:
        status = await read_status(http, story_id)
        assert status.startswith("The story waits. The answer to a paid call was lost twice.")
        assert await http.ask("POST", story_id, path, body) in (200, 202)
        await is_made_with_one_more_call(world, story_id)
    assert await calls_of(world, story_id) == 3
    figure(f"`{path}`: one more call, and the story is ready")


async def test_text_that_is_regenerated_after_it_failed_brings_the_whole_book(world: World) -> None:
    world.stub.refuse("content", (400, ""))
    await world.child()
    (story_id,) = await world.create(1, watched=False)
    await world.finished([story_id])
    skipped = "SELECT count(*) FROM jobs WHERE aggregate_id = $1 AND status = 'skipped'"
    assert await world.value(skipped, story_id), "nothing hung on the text"
    async with open_http_child(world) as http:
        assert await http.ask("POST", story_id, "/assets/regenerate", {"assetTypes": ["content"]}) == 202
        await world.finished([story_id])
    overall = "SELECT asset_generation_status ->> 'overall' FROM stories WHERE id = $1"
    assert await world.value(overall, story_id) == "ready"
