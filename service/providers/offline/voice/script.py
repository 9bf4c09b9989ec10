"""Makes the script of a text: the words that the voice speaks, each with the run of characters to which it
belongs.

A text is a sequence of *runs* (characters between white space). A run has no, one or several spoken *pieces*.
Pieces form clauses, and clauses form utterances. This module does not handle sound.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

from service.providers.offline.voice.figures import read_out

#: The pause after a sentence, after a paragraph, and at a cut within a long sentence, in seconds.
SENTENCE_REST = 0.42
PARAGRAPH_REST = 0.85
CUT_REST = 0.05

#: The maximum length of the spoken text of one run, and of one utterance, in characters.
RUN_LIMIT = 80
TOKEN_LIMIT = 40
CLAUSE_LIMIT = 160
UTTERANCE_LIMIT = 220

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")
_DASH_OR_DOTS = re.compile(r"(—|―|–|--+|…|\.{2,})")
_SIGNS = {"&", "+", "=", "@"}
_TITLES = {"Mr", "Mrs", "Ms", "Dr", "St", "Prof"}
_STOPS = "?!.;:,"
_STRETCHED = re.compile(r"([a-z])\1{2,}", re.I)
#: Lengthened words that are shortened to a single letter. Other lengthened words with o or e are shortened to
#: two letters (moo, whee).
_ONE_LETTER = re.compile(
    "no|so|go|hello|wow|slow|long|whoa|ow|how|now|below|very|help|yes|hey|me|he|she|we|be|"
    "never|ever|please|ready|well|yellow",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words to speak, and the index of the run to which they belong."""

    run: int
    spoken: str


