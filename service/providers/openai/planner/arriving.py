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
        self._read = 0
        self._depth = 0
        self._begin = 0
        self._in_text = self._escaped = False
        self._text = ""

    def feed(self, text: str) -> Iterator[Mapping[str, Any]]:
        """Each proposal that is complete now. ``text`` is all that has arrived."""
        self._text = text
        while self._read < len(text):
            character = text[self._read]
            self._read += 1
            if self._in_text:
                self._follow_text(character)
            elif character == '"':
                self._in_text = True
            elif character in "{[":
                if character == "{" and self._depth == _PROPOSAL:
                    self._begin = self._read - 1
                self._depth += 1
            elif character in "}]":
                self._depth -= 1
                if character == "}" and self._depth == _PROPOSAL:
                    yield from _object(text[self._begin : self._read])

    def _follow_text(self, character: str) -> None:
        if self._escaped:
            self._escaped = False
        elif character == "\\":
            self._escaped = True
        elif character == '"':
            self._in_text = False

    def growing(self) -> Mapping[str, Any]:
        """What is written of the proposal that is not complete: whole fields, and whole elements."""
        if self._depth <= _PROPOSAL:
            return {}
        try:
            partial = from_json(self._text[self._begin :], allow_partial=True)
        except ValueError:
            return {}
        return _whole(partial) if isinstance(partial, dict) else {}


def _whole(partial: dict[str, Any]) -> dict[str, Any]:
    """Without the last field, which may go on; of a list of elements, without the last one."""
    *done, last = partial.items() if partial else [("", None)]
    made = dict(done)
    if isinstance(last[1], list) and all(isinstance(item, dict) for item in last[1]):
        made[last[0]] = last[1][:-1]
    return made


def _object(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        made = from_json(text)
    except ValueError:
        return
    if isinstance(made, dict):
        yield made
