"""What later stages read back out of accepted words: kit, theme, people and places."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from service.providers.offline.planner.casting import ROLES, Cast, kit_jobs, kit_pronouns, short_name
from service.providers.offline.planner.corpus import Piece, pieces
from service.providers.offline.planner.details import details_of
from service.providers.offline.planner.feelings import Feeling, feeling_of, feelings_of
from service.providers.offline.planner.filling import Filler, Person, Pronoun
from service.providers.offline.planner.hooks import Hook, hook_of
from service.providers.offline.planner.matching import nearest
from service.providers.offline.planner.premise import (
    DEED_LINE,
    HEART_LINE,
    LOST_LINE,
    PEOPLE_LINE,
    PLACES_LINE,
    SPARK_LINE,
    THING_LINE,
    VICTIM_LINE,
)
from service.providers.offline.planner.reader import Reader
from service.providers.offline.planner.spark import matter_of, purpose_of
from service.providers.offline.planner.wish import understand
from service.providers.offline.planner.wish_names import first_names
from service.providers.offline.planner.words import clip

_PRONOUNS: dict[str, Pronoun] = {"she": "she", "he": "he", "they": "they"}
_LONGEST_NAME, _LONGEST_JOB, _LONGEST_PLACE, _MOST_PLACES = 80, 150, 120, 12
_UNKNOWN_VICTIM = "the dead man"
_PAIRS = {"she": "she/her", "he": "he/him", "they": "they/them"}


def pronoun(said: str) -> Pronoun | None:
    """The pronoun that ``she/her`` and the like begin with; None where it is none of ours."""
    return _PRONOUNS.get(said.lower().split("/")[0].strip())


def pronoun_pair(pronoun: Pronoun) -> str:
    """The pronoun as a field has it: ``she/her``."""
    return _PAIRS[pronoun]


def known_pronoun(full: str) -> str:
    """The pronoun that goes with a first name, where we know the name."""
    return first_names().get(short_name(full), "")


def kit(seen: Reader) -> Piece:
    """The kit of the accepted concept."""
    return kit_of(pitch(seen))


def pitch(seen: Reader) -> str:
    """The accepted premise and logline."""
    return f"{seen.text('concept.premise')} {seen.text('concept.logline')}"


def kit_of(text: str) -> Piece:
    """The kit whose words stand in a text."""
    return nearest("kit", text, "premise", "log", "jobs", "place")


def theme(seen: Reader) -> Piece:
    """The theme of the accepted question and statement."""
    text = f"{seen.text('theme.question')} {seen.text('theme.statement')}"
    return nearest("theme", text, "question", "statement")


def main_situations() -> list[Piece]:
    """The situations between protagonist and opponent."""
    return [piece for piece in pieces("sit").values() if piece.one("pair") == "PO"]


def main_situation_of(text: str) -> Piece:
    """The situation between protagonist and opponent whose words stand in a text."""
    return nearest("sit", text, "premise", among=main_situations())


def people_of_premise(premise: str, kit: Piece) -> Cast:
    """The six people that a premise names, with others where it names fewer."""
    named = _named_people(premise)
    spare = _spare_names(kit, [name for name, _ in named])
    jobs, prons = kit_jobs(kit), kit_pronouns(kit)
    found: dict[str, tuple[Person, str]] = {}
    for at, role in enumerate(ROLES):
        full, job = named[at] if at < len(named) else (spare.pop(0), "")
        short = short_name(full)
        found[role] = Person(full, short, _PRONOUNS[known_pronoun(full) or prons.get(role, "she")]), job
    cast = {role: person for role, (person, _) in found.items()}
    filler = Filler(cast, words_of_premise(premise, kit), "jobs")
    return {
        role: Person(person.full, person.short, person.pronoun, job or filler(jobs[role]))
        for role, (person, job) in found.items()
    }


def _named_people(premise: str) -> list[tuple[str, str]]:
    """Names and jobs by the premise's line of people; without it, the names of its text."""
    line = _line(premise, PEOPLE_LINE)
    if not line:
        return [(person.name, "") for person in understand(premise).people if person.name]
    parts = (part.partition(", ") for part in line.split("; "))
    return [(clip(name, _LONGEST_NAME), clip(job, _LONGEST_JOB)) for name, _, job in parts if name.strip()]


