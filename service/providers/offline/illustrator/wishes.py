"""The wishes that the offline illustrator and the offline validator cannot fulfil."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.story import Character, Looks, StoryBrief
from service.domain.traits import registry
from service.domain.wishes import Unmet
from service.providers.offline.illustrator.finish.choice import read_finish
from service.providers.offline.illustrator.hairwords import read_hair
from service.providers.offline.illustrator.outfit import read_outfit
from service.providers.offline.illustrator.species import species_of
from service.providers.offline.illustrator.words import EYES, SKIN, colour_in, first_of, fold, has_any

#: Traits that a picture could show but that do not change the drawn figure, by the kind of hero.
UNDRAWN = {
    "child": frozenset({"family_structure", "gender_expression", "active_older_adult"}),
    "adult": frozenset({"family_structure", "gender_expression"}),
    "animal": frozenset(
        {"family_structure", "gender_expression", "active_older_adult", "hair_loss", "hair_texture"}
        | {"craniofacial_difference", "skin_tone"}
    ),
}
#: ``_OLDER``: from this age on, people are drawn as old. ``_YOUNG_ANIMAL``: below this age, animals are drawn
#: as young.
_OLDER, _YOUNG_ANIMAL = 58, 12
#: Names for a test of words. Missing details are chosen from the name, so words have an effect if they change
#: the look for at least one of these names.
_NAMES = ("A", "Bo", "Cy", "Dee")


def unmet(brief: StoryBrief) -> Iterator[Unmet]:
    """The wishes of a brief that do not change the drawing."""
    if brief.style and read_finish(brief.style) is None:
        yield Unmet(
            code="STYLE_NOT_PAINTED",
            field="style",
            message="This style names neither gouache, cut paper, ink and wash nor linocut.",
        )
    if brief.instructions:
        yield Unmet(
            code="INSTRUCTIONS_NOT_PAINTED",
            field="instructions",
            message="The offline illustrator does not read instructions.",
        )
    if brief.validation == "strict":
        yield Unmet(
            code="VALIDATION_LIMITED",
            field="validation",
            message="The offline validator cannot recognise people or traits: no picture fails for one.",
        )
    for at, hero in enumerate(brief.characters):
        yield from _of_hero(hero, f"characters.{at}")


def _of_hero(hero: Character, path: str) -> Iterator[Unmet]:
    if hero.reference_images:
        yield Unmet(
            code="REFERENCES_IGNORED",
            field=f"{path}.reference_images",
            message=f"The offline illustrator draws {hero.name} by words alone, not by pictures.",
        )
    if hero.kind == "animal" and hero.species and _creature(hero):
        yield Unmet(
            code="SPECIES_NOT_DRAWN",
            field=f"{path}.species",
            message=f"The offline illustrator knows no {hero.species!r}: {hero.name} is a furry creature.",
        )
    if hero.age is not None and not _shows_age(hero):
        yield Unmet(
            code="AGE_NOT_DRAWN",
            field=f"{path}.age",
            message=f"The offline illustrator does not show that {hero.name} is {hero.age}.",
        )
    for field in unread(hero):
        yield Unmet(
            code="LOOKS_NOT_DRAWN",
            field=f"{path}.looks.{field}",
            message=f"The offline illustrator reads nothing that it can draw in {hero.name}'s "
            f"{field.replace('_', ' ')}: {getattr(hero.looks, field)!r}.",
        )
    for ref in hero.traits:
        if ref.id in UNDRAWN[hero.kind]:
            yield Unmet(
                code="TRAIT_NOT_DRAWN",
                field=f"{path}.traits.{ref.id}",
                message=f"The offline illustrator cannot show {registry()[ref.id].name} of {hero.name}.",
            )


def _creature(hero: Character) -> bool:
    return species_of(f"{hero.species} {hero.description}", hero.name).name == "creature"


def _shows_age(hero: Character) -> bool:
    age = hero.age or 0
    return hero.kind == "child" or (age >= _OLDER if hero.kind == "adult" else age < _YOUNG_ANIMAL)


def unread(hero: Character) -> tuple[str, ...]:
    """The fields of a hero's look whose words name nothing that can be drawn."""
    return tuple(
        field for field in Looks.model_fields if getattr(hero.looks, field) and not _reads(hero, field)
    )


def _reads(hero: Character, field: str) -> bool:
    words = getattr(hero.looks, field)
    match field:
        case "skin_tone" if hero.kind == "animal":
            return colour_in(fold(words)) is not None
        case "skin_tone":
            return first_of(fold(words), SKIN) is not None or has_any(fold(words), ("freckle", "freckled"))
        case "eyes":
            return first_of(fold(words), EYES) is not None
        case "hair" if hero.kind == "animal":
            return colour_in(fold(words)) is not None
        case "hair":
            return any(
                read_hair(words, name, hero.pronouns, ("#000",))
                != read_hair("", name, hero.pronouns, ("#000",))
                for name in _NAMES
            )
        case "outfit":
            return _dresses(words, hero)
        case _:
            freckles = has_any(fold(words), ("freckle", "freckled"))
            return (freckles and hero.kind != "animal") or (not hero.looks.outfit and _dresses(words, hero))


def _dresses(words: str, hero: Character) -> bool:
    young = hero.kind != "adult"
    return any(read_outfit(words, name, young) != read_outfit(None, name, young) for name in _NAMES)
