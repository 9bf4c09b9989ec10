"""What the offline planner hears in a short spark: its sentence, its hero's heart, what it is about."""

from __future__ import annotations

import re

import pytest

from service.providers.offline.planner import recall
from service.providers.offline.planner.corpus import pieces
from service.providers.offline.planner.feelings import feeling_of
from service.providers.offline.planner.spark import matter_of, purpose_of, told
from service.providers.offline.planner.wish import understand
from service.providers.protocols import FieldValue
from tests.unit.planner_asks import a_plan, draft_of, drafts_of

BAKER = "A baker who is afraid of the dark must bake for the king's funeral"
WIDOW = "A grieving widow opens a bakery for ghosts"
HEIRS = "Two sisters inherit a lighthouse that must never be lit"


@pytest.mark.parametrize(
    ("spark", "said"),
    [
        (BAKER, "Ada, a baker who is afraid of the dark, must bake for the king's funeral"),
        (WIDOW, "Ada, a grieving widow, opens a bakery for ghosts"),
        (HEIRS, "Ada and Bea inherit a lighthouse that must never be lit"),
        ("A boy who can hear trees", "Ada can hear trees"),
        ("A detective who cannot lie", "Ada, a detective, cannot lie"),
        ("A robot in love with the moon", "Ada is a robot in love with the moon"),
        (
            "In a town where it never rains, a girl builds a boat",
            "In a town where it never rains, Ada builds a boat",
        ),
        ("A story about a shy nurse who counts breaths", "Ada, a shy nurse, counts breaths"),
        ("Twin brothers share a secret", "Ada and Bea share a secret"),
        (
            "A detective in Aberfoyle investigates a theft",
            "Ada, a detective in Aberfoyle, investigates a theft",
        ),
        ("Marta steals a violin from Ines", "Marta steals a violin from Ines"),
        ("A baker, a blind dog and a bell that will not stop.", ""),
        ("A murder mystery in a museum of umbrellas.", ""),
        ("", ""),
    ],
)
def test_a_spark_is_told_with_the_names_of_its_heroes(spark: str, said: str) -> None:
    assert told(spark, "Ada", "Bea") == said


@pytest.mark.parametrize(
    ("statement", "purpose", "matter"),
    [
        (
            "Ada must bake for the king's funeral",
            "to bake for the king's funeral",
            "the baking for the king's funeral",
        ),
        ("Ada and Bea inherit a lighthouse that must never be lit", "", "the lighthouse"),
        ("Ada finds a talking whale on the beach", "", "the talking whale"),
        ("Ada swaps suitcases at the station", "", "the suitcases"),
        ("Ada can hear trees", "", ""),
        ("Ada loses the key to winter", "to find the key again", ""),
        ("Ada goes deaf a month before the concert of her life", "to face the concert of her life", ""),
    ],
)
def test_a_spark_says_what_it_is_about(statement: str, purpose: str, matter: str) -> None:
    assert (purpose_of(statement), matter_of(statement)) == (purpose, matter)


@pytest.mark.parametrize(
    ("spark", "name", "about"),
    [
        (BAKER, "fear", "the dark"),
        ("A detective who cannot lie", "nolie", ""),
        (WIDOW, "grief", ""),
        ("Marta, jealous of her sister Ines, steals a violin", "jealousy", "her sister Ines"),
        ("A sailor who cannot swim", "cannot", "swim"),
        ("A cellist goes deaf before a concert", "losing", "the sound of things"),
    ],
)
def test_a_feeling_or_condition_is_heard(spark: str, name: str, about: str) -> None:
    feeling = feeling_of(spark)
    assert feeling is not None
    assert (feeling.name, feeling.about) == (name, about)


def test_no_feeling_is_heard_where_none_is_named() -> None:
    assert feeling_of(HEIRS) is None


def test_each_feeling_has_an_arc() -> None:
    known = {arc.one("feels") for arc in pieces("arc").values() if arc.many("feels")}
    for spark in (
        BAKER,
        WIDOW,
        "A lonely nurse",
        "A guilty priest",
        "An angry judge",
        "A shy boy",
        "A homesick girl",
    ):
        assert understand(spark).feeling is not None, spark
        assert understand(spark).feeling.name in known  # type: ignore[union-attr]


@pytest.mark.parametrize("spark", [BAKER, WIDOW, HEIRS])
def test_the_first_proposal_is_what_the_writer_said_and_the_others_vary_it(spark: str) -> None:
    made = drafts_of("concept", inspiration=spark, count=4)
    people = recall.people_of_premise(
        str(made[0].values["concept.premise"]), next(iter(pieces("kit").values()))
    )
    said = told(spark, people["P"].short, people["B"].short)
    assert str(made[0].values["concept.logline"]).startswith(said)
    assert len({str(draft.values["concept.logline"]) for draft in made}) == 4


def test_a_feeling_becomes_the_heros_wound_and_lie_and_has_scenes() -> None:
    fields = a_plan(BAKER)
    hero = next(
        path.rsplit(".", 1)[0] for path, value in fields.items() if str(value).startswith("protagonist")
    )
    assert "the dark" in str(fields[f"{hero}.wound"])
    assert "fear" in str(fields[f"{hero}.lie"])
    assert "to bake for the king's funeral" in str(fields[f"{hero}.want"])
    assert sum("the dark" in text for text in summaries(fields)) >= 2
    assert sum("to bake for the king's funeral" in text for text in summaries(fields)) >= 3


def summaries(fields: dict[str, FieldValue]) -> list[str]:
    return [str(value) for path, value in fields.items() if re.search(r"scenes\.\w+\.summary$", path)]


def test_subplots_meet_the_main_story_at_named_chapters() -> None:
    payoffs = [
        str(value) for path, value in a_plan(WIDOW).items() if re.search(r"threads\.\w+\.payoff$", path)
    ]
    assert sum("It meets the main story in chapter" in payoff for payoff in payoffs) >= 4


@pytest.mark.parametrize("spark", [BAKER, HEIRS, "A boy who can hear trees"])
def test_no_beat_and_no_wound_stands_twice_in_a_plan(spark: str) -> None:
    fields = a_plan(spark, seed=5)
    beats = [beat for path, value in fields.items() if path.endswith(".beats") for beat in value]  # type: ignore[union-attr]
    assert len(beats) == len(set(beats))
    wounds = [value for path, value in fields.items() if path.endswith(".wound")]
    assert len(wounds) == len(set(map(str, wounds))) == 6


def test_two_sisters_share_a_family_name() -> None:
    cast = recall.people_of_premise(
        str(draft_of("concept", inspiration=HEIRS).values["concept.premise"]),
        next(iter(pieces("kit").values())),
    )
    assert cast["P"].full.split()[-1] == cast["B"].full.split()[-1]
    assert cast["B"].job.endswith("sister")


def test_nobody_wears_gloves_in_lagos() -> None:
    fields = a_plan("For ages 8 to 12: a boy called Tunde builds a rocket in Lagos")
    words = set(re.findall(r"[a-z]+", " ".join(map(str, fields.values())).lower()))
    assert not {"gloves", "scarf", "coal", "mittens"} & words
