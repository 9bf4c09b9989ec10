"""Sessions that are led from a spark to a novel: commands, offline proposals, waits, all in one database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.errors import Conflict, InvalidInput, NotFound
from service.genesis.answers import read_answer, resume
from service.genesis.generation import Round
from service.genesis.log import earlier_names
from service.genesis.model import STAGES, GenesisStage, GenesisStatus, StageStatus, State
from service.genesis.reading import diff
from service.genesis.refusals import (
    DecisionStale,
    ProposalNotFound,
    SessionClosed,
    SessionExpired,
    SessionNotFound,
)
from service.genesis.scheduler import SessionScheduler, rules_of
from service.genesis.sessions import Done
from service.genesis.verify import verify
from service.novels.store import chapters_of, novel_of_session
from service.process.start import Process, open_process
from service.settings import Settings
from tests.factories import STRANGER, USER
from tests.genesis_sessions import Led, Person, session_of
from tests.servers import fresh_database, http_url


@pytest.fixture(scope="module")
async def running(stack: Stack, template_database: str) -> AsyncIterator[Process]:
    """A process that makes proposals offline."""
    with temporary_folder() as files:
        async with (
            fresh_database(stack, template_database) as database,
            open_process(_settings(stack, database, files)) as process,
        ):
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
async def person(running: Process) -> AsyncIterator[Person]:
    """Who leads sessions; all that is stored afterwards is what the events say."""
    yield Person(running.core.database, running.core.settler)
    assert [one for one in [one async for one in verify(running.core.database)] if one.faults] == []


@pytest.fixture
def stranger(running: Process) -> Person:
    return Person(running.core.database, running.core.settler, STRANGER)


async def test_a_session_is_led_from_a_spark_to_its_theme(person: Person) -> None:
    led = await person.start()
    (concept, *others) = await led.proposals("concept")
    assert len(others) == 2
    assert (await led.state()).waits.keys() == {"concept:1"}
    assert (await led.waits())["concept:1"].paused_at is not None
    await led.do("SELECT_CONCEPT", {"proposal_ids": [concept]})
    wait = (await led.waits())["concept:1"]
    assert wait.consumed_at is not None
    assert wait.payload == {"command": "SELECT_CONCEPT", "proposal_ids": [concept]}
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
    event = await person.database.pool.fetchrow(
        "SELECT * FROM domain_events WHERE aggregate_id = $1", novel.id
    )
    assert (event["type"], event["version"]) == ("novel.created", 1)
    assert str(event["correlation_id"]) == done.answer["command_id"]


async def test_an_answer_says_what_was_decided_and_a_job_what_it_made(person: Person) -> None:
    id_ = uuid4()
    done = await person.send("START_GENESIS", {"inspiration": "The sea."}, command_id=str(id_))
    answer = done.answer
    assert (answer["command_id"], answer["decision_version"], answer["version"]) == (str(id_), 1, 2)
    assert {"command_type": "CANCEL_GENERATION", "stage": "concept"} in answer["available_actions"]
    led = Led(person, session_of(done))
    ids = await led.proposals("concept")
    task = await person.database.pool.fetchrow("SELECT * FROM async_tasks WHERE session_id = $1", led.id)
    assert (task["task_type"], task["status"], task["max_attempts"]) == ("concept_1", "ready", 3)
    assert sorted(task["result_data"]["proposals"]) == sorted(ids)
    run = await person.database.pool.fetchrow("SELECT * FROM runs WHERE aggregate_id = $1", led.id)
    assert (run["kind"], run["request_id"]) == ("round", "a-request")
    rows = await person.database.pool.fetch(
        "SELECT correlation_id, schema FROM domain_events WHERE aggregate_id = $1 ORDER BY version", led.id
    )
    assert [(row["correlation_id"], row["schema"]) for row in rows[:3]] == [(id_, 1), (id_, 1), (None, 1)]


async def test_names_of_earlier_rounds_are_known_to_a_later_one(person: Person) -> None:
    led = await person.start(mode="free_form")
    await led.do("GENERATE_INSPIRATION", {"stage": "character", "count": 1})
    (id_,) = await led.proposals("character")
    values = (await led.state()).stage(GenesisStage.CHARACTER).proposals[id_]["values"]
    names = [value for path, value in values.items() if path.endswith(".name")]
    assert len(names) > 1
    async with person.database.as_owner() as connection:
        for number, known in ((1, []), (2, names)):
            round_ = Round(GenesisStage.CHARACTER, number, 1)
            assert await earlier_names(connection, led.id, round_) == known
        assert await earlier_names(connection, led.id, Round(GenesisStage.THEME, 2, 1)) == []


async def test_what_is_chosen_while_it_is_written_stops_the_rest(person: Person) -> None:
    led = await person.start(inspiration="")
    state = await led.until(lambda state: state.stage(GenesisStage.CONCEPT).proposals)
    stage = state.stage(GenesisStage.CONCEPT)
    if stage.running:
        await led.do("SELECT_PROPOSAL", {"proposal_ids": [next(iter(stage.proposals))]})
        job = await person.database.pool.fetchval("SELECT status FROM jobs WHERE aggregate_id = $1", led.id)
        assert job == "cancelled"
        wait = (await led.waits())["concept:1"]
        assert wait.consumed_at is not None
    assert (await led.state()).waits == {} or not stage.running


async def test_a_round_that_is_cancelled_leaves_what_it_has_made(person: Person) -> None:
    led = await person.start(mode="free_form")
    await led.do("GENERATE_INSPIRATION", {"stage": "concept", "count": 10})
    await led.do("CANCEL_GENERATION", {"stage": "concept"})
    state = await led.state()
    assert not state.stage(GenesisStage.CONCEPT).running
    assert bool(state.waits) == bool(state.stage(GenesisStage.CONCEPT).proposals)
    again = await led.do("GENERATE_INSPIRATION", {"stage": "concept", "count": 1})
    assert again.answer["result"] == {"rounds": {"concept": 2}}
    assert len(await led.proposals("concept")) == 1


# ── once ──


async def test_one_command_fifty_times_at_once_has_one_effect(person: Person, stranger: Person) -> None:
    led = await person.start(mode="free_form")
    body = {"command_id": str(uuid4())}
    payload = {"stage": "concept", "changes": [{"op": "set", "path": "concept.title", "value": "Salt"}]}

    async def send() -> Done | Conflict:
        try:
            return await led.do("EDIT_STAGE", payload, **body)
        except Conflict as refused:
            return refused

    answers = await asyncio.gather(*(send() for _ in range(50)))
    (first,) = (answer for answer in answers if isinstance(answer, Done))
    repeated = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(repeated) == 49
    assert {answer.code for answer in repeated} == {"COMMAND_REPEATED"}
    assert all(answer.data == first.answer for answer in repeated)
    assert (await led.events()).count("field.edited") == 1
    theirs = await stranger.start(mode="free_form")
    await theirs.do("EDIT_STAGE", payload, **body)
    with pytest.raises(InvalidInput) as reused:
        await led.do("ABANDON_GENESIS", {}, **body)
    assert reused.value.code == "COMMAND_ID_REUSED"


@pytest.mark.parametrize("one", ["GENERATE_INSPIRATION", "START_GENESIS"])
async def test_a_command_that_opens_a_round_opens_one(person: Person, one: str) -> None:
    led = await person.start(mode="free_form")
    id_ = str(uuid4())
    session = led.id if one == "GENERATE_INSPIRATION" else None
    payload = {"stage": "theme", "count": 1} if session else {"inspiration": "The sea."}
    sent = [person.send(one, payload, session, command_id=id_) for _ in range(50)]
    answers = await asyncio.gather(*sent, return_exceptions=True)
    assert sum(isinstance(answer, Done) for answer in answers) == 1
    (first,) = (answer for answer in answers if isinstance(answer, Done))
    jobs = await person.database.pool.fetchval(
        "SELECT count(*) FROM jobs WHERE aggregate_id = $1::text::uuid", first.answer["session_id"]
    )
    assert jobs == 1


# ── refusals ──


async def test_a_stale_decision_hears_which_paths_have_changed(person: Person) -> None:
    led = await person.start(mode="free_form")
    seen = (await led.state()).decision_version
    for name in ("title", "logline"):
        change = {"op": "set", "path": f"concept.{name}", "value": "Salt"}
        await led.do("EDIT_STAGE", {"stage": "concept", "changes": [change]})
    with pytest.raises(DecisionStale) as stale:
        await led.do("CONFIRM_STAGE", {"stage": "concept"}, expected_version=seen)
    assert stale.value.data["decision_version"] == seen + 2
    assert stale.value.data["paths"] == ["concept.logline", "concept.title"]
    with pytest.raises(DecisionStale) as after:
        await led.do("CONFIRM_STAGE", {"stage": "concept"}, expected_version=seen + 1)
    assert after.value.data["paths"] == ["concept.logline"]


async def test_a_stranger_leads_no_session_of_another(person: Person, stranger: Person) -> None:
    led = await person.start(mode="free_form")
    before = await led.stored()
    with pytest.raises(SessionNotFound):
        await stranger.send("ABANDON_GENESIS", {}, led.id)
    source = {"session_id": str(led.id), "version": 1}
    with pytest.raises(SessionNotFound):
        await stranger.send("START_GENESIS", {"from": source})
    assert await led.stored() == before


async def test_a_story_is_no_session(person: Person) -> None:
    id_ = uuid4()
    await person.database.pool.execute(
        "INSERT INTO aggregates (id, kind, user_id) VALUES ($1, 'story', $2)", id_, USER
    )
    with pytest.raises(SessionNotFound):
        await person.send("ABANDON_GENESIS", {}, id_)


async def test_a_cap_of_a_session_holds(person: Person) -> None:
    led = await person.start(mode="free_form", budget_usd=0.5)
    await person.database.pool.execute("UPDATE aggregates SET spent_usd = 0.5 WHERE id = $1", led.id)
    with pytest.raises(Conflict) as refused:
        await led.do("GENERATE_INSPIRATION", {"stage": "concept"})
    assert refused.value.code == "BUDGET_EXCEEDED"
    await led.do("SET_BUDGET", {"budget_usd": 1.0})
    cap = await person.database.pool.fetchval("SELECT budget_usd FROM aggregates WHERE id = $1", led.id)
    assert float(cap) == 1.0
    await led.do("GENERATE_INSPIRATION", {"stage": "concept"})
    await led.proposals("concept")


# ── what stood before ──


async def test_a_restore_and_a_branch_take_the_fold_of_a_version(person: Person) -> None:
    led = await person.start(mode="free_form")

    async def title(value: str) -> int:
        change = {"op": "set", "path": "concept.title", "value": value}
        done = await led.do("EDIT_STAGE", {"stage": "concept", "changes": [change]})
        return int(done.answer["version"])

    first = await title("One")
    await title("Two")
    await led.do("RESTORE", {"to_version": first})
    assert (await led.state()).values()["concept.title"] == "One"
    with pytest.raises(InvalidInput):
        await led.do("RESTORE", {"to_version": 1000})
    branch = await person.send("START_GENESIS", {"from": {"session_id": str(led.id), "version": first}})
    other = Led(person, session_of(branch))
    assert (await other.state()).values()["concept.title"] == "One"
    with pytest.raises(InvalidInput):
        await person.send("START_GENESIS", {"from": {"session_id": str(led.id), "version": 1000}})


async def test_proposals_are_compared_with_each_other_and_with_the_plan(person: Person) -> None:
    led = await person.start()
    one, other = map(UUID, (await led.proposals("concept"))[:2])
    stored = await led.stored()

    async def changes(before: UUID, after: UUID | None) -> dict[str, Any]:
        async with person.door() as connection:
            found = await diff(connection, led.id, stored.version, None, proposals=(before, after))
        return dict(found["changes"])

    proposals = State(stored.state).stage(GenesisStage.CONCEPT).proposals
    titles = [proposals[str(id_)]["values"]["concept.title"] for id_ in (one, other)]
    assert (await changes(one, other))["concept.title"] == dict(zip(("before", "after"), titles, strict=True))
    assert await changes(one, one) == {}
    assert (await changes(one, None))["concept.title"] == {"before": titles[0]}
    with pytest.raises(ProposalNotFound):
        await changes(uuid4(), None)


# ── outside approvers ──


async def answered(person: Person, led: Led, body: Any, key: str = "concept:1") -> Done:
    """An answer from outside to a wait."""
    wait = (await led.waits())[key]
    done = await resume(
        person.door, person.user_id, wait.correlation_id, read_answer(body), rules=person.rules
    )
    person.settler.nudge(done.settled)
    return done


async def test_an_outside_answer_chooses_and_confirms(person: Person) -> None:
    led = await person.start()
    ids = await led.proposals("concept")
    done = await answered(person, led, {"proposal_ids": ids[:1], "confirm": True})
    assert done.answer["result"]["rounds"] == {"theme": 1}
    wait = (await led.waits())["concept:1"]
    assert (wait.consumed_at is not None, wait.signal_id) == (True, wait.correlation_id)
    assert wait.payload == {"proposal_ids": ids[:1], "confirm": True}
    state = await led.state()
    assert state.stage(GenesisStage.CONCEPT).status is StageStatus.CONFIRMED
    # Twice, and another one: what came of the first.
    for body in ({"proposal_ids": ids[:1], "confirm": True}, {"proposal_ids": ids[1:2]}):
        assert (await answered(person, led, body)).answer == done.answer
    assert (await led.events()).count("proposal.selected") == 1


async def test_an_outside_text_asks_for_new_proposals(person: Person) -> None:
    led = await person.start()
    before = await led.proposals("concept")
    done = await answered(person, led, {"text": "Darker, and at sea."})
    assert done.answer["result"] == {"rounds": {"concept": 2}}
    after = await led.proposals("concept")
    assert not set(before) & set(after)
    assert (await led.waits())["concept:1"].consumed_at is not None


async def test_an_answer_that_comes_after_the_owners_hears_of_it(person: Person) -> None:
    led = await person.start()
    ids = await led.proposals("concept")
    first = await led.do("SELECT_CONCEPT", {"proposal_ids": ids[:1]})
    late = await answered(person, led, {"proposal_ids": ids[1:2]})
    assert late.answer == first.answer


async def test_two_answers_at_once_are_one(person: Person) -> None:
    led = await person.start()
    ids = await led.proposals("concept")
    done = await asyncio.gather(*(answered(person, led, {"proposal_ids": [id_]}) for id_ in ids))
    assert all(one.answer == done[0].answer for one in done)
    assert (await led.events()).count("proposal.selected") == 1


async def test_an_answer_of_another_wait_or_user_moves_nothing(person: Person, stranger: Person) -> None:
    led, other = await person.start(), await person.start(inspiration="Another sea.")
    ids, others = await led.proposals("concept"), await other.proposals("concept")
    before = await led.stored()
    with pytest.raises(ProposalNotFound):
        await answered(person, led, {"proposal_ids": others[:1]})
    wait = (await led.waits())["concept:1"]
    with pytest.raises(NotFound) as unknown:
        await resume(
            stranger.door,
            STRANGER,
            wait.correlation_id,
            read_answer({"proposal_ids": ids[:1]}),
            rules=person.rules,
        )
    assert unknown.value.code == "WAIT_NOT_FOUND"
    assert await led.stored() == before
    # What was refused counts for nothing: the wait still takes its one answer.
    await answered(person, led, {"proposal_ids": ids[:1]})


async def test_an_answer_to_one_stage_chooses_no_proposal_of_another(person: Person) -> None:
    led = await person.start(mode="free_form")
    for stage in ("concept", "theme"):
        await led.do("GENERATE_INSPIRATION", {"stage": stage})
    await led.proposals("concept")
    themes = await led.proposals("theme")
    before = await led.stored()
    with pytest.raises(ProposalNotFound):
        await answered(person, led, {"proposal_ids": themes[:1]})
    assert await led.stored() == before


@pytest.mark.parametrize("body", [{}, {"proposal_ids": [str(uuid4()), str(uuid4())], "confirm": True}])
def test_an_answer_says_one_thing(body: Any) -> None:
    with pytest.raises(InvalidInput):
        read_answer(body)


# ── the life of a session ──


_EARLIER = """
UPDATE domain_events SET data = jsonb_set(data, '{patch,expires_at}', to_jsonb(to_char(
  ((data #>> '{patch,expires_at}')::timestamptz - $2::interval) AT TIME ZONE 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.US+00:00')))
WHERE aggregate_id = $1 AND data #> '{patch,expires_at}' IS NOT NULL
"""


class Life:
    """A session whose time passes: not the clock is moved, but its end."""

    def __init__(self, running: Process, person: Person, led: Led, **settings: Any) -> None:
        self.led, self.person = led, person
        changed = running.core.settings.model_copy(update=settings)
        self.scheduler = SessionScheduler(running.core.database, changed, settled=running.core.settler.nudge)

    async def pass_days(self, days: float) -> list[str]:
        """Let so many days pass, and one pass of the scheduler. Returns the types of the new events."""
        before = len(await self.led.events())
        for table in ("genesis_sessions WHERE id", "flow_resume_handles WHERE session_id"):
            name, where = table.split(" ", 1)
            await self.person.database.pool.execute(
                f"UPDATE {name} SET expires_at = expires_at - $2::interval {where} = $1",  # noqa: S608
                self.led.id,
                timedelta(days=days),
            )
        # So do the events: the end is one of their words.
        await self.person.database.pool.execute(_EARLIER, self.led.id, timedelta(days=days))
        await self.scheduler.run_once()
        return (await self.led.events())[before:]


def near(one: datetime, other: datetime) -> bool:
    """Whether both are of the same transaction."""
    return abs(one - other) < timedelta(seconds=10)


async def test_a_session_is_reminded_of_expires_and_lives_again(running: Process, person: Person) -> None:
    led = await person.start()
    ids = await led.proposals("concept")
    life = Life(running, person, led)
    assert await life.pass_days(26.9) == []
    assert await life.pass_days(0.2) == ["genesis.reminded"]
    assert await life.pass_days(1) == []
    assert await life.pass_days(2) == ["genesis.expired"]
    assert (await led.waits())["concept:1"].expired_at is not None
    with pytest.raises(SessionExpired):
        await led.do("SELECT_CONCEPT", {"proposal_ids": ids[:1]})
    with pytest.raises(SessionExpired):
        await answered(person, led, {"proposal_ids": ids[:1]})
    await led.do("EXTEND_GENESIS")
    wait = (await led.waits())["concept:1"]
    assert wait.expired_at is None
    assert near(wait.expires_at, (await led.state()).expires_at)
    await answered(person, led, {"proposal_ids": ids[:1]})
    assert (await led.waits())["concept:1"].consumed_at is not None


async def test_a_decision_prolongs_a_session_and_its_waits(running: Process, person: Person) -> None:
    led = await person.start()
    await led.proposals("concept")
    life = Life(running, person, led)
    assert await life.pass_days(28) == ["genesis.reminded"]
    await led.do("SUBMIT_FEEDBACK", {"stage": "concept", "text": "Drier."})
    assert near((await led.waits())["concept:1"].expires_at, (await led.state()).expires_at)
    assert await life.pass_days(26) == []
    assert await life.pass_days(2) == ["genesis.reminded"]


async def test_a_session_that_expires_stops_its_round(running: Process, person: Person) -> None:
    led = await person.start(mode="free_form")
    await running.core.database.pool.execute("UPDATE actor_groups SET paused = true WHERE name = 'world'")
    await led.do("GENERATE_INSPIRATION", {"stage": "world"})
    assert await Life(running, person, led).pass_days(31) == ["genesis.expired"]
    job = await person.database.pool.fetchval("SELECT status FROM jobs WHERE aggregate_id = $1", led.id)
    assert job == "cancelled"
    await running.core.database.pool.execute("UPDATE actor_groups SET paused = false WHERE name = 'world'")


@pytest.mark.parametrize("purges", [True, False])
async def test_a_session_is_purged_after_its_grace_where_that_is_wanted(
    running: Process, person: Person, purges: bool
) -> None:
    led = await person.start(mode="free_form")
    life = Life(running, person, led, genesis_purge=purges)
    assert await life.pass_days(31) == ["genesis.expired"]
    await life.pass_days(28)
    assert await led.events()
    await life.pass_days(2)
    assert bool(await led.events()) is not purges
    rows = (
        "SELECT (SELECT count(*) FROM aggregates WHERE id = $1)"
        " + (SELECT count(*) FROM command_inbox WHERE session_id = $1)"
    )
    assert await person.database.pool.fetchval(rows, led.id) == (0 if purges else 2)
    if not purges:
        with pytest.raises(SessionClosed):
            await led.do("EXTEND_GENESIS")


async def test_a_session_that_cannot_be_changed_keeps_no_other_from_its_time(
    running: Process, person: Person
) -> None:
    broken, led = await person.start(mode="free_form"), await person.start(mode="free_form")
    await person.database.pool.execute(
        "UPDATE genesis_sessions SET expires_at = 'epoch' WHERE id = ANY($1)", [broken.id, led.id]
    )
    await person.database.pool.execute("UPDATE genesis_sessions SET waits = '[1]' WHERE id = $1", broken.id)
    await SessionScheduler(
        running.core.database, running.core.settings, settled=running.core.settler.nudge
    ).run_once()
    assert (await led.state()).status is GenesisStatus.EXPIRED
    await person.database.pool.execute("DELETE FROM aggregates WHERE id = ANY($1)", [broken.id, led.id])


def test_rules_are_what_the_settings_say() -> None:
    rules = rules_of(Settings(genesis_life_days=2, genesis_reminder_days=1, genesis_grace_days=0.5))
    assert (rules.life, rules.reminder, rules.grace) == (
        timedelta(days=2),
        timedelta(days=1),
        timedelta(hours=12),
    )
