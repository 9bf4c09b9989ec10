"""The proposals of an answer while it arrives: which are complete, and what is written of the next. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import from_json

#: The depth of a proposal's object: in the list of the answer's object.
_PROPOSAL = 2


class Arriving:
    """Follows the JSON of ``{"proposals": [{…}, …]}``. Each character is looked at once."""

    def __init__(self) -> None:
        self._text = ""
        self._read = self._begin = 0
        self._depth = 0
        self._in_text = self._escaped = False
        self._last = ""
        #: Where the newest whole field or element of the proposal ends, if it was not shown yet.
        self._end: int | None = None

    def feed(self, text: str) -> Iterator[Mapping[str, Any]]:
        """Each proposal that is complete now. ``text`` is all that has arrived."""
        self._text = text
        while self._read < len(text):
            character = text[self._read]
            self._read += 1
            if self._in_text:
                self._follow_text(character)
                continue
            if self._follow(character):
                self._end = None
                yield from _object(text[self._begin : self._read])
            if not character.isspace():
                self._last = character

    def _follow(self, character: str) -> bool:
        """Whether a proposal ends with this character, which is no part of a text."""
        if character == '"':
            self._in_text = True
        elif character in "{[":
            if character == "{" and self._depth == _PROPOSAL:
                self._begin = self._read - 1
            self._depth += 1
        elif character in "}]":
            self._depth -= 1
            return character == "}" and self._depth == _PROPOSAL
        elif character == "," and self._ends_a_part():
            self._end = self._read - 1
        return False

    def _ends_a_part(self) -> bool:
        """Whether a comma comes after a whole field, or after a whole element of a list."""
        return self._depth == _PROPOSAL + 1 or (self._depth == _PROPOSAL + 2 and self._last == "}")

    def _follow_text(self, character: str) -> None:
        if self._escaped:
            self._escaped = False
        elif character == "\\":
            self._escaped = True
        elif character == '"':
            self._in_text = False

    def growing(self) -> Mapping[str, Any]:
        """The whole fields and elements of the proposal that is not complete; empty where none has come
        since."""
        end, self._end = self._end, None
        if end is None:
            return {}
        try:
            partial = from_json(self._text[self._begin : end], allow_partial=True)
        except ValueError:
            return {}
        return partial if isinstance(partial, dict) else {}


def _object(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        made = from_json(text)
    except ValueError:
        return
    if isinstance(made, dict):
        yield made
