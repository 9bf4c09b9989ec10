"""The words by which a wish is read. The long lists are in ``prose/wish_words.txt``."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

import re

from service.providers.offline.storyteller.corpus import entries


def _listed(name: str) -> frozenset[str]:
    """The words of a list in ``prose/wish_words.txt``."""
    return frozenset(entries("words")[name].get("list").replace("||", " ").split())


#: A pattern, the want of the story, and the obstacle that it names.
SITUATIONS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), want, trouble)
    for pattern, want, trouble in (
        (r"\bnew baby (brother|sister)\b|\b(new|baby|little) (baby|brother|sister|sibling)s?\b|\bbecom\w+ an? (big )?(brother|sister)", "baby", ""),
        (r"\bmov(e|es|ing) (house|home|away|flat|to a new (town|city|house|flat|home)|to another \w+|into)\b|\bnew (house|home|flat)\b", "moving", ""),
        (r"\b(can ?not|can'?t|could ?n[o']t|won'?t|never) (fall a)?sleep\b|\bsleepless\b|\bawake( all night)?\b|\bnot (sleepy|tired)", "sleep", ""),
        (r"\b(fight|fights|fighting|fought|quarrel\w*|argu\w+|fall out|fell out|falling out|make up|made up)\b", "quarrel", ""),
        (r"\bfirst day (at|of) (the )?\w+|\b(afraid|scared|frightened|fear) of (going to )?(the )?(dentist|doctor|school|swimming|needles?|haircut|injections?)", "fear", ""),
        (r"\bbirthday party\b|\b(birthday|party)\b", "party", ""),
        (r"\b(learn|learns|learning|teach|practi[sc]e)\w* (to|how)\b", "skill", ""),
        (r"\b(strange|mysterious|odd|funny) (noise|sound)s?\b|\bnoises?\b", "noise", ""),
        (r"\bwho (took|stole|ate|has taken)\b|\bdetectives?\b", "who", ""),
        (r"\b((shy|lonely|new) (girl|boy|child|kid|friend|neighbour|neighbor|classmate))\b|\bmak\w+ (a )?(new )?friends?\b", "newcomer", ""),
        (r"\b(afraid|scared|frightened|fear) of the dark\b|\bin the dark\b", "", "dark"),
        (r"\b(gets?|got|getting|is|are) stuck\b", "", "stuck"),
        (r"\b(fog|foggy|mist|misty)\b", "", "fog"),
    )
)  # fmt: skip

#: What no book from pieces should try: these wishes need somebody who knows the child.
GRAVE = re.compile(
    r"\b(divorc\w*|death|dead|died?|dies|dying|funerals?|cancer|war|wars|bombs?|refugees?|suicide|abuse\w*|prison"
    r"|murder\w*|kill\w*|cemetery|grief|bereave\w*|separat(ed|ion|ing) parents?|parents? (are )?separat\w+)\b"
)

WEATHER = {
    "rain": "rain", "rainy": "rain", "raining": "rain", "snowy": "snow", "snowing": "snow", "storm": "storm",
    "stormy": "storm", "windy": "wind", "sunny": "sunny",
}  # fmt: skip
LOST = frozenset({"lost", "missing", "vanished", "disappeared", "stolen", "forgotten", "mislaid"})
ADJECTIVES = LOST | _listed("adjectives")
FAMILY = _listed("family")
YOUNG_FAMILY = frozenset({"sister", "brother", "friend", "cousin"})
SHE, HE, STOP = _listed("she"), _listed("he"), _listed("stop")
#: Words that the lexicon of nouns knows in another sense.
OWN = {
    "robot": "spirit", "alien": "spirit", "monster": "spirit", "ghost": "spirit", "fairy": "spirit", "dragon": "spirit",
    "mermaid": "spirit", "unicorn": "animal", "dinosaur": "animal", "wizard": "person", "inventor": "person",
    "baker": "person", "postman": "person", "ticket": "paper", "homework": "paper", "book": "paper", "kite": "toy",
    "balloon": "toy", "crown": "clothing", "scarf": "clothing", "tooth": "thing", "treasure": "thing", "key": "tool",
    "bell": "instrument", "drum": "instrument", "star": "sky", "cake": "food", "seaside": "land", "bike": "vehicle",
    "boat": "vehicle", "box": "container", "chest": "container", "lighthouse": "building", "lamp": "tool",
    "teddy": "toy", "pet": "animal", "hospital": "building", "planet": "sky",
}  # fmt: skip
#: Kinds of noun that can be a place, if the wish says in, at or to.
PLACES = frozenset({"building", "land", "water", "sky", "thing"})
#: Kinds of noun that find no role.
UNTOLD = frozenset({"feeling", "land", "body", "event", "person", "water", "sky", "building", ""})
#: What one can be afraid of in a story about tomorrow.
VISITS = ("dentist", "doctor", "school", "swimming", "haircut", "needles", "injections")
#: Endings of nouns that name no thing that one can hold.
ABSTRACT = ("ment", "tion", "ness", "ity", "ism", "ance", "ence", "ship", "ology")
BEFORE_PLACES = frozenset({"in", "at", "to", "on", "under", "inside", "near", "into"})
