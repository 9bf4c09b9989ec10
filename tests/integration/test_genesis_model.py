"""Sessions whose planner is a language model, at a stub of OpenAI: money, moderation, and plots in parts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.errors import StorytroupeError
from service.genesis.findings import findings
from service.genesis.model import GenesisStage, StageState
from service.genesis.reading import session_state
from service.genesis.verify import verify
from service.process.start import Process, open_process
from service.providers.prices import PriceTable
from service.settings import Settings
from tests.factories import USER
from tests.genesis_sessions import SPARK, Led, Person
from tests.http_genesis import Session
from tests.http_service import SECRET, TOKENS, Caller
from tests.integration.provider_books import dollars
from tests.servers import fresh_database
from tests.stubs.openai_server import OpenAIStub
from tests.stubs.provider_stub import Fault, opened

CAP = 0.05


@pytest.fixture(scope="module")
async def openai() -> AsyncIterator[OpenAIStub]:
    async with opened(OpenAIStub()) as stub:
        yield stub


@pytest.fixture(scope="module")
async def running(stack: Stack, template_database: str, openai: OpenAIStub) -> AsyncIterator[Process]:
    """A process that has only its planner, and its moderation, of the stub."""
    with temporary_folder() as files:
        async with fresh_database(stack, template_database) as database:
            settings = Settings(
                database_url=database,
                redis_url=stack.redis_url,
                redis_namespace="genesis-model",
                files_dir=files,
                planner_provider="openai",
                openai_api_key=SecretStr("sk-ours"),
                openai_base_url=openai.base_url,
                attempts={stage.value: 1 for stage in GenesisStage},
                cpu_processes=1,
                jwt_secret=SecretStr(SECRET),
            )
            async with open_process(settings) as process:
                await process.core.database.pool.execute(
                    "INSERT INTO users (id, tier) VALUES ($1, 'unlimited')", USER
                )
                yield process


@pytest.fixture
async def person(running: Process, openai: OpenAIStub) -> AsyncIterator[Person]:
    openai.renew()
    yield Person(running.core.database, running.core.settler)
    assert [one for one in [one async for one in verify(running.core.database)] if one.faults] == []


async def ended(led: Led, stage: GenesisStage) -> StageState:
    """A stage after its round."""
    return (await led.until(lambda state: not state.stage(stage).running)).stage(stage)


async def error_of(led: Led, stage: GenesisStage) -> str:
    """The code of the error of a stage's newest job; empty where it has none."""
    round_ = (await led.state()).stage(stage).round
    job: dict[str, Any] = (await led.stored()).jobs[f"{stage}_{round_}"]
    return str(job.get("error", {}).get("code", ""))


async def spent(led: Led) -> Decimal:
    return (await led.stored()).spent_usd


async def generate(led: Led, stage: GenesisStage, **payload: Any) -> StageState:
    await led.do("GENERATE_INSPIRATION", {"stage": stage.value, **payload})
    return await ended(led, stage)


async def test_a_cap_is_never_passed_and_the_session_stays_usable(person: Person, openai: OpenAIStub) -> None:
    led = await person.start(mode="free_form", budget_usd=CAP)
    bill, code = Decimal(0), ""
    for _ in range(20):
        try:
            await generate(led, GenesisStage.CONCEPT, count=3)
        except StorytroupeError as refused:
            code = refused.code
            break
        bill = dollars(openai.calls)
        assert await spent(led) == bill <= Decimal(str(CAP))
        if code := await error_of(led, GenesisStage.CONCEPT):
            break
    assert code == "BUDGET_EXCEEDED"
    assert bill > Decimal("0.005")
    # What was paid for can be used, and a person's own words cost nothing.
    change = {"op": "set", "path": "concept.title", "value": "By hand"}
    await led.do("EDIT_STAGE", {"stage": "concept", "changes": [change]})
    assert dollars(openai.calls) == bill
    assert "spend.changed" in await led.events()
    await led.do("SET_BUDGET", {"budget_usd": 1})
    assert len((await generate(led, GenesisStage.CONCEPT, count=2)).proposals) == 2
    assert await spent(led) == dollars(openai.calls) > bill


