"""A title for each chapter: a short piece of one of its beats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from service.providers.offline.planner.word_lists import listed
from service.providers.offline.planner.words import bag, capital

_PIECES = re.compile(r"[.;:?!]|, and |, but ")
_SPEECH = re.compile(r"[“”§]|\b(says|asks|said)\b")
_SPOKEN = re.compile(r"“[^”]*”?")
_POINTING = re.compile(r"(?:That|This|It|There|Is|Are|Was|Then|So|Why|How|What) ")
_MOST_WORDS = 10
#: The first words of a chapter that a person's own text tells.
_QUOTED = re.compile(r"^As the text has it: “([^,;.]+)")
_OF_TEXT = 7
_PRONOUN = re.compile(r"\b(she|he|her|him|his|it|they|them)\b")


class Written(Protocol):
    """A scene, as far as a title needs it."""

    @property
    def beats(self) -> list[str]:
        """The events of the scene, in order."""

    @property
    def summary(self) -> str:
        """The scene in a sentence."""


class Titles:
    """Titles of one novel, none of them twice."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._taken: set[str] = set()

    def of(self, head: Written, scenes: Sequence[Written]) -> str:
        """A title for the chapter of these scenes, of which ``head`` leads."""
        if said := _QUOTED.search(head.summary):
            title = self._fresh(capital(" ".join(said[1].split()[:_OF_TEXT]).rstrip(",;:")))
            self._taken.add(title.lower())
            return title
        found = [piece for piece in _pieces([head, *scenes]) if not self._is_like_another(piece)]
        title = capital(min(found, key=self._weight)) if found else self._fresh(_beginning(head.summary))
        self._taken.add(title.lower())
        return title

    def _is_like_another(self, piece: str) -> bool:
        """Whether a chapter has this title already, or one with most of its telling words."""
        own = bag(piece)
        return piece.lower() in self._taken or any(
            2 * len(own & other) > min(len(own), len(other)) > 0 for other in map(bag, self._taken)
        )

    def _weight(self, piece: str) -> int:
        """Names, pronouns and pieces of one or two words weigh; a thing with its article is best."""
        return (
            2 * bool(_PRONOUN.search(piece.lower()))
            + any(name in piece for name in self._names)
            + 2 * bool(_POINTING.match(piece))
            + (len(piece.split()) < 4)
            + 3 * (len(piece.split()) == 2)
            - (piece.split()[0].lower() in listed("articles"))
        )

    def _fresh(self, title: str) -> str:
        at = 2
        numbered = title
        while numbered.lower() in self._taken:
            numbered, at = f"{title}, {at}", at + 1
        return numbered


def _beginning(summary: str) -> str:
    """The start of a summary, as far as it can end there and is a title's length."""
    done = re.sub(r"^(?:At|In) [^:]+: ", "", summary)
    words = re.split(r", but\b|[:;]", done)[0].split()
    ends = [
        at
        for at in range(2, min(len(words), _MOST_WORDS) + 1)
        if (at == len(words) or words[at] in listed("joints")) and words[at - 1] not in listed("dangling")
    ]
    return capital(" ".join(words[: max(ends, default=_MOST_WORDS)]).rstrip(","))


def _pieces(scenes: Sequence[Written]) -> Iterator[str]:
    for scene in scenes:
        for beat in scene.beats:
            for piece in _PIECES.split(_SPOKEN.sub("§", beat)):
                if _may_be_title(words := piece.strip(" “”,.")):
                    yield words


def _may_be_title(piece: str) -> bool:
    words = piece.split()
    return (
        2 <= len(words) <= 8
        and (piece[0].isupper() or words[0] in listed("title_openers"))
        and words[-1].lower() not in listed("dangling")
        and not _SPEECH.search(piece)
    )
