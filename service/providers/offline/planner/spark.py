"""What a short inspiration says, as a sentence with the hero's name: the writer's own premise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from service.providers.offline.planner.lexicon import look_up
from service.providers.offline.planner.wish_names import first_names
from service.providers.offline.planner.word_lists import kin, listed, pronoun_of

#: A longer text is no spark.
_LONGEST = 700
_LONGEST_SENTENCE = 240
#: A hero stands among so many first words.
_NEAR_START = 8
_SENTENCES = re.compile(r"[^.!?]+[.!?]*")
#: How a writer introduces a spark: ``For ages 8 to 12:``, ``A story about``.
_INTRODUCTION = re.compile(
    r"^(?:[^.:]{3,60}: |(?:(?:please )?(?:write|make|plan|give)[^.]{0,40}|(?:i want|i'd like)[^.]{0,40}|"
    r"(?:an?|the) (?:[\w-]+ ){0,4}(?:story|novel|book|tale|comedy|romance|adventure|mystery|thriller))"
    r"(?: for [\w -]{3,30})?,? (?:about|of|in which|where) )",
    re.IGNORECASE,
)
#: A sentence that orders a book and tells nothing of it.
_ORDER = re.compile(
    r"^(?:please|i want|i would|i'd|write|make|give|set in|genre|for ages|(?:an?|the) (?:[\w-]+ ){0,3}"
    r"(?:story|novel|book|mystery|romance|comedy|thriller|adventure)\b)",
    re.IGNORECASE,
)
#: A sentence that says who somebody is, and not what happens.
_SAYS_WHO = re.compile(r"^(?:[\w’'-]+ ){1,4}(?:is|was|are) (?:an?|the|called) ")
#: For what a hero is on the way.
_WAY = re.compile(
    r"\b(?:walk|travel|cross|ride|sail|drive|hike|march|journey)(?:s|es)? [^,;.]*? to "
    r"([a-z]+ (?:the|an?|her|his|their) [^,;.]+)"
)
#: What a hero loses, and what is ahead of one.
_LOST = re.compile(r"\b(?:loses?|(?:has|have) lost|misplaces?) (?:the|an?|her|his|their) ([^,;.]+)")
_AHEAD = re.compile(r"\b(?:before|until) (?:the|her|his|their) ((\w+)(?: of (?:her|his|their|the|a) \w+)?)")
#: Somebody else who is only named at the end.
_ALSO = re.compile(r", and ((?:an?|the) (?:[\w-]+ ){1,3}(?:who|that) )")
_DETERMINER = re.compile(r"\b(?:an?|the|one) (?=((?:[a-zà-ÿ'’-]+ ?){1,4}))", re.IGNORECASE)
_PAIR = re.compile(r"\b(?:[Tt]wo|[Tt]win) ((?:[a-z-]+ ?){1,3})(?=(.?))")
_PURPOSE = re.compile(
    r"(?<!that )(?<!which )\b(?:must|ha(?:s|ve) to|wants? to|(?:tries|try) to|sets? out to|decides? to|"
    r"needs to|longs to|plans to|hopes to|vows to|is determined to|is asked to|is ordered to|agrees to) "
    r"((?!be\b|never\b|not\b)[^,;.]+?)(?=$|[,;.]| but | and (?:finds|discovers|learns|falls) )"
)
_WHO = re.compile(r"^,? (?:who|that) ")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two heroes without names: what they are (``sister``), and how the text has them (``two sisters``)."""

    noun: str
    said: str

    @property
    def pronoun(self) -> str:
        """The pronoun that the noun has; may be empty."""
        return pronoun_of(self.noun)


@dataclass(frozen=True, slots=True)
class Hero:
    """The first person of a sentence: their noun with its article, and where it stands."""

    said: str
    noun: str
    start: int
    end: int


def spark_sentence(text: str) -> str:
    """The first sentence that tells something, without its introduction and its full stop; empty for a text
    that tells nothing, or is too long for a spark."""
    if len(text) > _LONGEST:
        return ""
    for found in _SENTENCES.findall(" ".join(text.split())):
        sentence = _INTRODUCTION.sub("", found.strip()).strip().rstrip(".")
        if len(sentence.split()) > 3 and not _ORDER.match(sentence) and not _SAYS_WHO.match(sentence):
            return sentence if len(sentence) <= _LONGEST_SENTENCE else ""
    return ""


