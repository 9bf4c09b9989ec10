"""Rounds of generation by the runtime: what fails, is tried again, is of no use, or comes too late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.errors import ProviderPermanent, ProviderRetryable
from service.genesis.derive import stale
from service.genesis.model import GenesisStage, StageStatus
from service.genesis.verify import verify
from service.process.start import Process, open_process
from service.providers.protocols import Providers
from service.runtime.operations import redrive
from service.settings import Settings
from service.streams.events import events_key
from tests.factories import USER
from tests.genesis_sessions import Led, Person
from tests.servers import eventually, fresh_database
from tests.stubs.scripted_planner import Script, ScriptedPlanner
from tests.unit.genesis.played import CONCEPT, THEME

CONCEPT_STAGE = GenesisStage.CONCEPT
OTHER = {**CONCEPT, "concept.title": "The Second Tide"}


@pytest.fixture(scope="module")
def planner() -> ScriptedPlanner:
    return ScriptedPlanner()


@pytest.fixture(scope="module")
async def running(stack: Stack, template_database: str, planner: ScriptedPlanner) -> AsyncIterator[Process]:
    """A process whose planner does what the tests say. What fails is tried again at once."""
    absent: Any = None
    providers = Providers(
        text=absent, image=absent, vision=absent, speech=absent, planner=planner, writer=absent
    )
    with temporary_folder() as files:
        async with fresh_database(stack, template_database) as database:
            settings = Settings(
                database_url=database,
                redis_url=stack.redis_url,
                redis_namespace="genesis-rounds",
                files_dir=files,
                attempts={"concept": 2},
                # A test that fails may leave a call that never ends.
                drain_seconds=1.0,
                jwt_secret=SecretStr("a secret that is long enough to be taken for one"),
            )
            async with open_process(settings, providers=lambda _settings, _cpu: providers) as process:
                await process.core.database.pool.execute(
                    "INSERT INTO users (id, tier) VALUES ($1, 'unlimited')", USER
                )
                yield process


@pytest.fixture
async def person(running: Process, planner: ScriptedPlanner) -> AsyncIterator[Person]:
    planner.scripts.clear()
    planner.asked.clear()
    yield Person(running.core.database, running.core.settler)
    assert [one for one in [one async for one in verify(running.core.database)] if one.faults] == []


async def ended(led: Led) -> StageStatus:
    """The concept's status after its round."""
    state = await led.until(lambda state: not state.stage(CONCEPT_STAGE).running)
    return state.stage(CONCEPT_STAGE).status


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    """Wait for what the process does."""
    async with asyncio.timeout(30):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.01)


async def job_of(led: Led) -> Any:
    (job,) = (await led.stored()).jobs.values()
    return job


async def redriven(running: Process, led: Led) -> list[str]:
    """Set the session's jobs going again; the codes of what hinders it."""
    rows = await running.core.database.pool.fetch("SELECT id FROM jobs WHERE aggregate_id = $1", led.id)
    settled = await redrive(running.core.database, running.core.kinds, [row["id"] for row in rows])
    running.core.settler.nudge(settled)
    return [conflict.code for conflict in settled.conflicts]


async def test_a_round_that_is_tried_again_keeps_what_it_has_made(
    person: Person, planner: ScriptedPlanner
) -> None:
    planner.scripts += [Script((CONCEPT,), ProviderRetryable("Cut.")), Script((CONCEPT, OTHER))]
    led = await person.start()
    assert await ended(led) is StageStatus.CHOOSING
    events = await led.events()
    assert events.count("proposal.made") == 2
    assert events[2:6] == [
        "generation.started",
        "proposal.made",
        "generation.retrying",
        "generation.started",
    ]
    proposals = (await led.state()).stage(CONCEPT_STAGE).proposals.values()
    titles = {one["values"]["concept.title"] for one in proposals}
    assert titles == {CONCEPT["concept.title"], OTHER["concept.title"]}
    # What has been proposed changes nothing of what is asked: one call, as the ledger knows it.
    assert planner.asked[0] == planner.asked[1]


async def test_a_round_that_fails_leaves_the_session_to_be_edited(
    running: Process, person: Person, planner: ScriptedPlanner
) -> None:
    planner.scripts += [Script(error=ProviderPermanent("No."))]
    led = await person.start()
    assert await ended(led) is StageStatus.EMPTY
    job = await job_of(led)
    assert (job["status"], job["error"]["code"]) == ("failed", "PROVIDER_REJECTED")
    change = {"op": "set", "path": "concept.title", "value": "By hand"}
    await led.do("EDIT_STAGE", {"stage": "concept", "changes": [change]})
    # An operator sets it going again: it is the same round.
    planner.scripts += [Script((CONCEPT,))]
    assert await redriven(running, led) == []
    assert len(await led.proposals("concept")) == 1
    assert (await led.state()).stage(CONCEPT_STAGE).round == 1
    assert (await led.state()).values()["concept.title"] == "By hand"


