"""Sessions by the real actors, with each planner: named paths, what is stale, what follows, blends, and texts
of a person."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.genesis.derive import stale
from service.genesis.model import GenesisStage, StageState
from service.genesis.verify import verify
from service.process.start import Process, open_process
from service.settings import Settings
from tests.factories import USER
from tests.genesis_sessions import Led, Person
from tests.servers import fresh_database
from tests.stubs.openai_server import OpenAIStub
from tests.stubs.provider_stub import opened

CONCEPT, THEME, PEOPLE, WORLD = list(GenesisStage)[:4]
TEXT = (
    "Ilse Brandt keeps the ferry at Ost. Ilse Brandt never learned to swim. The ferry was old before she was "
    "born. Her brother Bo Lind has sold the lamp of the boathouse twice."
)


@pytest.fixture(scope="module")
async def openai() -> AsyncIterator[OpenAIStub]:
    async with opened(OpenAIStub()) as stub:
        stub.say = answer
        yield stub


def answer(text: str) -> str:
    """What the model says: proposals follow from the premise, and texts say what they say of Ilse."""
    said = json.loads(text)
    for proposal in said.get("proposals", ()):
        proposal["drawn_from"] = ["concept.premise"]
    if "passages" in said:
        want = {"field": "people.want", "element": "Ilse Brandt", "value": "to swim"}
        said["passages"] = [
            want | {"quote": "never learned to swim"},
            want | {"field": "people.lie", "quote": "Ilse Brandt is a witch."},
            {
                "field": "places.summary",
                "element": "Ost",
                "value": "A ferry.",
                "quote": "keeps the ferry at Ost",
            },
        ]
    return json.dumps(said)


@pytest.fixture(scope="module", params=["offline", "openai"])
async def running(
    request: pytest.FixtureRequest, stack: Stack, template_database: str, openai: OpenAIStub
) -> AsyncIterator[Process]:
    with temporary_folder() as files:
        async with fresh_database(stack, template_database) as database:
            settings = Settings(
                database_url=database,
                redis_url=stack.redis_url,
                redis_namespace=f"genesis-{request.param}",
                files_dir=files,
                planner_provider=request.param,
                openai_api_key=SecretStr("sk-ours"),
                openai_base_url=openai.base_url,
                cpu_processes=1,
                jwt_secret=SecretStr("a secret that is long enough to be taken for one"),
            )
            async with open_process(settings) as process:
                await process.core.database.pool.execute(
                    "INSERT INTO users (id, tier) VALUES ($1, 'unlimited')", USER
                )
                yield process


@pytest.fixture
async def led(running: Process) -> AsyncIterator[Led]:
    """A session with a concept, a theme and people, of which some are locked."""
    led = await Person(running.core.database, running.core.settler).start(mode="free_form", chapters=6)
    for stage in (CONCEPT, THEME, PEOPLE):
        await accepted(led, stage, await generated(led, stage, count=1))
    await led.do("LOCK_FIELDS", {"paths": ["concept.title", "theme.question"]})
    yield led
    assert [one for one in [one async for one in verify(running.core.database)] if one.faults] == []


async def generated(led: Led, stage: GenesisStage, **payload: Any) -> StageState:
    """A stage after a round."""
    await led.do("GENERATE_INSPIRATION", {"stage": stage.value, **payload})
    await led.proposals(stage.value)
    return (await led.state()).stage(stage)


async def accepted(led: Led, stage: GenesisStage, state: StageState | None = None) -> dict[str, Any]:
    """Accept the first proposal of a stage. Returns what was accepted."""
    (id_, *_) = await led.proposals(stage.value)
    made = (await led.state()).stage(stage).proposals[id_]
    await led.do("SELECT_PROPOSAL", {"proposal_ids": [id_]})
    return dict(made)


async def changed(led: Led) -> None:
    """The premise is another: what was drawn from it is stale."""
    change = {"op": "set", "path": "concept.premise", "value": "A baker counts the trains that do not stop."}
    await led.do("EDIT_STAGE", {"stage": "concept", "changes": [change]})


async def test_named_paths_alone_change(led: Led) -> None:
    before = (await led.state()).values()
    person = f"character.people.{(await led.state()).stage(PEOPLE).order['people'][0]}"
    await led.do("LOCK_FIELDS", {"paths": [f"{person}.lie"]})
    scope = [f"{person}.want", f"{person}.arc"]
    for paths in ([person], scope):
        made = await accepted(led, PEOPLE, await generated(led, PEOPLE, count=1, scope=paths))
        assert all(path.startswith(tuple(paths)) for path in made["values"])
    after = (await led.state()).values()
    assert all(path.startswith(f"{person}.") for path in after if after[path] != before.get(path))
    assert after[f"{person}.lie"] == before[f"{person}.lie"]


async def test_what_is_stale_is_proposed_again_and_what_is_locked_stays(led: Led) -> None:
    before = (await led.state()).values()
    await changed(led)
    old = stale(await led.state())
    wanted = {path for path in old if path.startswith("theme.")} - {"theme.question"}
    assert wanted
    made = await accepted(led, THEME, await generated(led, THEME, count=1, scope="stale"))
    assert set(made["values"]) <= wanted
    after = await led.state()
    assert after.values()["theme.question"] == before["theme.question"]
    assert set(stale(after)) == set(old) - wanted


async def test_what_follows_is_proposed_stage_by_stage(led: Led) -> None:
    await changed(led)
    old = stale(await led.state())
    done = await led.do("GENERATE_INSPIRATION", {"stage": "concept", "scope": "following", "count": 1})
    assert list(done.answer["result"]["rounds"]) == ["theme", "character"]
    asked = set(old) - {"theme.question"}
    for stage in (THEME, PEOPLE):
        made = await accepted(led, stage)
        assert set(made["values"]) <= set(old)
        asked -= set(made["values"])
    left = stale(await led.state())
    # What no proposal has stays stale; so does what was drawn from the theme, which is new now.
    again = {path for path, why in left.items() if "concept.premise" in why}
    assert again == ({"theme.question"} & set(old)) | asked
    assert all(path.startswith("character.") for path in set(left) - again)


async def test_several_proposals_are_blended(led: Led) -> None:
    before = (await led.state()).values()
    two = list((await generated(led, CONCEPT, count=2)).proposals)
    done = await led.do("SELECT_PROPOSAL", {"proposal_ids": two})
    assert done.answer["result"]["rounds"] == {"concept": 3}
    await led.until(lambda state: not state.stage(CONCEPT).running)
    proposals = (await led.state()).stage(CONCEPT).proposals
    blended = [one["values"] for id_, one in proposals.items() if id_ not in two]
    assert blended
    for values in blended:
        assert values["concept.title"] == before["concept.title"]
        assert values["concept.premise"] not in (None, before["concept.premise"])


async def test_a_text_is_sorted_into_the_fields_of_stages_with_its_passages(led: Led) -> None:
    before = await led.state()
    done = await led.do("IMPORT_MATERIAL", {"text": TEXT, "into": ["character", "world"]})
    assert list(done.answer["result"]["rounds"]) == ["character", "world"]
    for stage in (PEOPLE, WORLD):
        made = await accepted(led, stage)
        assert made["quotes"].keys() == made["values"].keys() == set(made["scope"])
        assert all(quote in TEXT for quote in made["quotes"].values())
        assert made["drawn_from"] == [f"material.{done.answer['result']['material_id']}"]
    after = await led.state()
    assert {"Ilse Brandt", "Ost"} <= {str(value) for value in after.values().values()}
    assert before.values().items() <= after.values().items()
    assert not any(path.endswith(".lie") and value == "to swim" for path, value in after.values().items())
