"""What an instruction names: "again, with a parrot in it" has to show in the draft."""

from __future__ import annotations

from dataclasses import replace

from service.providers.offline.planner.feedback import brought, hero_of, wanted, without_people
from service.providers.offline.planner.wish import Wish, understand
from service.providers.offline.planner.word_lists import genre_of
from service.providers.protocols import PlanAsk


def asked_of(ask: PlanAsk) -> Wish:
    """The people, places and things that the instruction names, without those that it does not want, and
    what feedback wants to be in it."""
    feedback = filter(None, map(brought, ask.feedback))
    found = understand(". ".join((*feedback, without_people(wanted(ask.instruction)))))
    things = tuple(one for one in found.things if not genre_of(one[0]))
    return replace(found, things=things, trade="", deed="", unplaced=())


def wish_of(ask: PlanAsk) -> Wish:
    """What the inspiration and the material name, and what the instruction adds to it."""
    wish = understand("\n\n".join((ask.inspiration, *ask.material.values())))
    more, hero = asked_of(ask), hero_of(ask)
    if hero:
        wish = replace(wish, trade=hero.trade, hero=hero.hero, pronoun=hero.pronoun or wish.pronoun)
    known = {person.called for person in wish.people}
    return replace(
        wish,
        people=wish.people + tuple(one for one in more.people if one.called not in known),
        places=wish.places + tuple(place for place in more.places if place not in wish.places),
        things=wish.things + tuple(thing for thing in more.things if thing not in wish.things),
    )