@lru_cache(maxsize=64)
def pair_of(text: str) -> Pair | None:
    """The two heroes without names of whom a text tells; None where it tells of none."""
    sentence = spark_sentence(text)
    found = _PAIR.search(sentence)
    if found is None or len(sentence[: found.start()].split()) > _NEAR_START:
        return None
    words = found[1].split()
    ends = (at for at, word in enumerate(words) if word in listed("finite") | listed("phrase_ends"))
    noun = words[: next(ends, len(words))]
    singular = _one_of(noun[-1]) if noun else ""
    if not singular or re.match(r",? [A-ZÀ-Þ]", sentence[found.start(1) + len(" ".join(noun)) :]):
        return None
    return Pair(singular, f"{found[0].split()[0].lower()} {' '.join(noun)}")


def _one_of(plural: str) -> str:
    """The singular of a plural noun for people; empty for any other word."""
    irregular = {"men": "man", "women": "woman", "children": "child", "thieves": "thief"}
    noun = irregular.get(plural) or plural.removesuffix("s")
    return noun if noun != plural and _is_person(noun) else ""


@lru_cache(maxsize=64)
def hero_of(text: str) -> Hero | None:
    """The hero without a name of whom a text tells; None where it tells of none."""
    sentence = spark_sentence(text)
    for found in _DETERMINER.finditer(sentence):
        words = found[1].split()
        ends = [at for at, word in enumerate(words) if _is_person(word)]
        within = [at for at in ends if not set(words[:at]) & (listed("finite") | listed("empty"))]
        if within and not found[1].startswith(("called", "named")):
            noun = " ".join(words[: within[-1] + 1])
            end = found.end() + len(noun)
            if re.match(r"['’]s\b| (?:called|named) ", sentence[end:]):
                continue
            return Hero(f"{found[0].lower()}{noun}", words[within[-1]], found.start(), end)
    return None


def _is_person(word: str) -> bool:
    found, kind = look_up(word)
    known = found == word and kind in ("person", "spirit", "animal")
    return (
        known
        or word in kin()
        or any(word in listed(name) for name in ("anybody", "machine"))
        or (not kind and word.endswith(("ist", "man", "woman", "onomer", "keeper", "maker")))
    )


def tells(text: str) -> bool:
    """Whether a text tells something of somebody that can stand as a sentence."""
    return bool(told(text, "Ada", "Bea"))


def told(text: str, hero: str, other: str) -> str:
    """The spark as a sentence without a full stop, in which the hero has a name, and a pair two; empty where
    the text tells nothing of a hero."""
    sentence = spark_sentence(text)
    if not sentence:
        return ""
    if pair := pair_of(text):
        return re.sub(re.escape(pair.said), f"{hero} and {other}", sentence, count=1, flags=re.IGNORECASE)
    if _has_name(sentence) or re.search(rf"\b{re.escape(hero.split()[0])}\b", sentence):
        return sentence if _verb_at(sentence.split(), own=True) is not None else ""
    found = None if _has_name(text) else hero_of(text)
    return _with_name(sentence, found, hero) if found else ""


def _has_name(text: str) -> bool:
    return any(word in first_names() for word in re.findall(r"(?<!^)(?<!\. )\b[A-ZÀ-Þ]\w+", text)) or any(
        text.startswith(name) for name in first_names()
    )


def _with_name(sentence: str, found: Hero, hero: str) -> str:
    before, after = sentence[: found.start].rstrip(), sentence[found.end :]
    before = f"{before.rstrip(',')}, " if before else ""
    bare = found.noun in listed("anybody") and len(found.said.split()) == 2
    named = hero if bare else f"{hero}, {found.said},"
    if who := _WHO.match(after):
        clause, main = _divided(_ALSO.sub(r", and there is \1", after[who.end() :]))
        if not main:
            return f"{before}{hero} {clause}" if bare else f"{before}{named} {clause}"
        return f"{before}{hero}, {'' if bare else f'{found.said} '}who {clause}, {main}"
    words = after.split()
    verb = _verb_at(words, own=True)
    if verb is None:
        alone = not before and " and " not in after and "," not in after
        return f"{hero} is {found.said}{after}" if alone else ""
    if after.startswith(" and "):
        return f"{before}{named}{after}"
    if after.startswith(","):
        return f"{before}{named.rstrip(',')}{after}"
    if verb and not bare and words[0] in listed("phrase_ends") | {"of"}:
        return f"{before}{named.rstrip(',')} {' '.join(words[:verb])}, {' '.join(words[verb:])}"
    return f"{before}{named}{after}"