def _spare_names(kit: Piece, named: list[str]) -> list[str]:
    culture = pieces("names")[kit.words("culture")[0]]
    taken = {short_name(name) for name in named}
    firsts = [name for name in culture.words("she") if name not in taken]
    return [f"{first} {culture.words('last')[0]}" for first in firsts]


def places_of_premise(premise: str) -> list[str]:
    """The town and the places that a premise names; one nameless town where it names none."""
    found = [
        clip(place, _LONGEST_PLACE) for place in _line(premise, PLACES_LINE).split("; ") if place.strip()
    ]
    return found[:_MOST_PLACES] or [next(iter(understand(premise).places), "the town")]


def words_of_premise(premise: str, kit: Piece) -> dict[str, str]:
    """What stands for the slots of a kit that are no people: those of an open kit are read in the premise."""
    places = places_of_premise(premise)
    site = places[1] if len(places) > 1 else kit.one("site")
    job = next((job for _, job in _named_people(premise)), "")
    names = {role: short_name(full) for role, (full, _) in zip(ROLES, _named_people(premise), strict=False)}
    return {
        "town": places[0],
        "site": site,
        "victim": _line(premise, VICTIM_LINE) or _UNKNOWN_VICTIM,
        **details_of(kit, premise, site, job),
        "thing": _line(premise, THING_LINE) or kit.one("thing"),
        "deed": _line(premise, DEED_LINE) or kit.one("deed"),
        "lost": _line(premise, LOST_LINE) or kit.one("lost"),
        **heart_words(kit, _line(premise, SPARK_LINE) or spark_of(kit, names, places[0]), heart(premise)),
        "culture": _culture(premise),
    }


def _culture(premise: str) -> str:
    """The culture of most of the names that a premise has."""
    parts = {part for name, _ in _named_people(premise) for part in name.split()}
    own = {
        name: len(parts & {*culture.words("she"), *culture.words("he"), *culture.words("last")})
        for name, culture in pieces("names").items()
    }
    most = max(own, key=lambda name: own[name])
    return most if own[most] else ""


def heart(premise: str) -> Feeling | None:
    """What a premise says that its hero feels; None where it says nothing."""
    return feeling_of(_line(premise, HEART_LINE))


def purpose(premise: str) -> str:
    """What a premise says that its hero must or wants to do, as an infinitive; may be empty."""
    return purpose_of(_line(premise, SPARK_LINE))


def matter(premise: str) -> str:
    """What the sentence of a premise is about, as a definite noun phrase; may be empty."""
    return matter_of(_line(premise, SPARK_LINE))


def hook(premise: str) -> Hook | None:
    """What the sentence of a premise puts on stage; None where it has no such hook."""
    return hook_of(_line(premise, SPARK_LINE))


def second_heart(premise: str) -> Feeling | None:
    """Another feeling that the sentence of a premise names; None where it names only one."""
    first = heart(premise)
    others = (one for one in feelings_of(_line(premise, SPARK_LINE)) if first and one.name != first.name)
    return next(others, None)


def arc_of_heart(feeling: Feeling) -> Piece:
    """The arc of a hero who feels so."""
    return next(arc for arc in pieces("arc").values() if arc.one("feels") == feeling.name)


def heart_words(kit: Piece, told: str, feeling: Feeling | None) -> dict[str, str]:
    """What stands for the slots of the spark's sentence, its purpose, and what the feeling is about."""
    matter = matter_of(told)
    kept = f"to keep {matter}" if matter else kit.one("purpose")
    return {
        "spark": told,
        "purpose": purpose_of(told) or kept,
        "matter": matter or kit.one("matter"),
        "object": (feeling.about or arc_of_heart(feeling).one("object")) if feeling else "",
    }


def spark_of(kit: Piece, names: Mapping[str, str], town: str) -> str:
    """The sentence with which a kit for any spark begins where nobody gave one."""
    words = {"{town}": town, **{f"{{{role}}}": names.get(role, "somebody") for role in ROLES}}
    return reduce(lambda text, slot: text.replace(slot, words[slot]), words, kit.one("spark"))


def _line(premise: str, start: str) -> str:
    line = next((line for line in premise.splitlines() if line.startswith(start)), "")
    return line.removeprefix(start).removesuffix(".")
