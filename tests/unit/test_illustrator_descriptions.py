"""Alternative texts are told from what was drawn: each word of them is held against the picture."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from service.domain.prompts import Prompt
from service.domain.story import Character, Pose, Staging, StoryBrief, TraitRef
from service.providers.offline.director import analyse_scene, plan_palette
from service.providers.offline.illustrator.description import _DOINGS, _FACES, _PLACES, _TIMES
from service.providers.offline.illustrator.figure.face import expression_words
from service.providers.offline.illustrator.figure.poses import pose_words
from service.providers.offline.illustrator.light import time_words
from service.providers.offline.illustrator.places.registry import PLACES
from service.providers.offline.illustrator.scene import draw, drawn
from service.providers.offline.image import render
from service.providers.offline.storyteller.telling import tell
from service.providers.protocols import PictureAsk
from tests.unit.test_illustrator_pictures import FINN, MIA, scene, sheet

pytestmark = pytest.mark.slow

WHEELS = Character(name="Maya", traits=(TraitRef(id="manual_wheelchair"),))


def alt_of(ask: PictureAsk) -> str:
    alt = drawn(ask).alt
    assert alt is not None
    return alt


def posed(ask: PictureAsk, *poses: tuple[str, str, str]) -> PictureAsk:
    """The ask with these names, poses and faces."""
    assert ask.analysis is not None
    chosen = tuple(Pose(name=name, pose=pose, expression=face) for name, pose, face in poses)
    staging = ask.analysis.staging.model_copy(update={"poses": chosen})
    return replace(ask, analysis=ask.analysis.model_copy(update={"staging": staging}))


def test_every_word_that_can_be_drawn_can_be_told() -> None:
    assert PLACES.keys() == _PLACES.keys()
    assert set(time_words().values()) == _TIMES.keys()
    assert {*pose_words().values(), "clasp"} == _DOINGS.keys()
    assert set(expression_words().values()) - {"asleep"} == _FACES.keys()


def test_picture_says_who_is_where_and_when() -> None:
    ask = posed(
        scene("forest", time="night", weather="snow"), ("Mia", "kneel", "worried"), ("Finn", "run", "happy")
    )
    assert alt_of(ask) == (
        "Mia and Finn in a forest, at night, while snow falls. "
        "On the left Mia kneels, looking worried; on the right Finn runs, smiling."
    )
    assert render(ask).alt == alt_of(ask)


def test_weather_that_is_not_drawn_is_not_told() -> None:
    assert "rain" in alt_of(scene("meadow", weather="rain"))
    for place in ("kitchen", "cave", "underwater"):
        assert "rain" not in alt_of(scene(place, weather="rain"))


def test_who_is_not_in_the_picture_is_not_told_of() -> None:
    alt = alt_of(posed(scene(), ("Finn", "wave", "happy")))
    assert "Mia" not in alt and alt.startswith("Finn in a meadow")


def test_things_are_told_by_what_was_drawn_of_them() -> None:
    told = alt_of(scene("meadow", props=("book", "quasar", "kite")))
    assert "Mia holds a book." in told and "a kite" in told
    assert "Nearby is a goose." in alt_of(scene("meadow", props=("book", "goose")))
    assert "quasar" not in told
    assert "gate" in alt_of(scene("meadow", props=("fence",)))


def test_wheelchair_user_neither_stands_nor_walks() -> None:
    for pose in ("stand", "walk", "run", "kneel"):
        told = alt_of(posed(scene(heroes=(WHEELS,)), ("Maya", pose, "calm")))
        assert "in a wheelchair" in told
        assert not re.search(r"\b(stands|walks|runs|kneels)\b", told)


def test_sheet_of_heroes_has_no_description() -> None:
    assert drawn(sheet((MIA, FINN))).alt is None


@pytest.mark.parametrize("seed", range(4))
def test_offline_book_is_described_by_its_own_stagings(seed: int) -> None:
    """Of whole books: the heroes of each staging, its place, and only such things as were drawn."""
    brief = StoryBrief(characters=(MIA, FINN), scene_count=6, seed=seed)
    content = tell(brief)
    palette = plan_palette(brief, content)
    for index in range(7):
        analysis = analyse_scene(brief, content, index)
        ask = PictureAsk(
            subject="scene" if index else "cover", index=index, title="", characters=brief.characters,
            analysis=analysis, palette=palette.steps[index], motif=palette.motif, prompt=Prompt(()),
            seed=seed,
        )  # fmt: skip
        staging: Staging = analysis.staging
        picture = drawn(ask)
        svg, alt = picture.svg, picture.alt
        assert alt is not None and _PLACES[staging.place] in alt
        assert all(pose.name in alt for pose in staging.poses)
        on_ground = alt.count("has a hand on") + len(_listed(alt, "Nearby"))
        assert svg.count('data-prop="air"') >= len(_listed(alt, "Overhead"))
        assert svg.count('data-prop="ground"') >= on_ground
        assert svg == draw(ask)


def _listed(alt: str, where: str) -> list[str]:
    told = re.search(rf"{where} (?:is|are) ([^.]+)\.", alt)
    return re.split(r", | and ", told[1]) if told else []