def _divided(clause: str) -> tuple[str, str]:
    """What follows "who", divided into the clause and the verb of the sentence with all that follows; the
    second part is empty where the sentence has no verb of its own."""
    words = clause.split()
    first = _verb_at(words)
    if first is None:
        return clause, ""
    start = first + 1
    while (second := _verb_at(words, start)) is not None:
        own = words[second - 1].rstrip(",") not in listed("before_clause")
        if own and (words[second].endswith("s") or words[second] in listed("modal")):
            return " ".join(words[:second]).rstrip(","), " ".join(words[second:])
        start = second + 1
    return clause, ""


def _verb_at(words: list[str], start: int = 0, *, own: bool = False) -> int | None:
    """Where the next finite verb stands: with ``own`` one that is not of a clause with "who" or "that"."""
    for at in range(start, len(words)):
        before = words[at - 1].lower() if at else ""
        word = words[at].strip(",").lower()
        unknown = not at and word.endswith("s") and not look_up(word)[1]
        if not (unknown or word in listed("finite")) or before in listed("before_noun"):
            continue
        if not (own and before in ("who", "that", "which")):
            return at
    return None


def purpose_of(statement: str) -> str:
    """What the sentence says that its hero must or wants to do, as an infinitive; may be empty."""
    found = _PURPOSE.search(statement)
    if found and not re.search(r", (?:and|but) ", statement[: found.start()]):
        return f"to {found[1].strip()}"
    if way := _WAY.search(statement):
        return f"to {way[1]}"
    if lost := _lost(statement):
        return f"to find the {lost} again"
    ahead = _AHEAD.search(statement)
    return f"to face the {ahead[1]}" if ahead and look_up(ahead[2])[1] == "event" else ""


def _lost(statement: str) -> str:
    """The thing that a sentence says its hero has lost; may be empty."""
    found = _LOST.search(statement)
    return _noun_phrase(found[1].split()) if found else ""


def matter_of(statement: str) -> str:
    """What a sentence is about, as a definite noun phrase: what its hero has to do, where this is no thing,
    else the thing itself; may be empty."""
    thing, purpose = _thing_of(statement), purpose_of(statement)
    verb, _, rest = purpose.removeprefix("to ").partition(" ")
    if purpose and rest.split(" ")[0] in listed("phrase_ends") | {"for"}:
        return f"the {_doing(verb)} {rest.split(' to ')[0]}"
    return thing


def _doing(verb: str) -> str:
    """The noun of a verb: bake, baking."""
    if verb.endswith("e") and not verb.endswith(("ee", "ye")):
        return f"{verb[:-1]}ing"
    double = re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb)
    return f"{verb}{verb[-1]}ing" if double else f"{verb}ing"


def _thing_of(statement: str) -> str:
    """The thing, animal, place or event that a sentence is about: the first after its verb, with "the"; may
    be empty."""
    words = statement.split()
    verb = None if _lost(statement) else _verb_at(words)
    while verb is not None:
        if found := _plural(words[verb + 1 :]):
            return f"the {found}"
        for at in range(verb + 1, len(words)):
            if words[at - 1] in ("at", "in", "on", "near", "is", "are", "across"):
                continue
            if words[at].lower() in listed("determiners") and (found := _noun_phrase(words[at + 1 :])):
                return f"the {found}"
            if words[at].endswith(","):
                break
        verb = _verb_at(words, verb + 1)
    return ""


def _noun_phrase(words: list[str]) -> str:
    """The words up to the end of a noun phrase; empty where it names no thing of which one can tell."""
    kept: list[str] = []
    for word in words[:7]:
        bare = word.strip(",.;:")
        if kept and (
            bare in listed("phrase_ends") or bare in listed("finite") or bare in listed("determiners")
        ):
            break
        kept.append(bare)
        if bare != word:
            break
    phrase = " ".join(kept)
    head = re.split(r" (?:of|for) ", phrase)[0].split()[-1:] if kept else []
    kind = look_up(head[0])[1] if head else ""
    return phrase if kind and kind not in ("person", "feeling", "body") and head[0] not in kin() else ""


def _plural(words: list[str]) -> str:
    """The first of the words where it is a plural noun of things."""
    word = words[0].strip(",.;") if words else ""
    noun, kind = look_up(word)
    return word if noun != word and kind and kind not in ("person", "feeling", "body") else ""
