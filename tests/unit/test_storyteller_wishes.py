"""Wishes in free words: each is in the story, or the book says what is not."""

# ruff: noqa: E501 - the table reads best in few lines

from __future__ import annotations

import pytest

from service.domain.story import Character, StoryBrief
from service.providers.offline.storyteller.critic import criticise
from service.providers.offline.storyteller.people import hero_of
from service.providers.offline.storyteller.telling import tell, tell_plot
from service.providers.offline.storyteller.wish import read_wish
from service.providers.offline.storyteller.wishes import unmet
from tests.cases import for_each

MIA = Character(name="Mia", age=6, pronouns="she/her")
TOM = Character(name="Tom", age=4, pronouns="he/him")

#: A wish, words that the story must have, and the want (empty: any).
TOLD: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("a train to the seaside with grandma Rosa, and a lost ticket", ("train", "seaside", "Rosa", "ticket"), "journey"),
    ("a dinosaur dentist on the moon", ("dinosaur", "dentist", "moon"), "help"),
    ("a new baby", ("baby",), "baby"),
    ("a new baby brother", ("baby",), "baby"),
    ("moving house", ("box",), "moving"),
    ("they move to a new town", (), "moving"),
    ("twins who fight", (), "quarrel"),
    ("Mia and Tom quarrel about a kite", ("kite",), "quarrel"),
    ("a cat who cannot sleep", (), "sleep"),
    ("Mia can't sleep", (), "sleep"),
    ("afraid of the dentist", ("dentist",), "fear"),
    ("first day at school", ("school",), "fear"),
    ("a strange noise at night", (), "noise"),
    ("learning to whistle", ("whistle",), "skill"),
    ("she learns to juggle", ("juggle",), "skill"),
    ("a birthday party", (), "party"),
    ("a shy new girl", (), "newcomer"),
    ("the lost teddy", ("teddy",), "lost"),
    ("a missing umbrella", ("umbrella",), "lost"),
    ("a boat to an island", ("island",), "journey"),
    ("to the mountain by balloon", ("mountain", "balloon"), "journey"),
    ("under the sea in a submarine", ("submarine",), "journey"),
    ("a rocket to the moon", ("rocket", "moon"), "journey"),
    ("a visit to the castle", ("castle",), "journey"),
    ("a walk in the forest with uncle Ben", ("forest", "Ben"), "journey"),
    ("the library with dad", ("library", "Dad"), "journey"),
    ("a lonely robot", ("robot",), "help"),
    ("a dragon who is a baker", ("dragon", "baker"), "help"),
    ("a witch", ("witch",), "help"),
    ("a pirate", ("pirate",), "help"),
    ("an astronomer on the roof", ("astronomer",), "help"),
    ("an octopus", ("octopus",), "help"),
    ("a snowy day in the snow", ("snow",), "journey"),
    ("a bus to the market", ("bus", "market"), "journey"),
    ("lost at the market: a red scarf", ("market", "scarf"), "deliver"),
    ("in the lighthouse", ("lighthouse",), "journey"),
    ("at the hospital", ("hospital",), "journey"),
    ("a telescope", ("telescope",), "deliver"),
    ("a cake", ("cake",), "deliver"),
    ("a drum for grandpa", ("drum", "Grandpa"), ""),
    ("who took the spoons", ("spoon",), "who"),
    ("a robot, and a cake for the queen", ("robot", "cake"), "deliver"),
    ("a bear who is a pirate on an island", ("bear", "pirate", "island"), "help"),
)  # fmt: skip

#: A wish, and the words that the book must say it leaves out.
REFUSED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("a divorce", ("divorce",)),
    ("when parents are separated", ("parents are separated",)),
    ("the death of a pet", ("death",)),
    ("grandpa died", ("died",)),
    ("a war", ("war",)),
    ("two robots bake a cake for the queen", ("bake",)),
    ("a new baby at the castle with a drum", ("castle", "drum")),
    ("quantum entanglement", ("quantum", "entanglement")),
    ("democracy", ("democracy",)),
    ("xyzzy plugh", ("xyzzy", "plugh")),
)


def _brief(wish: str, **changes: object) -> StoryBrief:
    fields = {"characters": (MIA, TOM), "instructions": wish, "age_range": "5-8", "scene_count": 6}
    return StoryBrief.model_validate({**fields, **changes})


@pytest.mark.slow
@for_each(("wish", "words", "want"), TOLD)
def test_wish_is_told_and_nothing_else_is_claimed(wish: str, words: tuple[str, ...], want: str) -> None:
    brief = _brief(wish, seed=len(wish))
    plot, content = tell_plot(brief)
    text = " ".join(beat.text for beat in content.beats).lower()
    assert not want or plot.matter.want == want
    for word in words:
        assert word.lower() in text, (word, text)
    assert not criticise(plot, content)
    assert list(unmet(brief)) == []


@for_each(("wish", "left"), REFUSED)
def test_what_is_beyond_the_storyteller_is_said_in_a_sentence(wish: str, left: tuple[str, ...]) -> None:
    said = [one for one in unmet(_brief(wish)) if one.code == "INSTRUCTIONS_NOT_TOLD"]
    assert len(said) == 1 and said[0].field == "instructions"
    assert all(repr(word) in said[0].message for word in left), said[0].message


def test_grave_matters_are_not_tried() -> None:
    content = tell(_brief("the death of a pet"))
    assert "pet" not in " ".join(beat.text for beat in content.beats).split()
    assert content.beats == tell(_brief("the death of a pet")).beats


def test_theme_that_is_no_theme_is_a_wish() -> None:
    brief = StoryBrief(characters=(MIA,), themes=("dinosaurs", "courage"), age_range="5-8", scene_count=5)
    content = tell(brief)
    assert "dinosaur" in " ".join(beat.text for beat in content.beats).lower()
    assert "dinosaur" not in content.summary.split("find")[-1] and not list(unmet(brief))


def test_unknown_type_is_read_as_a_wish_and_told_as_an_adventure() -> None:
    brief = StoryBrief(characters=(MIA,), story_type="submarine story", seed=2, age_range="5-8")
    assert "submarine" in " ".join(beat.text for beat in tell(brief).beats)
    assert [one.code for one in unmet(brief.model_copy(update={"story_type": "qwertz"}))] == [
        "STORY_TYPE_UNKNOWN"
    ]


def test_title_gives_the_story_its_matter() -> None:
    brief = StoryBrief(characters=(MIA,), title="Mia and the Golden Trumpet", age_range="5-8")
    content = tell(brief)
    assert content.title == "Mia and the Golden Trumpet"
    assert "trumpet" in " ".join(beat.text for beat in content.beats)
    assert not list(unmet(brief))


def test_names_of_the_heroes_are_no_wish() -> None:
    assert read_wish("Mia and Tom's day", [hero_of(MIA), hero_of(TOM)]).unmet == []
