"""The kinds of values that fields have: what each allows, and how it is made fit to keep. Pure.

``check`` returns the value as it is kept, or raises ``ValueError`` with a sentence for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic_core import PydanticCustomError

from service.api.sanitize import clean, is_blank, length
from service.genesis.paths import ID


class Field(Protocol):
    """What a field may hold. ``required``: its stage is incomplete without it."""

    @property
    def required(self) -> bool:
        """Whether its stage is incomplete without it."""

    def check(self, value: Any) -> Any:
        """The value as it is kept. Raises ``ValueError``."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most ``most`` characters, as a person counts them."""

    most: int
    required: bool = False

    def check(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("This must be a text.")
        try:
            text = clean(value)
        except PydanticCustomError as error:
            raise ValueError(error.message()) from error
        if is_blank(text):
            raise ValueError("This must not be empty.")
        if len(text) > self.most and (count := length(text)) > self.most:
            raise ValueError(f"This has {count} characters; at most {self.most} are allowed.")
        return text


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between two others, both included."""

    least: int
    most: int
    required: bool = False

    def check(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError("This must be a whole number.")
        if not self.least <= value <= self.most:
            raise ValueError(f"This must be between {self.least} and {self.most}.")
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    required: bool = False

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError("This must be true or false.")
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]
    required: bool = False

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise ValueError(f"This must be one of: {', '.join(self.words)}.")
        return value


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts; a whole value, not a collection."""

    each: int
    most: int
    least: int = 0
    required: bool = False

    def check(self, value: Any) -> list[str]:
        return [Text(self.each).check(item) for item in _list(value, self.least, self.most)]


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of an element of a collection, which may have left since: the checks find that."""

    collection: str
    required: bool = False

    def check(self, value: Any) -> str:
        return _id(value)


@dataclass(frozen=True, slots=True)
class References:
    """The ids of elements of a collection, each once."""

    collection: str
    most: int
    required: bool = False

    def check(self, value: Any) -> list[str]:
        return list(dict.fromkeys(_id(item) for item in _list(value, 0, self.most)))


def _list(value: Any, least: int, most: int) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError("This must be a list.")
    if not least <= len(value) <= most:
        wanted = str(most) if least == most else f"{least} to {most}"
        raise ValueError(f"This must have {wanted} entries.")
    return value


def _id(value: Any) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise ValueError("This must be the id of an element.")
    return value
