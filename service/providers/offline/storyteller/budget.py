"""The number of words that a book may have, and the choice of sentences within this number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from random import Random

from service.domain.readability import word_count
from service.domain.story import AgeRange

_USUAL_SCENES = 4


@dataclass(frozen=True, slots=True)
class Budget:
    """The number of words in the whole book: minimum, target and maximum."""

    least: int
    target: int
    most: int


class Rank(IntEnum):
    """The priority of sentences: while the number of words allows more sentences, those with the first rank
    are included first."""

    CORE = 0
    EPISODE = 1
    ELDER = 2
    CAMEO = 3
    REFRAIN = 4
    DETAIL = 5


@dataclass(slots=True)
class Sentence:
    """A rendered line. The sentences of a group are included together or not at all. A group is left out if
    the group ``unless`` is included."""

    text: str
    rank: Rank
    group: int
    unless: int = 0
    told: bool = False


Paragraph = list[Sentence]


def is_rich(age: AgeRange) -> bool:
    """Whether books for this age use the longer version of moments."""
    return age in {"5-8", "8-10"}


def budget(age: AgeRange, scenes: int) -> Budget:
    """The budget of a book. It is always between 200 and 1000 words."""
    more = max(scenes - _USUAL_SCENES, 0)
    if age == "0-3":
        return Budget(200, 215 + 42 * more, 290 + 55 * more)
    if age == "3-5":
        return Budget(220, 270 + 52 * more, 296 + 62 * more)
    if scenes < _USUAL_SCENES:
        return Budget(300, 480, 730)
    if age == "5-8":
        return Budget(510, min(620 + 45 * more, 940), min(780 + 40 * more, 980))
    return Budget(560, min(740 + 35 * more, 960), min(880 + 25 * more, 990))


def keep_to(limits: Budget, pages: list[list[Paragraph]], chance: Random) -> None:
    """Mark the sentences that are included: all sentences of the core, then further sentences up to the
    maximum, and details up to the target."""
    sentences = [sentence for page in pages for paragraph in page for sentence in paragraph]
    total = _tell_all(sentence for sentence in sentences if sentence.rank is Rank.CORE)
    for rank in (Rank.EPISODE, Rank.ELDER, Rank.CAMEO, Rank.REFRAIN):
        for group in _groups(sentences, rank):
            if total + cost(group) <= limits.most and not _is_told(group[0].unless, sentences):
                total += _tell_all(group)
    details = [sentence for sentence in sentences if sentence.rank is Rank.DETAIL]
    chance.shuffle(details)
    for detail in details:
        fits = total < limits.target and total + cost([detail]) <= limits.most
        if fits and _has_its_group(detail, sentences):
            total += _tell_all([detail])


def cost(group: Iterable[Sentence]) -> int:
    """The number of words in the sentences."""
    return sum(word_count(sentence.text) for sentence in group)


def _tell_all(group: Iterable[Sentence]) -> int:
    """Mark the sentences as included. Returns the number of their words."""
    total = 0
    for sentence in group:
        sentence.told = True
        total += cost([sentence])
    return total


def _groups(sentences: Sequence[Sentence], rank: Rank) -> list[list[Sentence]]:
    groups: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        if sentence.rank is rank:
            groups.setdefault(sentence.group, []).append(sentence)
    return list(groups.values())


def _is_told(group: int, sentences: Iterable[Sentence]) -> bool:
    return any(sentence.told for sentence in sentences if sentence.group == group)


def _has_its_group(detail: Sentence, sentences: Iterable[Sentence]) -> bool:
    """Whether the episode of a detail is included. A detail is included only together with its episode."""
    return all(s.told for s in sentences if s.group == detail.group and s.rank is not Rank.DETAIL)
