"""What the configured providers will not honour is said, and what is said is so: the declarations are held
against what the offline providers make with and without each wish."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from service.domain.prompts import Prompt
from service.domain.story import Character, Looks, OwnText, StoryBrief, TraitRef
from service.domain.traits import registry
from service.providers.offline.director import analyse_scene, plan_palette
from service.providers.offline.illustrator.figure.figure import draw_figure
from service.providers.offline.illustrator.look import look_of
from service.providers.offline.illustrator.scene import draw
from service.providers.offline.illustrator.wishes import UNDRAWN, unread
from service.providers.offline.storyteller.telling import tell
from service.providers.protocols import PictureAsk
from service.providers.wishes import unmet_by_edit, unmet_in_pictures, unmet_wishes
from service.settings import Settings
from tests.cases import for_each

pytestmark = pytest.mark.slow

SEEDS = (1, 2, 3, 40)
MAYA = Character(name="Maya", age=6)
PIP = Character(name="Pip", kind="animal", species="fox")
OFFLINE = Settings()


def brief(**changes: Any) -> StoryBrief:
    return StoryBrief(**({"characters": (MAYA, PIP), "themes": ("courage",), "scene_count": 4} | changes))


def hero(**changes: Any) -> Character:
    return Character(**({"name": "Maya"} | changes))


def codes(asked: StoryBrief, settings: Settings = OFFLINE, *, seeded: bool = False) -> set[str]:
    return {wish.code for wish in unmet_wishes(asked, settings, seeded=seeded)}


def made(asked: StoryBrief) -> tuple[Any, ...]:
    """All that the offline providers make of a brief, but for the title page and the voice's samples."""
    content = tell(asked)
    palette = plan_palette(asked, content)
    pictures = [
        draw(
            PictureAsk(
                subject="scene", index=index, title=content.title, characters=asked.characters,
                analysis=analyse_scene(asked, content, index), palette=palette.steps[index],
                motif=palette.motif, prompt=Prompt(()), style=asked.style, instructions=asked.instructions,
                seed=asked.seed, size=(64, 64),
            )
        )
        for index in (1, 3)
    ]  # fmt: skip
    return content.beats, content.summary, pictures


#: Of each field a wish that an offline book may not honour.
WISHES: dict[str, Any] = {
    "language": "fr",
    "title": "The Dragon of Kyoto",
    "style": "stained glass",
    "instructions": "There should be a lighthouse.",
    "voice": "Rachel",
    "story_type": "western",
    "validation": "strict",
    "text": OwnText(mode="free", pages=("A boat sinks, and a whale helps.",)),
}


def test_plain_brief_is_honoured() -> None:
    assert unmet_wishes(brief(), OFFLINE) == ()


def test_every_field_of_a_brief_is_known_to_be_honoured_or_is_warned_of() -> None:
    honoured = {"characters", "themes", "scene_count", "age_range", "budget_usd", "seed", "extras"}
    assert honoured | WISHES.keys() == StoryBrief.model_fields.keys()


@pytest.mark.parametrize("field", WISHES)
def test_wish_that_changes_nothing_in_an_offline_book_is_warned_of(field: str) -> None:
    for seed in SEEDS[:2]:
        plain, wished = brief(seed=seed), brief(seed=seed, **{field: WISHES[field]})
        unmet = [wish.field for wish in unmet_wishes(wished, OFFLINE)]
        if made(plain) == made(wished):
            assert field in unmet
        assert all(name == field for name in unmet)


@for_each(
    ("settings", "wished", "code"),
    [
        ({}, {"language": "fr"}, "LANGUAGE_NOT_WRITTEN"),
        ({"text_provider": "openai"}, {"language": "fr"}, "LANGUAGE_NOT_SPOKEN"),
        ({}, {"instructions": "A divorce."}, "INSTRUCTIONS_NOT_TOLD"),
        ({}, {"instructions": "A fox."}, "INSTRUCTIONS_NOT_PAINTED"),
        ({}, {"themes": ("divorce",)}, "THEME_UNKNOWN"),
        ({}, {"themes": ("courage", "sharing", "honesty")}, "THEME_IN_PASSING"),
        ({}, {"characters": (hero(reference_images=("a.png",)),)}, "REFERENCES_IGNORED"),
        ({}, {"characters": (hero(kind="animal", species="axolotl"),)}, "SPECIES_NOT_DRAWN"),
        ({}, {"characters": (hero(kind="adult", age=40),)}, "AGE_NOT_DRAWN"),
        ({}, {"characters": (hero(preferred_words={"a": "b"}),)}, "PREFERRED_WORD_UNUSED"),
    ],
)  # fmt: skip
def test_wish_has_its_code(settings: dict[str, Any], wished: dict[str, Any], code: str) -> None:
    assert code in codes(brief(**wished), Settings(**settings))