async def test_a_plot_comes_in_parts_of_which_one_fails_alone(person: Person, openai: OpenAIStub) -> None:
    led = await person.start(mode="free_form", chapters=14)
    openai.say = failing_part(openai)
    plot = await generate(led, GenesisStage.PLOT, count=1)
    (made,) = plot.proposals.values()
    chapters = made["order"]["chapters"]
    assert len(chapters) == 14
    with_scenes = [id_ for id_ in chapters if made["order"].get(f"chapters.{id_}.scenes")]
    assert with_scenes == [*chapters[:6], *chapters[12:]]
    assert len(made["notes"]) == 1
    assert made["notes"][0].startswith("Chapters 7 to 12: no scenes were written.")
    assert len(openai.of("plan_plot")) == 4
    assert len(openai.of("plan_review")) == 1
    # Named paths alone are written then.
    openai.renew()
    await led.do("SELECT_PROPOSAL", {"proposal_ids": list(plot.proposals)})
    scope = [f"plot.chapters.{id_}" for id_ in chapters[6:12]]
    again = await generate(led, GenesisStage.PLOT, count=1, scope=scope)
    (made,) = again.proposals.values()
    assert {path.split(".")[2] for path in made["values"]} == set(chapters[6:12])
    assert len(openai.of("plan_plot")) == 1


def failing_part(openai: OpenAIStub) -> Any:
    """What the stub says: nonsense to the call for the chapters from the seventh on."""

    def say(text: str) -> str:
        answer = json.loads(text)
        first = answer["proposals"][0]["chapters"][0]
        body = openai.calls[-1].body["response_format"]["json_schema"]["schema"]
        ids = body.get("$defs", {}).get("plot_chapters", {}).get("enum", [])
        return "null" if "scenes" in first and "k7" in ids else text

    return say


async def test_a_review_counts_with_words_of_the_plan_alone(person: Person, openai: OpenAIStub) -> None:
    led = await person.start(mode="free_form", chapters=3)

    def say(text: str) -> str:
        if "remarks" not in json.loads(text):
            return text
        plan = json.loads(openai.calls[-1].body["messages"][1]["content"])["plan"]
        ids = openai.calls[-1].body["response_format"]["json_schema"]["schema"]
        paths = ids["properties"]["remarks"]["items"]["properties"]["quotes"]["items"]["properties"]["path"]
        goals = [path for path in paths["enum"] if path.endswith(".goal")][:2]
        quotes = [{"path": path, "text": plan[path.removesuffix(".goal")]["goal"]} for path in goals]
        invented = [{"path": path, "text": "words that nobody wrote"} for path in goals]
        remarks = [{"message": "Both want it.", "quotes": quotes}, {"message": "No.", "quotes": invented}]
        return json.dumps({"remarks": remarks})

    openai.say = say
    plot = await generate(led, GenesisStage.PLOT, count=1)
    assert "finding.made" in await led.events()
    (remark,) = (await led.state()).stage(GenesisStage.PLOT).remarks.values()
    assert remark["message"] == "Both want it."
    await led.do("SELECT_PROPOSAL", {"proposal_ids": list(plot.proposals)})
    assert [one.message for one in findings(await led.state()) if one.rule == "review"] == ["Both want it."]


async def test_each_proposal_has_its_share_of_all_calls_of_its_round(
    person: Person, openai: OpenAIStub
) -> None:
    led = await person.start(mode="free_form", chapters=7)
    plot = await generate(led, GenesisStage.PLOT, count=2)
    kinds = [call.kind for call in openai.calls]
    assert (kinds.count("plan_plot"), kinds.count("plan_review")) == (1 + 2 * 2, 2)
    bill = dollars(openai.calls)
    assert bill > 0
    first, second = plot.proposals
    shown = await shown_state(led)
    for id_ in (first, second):
        assert shown["stages"]["plot"]["proposals"][id_]["cost_usd"] == pytest.approx(
            float(bill) / 2, abs=1e-6
        )
    await led.do("SELECT_PROPOSAL", {"proposal_ids": [first]})
    spend = (await shown_state(led))["spend"]
    assert spend["cost_usd"] == pytest.approx(float(bill), abs=1e-6)
    assert spend["kept_usd"] == spend["rejected_usd"] == pytest.approx(float(bill) / 2, abs=1e-6)


async def shown_state(led: Led) -> Any:
    """The state of a session as the API shows it."""
    async with led.person.door() as connection:
        return await session_state(connection, led.id)


