"""What a person leans to and shuns, by the words of feedback, an instruction and what is to be avoided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.providers.offline.planner.corpus import Piece, pieces, telling_words
from service.providers.offline.planner.wish import understand
from service.providers.offline.planner.word_lists import audience_of, genre_of, listed
from service.providers.offline.planner.words import bag, stem
from service.providers.protocols import PlanAsk

_SHUNNED = re.compile(
    r"\b(?:not|no|without|never|less|fewer|avoid|drop|don't want)\s+"
    r"(?:(?:a|an|the|any|more|so|too|as|that|very|quite|much|many|about|like)\s+)*([\w'-]+(?:\s+or\s+[\w'-]+)*)",
    re.IGNORECASE,
)
#: The keys in which a word counts for more than in a scene.
_PITCH = ("premise", "log", "titles", "question", "statement", "tension")
_KINDS = ("kit", "sit", "theme", "arc", "carrier")


@dataclass(frozen=True, slots=True)
class Taste:
    """``shun`` holds sets of stems: a piece that has all of one set is left out. ``unheard`` are the texts of
    a person to which no piece answers."""

    lean: frozenset[str] = frozenset()
    shun: tuple[frozenset[str], ...] = ()
    genre: str = ""
    audience: str = ""
    unheard: tuple[str, ...] = ()

    def allows(self, piece: Piece) -> bool:
        """Whether nothing that is shunned stands in the piece."""
        return not any(words <= piece.stems for words in self.shun)

    def pull(self, piece: Piece) -> int:
        """How many of the wanted words the piece has."""
        pitch = set(map(stem, telling_words(piece, *_PITCH)))
        return len(self.lean & piece.stems) + 2 * len(self.lean & pitch)

    def allowed(self, found: Iterable[Piece]) -> list[Piece]:
        """Those that it allows; all where it allows none."""
        every = list(found)
        return [piece for piece in every if self.allows(piece)] or every

    def ordered(self, found: Iterable[Piece]) -> list[Piece]:
        """Those that it allows, what it leans to first, else in the given order."""
        return sorted(self.allowed(found), key=lambda piece: -self.pull(piece))


def taste_of(ask: PlanAsk) -> Taste:
    """The taste that an ask shows."""
    said = [text for text in (*ask.feedback, ask.instruction) if text.strip()]
    wants, shuns = zip(*map(_read, said), strict=True) if said else ((), ())
    return Taste(
        lean=frozenset().union(*wants),
        shun=(*(one for some in shuns for one in some), *_stems(ask.avoid)),
        genre=next(filter(None, map(genre_of, map(_wanted, reversed(said)))), ""),
        audience=next(filter(None, map(audience_of, map(_wanted, reversed(said)))), ""),
        unheard=tuple(text for text in said if not _is_heard(text, is_instruction=text == ask.instruction)),
    )


def _stems(phrases: Iterable[str]) -> Sequence[frozenset[str]]:
    found = (frozenset(map(stem, bag(phrase))) for phrase in phrases)
    return [words for words in found if words]


def wanted(text: str) -> str:
    """The text without what it does not want."""
    return _SHUNNED.sub(" ", text.replace("’", "'"))


def _wanted(text: str) -> str:
    return wanted(text).lower()


def _read(text: str) -> tuple[frozenset[str], Sequence[frozenset[str]]]:
    """The stems that a text wants, and the sets of stems that it does not want."""
    unwanted = (found[1].split(" or ") for found in _SHUNNED.finditer(text.replace("’", "'").lower()))
    leant = frozenset(map(stem, bag(_wanted(text)) - listed("asking")))
    return leant, _stems(phrase for phrases in unwanted for phrase in phrases)


def _is_heard(text: str, *, is_instruction: bool) -> bool:
    leant, unwanted = _read(text)
    known = (piece.stems for kind in _KINDS for piece in pieces(kind).values())
    named = is_instruction and bool(understand(wanted(text)).named)
    return (
        named
        or bool(genre_of(_wanted(text)) or audience_of(_wanted(text)))
        or any(leant & stems or any(words <= stems for words in unwanted) for stems in known)
    )
