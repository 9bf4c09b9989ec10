"""The types of values that fields can have: what each type allows, and how its values are normalized. Pure.

``check`` returns the normalized value, or raises ``ValueError`` with a sentence for the user.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic_core import PydanticCustomError

from service.api.sanitize import clean, is_blank, length
from service.genesis.paths import ID


class Field(Protocol):
    """The type of a field's value. If ``required`` is true, the stage is incomplete without this field."""

    @property
    def required(self) -> bool:
        """Whether the stage is incomplete without this field."""

    def check(self, value: Any) -> Any:
        """Normalize a value. Raises ``ValueError`` if the type does not allow the value."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most ``most`` visible characters (grapheme clusters)."""

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
    """A whole number between two limits, including both limits."""

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
    """One word from a fixed list."""

    words: tuple[str, ...]
    required: bool = False

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise ValueError(f"This must be one of: {', '.join(self.words)}.")
        return value


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts. The list is one value, not a collection."""

    each: int
    most: int
    least: int = 0
    required: bool = False

    def check(self, value: Any) -> list[str]:
        return [Text(self.each).check(item) for item in _list(value, self.least, self.most)]


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of an element in a collection. If the element is removed later, a finding reports this."""

    collection: str
    required: bool = False

    def check(self, value: Any) -> str:
        return _id(value)


@dataclass(frozen=True, slots=True)
class References:
    """The ids of elements in a collection, without duplicates."""

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
