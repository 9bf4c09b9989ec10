"""What a story says of the things and people of a wish by their kind: what one does with a thing, by which
sense the hero finds out, of what the exhibits are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from service.providers.offline.planner.corpus import Piece
from service.providers.offline.planner.lexicon import look_up
from service.providers.offline.planner.word_lists import listed

_SENSES = ("ear", "nose", "eye")
_USES = {
    "container": "opens it, down to the bottom",
    "furniture": "opens it, down to the bottom",
    "instrument": "plays it from beginning to end",
    "clothing": "puts it on",
    "paper": "reads it aloud from the first line",
    "vehicle": "sets it going and gets in",
    "food": "shares it out",
}
_USES_OF = {
    "key": "turns it in the lock for which it was cut",
    "barometer": "reads the weather from it, aloud",
    "umbrella": "puts it up",
    "lantern": "lights it",
    "lamp": "lights it",
    "clock": "winds it",
    "watch": "winds it",
    "map": "unfolds it and walks where it says",
    "bell": "rings it",
    "box": "opens it, down to the bottom",
    "chest": "opens it, down to the bottom",
}


def details_of(kit: Piece, text: str, site: str, job: str) -> dict[str, str]:
    """Words for slots of a kit that follow from a text (the inspiration or the premise), the site and the
    hero's job."""
    parent = re.search(r"\b(father|mother)['’]s\b", text)
    ware = re.search(r"\bof ([a-z]+s)$", site)
    sense, clue, proof = kit.options(_sense_of(job)) if kit.many("eye") else ("", "", "")
    return {
        "parent": parent[1] if parent else "parent",
        "ware": ware[1] if ware else "exhibits",
        "sense": sense,
        "clue": clue,
        "proof": proof,
    }


def use_of(thing: str) -> Mapping[str, str]:
    """What somebody does with a thing, as a verb in the third person with its object."""
    noun, kind = look_up(thing.split(" of ")[0].split()[-1])
    return {"use": _USES_OF.get(noun) or _USES.get(kind) or "puts it to the work for which it was made"}


def _sense_of(job: str) -> str:
    words = set(re.findall(r"[a-z]+", job.lower()))
    return next((sense for sense in _SENSES if words & listed(f"trade_{sense}")), _SENSES[-1])