async def test_a_remark_is_a_finding_with_both_quotes_and_can_be_dismissed(
    running: Process, person: Person, openai: OpenAIStub
) -> None:
    quotes: list[Mapping[str, str]] = []

    def say(text: str) -> str:
        if "remarks" not in json.loads(text):
            return text
        plan = json.loads(openai.calls[-1].body["messages"][1]["content"])["plan"]
        told = [(path, one["goal"]) for path, one in plan.items() if isinstance(one, dict) and "goal" in one]
        quotes[:] = [{"path": f"{path}.goal", "text": goal} for path, goal in told[:2]]
        return json.dumps({"remarks": [{"message": "Both want it.", "quotes": quotes}]})

    openai.say = say
    led = await person.start(mode="free_form", chapters=3)
    plot = await generate(led, GenesisStage.PLOT, count=1)
    await led.do("SELECT_PROPOSAL", {"proposal_ids": list(plot.proposals)})
    assert running.app is not None
    async with TestServer(running.app) as server, aiohttp.ClientSession() as http:
        token = TOKENS.issue(USER, ttl=timedelta(hours=1))
        session = Session(Caller(http, str(server.make_url("")).rstrip("/"), USER, token), str(led.id))
        found = [one for one in (await session.read("findings")).data["items"] if one["rule"] == "review"]
        (remark,) = found
        assert remark["message"] == "Both want it."
        assert len({one["path"] for one in remark["citations"]}) == 2
        assert [one["quote"] for one in remark["citations"]] == [one["text"] for one in quotes]
        dismissed = {"finding_id": remark["id"], "reason": "On purpose."}
        assert (await session.send("DISMISS_FINDING", dismissed)).status == 200
        (remark,) = [one for one in (await session.read("findings")).data["items"] if one["rule"] == "review"]
        assert remark["dismissed"]["reason"] == "On purpose."
        assert remark["id"] not in {one["id"] for one in (await session.read()).data["findings"]}


async def test_hostile_answers_move_nothing_that_is_locked(person: Person, openai: OpenAIStub) -> None:
    led = await person.start(mode="free_form", chapters=5)
    changes = [{"op": "set", "path": "concept.title", "value": "Mine"}]
    await led.do("EDIT_STAGE", {"stage": "concept", "changes": changes})
    await led.do("LOCK_FIELDS", {"paths": ["concept.title", "concept.length"]})
    before = (await led.state()).values()
    hostile = {
        "title": "Theirs",
        "length_chapters": 200,
        "premise": "\x00" * 9,
        "logline": "x" * 9000,
        "id": "../x",
    }
    openai.say = lambda text: json.dumps({"proposals": [hostile, {"title": "\ud800"}, 7, {"proposals": []}]})
    concept = await generate(led, GenesisStage.CONCEPT, count=3)
    assert (await led.state()).values() == before
    for made in concept.proposals.values():
        assert made["values"]["concept.title"] == "Mine"
        assert made["values"]["concept.length.chapters"] == 5
        await led.do("SELECT_PROPOSAL", {"proposal_ids": [next(iter(concept.proposals))]})
        break
    assert (await led.state()).values()["concept.title"] == "Mine"
    openai.say = str
    openai.fail("plan_theme", Fault("refusal"))
    assert not (await generate(led, GenesisStage.THEME)).proposals
    assert await error_of(led, GenesisStage.THEME) == "MODEL_REFUSED"


async def test_moderation_reads_both_sides(person: Person, openai: OpenAIStub) -> None:
    openai.flag = lambda text: SPARK in text and "{" not in text
    led = await person.start(mode="free_form")
    assert not (await generate(led, GenesisStage.CONCEPT)).proposals
    assert await error_of(led, GenesisStage.CONCEPT) == "CONTENT_FLAGGED"
    assert openai.of("plan_concept") == []
    # A proposal that is flagged fails alone.
    openai.renew()
    answers: list[str] = []

    def say(text: str) -> str:
        answer = json.loads(text)
        answer["proposals"][1]["title"] = "Flagged"
        answers.append(text)
        return json.dumps(answer)

    openai.say, openai.flag = say, lambda text: "Flagged" in text
    led = await person.start(mode="free_form", inspiration="Salt.")
    concept = await generate(led, GenesisStage.CONCEPT, count=3)
    assert len(concept.proposals) == 2
    assert answers


def test_the_stub_is_billed_by_the_default_models_price() -> None:
    assert PriceTable().of(Settings().plans_with[1]) is not None
