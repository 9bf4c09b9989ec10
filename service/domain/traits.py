"""The registry of the 39 inclusivity traits. ``traits.json`` has the data, in a stable order.

Each trait has a verification level. ``V``: pictures can show the trait, and a picture without it is drawn
again. ``P``: pictures can show the trait in part, and a picture without it causes a warning. ``N``: pictures
are not checked for the trait, and only the text is checked.
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
    """Id of another question of the trait. This question is asked only if the answer to that question is yes.
    Null means that the character only has to be in the picture."""


class Trait(Value):
    """One trait of the registry."""

    number: int
    """Position of the trait in the registry, from 1."""
    id: str
    """Id for requests, for example `manual_wheelchair`."""
    group: str
    """Id of the group that the trait belongs to, for example `mobility`."""
    group_name: str
    """Human-readable name of the group."""
    name: str
    """Human-readable name of the trait."""
    verification: Verification
    """How pictures are checked for the trait. `V`: a picture without it is drawn again. `P`: a picture
    without it causes a warning. `N`: a picture cannot show it, and only the text is checked."""
    detail: str | None = None
    """What the `detail` of this trait in a request should say: `which` one, `where` it is, or how it is
    `named`. Null if the trait needs no detail."""
    words: str
    """Usual word for the trait. The preferred word of a character replaces it."""
    person: str
    """Phrase for a person who has the trait."""
    strength: str
    """Strength of a person with the trait. The text can mention it."""
    need: str
    """What a person with the trait needs. The text can mention it."""
    questions: tuple[TraitQuestion, ...] = ()
    """Questions about each picture of a character with the trait."""


class Asked(Value):
    """A question about one character. ``needs`` is the text of another question: this one is asked only if
    the answer to that one is yes."""

    text: str
    character: str
    trait: str | None = None
    needs: str | None = None


@cache
def registry() -> dict[str, Trait]:
    """Return all traits by id, in the order of the registry."""
    rows = json.loads(files("service.domain").joinpath("traits.json").read_text("utf-8"))
    return {row["id"]: Trait(**row) for row in rows}


def word_for(character: Character, trait: str) -> str:
    """Return the character's preferred word for a trait, or else the usual word. Raises ``KeyError`` for an
    unknown trait."""
    return character.preferred_words.get(trait, "").strip() or registry()[trait].words


def questions_about(character: Character) -> tuple[Asked, ...]:
    """Return the questions about a picture that should show the character. The first question is whether the
    character is in the picture. Questions about each trait follow.

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
    """Return the text with its placeholders replaced in one pass. Braces in a name or a detail stay
    unchanged."""
    parts = text.split("{name}")
    return name.join(part.replace("{detail}", detail) for part in parts)
