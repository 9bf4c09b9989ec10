"""The premise of a concept. Its last lines name the people, the places and the things of the wish, so that
later stages can read them there, and a person can change them there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from random import Random

from service.providers.offline.planner.casting import Casting
from service.providers.offline.planner.corpus import Piece, pieces
from service.providers.offline.planner.filling import Filler
from service.providers.offline.planner.passages import openings, own_texts, quotation
from service.providers.offline.planner.wish import Wish
from service.providers.offline.planner.words import sentence
from service.providers.offline.storyteller.english import join_names
from service.providers.protocols import PlanAsk

PEOPLE_LINE = "The people: "
PLACES_LINE = "The place: "
THING_LINE = "The thing: "
DEED_LINE = "The deed: "
LOST_LINE = "The absent one: "
SPARK_LINE = "It begins like this: "
HEART_LINE = "The heart of it: "
GONE_LINE = "Gone before it begins: "
VICTIM_LINE = "The dead: "
PROPOSED = "What the text says stands. What follows is proposed, to go on from there."
_LONGEST = 4000
_LONGEST_SPARK = 260
_MOST_OPENINGS = 2


def write_premise(
    ask: PlanAsk, wish: Wish, kit: Piece, main: Piece, casting: Casting, filler: Filler, chance: Random
) -> tuple[str, list[str]]:
    """The premise, and what of the wish has no place in it."""
    lines = list(_spark(ask, wish, kit, filler))
    lines += [PROPOSED] if own_texts(ask) else []
    lines += [filler.sentence(kit.one("premise")), filler.sentence(main.one("premise"))]
    people = "; ".join(f"{person.full}, {person.job}" for person in casting.people.values())
    lines += [
        sentence(f"{PEOPLE_LINE}{people}"),
        sentence(f"{PLACES_LINE}{'; '.join(_places(wish, kit, filler))}"),
    ]
    own = kit.words("open")
    lines += [f"{THING_LINE}{filler.words['thing']}."] if "thing" in own else []
    lines += [f"{DEED_LINE}{filler.words['deed']}."] if "deed" in own else []
    lines += [f"{LOST_LINE}{filler.words['lost']}."] if kit.many("lost") else []
    lines += [f"{VICTIM_LINE}{filler.words['victim']}."] if kit.many("victim") else []
    gone = [one.called for one in wish.people if one.gone and one.called != filler.words["lost"]]
    lines += [f"{GONE_LINE}{join_names(gone)}."] if gone else []
    unplaced = list(wish.unplaced)
    for thing, line in _carried(ask, wish, kit, casting.spare, filler, chance):
        if sum(map(len, lines)) + len(lines) + len(line) > _LONGEST:
            unplaced.append(thing)
        else:
            lines.append(line)
    return "\n".join(lines), unplaced


def carrier_for(thing: str, sort: str, carriers: Iterable[Piece], own: str = "") -> Piece:
    """The first carrier for a thing: one for its noun where there is one, else one for its sort, or for
    ``own``."""
    fits = [one for one in carriers if one.one("for") in (sort, own)]
    noun = thing.split()[-1]
    return next(
        (one for one in fits if noun in one.words("nouns")),
        next(one for one in fits if not one.many("nouns")),
    )


def _spark(ask: PlanAsk, wish: Wish, kit: Piece, filler: Filler) -> Iterator[str]:
    """What the writer said: a short inspiration with the hero's name in it; of long texts, how they begin."""
    spark, told = " ".join(ask.inspiration.split()), filler.words["spark"] if wish.told else ""
    if 0 < len(spark) <= _LONGEST_SPARK and (not told or "." in spark.rstrip(".")):
        yield f"The spark: “{spark.rstrip('.')}.”"
    if told or "spark" in kit.words("open"):
        yield f"{SPARK_LINE}{filler.words['spark']}."
    if wish.feeling:
        yield f"{HEART_LINE}{filler.cast['P'].short} {wish.feeling.predicate}."
    for opening in islice(openings(own_texts(ask).values()), _MOST_OPENINGS):
        yield f"The text begins: “{opening}”"


def _places(wish: Wish, kit: Piece, filler: Filler) -> Iterator[str]:
    """The town, the kit's places, and the others of the wish."""
    own = [filler.words["town"], *(filler(place.split(" | ")[0]) for place in kit.many("place"))]
    yield from own
    yield from (place for place in wish.places if place not in own)


def _carried(
    ask: PlanAsk, wish: Wish, kit: Piece, spare: tuple[str, ...], filler: Filler, chance: Random
) -> Iterator[tuple[str, str]]:
    """A line for each thing that the wish brings along, by a carrier that no other thing has."""
    carriers = list(pieces("carrier").values())
    chance.shuffle(carriers)
    own = kit.words("open")
    things = [one for one in wish.things if "thing" not in own or one[0] != filler.words["thing"]]
    told = filler.words["spark"].lower() if wish.told or "spark" in own else ""
    trusted = False
    for thing, sort in (*things, *((one, "person") for one in spare[:1])):
        if thing.removeprefix("the ").lower() in told:
            away = re.search(rf"\b(?:save|rescue|free|fetch) .*\b{re.escape(thing.split()[-1])}\b", told)
            if sort not in ("object", "animal") or trusted or away:
                yield thing, f"It is about {thing}."
                continue
            trusted = True
            carrier = carrier_for(thing, sort, (pieces("carrier")["ofspark"], *carriers), own="spark")
            yield thing, filler.sentence(carrier.one("premise"), thing=thing)
            continue
        if thing.split()[-1] in kit.words("covers"):
            yield thing, f"The message: {thing}. {quotation(ask, thing)}".rstrip()
            continue
        carrier = carrier_for(thing, sort, carriers)
        carriers.remove(carrier)
        said = quotation(ask, thing)
        line = filler.sentence(carrier.one("premise"), thing=thing)
        yield thing, f"{line} {said}" if said else line
    if spare[1:]:
        yield join_names(spare[1:]), f"Round them: {join_names(spare[1:])}."
    if wish.deed and "deed" not in own:
        yield wish.deed, filler.sentence(pieces("carrier")["deed"].one("premise"))
