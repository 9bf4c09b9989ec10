"""What bodies do, read from traits, descriptions and looks."""

from __future__ import annotations

import pytest

from service.domain.bodies import ABILITIES, abilities, without
from service.domain.story import Character, TraitRef
from service.domain.traits import registry


def _hero(*traits: str, **changes: str) -> Character:
    return Character(name="Maya", age=6, traits=tuple(TraitRef(id=id_) for id_ in traits), **changes)


@pytest.mark.parametrize(
    ("hero", "lacks"),
    [
        (_hero("white_cane"), {"eyes"}),
        (_hero(description="blind, loves cake"), {"eyes"}),
        (_hero("signing_deaf"), {"ears", "voice"}),
        (_hero(description="deaf"), {"ears"}),
        (_hero("manual_wheelchair"), {"walk", "legs"}),
        (_hero("walker"), {"legs"}),
        (_hero("communication_device"), {"voice"}),
        (_hero("glasses", "hearing_aids"), set()),
    ],
)
def test_what_a_hero_does_without_is_read_from_traits_and_words(hero: Character, lacks: set[str]) -> None:
    assert without(hero) == lacks
    assert abilities(hero) == ABILITIES - lacks


def test_guide_dog_tells_of_a_hero_who_does_not_see() -> None:
    dog = TraitRef(id="assistance_dog", detail="guide dog")
    assert without(Character(name="Ana", traits=(dog,))) == {"eyes"}
    assert not without(_hero("assistance_dog"))


def test_every_trait_of_the_registry_leaves_known_abilities() -> None:
    assert all(without(_hero(trait)) <= ABILITIES for trait in registry())
