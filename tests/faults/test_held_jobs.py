"""Calls whose answer was lost twice: the job is held, and a person lets it go on with one more call."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.faults.environment import FaultEnvironment
from tests.faults.http_child import HttpChild, open_http_child
from tests.faults.test_drain import storytroupe

Figure = Callable[[str], None]

_CONTENT = "SELECT id FROM jobs WHERE aggregate_id = $1 AND name = 'content'"


async def lost_twice(environment: FaultEnvironment) -> UUID:
    """A story whose text was asked for twice, by processes that died meanwhile; then a third one came."""
    with environment.stub.gate("content") as gate:
        first = await environment.child()
        (story_id,) = await environment.create(1)
        await gate.arrived(1)
        await environment.kill(first)
        second = await environment.child()
        await gate.arrived(2)
        await environment.kill(second)
    await environment.child()
    held = "SELECT run_at IS NULL FROM jobs WHERE aggregate_id = $1 AND status = 'retrying'"
    await environment.until(lambda: environment.value(held, story_id), "the job is held")
    assert len(texts(environment)) == 2, "it was called for a third time without a person's word"
    return story_id


async def is_made_with_one_more_call(environment: FaultEnvironment, story_id: UUID) -> None:
    await environment.check([story_id])
    overall = "SELECT asset_generation_status ->> 'overall' FROM stories WHERE id = $1"
    assert await environment.value(overall, story_id) == "ready"


def texts(environment: FaultEnvironment) -> list[str]:
    return [call.key for call in environment.stub.calls if call.group == "content"]


async def calls_of(environment: FaultEnvironment, story_id: UUID) -> int:
    """How often the provider was asked for this story's text."""
    rows = await environment.database.pool.fetch(
        "SELECT regexp_replace(key, '^allowed [0-9]+ ', '') AS key FROM provider_calls"
        " WHERE aggregate_id = $1 AND step LIKE 'content%'",
        story_id,
    )
    return sum(call in {row["key"] for row in rows} for call in texts(environment))


async def test_held_job_is_told_to_operators_who_let_it_go_on(
    environment: FaultEnvironment, figure: Figure
) -> None:
    story_id = await lost_twice(environment)
    job = str(await environment.value(_CONTENT, story_id))
    listed = await storytroupe(environment, "dead", "list")
    assert job in listed
    assert max(map(len, listed.splitlines())) <= 80, "it does not fit a terminal"
    assert "PROVIDER_OUTCOME_UNKNOWN" in await storytroupe(environment, "stats")
    assert "1 set going again" in await storytroupe(environment, "dead", "redrive", job)
    await is_made_with_one_more_call(environment, story_id)
    assert await calls_of(environment, story_id) == 3
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
    environment: FaultEnvironment, figure: Figure, path: str, body: object
) -> None:
    story_id = await lost_twice(environment)
    async with open_http_child(environment) as http:
        status = await read_status(http, story_id)
        assert status.startswith("The story waits. The answer to a paid call was lost twice.")
        assert await http.ask("POST", story_id, path, body) in (200, 202)
        await is_made_with_one_more_call(environment, story_id)
    assert await calls_of(environment, story_id) == 3
    figure(f"`{path}`: one more call, and the story is ready")


async def test_text_that_is_regenerated_after_it_failed_brings_the_whole_book(
    environment: FaultEnvironment,
) -> None:
    environment.stub.refuse("content", (400, ""))
    await environment.child()
    (story_id,) = await environment.create(1, watched=False)
    await environment.finished([story_id])
    skipped = "SELECT count(*) FROM jobs WHERE aggregate_id = $1 AND status = 'skipped'"
    assert await environment.value(skipped, story_id), "nothing hung on the text"
    async with open_http_child(environment) as http:
        assert await http.ask("POST", story_id, "/assets/regenerate", {"assetTypes": ["content"]}) == 202
        await environment.finished([story_id])
    overall = "SELECT asset_generation_status ->> 'overall' FROM stories WHERE id = $1"
    assert await environment.value(overall, story_id) == "ready"
