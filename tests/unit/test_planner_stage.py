"""What stands on stage in an offline plan: a text's own scenes, a spark's hook, and what somebody wants."""

from __future__ import annotations

import pytest

from service.providers.offline.planner.accepted import Grounds
from service.providers.offline.planner.corpus import pieces
from service.providers.offline.planner.goals import wants
from service.providers.offline.planner.hooks import hook_of
from service.providers.offline.planner.matching import claims, suits
from service.providers.offline.planner.retelling import in_present
from service.providers.offline.planner.text_scenes import place_of
from service.providers.protocols import FieldValue
from tests.unit.planner_asks import a_plan

GROUNDS = Grounds((), (), (), {"a": "Bergen", "b": "the newspaper kiosk", "c": "the church"})


@pytest.mark.parametrize(
    ("past", "present"),
    [
        (
            "Halvard stood on the jetty, and the rain went into his collar.",
            "Halvard stands on the jetty, and the rain goes into his collar.",
        ),
        ("Halvard opened the letter, which was old.", "Halvard opens the letter, which is old."),
        ("There was a letter, left at the office.", "There is a letter, left at the office."),
        (
            "Halvard had been there once, when they were ten.",
            "Halvard has been there once, when they were ten.",
        ),
        ("The barometer said Fair.", "The barometer says Fair."),
        ("The town has one street.", "The town has one street."),
        ("Fair and foul.", ""),
    ],
)
def test_a_sentence_is_told_in_the_present(past: str, present: str) -> None:
    assert in_present(past, ["Halvard"]) == present


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("Dahl had come from Bergen.", ""),
        ("Brekke has a daughter in Bergen.", ""),
        ("The barometer in Torben's kiosk said Fair.", "b"),
        ("He opened it in the church.", "c"),
    ],
)
def test_a_scene_is_where_its_text_puts_it(told: str, place: str) -> None:
    assert place_of([told], GROUNDS) == place


@pytest.mark.parametrize(
    ("told", "carrier", "words"),
    [
        (
            "Ada and Bea inherit a lighthouse that must never be lit",
            "forbidden",
            {"done": "light the lighthouse"},
        ),
        ("Tom, a boy who can hear trees", "power", {"done": "hear trees"}),
        ("Tom can hear trees", "power", {"done": "hear trees"}),
        ("Femi and his grandmother chase a stolen drum through town", "chase", {"chased": "the stolen drum"}),
        ("Femi and Bisi chase a thief", "chaseyoung", {"chased": "the thief"}),
        ("A robot gardener keeps a secret orchard", "kept", {"matter": "the secret orchard"}),
        (
            "Ada, a baker who is afraid of the dark, must bake for the king's funeral",
            "ordeal",
            {
                "purpose": "to bake for the king's funeral",
                "fear": "the dark",
                "occasion": "the king's funeral",
            },
        ),
    ],
)
def test_a_spark_has_a_hook(told: str, carrier: str, words: dict[str, str]) -> None:
    found = hook_of(told)
    assert found is not None
    assert (found.carrier, dict(found.words)) == (carrier, words)
    assert carrier in pieces("carrier")


def test_a_spark_without_one_has_no_hook() -> None:
    assert hook_of("Ada opens a bakery") is None


@pytest.mark.parametrize("name", ["forbidden", "ordeal", "power", "chase", "chaseyoung", "kept"])
def test_a_hook_has_a_cost_and_a_stage_with_hero_and_opponent(name: str) -> None:
    cost, stage, *_ = pieces("carrier")[name].steps
    assert cost.slot == "cost"
    assert {"P", "O"} <= set(stage.roles)


def hook_in(fields: dict[str, FieldValue]) -> list[int]:
    """The numbers of the chapters in which the lighthouse is spoken of as that which must be lit."""
    return [
        int(str(fields[f"{path.split('.scenes.')[0]}.number"]))
        for path, value in fields.items()
        if ".scenes." in path and path.endswith(".summary") and "light the lighthouse" in str(value)
    ]


def test_the_hook_is_told_what_it_costs_and_stands_at_the_climax() -> None:
    first, *_, last = sorted(
        hook_in(a_plan("Two sisters inherit a lighthouse that must never be lit", seed=5))
    )
    assert first < 12
    assert 20 <= last < 24


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        ("Nora falls", False),
        ("It needs preparation", False),
        ("It is the first ordinary evening since May", False),
        ("Nora has Ada where she wants her", False),
        ("Nora asks for one night", True),
        ("Nora goes to see the clerk", True),
        ("Nora has to give back the money", True),
    ],
)
def test_a_goal_is_what_somebody_wants(clause: str, wanted: bool) -> None:
    assert wants(clause) is wanted


@pytest.mark.parametrize("name", ["meeting", "alone", "consequence", "both", "opponent"])
def test_no_connective_line_is_stock(name: str) -> None:
    lines = pieces("link")[name].many("line")
    assert len(lines) >= 14
    assert len(set(lines)) == len(lines)


def test_a_thread_of_debts_is_only_for_a_world_that_knows_debts() -> None:
    debts = pieces("sit")["lentname"]
    assert {suits(kit, debts) for kit in pieces("kit").values()} == {True, False}
    assert not suits(pieces("kit")["thegreatchase"], debts)


def test_whoever_sleeps_is_no_machine() -> None:
    assert any("P=!machine" in claims(piece) for piece in pieces("sit").values())


def test_each_world_has_a_time() -> None:
    assert all(kit.one("era") and "spark" not in kit.one("era") for kit in pieces("kit").values())
