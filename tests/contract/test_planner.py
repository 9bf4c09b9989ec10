"""Any planner keeps to this."""

from __future__ import annotations

import json

import pytest

from service.providers.offline.pace import Pace
from service.providers.offline.planning import OfflinePlanner
from service.providers.openai.client import Link
from service.providers.openai.planner.planner import OpenAIPlanner
from service.providers.openai.structured import Answers
from service.providers.protocols import Draft, DraftPart, FieldValue, PlanAsk, Planner, Stage
from tests.contract.conftest import MODEL
from tests.stubs.openai_server import OpenAIStub
from tests.unit.planner_asks import CLOCKMAKER, STAGES, a_plan


@pytest.fixture(params=["offline", "openai"])
def planner(request: pytest.FixtureRequest, link: Link) -> Planner:
    if request.param == "offline":
        return OfflinePlanner(Pace(0))
    return OpenAIPlanner(Answers(link, MODEL, timeout=10))


async def proposed(planner: Planner, ask: PlanAsk) -> tuple[tuple[Draft, ...], list[DraftPart]]:
    heard: list[DraftPart] = []
    reply = await planner.propose(ask, heard.append)
    assert reply.model == planner.model
    return reply.value, heard


@pytest.mark.parametrize("stage", STAGES)
async def test_drafts_have_values_of_their_stage_alone_and_cite_what_was_sent(
    planner: Planner, stage: Stage
) -> None:
    fields = a_plan(until=STAGES[STAGES.index(stage) - 1]) if stage != "concept" else {}
    drafts, _ = await proposed(planner, PlanAsk(stage, fields=fields, inspiration=CLOCKMAKER, count=2))
    assert 1 <= len(drafts) <= 2
    for draft in drafts:
        assert draft.values
        assert all(path.startswith(f"{stage}.") for path in draft.values)
        assert set(draft.drawn_from) <= {*fields, "inspiration"}


async def test_drafts_grow_one_after_another_and_each_is_closed_once(planner: Planner) -> None:
    drafts, heard = await proposed(planner, PlanAsk("concept", inspiration=CLOCKMAKER, count=3))
    assert [part.draft for part in heard if part.closed] == list(drafts)
    assert [part.index for part in heard] == sorted(part.index for part in heard)
    for index, draft in enumerate(drafts):
        parts = [part for part in heard if part.index == index]
        assert parts[-1].closed
        assert len(parts) > 5
        sizes = [len(part.draft.values) for part in parts]
        assert sizes == sorted(sizes)
        assert all(part.draft.values.items() <= draft.values.items() for part in parts)


async def test_an_element_comes_whole(planner: Planner) -> None:
    ask = PlanAsk("character", fields=a_plan(until="theme"))
    [draft], heard = await proposed(planner, ask)
    first = next(part for part in heard if part.draft.values)
    path = next(iter(first.draft.values)).rpartition(".")[0]
    assert {p for p in draft.values if p.startswith(f"{path}.")} == set(first.draft.values)


async def test_locked_values_are_in_every_draft(planner: Planner) -> None:
    locked: dict[str, FieldValue] = {"concept.title": "The Hours", "concept.tone": ["dry"]}
    drafts, _ = await proposed(planner, PlanAsk("concept", locked=locked, count=2))
    for draft in drafts:
        assert {path: draft.values[path] for path in locked} == locked


async def test_siblings_differ(planner: Planner) -> None:
    drafts, _ = await proposed(planner, PlanAsk("concept", inspiration=CLOCKMAKER, count=4))
    assert len({str(draft.values["concept.premise"]) for draft in drafts}) == 4
    assert len({str(draft.values["concept.title"]) for draft in drafts}) == 4


async def test_what_a_text_says_of_a_stage_comes_with_quotes(planner: Planner, stub: OpenAIStub) -> None:
    passage = {"field": "places.summary", "element": "Ost", "value": "It has no clocks."}
    stub.say = lambda _: json.dumps({"passages": [passage | {"quote": "The town of Ost has no clocks."}]})
    ask = PlanAsk("world", material={"m1": "The town of Ost has no clocks. It rains."})
    (draft,) = (await planner.sort_material(ask)).value
    assert draft.values.keys() == draft.quotes.keys()
    assert "Ost" in draft.values.values()
    assert all(quote in ask.material["m1"] for quote in draft.quotes.values())
    assert draft.drawn_from == ("material.m1",)


async def test_a_review_quotes_the_plan(planner: Planner) -> None:
    ask = PlanAsk("plot", fields=a_plan())
    for remark in (await planner.review(ask)).value:
        assert all(quote.text in str(ask.fields[quote.path]) for quote in remark.quotes)


async def test_what_was_missing_is_assumed(planner: Planner) -> None:
    [draft], _ = await proposed(planner, PlanAsk("theme", inspiration=CLOCKMAKER))
    assert any(path.startswith("concept.") for path in draft.assumed)