@pytest.mark.parametrize("by", ["another round", "a confirmation", "the end"])
async def test_a_round_is_not_set_going_again_where_the_session_has_moved_on(
    running: Process, person: Person, planner: ScriptedPlanner, by: str
) -> None:
    planner.scripts += [Script((CONCEPT,), ProviderPermanent("No."))]
    led = await person.start()
    (id_,) = await led.proposals("concept")
    if by == "another round":
        planner.scripts += [Script((CONCEPT,))]
        await led.do("GENERATE_INSPIRATION", {"stage": "concept"})
        await ended(led)
    elif by == "a confirmation":
        planner.scripts += [Script((THEME,))]
        await led.do("SELECT_CONCEPT", {"proposal_ids": [id_]})
        await led.do("CONFIRM_STAGE", {"stage": "concept"})
        await led.proposals("theme")
    else:
        await led.do("ABANDON_GENESIS")
    before = await led.stored()
    assert await redriven(running, led) == ["ROUND_OVER"]
    assert await led.stored() == before


async def test_a_draft_that_does_not_fit_is_left_out(person: Person, planner: ScriptedPlanner) -> None:
    wrong = {**CONCEPT, "concept.length.chapters": 200}
    planner.scripts += [Script((wrong, CONCEPT))]
    led = await person.start()
    (id_,) = await led.proposals("concept")
    made = (await led.state()).stage(CONCEPT_STAGE).proposals[id_]
    assert made["index"] == 1


async def test_a_round_of_which_no_draft_fits_fails(person: Person, planner: ScriptedPlanner) -> None:
    planner.scripts += [Script(({"concept.nothing": "x"}, {"theme.question": "Why?"}))]
    led = await person.start()
    assert await ended(led) is StageStatus.EMPTY
    assert (await job_of(led))["error"]["code"] == "PROPOSALS_INVALID"


async def test_what_a_person_edits_meanwhile_is_named_by_what_was_drawn_from_it(
    person: Person, planner: ScriptedPlanner
) -> None:
    led = await person.start(mode="free_form", genre="mystery")
    script = Script((THEME,), drawn_from=("concept.genre",), held=True)
    planner.scripts += [script]
    await led.do("GENERATE_INSPIRATION", {"stage": "theme", "count": 1})
    state = await led.until(lambda state: state.stage(GenesisStage.THEME).proposals)
    change = {"op": "set", "path": "concept.genre", "value": "romance"}
    await led.do("EDIT_STAGE", {"stage": "concept", "changes": [change]})
    script.go_on.set()
    await led.choose("theme")
    state = await led.state()
    assert stale(state)["theme.question"] == ["concept.genre"]


async def test_what_is_chosen_early_cancels_the_call_that_goes_on(
    person: Person, planner: ScriptedPlanner
) -> None:
    script = Script((CONCEPT, OTHER), held=True)
    planner.scripts += [script]
    led = await person.start()
    state = await led.until(lambda state: len(state.stage(CONCEPT_STAGE).proposals) == 2)
    first, second = state.stage(CONCEPT_STAGE).proposals
    await led.do("SELECT_CONCEPT", {"proposal_ids": [second]})
    wait = (await led.waits())["concept:1"]
    assert (wait.paused_at is not None, wait.consumed_at is not None) == (True, True)
    assert (await job_of(led))["status"] == "cancelled"
    script.go_on.set()
    # The call is paid for: its answer is kept, though nobody waits for it.
    kept = "SELECT count(*) FROM provider_calls WHERE aggregate_id = $1 AND outcome = 'ok'"
    await until(lambda: person.database.pool.fetchval(kept, led.id))
    events = await led.events()
    assert events[-3:] == ["generation.ended", "proposal.selected", "proposal.rejected"]
    state = await led.state()
    assert state.stage(CONCEPT_STAGE).proposals[first]["status"] == "rejected"


async def test_a_session_that_is_deleted_meanwhile_ends_its_attempt(
    running: Process, person: Person, planner: ScriptedPlanner
) -> None:
    script = Script((CONCEPT,), held=True)
    planner.scripts += [script]
    led = await person.start()
    await led.until(lambda state: state.stage(CONCEPT_STAGE).proposals)
    await person.database.pool.execute("DELETE FROM aggregates WHERE id = $1", led.id)
    script.go_on.set()
    worker = running.worker
    assert worker is not None
    await eventually(lambda: worker.running == 0)


async def test_ticks_hold_the_values_so_far(
    running: Process, person: Person, planner: ScriptedPlanner
) -> None:
    script = Script((CONCEPT,), held=True)
    planner.scripts += [script]
    led = await person.start()

    async def ticked() -> list[Any]:
        entries: Any = await running.core.redis.xrange(events_key("genesis-rounds"))
        return [fields for _, fields in entries if fields.get(b"y") == b"concept_1.proposal.0"]

    await until(ticked)
    assert str(CONCEPT["concept.title"]) in str(await ticked())
    script.go_on.set()
    await ended(led)
