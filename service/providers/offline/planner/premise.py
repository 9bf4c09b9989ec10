"""The premise of a concept. Its last lines name the people, the places and the things of the wish, so that
later stages can read them there, and a person can change them there."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from service.providers.offline.planner.casting import Casting
from service.providers.offline.planner.corpus import Piece, pieces
from service.providers.offline.planner.filling import Filler
from service.providers.offline.planner.wish import Wish
from service.providers.offline.planner.words import sentence
from service.providers.offline.storyteller.cast import join_names

PEOPLE_LINE = "The people: "
PLACES_LINE = "The place: "
_LONGEST = 4000
_LONGEST_SPARK = 260


def write_premise(
    wish: Wish, spark: str, kit: Piece, main: Piece, casting: Casting, filler: Filler, chance: Random
) -> tuple[str, list[str]]:
    """The premise, and what of the wish has no place in it."""
    spark = " ".join(spark.split())
    lines = [f"The spark: “{spark.rstrip('.')}.”"] if 0 < len(spark) <= _LONGEST_SPARK else []
    lines += [filler.sentence(kit.one("premise")), filler.sentence(main.one("premise"))]
    people = "; ".join(f"{person.full}, {person.job}" for person in casting.people.values())
    lines += [
        sentence(f"{PEOPLE_LINE}{people}"),
        sentence(f"{PLACES_LINE}{'; '.join(_places(wish, kit, filler))}"),
    ]
    unplaced = list(wish.unplaced)
    for thing, line in _carried(wish, casting.spare, filler, chance):
        if sum(map(len, lines)) + len(lines) + len(line) > _LONGEST:
            unplaced.append(thing)
        else:
            lines.append(line)
    return "\n".join(lines), unplaced


def _places(wish: Wish, kit: Piece, filler: Filler) -> Iterator[str]:
    """The town, and the kit's places with those of the wish beside them."""
    town = filler.words["town"]
    yield town
    places = [filler(place.split(" | ")[0]) for place in kit.many("place")]
    spare = [place for place in wish.places if place != town]
    for at in range(max(len(places), len(spare))):
        place = places[at % len(places)]
        yield _beside(place, spare[at]) if at < len(spare) else place


def _beside(place: str, other: str) -> str:
    return f"{place} {'by' if other.startswith('the ') else 'at'} {other}"


def _carried(wish: Wish, spare: tuple[str, ...], filler: Filler, chance: Random) -> Iterator[tuple[str, str]]:
    """A line for each thing that the wish brings along, by a carrier that no other thing has."""
    carriers = list(pieces("carrier").values())
    chance.shuffle(carriers)
    for thing, sort in (*wish.things, *((one, "person") for one in spare[:1])):
        carrier = next(one for one in carriers if one.one("for") == sort)
        carriers.remove(carrier)
        yield thing, filler.sentence(carrier.one("premise"), thing=thing)
    if spare[1:]:
        yield join_names(spare[1:]), f"Round them: {join_names(spare[1:])}."
    if wish.deed:
        yield wish.deed, filler.sentence(pieces("carrier")["deed"].one("premise"))
