"""What a careful reader checks in a whole plan: who people are, their titles, and how sentences join."""

from __future__ import annotations

import re

import pytest

from service.providers.offline.planner.corpus import pieces, read_pieces
from service.providers.offline.planner.matching import agrees, claims
from service.providers.offline.planner.word_lists import listed
from service.providers.protocols import FieldValue
from tests.unit.planner_asks import CLOCKMAKER, a_plan, draft_of

pytestmark = pytest.mark.slow

MUSEUM = (
    "A murder mystery in a museum of umbrellas. The detective is a retired opera singer called Benedetta."
)
ORCHARD = (
    "On a mining colony, a robot gardener keeps a secret orchard "
    "and a girl called Juno finds the brass key to it."
)
SISTERS = "Two sisters, Ines and Marta, have not spoken since their father's funeral. Ines finds his logbook."
SPARKS = (CLOCKMAKER, MUSEUM, ORCHARD, SISTERS)
SEEDS = [0, 7, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 200) if seed != 7)]
_TO_ONESELF = re.compile(r"\b([A-Z]\w+) (?:asks|meets|follows|tells|informs|visits|calls on) \1\b")
_TWO_PURPOSES = re.compile(r"\bto,? to\b|\bto [a-z]+[^,.;]* to get any\b|, to [a-z]+[^,.]*, to [a-z]+ ")


def ends(fields: dict[str, FieldValue], *suffixes: str) -> list[str]:
    """The texts of the fields with such an ending."""
    return [str(value) for path, value in fields.items() if path.endswith(suffixes)]


@pytest.mark.parametrize("seed", SEEDS)
def test_titles_end_and_sentences_join_well(seed: int) -> None:
    fields = a_plan(SPARKS[seed % len(SPARKS)], seed=seed)
    for title in ends(fields, ".title"):
        assert title.split()[-1].lower() not in listed("dangling"), title
    for summary in ends(fields, ".summary", ".goal", ".conflict"):
        assert not _TWO_PURPOSES.search(summary), summary
        assert not _TO_ONESELF.search(summary), summary
        assert not re.search(r"\b(?:she|he) (?:hear|plan|mean|forgive)\b", summary), summary


def cast_of(spark: str, seed: int = 0) -> dict[str, dict[str, FieldValue]]:
    """The people of a new cast by their first names."""
    concept = draft_of("concept", {}, inspiration=spark, seed=seed)
    values = dict(draft_of("character", dict(concept.values), inspiration=spark, seed=seed).values)
    people = {path.split(".")[2] for path in values if path.startswith("character.people.")}
    found = (
        {path.rsplit(".", 1)[1]: value for path, value in values.items() if f".people.{id_}." in path}
        for id_ in people
    )
    return {str(person["name"]).split()[0]: person for person in found}


def test_a_retired_person_is_over_sixty() -> None:
    assert int(str(cast_of(MUSEUM)["Benedetta"]["age"])) > 60


def test_a_girl_is_a_child_and_a_robot_has_years_of_service_and_one_name() -> None:
    cast = cast_of(ORCHARD)
    assert 8 <= int(str(cast["Juno"]["age"])) <= 16
    robot = next(person for person in cast.values() if "robot" in str(person["role"]))
    assert "years in service" in str(robot["summary"])
    assert " " not in str(robot["name"])


def test_a_sister_and_a_daughter_of_the_spark_are_in_the_cast() -> None:
    assert "sister" in str(cast_of(SISTERS)["Marta"]["role"])
    assert any(str(person["role"]).endswith("daughter") for person in cast_of(CLOCKMAKER).values())


def test_a_dead_man_has_a_name_that_nobody_else_has() -> None:
    concept = draft_of("concept", {}, inspiration=MUSEUM)
    premise = str(concept.values["concept.premise"])
    victim = re.search(r"^The dead: (.+)\.$", premise, re.MULTILINE)
    assert victim is not None
    people = premise.split("The people: ")[1].split("\n")[0]
    assert not set(victim[1].split()) & set(re.findall(r"\w+", people))


def test_somebody_who_is_gone_has_no_role() -> None:
    spark = "A sailor looks for her missing brother Tom, who left a compass."
    premise = str(draft_of("concept", {}, inspiration=spark).values["concept.premise"])
    assert "Gone before it begins: Tom." in premise
    assert "Tom" not in premise.split("The people: ")[1].split("\n")[0]


def test_claims_of_one_role_exclude_their_opposite() -> None:
    [arc] = read_pieces("# arc one\nfor: A\nclaims: !liar\n")
    assert claims(arc, "A") == {"A=!liar"}
    assert not agrees(claims(arc, "A"), {"A=liar"})
    assert agrees(claims(arc, "A"), {"P=liar", "A=kin"})


def test_every_claim_is_of_a_role_or_of_an_arc() -> None:
    for kind in ("kit", "sit", "theme"):
        for piece in pieces(kind).values():
            assert all(re.fullmatch(r"[POABEY]=!?[a-z]+", claim) for claim in claims(piece)), piece.name
