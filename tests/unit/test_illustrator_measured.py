"""What the pages of books show, measured by their maps after hiding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest

from service.domain.prompts import Prompt
from service.domain.story import Character, StoryBrief, TraitRef
from service.providers.offline.director import analyse_scene, plan_palette
from service.providers.offline.illustrator.finish.measure import Shown, measured
from service.providers.offline.illustrator.scene import Drawing, drawn
from service.providers.offline.storyteller.telling import tell
from service.providers.protocols import PictureAsk

pytestmark = pytest.mark.slow

TYPES = ("adventure", "bedtime", "birthday", "friendship", "mystery", "learning")
MIA, TOM = Character(name="Mia", age=6), Character(name="Tom", age=7)
MAYA = Character(name="Maya", age=8, traits=(TraitRef(id="manual_wheelchair"),))
AISHA = Character(name="Aisha", age=9, traits=(TraitRef(id="head_covering", detail="teal hijab"),))
GRAN = Character(name="Gran", kind="adult", age=70)
FINN = Character(name="Finn", kind="animal", species="fox")
CASTS = ((MIA,), (MAYA, TOM), (FINN, MIA), (GRAN, TOM, AISHA), (MAYA, TOM, FINN, AISHA))


def pages(at: int, scenes: int) -> Iterator[tuple[PictureAsk, Drawing, dict[str, Shown]]]:
    """The cover and the scenes of a book, each with its drawing and with what it shows."""
    brief = StoryBrief(
        characters=CASTS[at % len(CASTS)],
        scene_count=scenes,
        seed=at * 13 + 5,
        story_type=TYPES[at % len(TYPES)],
    )
    content = tell(brief)
    palette = plan_palette(brief, content)
    for index in range(scenes + 1):
        ask = PictureAsk(
            subject="scene" if index else "cover", index=index, title="", characters=brief.characters,
            analysis=analyse_scene(brief, content, index), palette=palette.steps[index], motif=palette.motif,
            prompt=Prompt(()), seed=brief.seed,
        )  # fmt: skip
        picture = drawn(ask)
        yield ask, picture, measured(picture.layers, picture.width)


def check(at: int, scenes: int, sizes: Counter[bool]) -> None:
    """Check a book. Counts in ``sizes`` whether each focus is as large as it should be."""
    shots: list[str] = []
    for ask, picture, shown in pages(at, scenes):
        assert ask.analysis is not None
        heroes = [one for name, one in shown.items() if name.startswith("hero")]
        assert len(heroes) == len(ask.analysis.staging.poses)
        assert all(one.face > 0.75 and one.area > 0.008 for one in heroes), (at, ask.index, shown)
        shots.append(ask.analysis.camera.split()[0])
        if focus := shown.get("focus"):
            assert focus.part > 0.4, (at, ask.index, focus)
            assert focus.box > 0.018, (at, ask.index, focus)
            # A title stands above the group of a cover.
            large = 0.08 if ask.index and shots[-1] != "wide" else 0.04
            sizes[focus.box >= large] += 1
        assert picture.alt
    assert all(one != other for one, other in pairwise(shots))


def test_pages_show_their_heroes_and_their_focus() -> None:
    sizes: Counter[bool] = Counter()
    for at in range(3):
        check(at, 3 if at else 4, sizes)
    assert sizes[True] >= 0.8 * sizes.total()


@pytest.mark.long
def test_pages_of_three_hundred_books_show_their_heroes_and_their_focus() -> None:
    sizes: Counter[bool] = Counter()
    for at in range(300):
        check(at, 4, sizes)
    assert sizes[True] >= 0.86 * sizes.total()
