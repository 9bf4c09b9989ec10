"""The checks of a plan: planted faults are found, and plans without faults are left alone."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from service.api.responses import SessionState
from service.cli.session_display import show
from service.genesis.checked import Checked
from service.genesis.checks import people, references
from service.genesis.checks.plan import Plan, as_text
from service.genesis.fields import FIELDS, Group
from service.genesis.findings import all_findings, findings
from service.genesis.generation import Round
from service.genesis.kind import REMARKS, GenesisKind
from service.genesis.model import GenesisStage, State
from service.genesis.remarks import kept
from service.genesis.values import Reference, References
from service.genesis.view import view
from service.jobs.jobs import Job, Step
from service.jobs.states import JobStatus
from service.providers.protocols import Quote, Remark
from tests.unit.genesis.planted import FAULTS, Fault, Planted, edited, whole_plan
from tests.unit.genesis.played import START, Played

pytestmark = pytest.mark.slow

#: Drawn after the rules were written: a test over whole plans begins with it.
SEED = 70_131


@pytest.fixture(scope="module")
def plans() -> list[State]:
    """Some short plans as the planner makes them."""
    return [whole_plan(Random(SEED + at), chapters=10) for at in range(4)]


def plant(state: State, fault: Fault, chance: Random) -> tuple[State, Planted]:
    planted = fault(Plan(state), chance)
    return edited(state, planted.changes), planted


def is_found(state: State, planted: Planted) -> bool:
    return any(one.rule == planted.rule and planted.path in one.paths for one in findings(state))


# ── whole plans ──


def test_plans_of_the_planner_have_no_faults(plans: list[State]) -> None:
    assert [findings(plan) for plan in plans] == [[]] * len(plans)


@pytest.mark.parametrize("at", range(6))
def test_planted_faults_are_found(plans: list[State], at: int) -> None:
    chance = Random(SEED + at)
    missed = [
        fault.__name__ for fault in FAULTS[at::6] if not is_found(*plant(chance.choice(plans), fault, chance))
    ]
    assert missed == []


@pytest.mark.long
def test_at_least_28_of_30_faults_are_found_and_30_clean_plans_have_2_false_findings_at_most() -> None:
    faults = Random(SEED).sample(FAULTS * 2, 30)
    found = Counter[bool]()
    for at, fault in enumerate(faults):
        chance = Random(SEED * 1000 + at)
        found[is_found(*plant(whole_plan(chance), fault, chance))] += 1
    false = sum(len(findings(whole_plan(Random(SEED * 1000 + 500 + at)))) for at in range(30))
    assert found[True] >= 28
    assert false <= 2


# ── what a finding is ──


def test_quotes_are_the_words_of_the_cited_fields(plans: list[State]) -> None:
    chance = Random(SEED)
    for fault in FAULTS:
        state, _ = plant(plans[0], fault, chance)
        for finding in findings(state):
            assert finding.message.endswith(".")
            assert finding.citations
            for cited in finding.citations:
                record = state.record(cited.path)
                assert record is not None
                assert cited.revision == record["revision"]
                assert as_text(record["value"]).startswith(cited.quote)


def test_a_dismissed_finding_returns_when_a_cited_field_changes(plans: list[State]) -> None:
    state = edited(plans[0], {"plot.structure": "four_act"})
    (found,) = findings(state)
    set_aside = {"reason": "It is a short book.", "at": {one.path: one.revision for one in found.citations}}
    state = State({**state.json, "dismissed": {found.id: set_aside}})
    assert findings(state) == []
    (shown,) = all_findings(state)
    assert shown.dismissed == {"reason": "It is a short book.", "by": None, "at": None}
    assert findings(edited(state, {"concept.title": "Another"})) == []
    assert [one.id for one in findings(edited(state, {"plot.structure": "kishotenketsu"}))] == [found.id]


def test_a_version_is_checked_once(plans: list[State]) -> None:
    checked, one, other = Checked(most=1), uuid4(), uuid4()
    faulty = edited(plans[0], {"plot.structure": "four_act"})
    first = checked.findings(one, 1, faulty)
    assert checked.findings(one, 1, plans[0]) is first
    checked.findings(other, 1, plans[1])
    assert checked.findings(one, 1, plans[0]) == ()


def test_a_state_and_the_terminal_show_what_nobody_has_dismissed(
    plans: list[State], capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = {f"{one.path}.number": 1 for one in Plan(plans[0]).chapters}
    state = edited(plans[0], {**numbers, "plot.structure": "four_act"})
    shown = view(state, uuid4(), 9)
    assert [one["rule"] for one in shown["findings"]] == ["chapter_numbers"] * 9 + ["act_lengths"]
    assert {"command_type": "DISMISS_FINDING"} in shown["available_actions"]
    show(SessionState.model_validate({**shown, "realtimeChannel": "genesis:id=x"}))
    printed = capsys.readouterr().out
    for one in shown["findings"]:
        assert f"  {one['id']}  {one['severity']}: {one['message']}\n" in printed


# ── what a model says ──


def remarked(*quotes: tuple[str, str], message: str = "Say why.") -> dict[str, Any]:
    """Remarks as a state keeps them."""
    return kept([Remark(message, tuple(Quote(path, text) for path, text in quotes))])


LOGLINE, TITLE = "concept.logline", "concept.title"
SAYS = {
    LOGLINE: "A girl who sets the tide tables finds a lie.",
    TITLE: "Tide",
    "concept.tone": ["dry", "salt"],
}


@pytest.mark.parametrize(
    ("quotes", "counts"),
    [
        ([(LOGLINE, "sets the tide tables")], True),
        ([(LOGLINE, "sets the tide tables"), (TITLE, "Tide")], True),
        ([("concept.tone", "salt")], True),
        ([(LOGLINE, "sets the Tide tables")], False),
        ([(LOGLINE, "sets the tide tables"), (TITLE, "Another Tide")], False),
        ([(TITLE, "sets the tide tables")], False),
        ([(LOGLINE, "a")], False),
        ([("concept.premise", "sets the tide tables")], False),
        ([("concept.tone", "dry; salt")], False),
    ],
)
def test_a_remark_counts_only_if_its_quotes_stand_in_their_fields(
    quotes: list[tuple[str, str]], counts: bool
) -> None:
    state = edited(State({"language": "en", "stages": {"plot": {"remarks": remarked(*quotes)}}}), SAYS)
    found = findings(state)
    assert [one.rule for one in found] == ["review"] * counts
    for one in found:
        assert [(cited.path, cited.quote) for cited in one.citations] == quotes


def test_a_remark_ends_with_the_words_that_it_quotes() -> None:
    remarks = remarked((LOGLINE, "sets the tide tables"))
    state = edited(State({"language": "en", "stages": {"plot": {"remarks": remarks}}}), SAYS)
    assert len(findings(state)) == 1
    assert findings(edited(state, {LOGLINE: "A girl who prints the tide tables."})) == []


@pytest.mark.parametrize(
    ("quotes", "message"),
    [
        ([], "Say why."),
        ([("concept.nothing", "sets the tide tables")], "Say why."),
        ([("character.people", "sets the tide tables")], "Say why."),
        ([(LOGLINE, "tide\x00tables")], "Say why."),
        ([(LOGLINE, "x" * 201)], "Say why."),
        ([(LOGLINE, "sets the tide tables")] * 7, "Say why."),
        ([(LOGLINE, "sets the tide tables")], "x" * 501),
        ([(LOGLINE, "sets the tide tables")], " "),
    ],
)
def test_a_remark_that_no_plan_could_have_is_not_kept(quotes: list[tuple[str, str]], message: str) -> None:
    assert remarked(*quotes, message=message) == {}


def test_remarks_of_a_checkpoint_become_an_event_and_replace_those_before() -> None:
    round_ = Round(GenesisStage.PLOT, 2, 1)
    ids = uuid4(), uuid4(), uuid4(), uuid4()
    job = Job(*ids, round_.name, "plot", JobStatus.GENERATING, input=round_.input())
    before = {**Played().begin().state.json, "stages": {"plot": {"remarks": remarked((TITLE, "Tide"))}}}
    step = Step(job, job, {REMARKS: (said := remarked((LOGLINE, "sets the tide tables")))})
    made = GenesisKind().project(before, [job], [step], START, opened=[])
    assert [event.type for event in made.events] == ["finding.made"]
    assert made.row.after.stage(GenesisStage.PLOT).remarks == said


def test_no_more_than_twenty_remarks_are_kept() -> None:
    many = [Remark(f"Say why, {number}.", (Quote(TITLE, "Tide"),)) for number in range(30)]
    assert len(kept(many)) == 20


# ── single rules ──


def test_an_unfinished_plan_lacks_nothing(plans: list[State]) -> None:
    orders = plans[0].json["stages"]["plot"]["order"]
    begun = edited(plans[0], {"plot.ending": None})
    begun.json["stages"]["plot"]["order"] = {**orders, "chapters": orders["chapters"][:2]}
    assert findings(begun) == []
    assert findings(Played().begin("free_form").state) == []


def test_the_fields_that_name_elements_are_known() -> None:
    assert {name for group in FIELDS.values() for name in _referring(group)} == references.REFERRING


def _referring(group: Group) -> set[str]:
    own = {name for name, field in group.fields.items() if isinstance(field, Reference | References)}
    return own.union(*(_referring(one.element) for one in group.collections.values()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Quill", "Hanna Tarrow"),
        ("Catherine", "Katherine Bell"),
        ("Dr Marlow", "Marlowe Finch"),
        ("Jon", "John"),
        ("Sara", "Zara"),
        ("Zoë", "Zoe"),
        ("Marian", "Marion"),
    ],
)
def test_near_names_are_near(one: str, other: str) -> None:
    assert people.is_near(one, other)
    assert people.is_near(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Liliana Kovacs", "Luka Kovacs"), ("Ada", "Nell"), ("Tom", "Rosalind"), ("", "Ada"), ("Peter", "Paul")],
)
def test_other_names_are_not_near(one: str, other: str) -> None:
    assert not people.is_near(one, other)


@pytest.mark.parametrize(
    ("summary", "is_found"),
    [
        ("Nell Tarrow, 34, sets type.", True),
        ("Nell Tarrow (34) sets type.", True),
        ("A thirty-four-year-old printer.", True),
        ("She is thirty-four years old.", True),
        ("A printer, aged 34.", True),
        ("Nell Tarrow, 12, sets type.", False),
        ("A twelve-year-old printer.", False),
        ("Was nine years old when the tide failed.", False),
        ("Prints 34 sheets an hour.", False),
    ],
)
def test_ages_are_read_in_many_forms(summary: str, is_found: bool) -> None:
    person = "character.people.p1"
    values = {f"{person}.name": "Nell Tarrow", f"{person}.age": 12, f"{person}.summary": summary}
    assert [one.rule for one in findings(_state(values))] == ["ages"] * is_found


@pytest.mark.parametrize(
    ("kind", "years", "is_found"),
    [
        ("mother and daughter", (30, 25), True),
        ("mother and daughter", (50, 25), False),
        ("father-in-law", (30, 29), False),
        ("twins", (30, 29), True),
        ("grandmother and grandson", (50, 30), True),
        ("rivals", (30, 29), False),
    ],
)
def test_kin_have_possible_ages(kind: str, years: tuple[int, int], is_found: bool) -> None:
    values = {
        "character.people.p1.name": "Nell",
        "character.people.p1.age": years[0],
        "character.people.p2.name": "Ada",
        "character.people.p2.age": years[1],
        "character.relations.r1.a": "p1",
        "character.relations.r1.b": "p2",
        "character.relations.r1.kind": kind,
    }
    assert [one.rule for one in findings(_state(values))] == ["ages"] * is_found


def test_a_plan_in_another_language_is_read_by_its_structure_only(plans: list[State]) -> None:
    chance = Random(SEED)
    for fault in FAULTS:
        state, planted = plant(plans[0], fault, chance)
        hint = planted.rule in ("want_not_at_stake", "need_not_at_stake", "theme_untouched", "cost_unpaid")
        german = State({**state.json, "language": "de"})
        assert is_found(german, planted) is not hint


def _state(values: dict[str, object]) -> State:
    """A state of one stage with these values."""
    orders = {"people": ["p1", "p2"], "relations": ["r1"]}
    state = State({"language": "en", "stages": {"character": {"order": orders}}})
    return edited(state, values)
