"""The registry of the 39 inclusivity traits: data in ``traits.json``, in a stable order.

Verification levels: ``V``: a picture can show it, and a miss causes another try. ``P``: a picture shows it in
part, and a miss warns. ``N``: a vision model is never asked about it, and only the text is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal

from service.domain.story import Character, TraitRef, Value

Verification = Literal["V", "P", "N"]

#: The question that every other question about a character depends on.
PRESENCE = "Is {name} in the picture?"


class TraitQuestion(Value):
    """A yes/no question about a picture."""

    id: str
    """Id of the question within its trait."""
    text: str
    """The question. `{name}` stands for the character's name, and `{detail}` for the detail of the trait."""
    needs: str | None = None
    """Id of another question of the trait that must be answered yes first. Null: the character must only be
    in the picture."""


class Trait(Value):
    """One trait of the registry."""

    number: int
    """Place in the registry, from 1."""
    id: str
    """Id for requests, for example `manual_wheelchair`."""
    group: str
    """Id of the group that the trait belongs to, for example `mobility`."""
    group_name: str
    """Name of the group, for a person."""
    name: str
    """Name of the trait, for a person."""
    verification: Verification
    """How a picture is checked for it. `V`: it must be seen, or the picture is drawn again. `P`: a miss is a
    warning. `N`: a picture cannot show it, and only the text is checked."""
    detail: str | None = None
    """What a request should say in the detail of this trait: `which`, `where` or `named`. Null: nothing."""
    words: str
    """The usual word for it, which a character's preferred word replaces."""
    person: str
    """Words for a person who has the trait."""
    strength: str
    """A strength that goes with the trait, for the text."""
    need: str
    """What a person with the trait needs, for the text."""
    questions: tuple[TraitQuestion, ...] = ()
    """The questions that are asked of each picture of such a character."""


class Asked(Value):
    """A question about one character. ``needs`` is the text of the question that it depends on."""

    text: str
    character: str
    trait: str | None = None
    needs: str | None = None


@cache
def registry() -> dict[str, Trait]:
    """All traits by id, in the registry's order."""
    rows = json.loads(files("service.domain").joinpath("traits.json").read_text("utf-8"))
    return {row["id"]: Trait(**row) for row in rows}


def word_for(character: Character, trait: str) -> str:
    """The character's own word for a trait, or the usual one. Raises ``KeyError`` for an unknown trait."""
    return character.preferred_words.get(trait, "").strip() or registry()[trait].words


def questions_about(character: Character) -> tuple[Asked, ...]:
    """The questions about a picture that should show the character: presence first, then each trait.

    Traits that no picture can show have no questions, and unknown ids have none.
    """
    presence = Asked(text=_filled(PRESENCE, character.name, ""), character=character.name)
    known = [ref for ref in character.traits if ref.id in registry()]
    return (presence, *(asked for ref in known for asked in _about_trait(character, ref, presence.text)))


def _about_trait(character: Character, ref: TraitRef, presence: str) -> Iterator[Asked]:
    trait = registry()[ref.id]
    detail = (ref.detail or "").strip() or "as described"
    texts = {question.id: _filled(question.text, character.name, detail) for question in trait.questions}
    for question in trait.questions:
        needs = texts[question.needs] if question.needs else presence
        yield Asked(text=texts[question.id], character=character.name, trait=trait.id, needs=needs)


def _filled(text: str, name: str, detail: str) -> str:
    """The text with its slots filled once. Braces in a name or a detail stay unchanged."""
    parts = text.split("{name}")
    return name.join(part.replace("{detail}", detail) for part in parts)
