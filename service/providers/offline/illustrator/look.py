"""The look of a hero: it is read once from the hero's description, and is the same on every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from service.domain.story import Character
from service.providers.offline.illustrator.colour import mix, shift
from service.providers.offline.illustrator.hairwords import Hair, read_hair
from service.providers.offline.illustrator.outfit import Outfit, read_outfit, worn_garment
from service.providers.offline.illustrator.species import Species, species_of
from service.providers.offline.illustrator.words import (
    EYES,
    SKIN,
    SKIN_RANGE,
    choice_for,
    first_of,
    fold,
    has_any,
)

Side = Literal["left", "right"]
Limb = Literal["arm", "leg"]


@dataclass(frozen=True)
class LimbLoss:
    """The place where a limb ends, or where a prosthesis begins. ``joint`` is the last existing joint."""

    limb: Limb
    side: Side
    joint: Literal["top", "middle", "end"]
    blade: bool = False


@dataclass(frozen=True)
class Look:
    """Everything that determines the drawing of a figure, except the pose."""

    name: str
    age: float
    skin: str
    blush: str
    eyes: str
    hair: Hair
    outfit: Outfit
    species: Species | None = None
    traits: Mapping[str, str] | None = None
    freckles: bool = False
    lashes: bool = False
    older: bool = False

    def has(self, trait: str) -> bool:
        """Whether the hero has the trait."""
        return trait in (self.traits or {})

    def detail(self, trait: str) -> str:
        """The folded detail of a trait; empty if the trait has no detail."""
        return (self.traits or {}).get(trait, "")

    @property
    def wheeled(self) -> bool:
        """Whether the hero uses a wheelchair."""
        return self.has("manual_wheelchair") or self.has("power_wheelchair")

    @property
    def fur(self) -> str:
        """The colour of the skin or fur."""
        return self.species.fur if self.species else self.skin


def side_in(text: str, otherwise: Side = "left") -> Side:
    """The side (left or right) that a detail names."""
    if has_any(text, ("left",)):
        return "left"
    return "right" if has_any(text, ("right",)) else otherwise


def limb_loss(detail: str) -> LimbLoss:
    """Read from a detail such as "left arm below the elbow" where the limb ends."""
    leg = has_any(detail, ("leg", "foot", "feet", "knee", "shin", "ankle", "thigh", "blade"))
    if has_any(detail, ("hand", "finger", "wrist", "foot", "toe", "ankle")):
        joint: Literal["top", "middle", "end"] = "end"
    elif has_any(detail, ("above", "shoulder", "upper", "whole", "hip", "thigh")):
        joint = "top"
    else:
        joint = "middle"
    return LimbLoss("leg" if leg else "arm", side_in(detail), joint, has_any(detail, ("blade", "running")))


_AGES = {"child": 6.0, "adult": 34.0, "animal": 6.0}
_DARK_HAIR = ("#2d2629", "#3a2c28", "#4d3327")
_ANY_HAIR = ("#2d2629", "#4d3327", "#6a4630", "#74432b", "#8a3f28", "#cf6e31", "#dfae52")


def _skin(character: Character) -> str:
    words = character.looks.skin_tone
    trait = next((ref.detail for ref in character.traits if ref.id == "skin_tone"), None)
    text = fold(words or trait)
    colour = first_of(text, SKIN) or choice_for(character.name, "skin", SKIN_RANGE)
    if has_any(text, ("dark brown", "deep brown", "rich brown")):
        return SKIN["deep"]
    return shift(colour, 0.08) if has_any(text, ("light brown", "pale brown")) else colour


def _hair(character: Character, skin: str, older: bool) -> Hair:
    texture = next((ref.detail for ref in character.traits if ref.id == "hair_texture"), None)
    words = " ".join(part for part in (character.looks.hair, texture) if part)
    deep = skin in SKIN_RANGE[3:] or skin < "#a80000"
    colours = ("#a9a7a6", "#c6c6c9", "#ece7df") if older else _DARK_HAIR if deep else _ANY_HAIR
    hair = read_hair(words, character.name, character.pronouns, colours)
    if texture and not fold(texture):
        hair = replace(hair, texture="curly")
    return _without_hair(hair, character)


def _without_hair(hair: Hair, character: Character) -> Hair:
    loss = next((ref for ref in character.traits if ref.id == "hair_loss"), None)
    if loss is None:
        return hair
    if has_any(fold(loss.detail), ("patch", "patchy", "alopecia areata", "thin")):
        return replace(hair, style="patchy", length="shaved")
    return replace(hair, length="bald", style="loose", fringe=False)


def _outfit(character: Character) -> Outfit:
    words = character.looks.outfit or character.looks.other
    outfit = read_outfit(words, character.name, character.kind != "adult")
    garment = next((ref for ref in character.traits if ref.id == "cultural_garment"), None)
    if garment is None:
        return outfit
    named = " ".join(part for part in (garment.detail, character.looks.outfit) if part)
    return worn_garment(outfit, named)


def _shown_off(outfit: Outfit, traits: Mapping[str, str]) -> Outfit:
    """Shorten sleeves and trouser legs if this is necessary to show a trait."""
    losses = [limb_loss(traits[key]) for key in ("limb_difference", "prosthesis") if key in traits]
    if "glucose_monitor" in traits or any(loss.limb == "arm" for loss in losses):
        outfit = replace(outfit, sleeves="short" if outfit.sleeves != "none" else "none")
    if "leg_orthosis" in traits or any(loss.limb == "leg" for loss in losses):
        bottom = "shorts" if outfit.bottom == "trousers" else outfit.bottom
        feet = "shoes" if outfit.feet == "boots" else outfit.feet
        outfit = replace(outfit, bottom=bottom, hem=min(outfit.hem, 0.42), feet=feet)
    return outfit


def look_of(character: Character) -> Look:
    """Read the look of a character. Details that the description does not give are chosen from the name,
    always in the same way."""
    looks = character.looks
    traits = {ref.id: fold(ref.detail) for ref in character.traits}
    age = float(character.age if character.age is not None else _AGES[character.kind])
    older = character.kind == "adult" and (age >= 58 or "active_older_adult" in traits)
    skin = _skin(character)
    eyes = first_of(fold(looks.eyes), EYES) or choice_for(
        character.name, "eyes", ("#7a4a2a", "#5d4030", "#957035")
    )
    hair = _hair(character, skin, older)
    if "albinism" in traits:
        skin, eyes = "#fbe6dc", "#8fa6bd"
        hair = replace(hair, colour="#f6ead0")
    species = None
    if character.kind == "animal":
        fur_words = " ".join(part for part in (looks.skin_tone, looks.hair) if part)
        species = species_of(f"{character.species or ''} {character.description}", character.name, fur_words)
        age = float(character.age if character.age is not None and character.age < 12 else 6)
    every = fold(" ".join(part for part in (looks.skin_tone, looks.other, character.description) if part))
    return Look(
        name=character.name,
        age=age,
        skin=skin,
        blush=mix(skin, "#d8483e", 0.32),
        eyes=eyes,
        hair=hair,
        outfit=_shown_off(_outfit(character), traits),
        species=species,
        traits=traits,
        freckles=has_any(every, ("freckle", "freckled", "freckles")),
        lashes=character.pronouns == "she/her",
        older=older,
    )
