"""What a story has beside its heroes: place, way, thing, stranger and helpers, by the wish or the seed.

``Matter.facts`` are the words for the slots of the prose; ``Matter.tags`` are what events may ask for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from service.providers.offline.planner.lexicon import look_up
from service.providers.offline.storyteller.corpus import Entry, entries
from service.providers.offline.storyteller.english import a
from service.providers.offline.storyteller.people import Person
from service.providers.offline.storyteller.wish import Stranger, Wish

_NUMBERS = [
    "nothing",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
_KINDS = {"paper": "paper", "clothing": "soft", "toy": "soft", "food": "food"}
_LIKES = ("beetles", "maps", "knots", "clouds", "buttons", "dragons")
_QUARRELS = ("kite", "paper dragon", "pirate map", "tent", "puppet theatre")
_BEDFELLOWS = ("teddy", "blanket", "bear with the long nose", "rabbit with no ears")
_VISITS = {
    "dentist": "the dentist", "doctor": "the doctor", "needles": "the doctor", "injections": "the doctor",
    "school": "the big school", "swimming": "the swimming lesson", "haircut": "the haircut",
}  # fmt: skip
#: Creatures that are too big to sleep on a sock.
_BIG = frozenset(
    ["goose", "badger", "otter", "bear", "goat", "tortoise", "dinosaur", "dragon", "penguin", "cat", "dog"]
)
_SPOILT = ("lost", "missing", "stolen", "vanished", "disappeared", "forgotten", "mislaid")


@dataclass(slots=True)
class Matter:
    """The matter of one story. The stranger is the last of ``cast``."""

    cast: list[Person]
    lead: int
    want: str
    facts: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    place: Entry = field(default_factory=lambda: entries("place")["garden"])

    @property
    def stranger(self) -> int:
        """The index of the stranger in the cast."""
        return len(self.cast) - 1


def gather(
    heroes: Sequence[Person], lead: int, want: str, story_type: str, wish: Wish, chance: Random
) -> Matter:
    """The matter of a story with this want."""
    matter = Matter([*heroes, *wish.companions], lead, want)
    _place(matter, wish, chance)
    _way(matter, wish, chance)
    _thing(matter, wish, story_type, chance)
    _stranger(matter, wish, chance)
    _helpers(matter, wish, chance)
    _hero(matter, wish, chance)
    for kind in ("skill", "noise", "wonder"):
        _small(matter, kind, wish, chance)
    return matter


def _place(matter: Matter, wish: Wish, chance: Random) -> None:
    places = entries("place")
    goals = [name for name, place in places.items() if "goal" in place.words("kind")]
    name = wish.places[0] if wish.places else chance.choice(goals)
    place = matter.place = places[name]
    facts = {"P": place.get("word"), "at_P": place.get("at")}
    facts |= {f"P_{key}": place.get(key) for key in ("sound", "smell", "feel")}
    facts |= {f"P_{key}": _one(place, key, chance) for key in ("arrive", "farewell", "joy")}
    matter.facts |= {key: words.replace("{place_noun}", wish.place_noun) for key, words in facts.items()}
    matter.facts["P_bare"] = matter.facts["P"].removeprefix("the ")
    matter.facts["P_cap"] = matter.facts["P"][:1].upper() + matter.facts["P"][1:]
    matter.tags |= {f"place:{name}", *(f"kind:{kind}" for kind in place.words("kind"))}


def _way(matter: Matter, wish: Wish, chance: Random) -> None:
    name = wish.way or chance.choice(matter.place.words("way") or ("foot",))
    way = entries("way")[name]
    matter.facts |= {f"way_{key}": _one(way, key, chance) for key in way.head if key != "aliases"}
    matter.facts["way"] = name
    matter.tags.add(f"way:{name}")


def _thing(matter: Matter, wish: Wish, story_type: str, chance: Random) -> None:
    stock, bedtime = entries("thing"), story_type == "bedtime"
    asked = wish.thing
    pool = [name for name, thing in stock.items() if matter.want in thing.words("for")] or list(stock)
    noun = asked.noun if asked else chance.choice(_BEDFELLOWS if matter.want == "lost" and bedtime else pool)
    adjectives = [word for word in (asked.adjectives if asked else ()) if word not in _SPOILT]
    known = stock.get(noun)
    look = (known.get("look") if known and not adjectives else "") or " ".join((*adjectives, noun))
    soft = "soft" if bedtime and not asked else _KINDS.get(look_up(noun)[1], "solid")
    quarrel = noun if asked and matter.want == "quarrel" else chance.choice(_QUARRELS)
    matter.facts |= {"T": noun, "T_look": a(look), "T_the": f"the {noun}"}
    matter.facts["Q"] = quarrel
    matter.tags |= {f"thing:{noun}", f"kind:{known.get('kind') if known else soft}"}


def _stranger(matter: Matter, wish: Wish, chance: Random) -> None:
    jobs, beasts = entries("job"), entries("beast")
    asked = wish.stranger or Stranger(0)
    trades = [name for name in jobs if name != "helper"]
    job = asked.job or ("" if asked.species else chance.choice(trades))
    wild = [name for name, beast in beasts.items() if not beast.get("home")]
    species = asked.species or ("" if asked.job else chance.choice(wild))
    known = jobs.get(job) or jobs["helper"]
    taken = {person.name for person in matter.cast}
    names = [name for name in entries("names")["people"].get("list").split(", ") if name not in taken]
    pronouns = chance.choice(("she/her", "he/him"))
    title = known.get("title")
    title = "Mrs" if title == "Mr" and pronouns == "she/her" else title
    noun = f"{species} {job}".strip()
    can = Person("").can - {"human"} | {"animal"} if species else Person("").can
    matter.cast.append(
        Person(
            f"{title} {chance.choice(names)}".strip(),
            kind="animal" if species else "adult",
            species=species,
            pronouns=pronouns,
            can=can,
            noun=noun,
        )
    )
    matter.facts |= {"npc": noun, "job": job or species, "species": species or "person"}
    matter.facts |= {f"job_{key}": _one(known, key, chance) for key in known.head if key != "title"}
    matter.facts["habit"] = beasts[species].get("habit") if species in beasts else matter.facts["job_habit"]
    if wish.fear and wish.stranger:
        secret = f"{{N}} was afraid of {wish.fear}. That's awkward, for {a(noun)}."
        matter.facts["job_secret"] = secret


def _helpers(matter: Matter, wish: Wish, chance: Random) -> None:
    """The creatures that heroes meet, one for each chapter; the wish may name the first."""
    beasts = entries("beast")
    species = {matter.cast[-1].species, *(person.species for person in matter.cast)}
    free = [name for name in beasts if name not in species | {"visitor"} and name not in matter.facts["T"]]
    home = [name for name in free if beasts[name].get("home")]
    wild = [name for name in free if not beasts[name].get("home")]
    first = wish.others[0] if wish.others else chance.choice(home if matter.want == "lost" else wild)
    names = [first, chance.choice([name for name in wild if name != first])]
    for at, name in enumerate(names):
        beast = beasts.get(name) or beasts["visitor"]
        facts = {"": name, "_habit": beast.get("habit"), "_says": beast.get("says")}
        matter.facts |= {f"helper{at}{key}": words for key, words in facts.items()}
    if set(names) <= _BIG:
        matter.tags.add("bighelper")


def _hero(matter: Matter, wish: Wish, chance: Random) -> None:
    hero = matter.cast[matter.lead]
    like = next(iter(hero.likes), "") or chance.choice(_LIKES)
    fears = (wish.fear, *(word for fear in hero.fears for word in fear.split()))
    visits = list(dict.fromkeys(_VISITS.values()))
    fear = next((_VISITS[word] for word in fears if word in _VISITS), "") or chance.choice(visits)
    age = hero.age
    matter.facts |= {
        "like": like,
        "like_one": like.split()[-1].removesuffix("s"),
        "X_kind": hero.species or "person",
        "age_next": _NUMBERS[age] if age is not None and age < len(_NUMBERS) else "one more",
        "fear": fear,
        "fear_cap": fear[:1].upper() + fear[1:],
    }


def _small(matter: Matter, kind: str, wish: Wish, chance: Random) -> None:
    """A skill, a noise or a question, which the body of the lead allows."""
    lead = matter.cast[matter.lead]
    able = {name: one for name, one in entries(kind).items() if lead.able(one.words("body"))}
    name = wish.skill if kind == "skill" and wish.skill in able else chance.choice(list(able))
    entry = able[name]
    matter.facts |= {f"{kind}_{key}": _one(entry, key, chance) for key in entry.head}
    matter.facts[kind] = {"skill": name, "noise": entry.get("noise"), "wonder": entry.get("ask")}[kind]
    if kind == "skill":
        matter.facts["skill_bad"] = f"<{'|'.join(entry.many('bad'))}>"
        matter.facts["skill_bad_low"] = "it was just as before."
    if matter.want == kind:
        matter.facts["T"] = matter.facts.get(f"{kind}_thing", "")


def _one(entry: Entry, key: str, chance: Random) -> str:
    options = entry.many(key)
    return chance.choice(options) if options else ""
