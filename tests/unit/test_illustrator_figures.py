"""Heroes as they are drawn: alike on every page, posed, dressed, and with their traits."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.story import Character, Looks, TraitRef
from service.domain.traits import registry
from service.providers.offline.illustrator.colour import to_oklch
from service.providers.offline.illustrator.contact_sheet import SHOWN
from service.providers.offline.illustrator.figure.aims import may_look_away
from service.providers.offline.illustrator.figure.figure import Aim, draw_figure
from service.providers.offline.illustrator.figure.poses import pose_words
from service.providers.offline.illustrator.look import look_of
from service.providers.offline.illustrator.species import species_of
from tests.cases import for_each

pytestmark = pytest.mark.slow

#: Trait and detail, with what must be found in the drawing.
PARTS = {
    ("manual_wheelchair", None): ("large_wheel", "push_rim", "caster", "footrest"),
    ("power_wheelchair", None): ("joystick", "small_wheel", "headrest"),
    ("walker", None): ("handle", "wheel"),
    ("crutches_or_cane", "crutches"): ("forearm_crutch",),
    ("crutches_or_cane", "a cane"): ('data-part="cane"',),
    ("leg_orthosis", None): ("ankle_foot_orthosis",),
    ("limb_difference", "left arm below the elbow"): ("rounded_end",),
    ("prosthesis", "right leg"): ('data-part="leg"',),
    ("prosthesis", "running blade"): ('data-part="blade"',),
    ("prosthesis", "left hand"): ('data-part="arm"',),
    ("hearing_aids", None): ("behind_the_ear",),
    ("cochlear_implant", None): ("transmitter_coil", "processor", "cable"),
    ("glasses", None): ("frames_and_lenses",),
    ("white_cane", None): ("long_white_cane",),
    ("assistance_dog", None): ("harness", "harness_handle"),
    ("communication_device", None): ("picture_keys",),
    ("sensory_supports", None): ("headband", "ear_cup"),
    ("glucose_monitor", None): ("sensor", "pump"),
    ("feeding_tube", None): ("nasal_tube",),
    ("oxygen_or_tracheostomy", None): ("nasal_cannula",),
    ("oxygen_or_tracheostomy", "tracheostomy"): ("tracheostomy_tube",),
    ("hair_loss", None): ("scalp",),
    ("vitiligo", None): ('data-part="face"',),
    ("birthmark", "left cheek"): ('data-part="face"',),
    ("scar_or_burn", "on the arm"): ('data-part="arm"',),
    ("head_covering", "hijab"): ('data-part="hijab"',),
    ("head_covering", "turban"): ('data-part="turban"',),
    ("cultural_garment", "sari"): ('data-part="sari"',),
}


def hero(name: str = "Mia", **fields: object) -> Character:
    return Character.model_validate({"name": name, "age": 7, **fields})


def drawn(character: Character, pose: str = "stand", mood: str = "happy", flipped: bool = False) -> str:
    return draw_figure(look_of(character), pose, mood, flipped).svg


def with_trait(trait: str, detail: str | None = None, **fields: object) -> Character:
    fields["traits"] = (TraitRef(id=trait, detail=detail),)
    return Character.model_validate({"name": "Mia", "age": 7, **fields})


@for_each(("trait", "detail"), PARTS)
def test_trait_is_drawn_with_its_parts(trait: str, detail: str | None) -> None:
    picture = drawn(with_trait(trait, detail))
    assert f'data-trait="{trait}"' in picture
    assert [part for part in PARTS[trait, detail] if part not in picture] == []


@for_each(("trait", "detail"), PARTS)
def test_trait_is_drawn_wherever_a_hero_looks(trait: str, detail: str | None) -> None:
    look = look_of(with_trait(trait, detail))
    for at in ((700.0, -100.0), (700.0, -900.0), (-400.0, -300.0)):
        for flipped in (False, True):
            picture = draw_figure(look, "stand", "happy", flipped, Aim(look_at=at)).svg
            assert f'data-trait="{trait}"' in picture, (at, flipped)
            assert [part for part in PARTS[trait, detail] if part not in picture] == [], (at, flipped)


def test_hero_from_behind_has_the_same_hair_and_clothes_and_no_face() -> None:
    look = look_of(hero(looks=Looks(hair="long red hair", outfit="green dungarees")))
    ahead = draw_figure(look, "walk", "happy").svg
    behind = draw_figure(look, "walk", "happy", aim=Aim(look_at=(200.0, -500.0), away=True)).svg
    assert 'data-part="eyes"' in ahead
    assert 'data-part="eyes"' not in behind
    assert all(colour in behind for colour in (look.hair.colour, look.outfit.colour, look.outfit.under))


def test_heroes_whose_traits_show_only_in_front_are_not_seen_from_behind() -> None:
    assert may_look_away(look_of(hero()), "look_up")
    assert not may_look_away(look_of(hero()), "sleep")
    assert not may_look_away(look_of(with_trait("manual_wheelchair")), "look_up")


def test_every_visible_trait_changes_the_figure() -> None:
    plain = drawn(hero())
    visible = [trait.id for trait in registry().values() if trait.verification == "V"]
    unchanged = [trait for trait in visible if drawn(with_trait(trait)) == plain]
    unmarked = [trait for trait in visible if f'data-trait="{trait}"' not in drawn(with_trait(trait))]
    assert (unchanged, unmarked) == ([], [])


def test_contact_sheet_shows_every_visible_trait() -> None:
    visible = {trait.id for trait in registry().values() if trait.verification == "V"}
    assert visible - {trait for trait, _, _ in SHOWN} == set()


def test_traits_are_drawn_on_animals_too() -> None:
    for trait in ("manual_wheelchair", "hearing_aids", "glasses", "white_cane", "leg_orthosis"):
        picture = drawn(with_trait(trait, kind="animal", species="fox"))
        assert f'data-trait="{trait}"' in picture


def test_manual_wheelchair_has_two_large_wheels_and_a_push_rim() -> None:
    parts = Counter(drawn(with_trait("manual_wheelchair"), "roll").split('data-part="'))
    names = Counter(part.split('"')[0] for part in parts)
    assert names["large_wheel"] == 2
    assert names["push_rim"] == 1


def test_missing_limb_stays_on_its_side_when_the_figure_is_mirrored() -> None:
    character = with_trait("limb_difference", "left arm below the elbow")
    ahead, mirrored = drawn(character, "cheer"), drawn(character, "cheer", flipped=True)
    order = [
        picture.index("rounded_end") > picture.index('data-part="eyes"') for picture in (ahead, mirrored)
    ]
    assert order == [False, True], "far arm when facing right, near arm when facing left"


def test_someone_on_one_leg_has_crutches() -> None:
    assert "forearm_crutch" in drawn(with_trait("limb_difference", "right leg"))


def test_figure_is_the_same_each_time() -> None:
    assert drawn(hero("Noor")) == drawn(hero("Noor"))


def test_names_make_different_heroes() -> None:
    assert len({drawn(hero(name)) for name in ("Ada", "Ben", "Chidi", "Dana", "Eli", "Fatima")}) == 6


@pytest.mark.parametrize("kind", ["child", "animal"])
def test_poses_differ(kind: str) -> None:
    character = hero(kind=kind, species="bear")
    poses = sorted(set(pose_words().values()))
    assert len({drawn(character, pose) for pose in poses}) == len(poses)


@pytest.mark.parametrize(
    "trait", ["manual_wheelchair", "walker", "crutches_or_cane", "white_cane", "assistance_dog"]
)
def test_aids_are_there_in_every_pose(trait: str) -> None:
    poses = set(pose_words().values())
    assert [pose for pose in poses if f'data-trait="{trait}"' not in drawn(with_trait(trait), pose)] == []


def test_expressions_differ() -> None:
    moods = ("happy", "curious", "worried", "surprised", "brave", "sleepy", "calm", "laughing", "thinking")
    assert len({drawn(hero(), "stand", mood) for mood in moods}) == len(moods)


def test_words_about_looks_are_followed() -> None:
    look = look_of(
        hero(
            looks=Looks(
                skin_tone="deep brown",
                hair="two long ginger braids",
                eyes="green",
                outfit="yellow raincoat and red boots",
            )
        )
    )
    assert (look.hair.style, look.hair.length, look.hair.colour) == ("braids", "long", "#cf6e31")
    assert (look.outfit.top, look.outfit.colour, look.outfit.hooded) == ("coat", "#f5c83f", True)
    assert (look.outfit.feet, look.outfit.feet_colour) == ("boots", "#cf4236")
    assert look.eyes == "#568a52"


@pytest.mark.parametrize(
    ("words", "style", "length", "texture"),
    [
        ("black curls", "loose", None, "curly"),
        ("short grey hair", "loose", "short", "straight"),
        ("bald", "loose", "bald", None),
        ("afro puffs", "puffs", None, "coily"),
        ("shoulder-length locs", "locs", "shoulder", "coily"),
        ("a blonde bob with a fringe", "loose", "chin", "straight"),
    ],
)
def test_hair_is_read_from_words(words: str, style: str, length: str | None, texture: str | None) -> None:
    hair = look_of(hero(looks=Looks(hair=words))).hair
    assert hair.style == style
    assert length in (None, hair.length)
    assert texture in (None, hair.texture)


def test_figures_stand_on_the_ground_and_have_a_height() -> None:
    for age in (2, 6, 11, 35):
        figure = draw_figure(look_of(hero(age=age, kind="adult" if age > 18 else "child")), "stand", "calm")
        assert figure.left < 0 < figure.right
        assert 200 < figure.height < 700


def test_older_heroes_are_taller() -> None:
    heights = [draw_figure(look_of(hero(age=age)), "stand", "calm").height for age in (2, 5, 8, 12, 17)]
    assert heights == sorted(heights)


@settings(max_examples=25, deadline=None)
@given(
    name=st.text(min_size=1, max_size=30),
    words=st.text(max_size=60),
    species=st.text(max_size=20),
    pose=st.text(max_size=20),
)
def test_any_words_can_be_drawn_and_none_come_through(name: str, words: str, species: str, pose: str) -> None:
    marked = f"{words}<script>{name}"
    looks = Looks(skin_tone=marked, hair=marked, eyes=marked, outfit=marked, other=marked)
    character = Character(
        name=name, kind="animal", species=species, description=marked, looks=looks,
        traits=(TraitRef(id="head_covering", detail=marked), TraitRef(id="manual_wheelchair", detail=marked)),
    )  # fmt: skip
    for kind in ("animal", "child"):
        assert "script" not in drawn(character.model_copy(update={"kind": kind}), pose, words)


def test_skin_tones_grow_deeper_with_their_words() -> None:
    words = ["very light", "light", "light medium", "light brown", "medium brown", "brown", "dark brown"]
    tones = [look_of(Character(name="Noor", looks=Looks(skin_tone=word))).skin for word in words]
    lightness = [to_oklch(tone)[0] for tone in tones]
    assert lightness == sorted(lightness, reverse=True)
    assert len(set(tones)) == len(words)


def test_whale_is_no_furry_creature() -> None:
    assert [species_of(words, "Ole").name for words in ("blue whale", "orca", "dolphin")] == [
        "whale",
        "whale",
        "dolphin",
    ]
    whale = hero(kind="animal", species="whale")
    assert drawn(whale) != drawn(hero(kind="animal", species="dolphin"))
