"""What a person leans to and shuns, by the words of feedback, an instruction and what is to be avoided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.providers.offline.planner.corpus import Piece, pieces, telling_words
from service.providers.offline.planner.feedback import SHUNNED, wanted, without_people
from service.providers.offline.planner.word_lists import audience_of, genre_of, listed, matters_of, tones_of
from service.providers.offline.planner.words import bag, stem
from service.providers.protocols import PlanAsk

#: The keys in which a word counts for more than in a scene.
_PITCH = ("premise", "log", "titles", "question", "statement", "tension")
_KINDS = ("kit", "sit", "theme", "arc", "carrier")


@dataclass(frozen=True, slots=True)
class Taste:
    """``shun`` holds sets of stems: a piece that has all of one set is left out. So is one that tells of one
    of the ``matters``."""

    lean: frozenset[str] = frozenset()
    shun: tuple[frozenset[str], ...] = ()
    matters: tuple[re.Pattern[str], ...] = ()
    genre: str = ""
    audience: str = ""
    #: Tones that are wanted, and that are not.
    tones: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    def allows(self, piece: Piece) -> bool:
        """Whether nothing that is shunned stands in the piece."""
        told = any(matter.search(piece.text) for matter in self.matters)
        return not told and not any(words <= piece.stems for words in self.shun)

    def pull(self, piece: Piece) -> int:
        """How many of the wanted words the piece has."""
        pitch = set(map(stem, telling_words(piece, *_PITCH)))
        return len(self.lean & piece.stems) + 2 * len(self.lean & pitch) + 3 * self._tone(piece)

    def _tone(self, piece: Piece) -> int:
        own = set(piece.words("tone"))
        wanted = sum(len(own & listed(f"tones_{tone}")) for tone in self.tones)
        return wanted - sum(len(own & listed(f"tones_{tone}")) for tone in self.unwanted)

    def allowed(self, found: Iterable[Piece]) -> list[Piece]:
        """Those that it allows; all where it allows none."""
        every = list(found)
        return [piece for piece in every if self.allows(piece)] or every

    def ordered(self, found: Iterable[Piece]) -> list[Piece]:
        """Those that it allows, what it leans to first, else in the given order."""
        return sorted(self.allowed(found), key=lambda piece: -self.pull(piece))


def taste_of(ask: PlanAsk) -> Taste:
    """The taste that an ask shows."""
    said = [without_people(text) for text in (*ask.feedback, ask.instruction) if text.strip()]
    wants, shuns = zip(*map(_read, said), strict=True) if said else ((), ())
    unwanted = (*(phrase for some in shuns for phrase in some), *ask.avoid)
    return Taste(
        lean=frozenset().union(*wants),
        shun=tuple(_stems(unwanted)),
        matters=tuple(matter for phrase in unwanted for matter in matters_of(phrase)),
        genre=next(filter(None, map(genre_of, map(_wanted, reversed(said)))), ""),
        audience=next(filter(None, map(audience_of, map(_wanted, reversed(said)))), ""),
        tones=tuple(dict.fromkeys(tone for text in said for tone in tones_of(_wanted(text)))),
        unwanted=tuple(dict.fromkeys(tone for phrase in unwanted for tone in tones_of(phrase))),
    )


def _stems(phrases: Iterable[str]) -> Sequence[frozenset[str]]:
    found = (frozenset(map(stem, bag(phrase))) for phrase in phrases)
    return [words for words in found if words]


def _wanted(text: str) -> str:
    return wanted(text).lower()


def _read(text: str) -> tuple[frozenset[str], Sequence[str]]:
    """The stems that a text wants, and the phrases that it does not want."""
    unwanted = (found[1].split(" or ") for found in SHUNNED.finditer(text.replace("’", "'").lower()))
    leant = frozenset(map(stem, bag(_wanted(text)) - listed("asking")))
    return leant, [phrase for phrases in unwanted for phrase in phrases]


def is_shunned(text: str) -> bool:
    """Whether a text names something that is not wanted, and of which some piece tells."""
    phrases = _read(text)[1]
    every = [piece for kind in _KINDS for piece in pieces(kind).values()]
    shuns = _stems(phrases)
    return any(map(matters_of, phrases)) or any(words <= one.stems for words in shuns for one in every)
