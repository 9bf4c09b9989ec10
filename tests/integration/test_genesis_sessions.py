"""Sessions that are led from a spark to a novel: commands, offline proposals, waits, all in one database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.genesis.model import STAGES, GenesisStage, GenesisStatus, StageStatus
from service.genesis.novels import chapters_of, novel_of_session
from service.process.start import Process, open_process
from service.settings import Settings
from tests.factories import STRANGER, USER
from tests.genesis_sessions import Person
from tests.servers import fresh_database, http_url


@pytest.fixture(scope="module")
async def running(stack: Stack, template_database: str) -> AsyncIterator[Process]:
    """A process that makes proposals offline."""
    with temporary_folder() as files:
        async with fresh_database(stack, template_database) as database:
            async with open_process(_settings(stack, database, files)) as process:
                for user in (USER, STRANGER):
                    await process.core.database.pool.execute(
                        "INSERT INTO users (id, tier) VALUES ($1, 'unlimited')", user
                    )
                yield process


def _settings(stack: Stack, database: str, files: Path) -> Settings:
    return Settings(
        database_url=database,
        database_http_url=http_url(stack, database),
        redis_url=stack.redis_url,
        redis_namespace="genesis-sessions",
        files_dir=files,
        jwt_secret=SecretStr("a secret that is long enough to be taken for one"),
    )


@pytest.fixture
def person(running: Process) -> Person:
    return Person(running.core.database, running.core.settler)


async def test_a_session_is_led_from_a_spark_to_its_theme(person: Person) -> None:
    led = await person.start()
    (concept, *others) = await led.proposals("concept")
    assert len(others) == 2
    state = await led.state()
    assert state.waits.keys() == {"concept:1"}
    assert (await led.waits())["concept:1"].paused_at is not None
    await led.do("SELECT_CONCEPT", {"proposal_ids": [concept]})
    assert (await led.waits())["concept:1"].consumed_at is not None
    done = await led.do("CONFIRM_STAGE", {"stage": "concept"})
    assert done.answer["result"] == {"rounds": {"theme": 1}}
    await led.choose("theme")
    state = await led.state()
    assert state.current_stage is GenesisStage.THEME
    assert state.record("theme.question") is not None
    events = await led.events()
    assert events[:3] == ["genesis.started", "generation.requested", "generation.started"]
    assert events.count("proposal.made") == 6


async def test_a_session_goes_through_all_stages_and_ends_with_its_novel(person: Person) -> None:
    led = await person.start(chapters=12)
    for stage in STAGES:
        await led.choose(stage.value)
        await led.do("CONFIRM_STAGE", {"stage": stage.value})
    done = await led.do("FINISH_GENESIS", {"title": "The Hours"})
    assert done.answer["result"]["title"] == "The Hours"
    state = await led.state()
    assert state.status is GenesisStatus.FINISHED
    assert {stage.status for stage in state.stages} == {StageStatus.CONFIRMED}
    async with person.door() as connection:
        novel = await novel_of_session(connection, led.id)
        assert novel is not None
        assert str(novel.id) == done.answer["result"]["novel_id"]
        chapters = await chapters_of(connection, novel.id)
    assert novel.data["concept.title"] == state.values()["concept.title"]
    assert [one.number for one in chapters] == list(range(1, 13))
    assert all(wait.consumed_at for wait in (await led.waits()).values())