@dataclass(frozen=True, slots=True)
class Clause:
    """Pieces that are spoken without a stop, and the stop after them: one of ``?!.;:,`` or an empty text."""

    pieces: tuple[Piece, ...]
    stop: str

    @property
    def length(self) -> int:
        """The number of symbols, including one separator after each piece."""
        return sum(len(piece.spoken) + 1 for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Utterance:
    """Clauses that are spoken together, and the pause after them in seconds. An utterance of a ``refrain`` is
    spoken more slowly, and always in the same way."""

    clauses: tuple[Clause, ...]
    rest: float
    refrain: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """The runs of a text in order, and the utterances that are spoken."""

    runs: tuple[str, ...]
    utterances: tuple[Utterance, ...]


def write(text: str, refrains: frozenset[str] = frozenset()) -> Script:
    """Make the script of a text. Any text is allowed. A run without spoken words has no piece. ``refrains``
    are sentences that come again in the book, as ``refrains_of`` returns them."""
    runs: list[str] = []
    utterances: list[Utterance] = []
    for paragraph in _PARAGRAPH.split(text):
        words = paragraph.split()
        spoken = [
            replace(unit, refrain=True) if said_again else unit
            for sentence in _sentences(words, len(runs))
            for said_again in [_words_of(sentence) in refrains]
            for unit in _utterances(sentence)
        ]
        if spoken:
            utterances += [*spoken[:-1], replace(spoken[-1], rest=PARAGRAPH_REST)]
        runs += words
    return Script(tuple(runs), tuple(utterances))


def refrains_of(texts: Sequence[str]) -> frozenset[str]:
    """The sentences of at least three words that a book has more than once, as ``write`` takes them."""
    said = [
        _words_of(sentence)
        for text in texts
        for paragraph in _PARAGRAPH.split(text)
        for sentence in _sentences(paragraph.split(), 0)
    ]
    return frozenset(words for words, count in Counter(said).items() if count > 1 and words.count(" ") > 1)


def _words_of(sentence: list[Clause]) -> str:
    return " ".join(piece.spoken for clause in sentence for piece in clause.pieces).lower()


def _sentences(words: list[str], first: int) -> list[list[Clause]]:
    """The sentences of one paragraph, each a list of clauses."""
    writing = _Sentences()
    for run, (word, following) in enumerate(zip_longest(words, words[1:], fillvalue=""), start=first):
        *inner, last = _parts("number" if _is_number_sign(word, following) else word)
        for spoken, stop in inner:
            writing.say(run, spoken)
            writing.stop(*_settle(spoken, stop, following="x"))
        writing.say(run, last[0])
        writing.stop(*_settle(*last, following))
    return writing.finish()


def _is_number_sign(word: str, following: str) -> bool:
    """Whether a run is "No." before a number."""
    return word in ("No.", "no.", "Nos.") and following[:1].isdigit()


class _Sentences:
    """Builds sentences from pieces and stops."""

    def __init__(self) -> None:
        self._sentences: list[list[Clause]] = [[]]
        self._pieces: list[Piece] = []

    def say(self, run: int, spoken: str) -> None:
        if spoken:
            self._pieces.append(Piece(run, spoken))

    def stop(self, mark: str, ends: bool) -> None:
        """End the clause if a mark is given, and end the sentence if ``ends`` is true. A separate stop, such
        as a closing quotation mark or a dash between spaces, makes the previous stop stronger."""
        if mark and self._pieces:
            self._sentences[-1].append(Clause(tuple(self._pieces), mark))
            self._pieces = []
        elif mark and self._sentences[-1]:
            last = self._sentences[-1][-1]
            self._sentences[-1][-1] = replace(last, stop=min(mark, last.stop, key=_STOPS.index))
        if ends and self._sentences[-1]:
            self._sentences.append([])

    def finish(self) -> list[list[Clause]]:
        """All sentences. The last sentence always ends with a full stop."""
        self.stop(".", True)
        return [sentence for sentence in self._sentences if sentence]


def _settle(spoken: str, stop: str, following: str) -> tuple[str, bool]:
    """The spoken stop, and whether the sentence ends at this stop. Both depend on the following text."""
    is_initial = len(spoken) == 1 and spoken.isupper() and spoken != "I"
    if stop == "." and (spoken in _TITLES or is_initial):
        return "", False
    goes_on = next((char.islower() for char in following if char.isalpha()), False)
    if stop == "." and goes_on:
        return ",", False
    return stop, stop in ("?", "!", ".") and not goes_on


def _utterances(sentence: list[Clause]) -> list[Utterance]:
    """A sentence as one utterance, or as several utterances if the sentence is too long."""
    breaths: list[list[Clause]] = [[]]
    for clause in (part for whole in sentence for part in _cut(whole)):
        if breaths[-1] and sum(c.length for c in breaths[-1]) + clause.length > UTTERANCE_LIMIT:
            breaths.append([])
        breaths[-1].append(clause)
    cuts = [Utterance(tuple(breath), CUT_REST) for breath in breaths[:-1]]
    return [*cuts, Utterance(tuple(breaths[-1]), SENTENCE_REST)]


def _cut(clause: Clause) -> list[Clause]:
    """Cut a clause into parts that are short enough for the voice."""
    if clause.length <= CLAUSE_LIMIT:
        return [clause]
    lengths: list[list[Piece]] = [[]]
    room = CLAUSE_LIMIT
    for piece in clause.pieces:
        if lengths[-1] and len(piece.spoken) > room:
            lengths.append([])
            room = CLAUSE_LIMIT
        lengths[-1].append(piece)
        room -= len(piece.spoken) + 1
    return [
        *(Clause(tuple(pieces), ",") for pieces in lengths[:-1]),
        Clause(tuple(lengths[-1]), clause.stop),
    ]


@lru_cache(maxsize=4096)
def _parts(word: str) -> tuple[tuple[str, str], ...]:
    """The spoken parts of one run: pairs of words and the stop after them."""
    word = read_out(word)
    segments = _DASH_OR_DOTS.split(word)
    parts: list[tuple[str, str]] = []
    room = RUN_LIMIT
    for place in range(0, len(segments), 2):
        spoken = _plain(segments[place])[:room]
        room -= len(spoken)
        mark = segments[place + 1] if place + 1 < len(segments) else ""
        stop = _stop(segments[place], mark, last=place + 3 == len(segments) and not segments[-1])
        if spoken or stop:
            parts.append((spoken, stop))
    return tuple(parts) or (("", ""),)


def _stop(segment: str, mark: str, *, last: bool) -> str:
    """The stop that results from the punctuation of a segment and from the dash or dots after it."""
    tail = re.search(r"[^\w]*$", segment)
    marks = tail.group() if tail else ""
    if last and mark.startswith((".", "…")):
        marks += "."
    elif mark:
        marks += ","
    return next((stop for stop in _STOPS if stop in marks), "")


def _plain(segment: str) -> str:
    """Reduce a segment to Latin letters and digits with single spaces. Other characters separate words and
    are not spoken."""
    if segment in _SIGNS:
        return segment
    kept = "".join(_said(char) for char in segment)
    kept = re.sub(r"(?<!\d)%|(?<!\d)[.,:](?!\w)|(?<!\w)[.,:']+|[.,:'-]+(?!\w)", " ", kept)
    kept = re.sub(r"(?<![A-Za-z\d])-(?!\d)", " ", kept)
    return " ".join(_token(token)[:TOKEN_LIMIT] for token in kept.split())


def _token(token: str) -> str:
    """Rewrite a word so that espeak reads it well: without capitals for shouting, and without lengthened
    letters ("Mooooo", "Yaaawn")."""
    if len(token) > 3 and token.isupper():
        token = token.lower()
    if not _STRETCHED.search(token) or not re.search("[aeiouy]", token, re.I):
        return token
    single = _STRETCHED.sub(r"\1", token)
    if _ONE_LETTER.fullmatch(single):
        return single
    doubled = re.sub(r"([eo])\1{2,}|([sflza])\2{2,}$", lambda long: long.group()[:2], token, flags=re.I)
    return _STRETCHED.sub(r"\1", doubled)


def _said(char: str) -> str:
    """The character for the voice: the same character, its plain form, or a space."""
    if char in "’‘ʼ":
        return "'"
    if char in ".,:'-%":
        return char
    if unicodedata.category(char) in ("Mn", "Cf"):
        return ""  # accents that stand alone, joiners and marks of direction part no word
    plain = unicodedata.normalize("NFKC", char) if char.isalpha() else char
    return plain if all(_is_readable(letter) for letter in plain) else " "


def _is_readable(char: str) -> bool:
    return (char.isascii() and char.isalnum()) or unicodedata.name(char, "").startswith("LATIN")
