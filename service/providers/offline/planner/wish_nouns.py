"""Common nouns of an inspiration: what stands after an article or an owner, and the hero's trade."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from service.providers.offline.planner.lexicon import look_up
from service.providers.offline.planner.wish_names import without_names
from service.providers.offline.planner.word_lists import kin, listed, pronoun_of

_DETERMINED = re.compile(
    r"(?:\b(a|an|the|her|his|my|their|our|one|every)|(?:father|mother|·)['’]s) (?=((?:[a-zà-ÿ'’-]+ ?){1,5}))"
)
#: Of "her daughter's shop" the daughter, who is alive.
_OWNER = re.compile(r"([a-z-]+)['’]s ")
_VERBS = {"is", "was", "has", "will", "can"}
_CALLED = re.compile(r"\b(?:girl|boy|woman|man) (?:called|named)")
_SHORT = 400
#: A person who is named by a relation to somebody with a trade: ``lighthouse keeper's daughter``.
_OF_A_TRADE = re.compile(r"((?:\w+ )?(\w+))['’]s (daughter|son|widow|wife|husband|apprentice|child)\b")
_LONGEST_WORD = 30


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun with what describes it (``phrase``), its class or ``relation`` (``kind``), and how often it
    occurs."""

    phrase: str
    word: str
    kind: str
    count: int = 1

    @property
    def role(self) -> str:
        """The role that suits a relation; empty for anything else."""
        return kin().get(self.word, "") if self.kind == "relation" else ""

    @property
    def pronoun(self) -> str:
        """The pronoun of a relation, where it has one."""
        return pronoun_of(self.word)


def nouns(text: str) -> tuple[list[Noun], str]:
    """The nouns of a text, each once, and the trade of its hero (empty where none is named)."""
    lowered = without_names(text)
    found: dict[str, Noun] = {}
    trade, read_to = "", 0
    for match in _DETERMINED.finditer(lowered):
        noun, after = _noun(match[2]), lowered[match.end() :][: len(match[2]) + 1]
        if (owner := _OWNER.match(match[2])) and kin().get(owner[1]) == "Y":
            found.setdefault(owner[1], Noun(owner[1], owner[1], "relation"))
        if noun is None or _owns(noun, after) or (noun.kind == "person" and f"{noun.phrase} ·" in after):
            continue
        end = match.end() + len(noun.phrase)
        if end == read_to:  # of "her father's logbook" the logbook has been read
            continue
        read_to = end
        if (
            noun.kind == "person"
            and trade
            and " and " not in trade
            and lowered[: match.start()].endswith((" is ", " was "))
        ):
            trade = f"{trade} and {noun.phrase}"
        elif _is_no_one(noun):
            continue
        elif noun.kind == "person" and not trade and _may_be_trade(match[1], lowered):
            trade = noun.phrase
            found |= _place_of_work(trade)
        else:
            base = look_up(noun.word)[0]
            found[base] = replace(found[base], count=found[base].count + 1) if base in found else noun
    return list(found.values()), trade


def _place_of_work(trade: str) -> dict[str, Noun]:
    """The building that a trade names, as the lighthouse of a lighthouse keeper."""
    first = trade.split()[0]
    return {first: Noun(first, first, "building")} if look_up(first)[1] == "building" else {}


def _noun(following: str) -> Noun | None:
    """The noun that the words after an article lead to, within three words."""
    if (owned := _OF_A_TRADE.match(following)) and look_up(owned[2])[1] == "person":
        return Noun(owned[0], owned[3], "person")
    words = following.split()
    at = _end_of_first_run(words)
    if at is None:
        return None
    phrase = " ".join(words[: at + 1])
    if words[at + 1 : at + 2] == ["of"] and len(words) > at + 2 and _kind(words[at + 2]):
        phrase = f"{phrase} of {words[at + 2]}"
    return Noun(phrase, words[at], _kind(words[at]))


def _end_of_first_run(words: list[str]) -> int | None:
    """Where the first run of nouns within three words ends: ``sea chest`` is a chest."""
    end = None
    for at, word in enumerate(words[:3]):
        if _ends_a_phrase(word) or (end is not None and not _kind(word)) or (at and word in listed("finite")):
            break
        end = at if _kind(word) else end
    return end


def _ends_a_phrase(word: str) -> bool:
    return word in _VERBS or word in listed("empty") or len(word) > _LONGEST_WORD


def _kind(word: str) -> str:
    if _ends_a_phrase(word):
        return ""
    return "relation" if word in kin() else look_up(word)[1]


def _is_no_one(noun: Noun) -> bool:
    """Whether the noun names nobody in particular: a crowd, or a person like any other."""
    crowd = noun.kind == "person" and look_up(noun.word)[0] != noun.word
    return crowd or noun.word in listed("anybody") or "'" in noun.word.replace("’", "'")


def _owns(noun: Noun, following: str) -> bool:
    return noun.kind == "relation" and following.startswith((f"{noun.phrase}'s", f"{noun.phrase}’s"))


def _may_be_trade(determiner: str, lowered: str) -> bool:
    return determiner in ("a", "an", "the") and len(lowered) < _SHORT and not _CALLED.search(lowered)