def test_models_of_others_honour_what_they_are_told() -> None:
    all_openai = Settings(text_provider="openai", image_provider="openai", speech_provider="elevenlabs")
    wished = brief(**{name: value for name, value in WISHES.items() if name != "validation"})
    assert codes(wished, all_openai) == set()
    assert codes(wished, all_openai, seeded=True) == {"SEED_NOT_REPEATABLE"}
    english = Settings(speech_provider="elevenlabs", text_provider="openai", voice_model="eleven_flash_v2")
    assert "LANGUAGE_NOT_SPOKEN" in codes(wished, english)
    many = MAYA.model_copy(update={"reference_images": tuple(f"{n}.png" for n in range(40))})
    assert codes(brief(characters=(many,)), all_openai) == {"REFERENCES_LIMITED"}


def test_offline_text_is_spoken_as_the_english_that_it_is() -> None:
    english = Settings(speech_provider="elevenlabs", voice_model="eleven_flash_v2")
    assert codes(brief(language="fr"), english) == {"LANGUAGE_NOT_WRITTEN"}


def test_new_pictures_are_warned_of_their_look_alone() -> None:
    asked = brief(style="stained glass", instructions="A fox.", title="X", voice="Y", characters=())
    assert [wish.code for wish in unmet_in_pictures(asked, OFFLINE)] == [
        "STYLE_NOT_PAINTED",
        "INSTRUCTIONS_NOT_PAINTED",
    ]


def test_edit_that_no_picture_can_show_is_warned_of() -> None:
    asked = brief(seed=3)
    before = tell(asked)
    told = (before.beats[0].reworded("Everything was fine.", None), *before.beats[1:])
    shown = (before.beats[0].reworded("It was night in the castle, and it snowed.", None), *before.beats[1:])
    for beats, count in ((told, 1), (shown, 0)):
        after = before.model_copy(update={"beats": beats})
        assert len(unmet_by_edit(asked, before, after, {1}, OFFLINE)) == count


@pytest.mark.slow
@pytest.mark.parametrize("kind", UNDRAWN)
def test_traits_that_the_illustrator_does_not_draw_are_declared(kind: Any) -> None:
    hero = Character(name="Maya", kind=kind, species="fox" if kind == "animal" else None)

    def drawn(one: Character) -> list[str]:
        return [draw_figure(look_of(one), pose, "happy").svg for pose in ("stand", "wave", "reach")]

    plain, details = drawn(hero), ("left arm", "dark brown")
    same = {
        id_
        for id_, trait in registry().items()
        if trait.verification != "N"
        and all(
            drawn(hero.model_copy(update={"traits": (TraitRef(id=id_, detail=detail),)})) == plain
            for detail in details
        )
    }
    assert same == UNDRAWN[kind]


def _looks(heroes: Iterable[Character]) -> list[Any]:
    """Each hero's look; an animal's figure, since not all of its look is drawn."""
    looks = [look_of(hero) for hero in heroes]
    return [draw_figure(look, "wave", "happy").svg if look.species else look for look in looks]


@for_each("kind", ["child", "animal"])
@for_each("field", list(Looks.model_fields))
def test_looks_that_change_nothing_are_declared(field: str, kind: Any) -> None:
    for words in ("qwertz", "red", "freckles", "curly", "yellow raincoat", "green"):
        names = ("Maya", "Bo", "Tom")
        plain = [
            Character(name=name, kind=kind, species="fox" if kind == "animal" else None) for name in names
        ]
        wished = [hero.model_copy(update={"looks": Looks(**{field: words})}) for hero in plain]
        ignored = _looks(plain) == _looks(wished)
        assert ignored == (unread(wished[0]) == (field,)), (field, kind, words)
