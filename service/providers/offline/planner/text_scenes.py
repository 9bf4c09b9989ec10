"""The scenes that a manuscript tells itself: who is there, where, what is done, and its own words for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.providers.offline.planner.accepted import Grounds, Roles
from service.providers.offline.planner.filling import Person
from service.providers.offline.planner.manuscript import passages_of
from service.providers.offline.planner.retelling import in_present
from service.providers.offline.planner.words import capital, sentence
from service.providers.offline.storyteller.english import join_names

_MOST_BEATS = 3
#: How a sentence tells what was before, or what there is.
_BACKGROUND = re.compile(r"^There (?:is|was)\b|\bhad been\b")
#: What somebody wants, and what stands against it, in a sentence of a text.
_WANTS = re.compile(
    r"\b(?:wanted|meant|tried|hoped|needed|had|has|because|so that|would have) to\b|\bbecause\b"
)
_AGAINST = re.compile(r"\b(?:but|never|nobody|no one|cannot|(?:could|would|did) not)\b")
_AT = r"(?:at|in|on|into|to|up to|behind|outside|inside|by|near|off|of|under) (?:the )?(?:[\w’']+ )?"
#: Before a place where somebody is not: ``from Bergen``, ``a daughter in Bergen``.
_ELSEWHERE = re.compile(
    r"(?:\bfrom|\bsince|\b(?:daughter|son|brother|sister|wife|husband|mother|father|house) (?:in|at)|"
    r"\bleft (?:at|in)|\bdrowned off|\bcome to) (?:the )?$"
)


@dataclass(frozen=True, slots=True)
class TextScene:
    """A scene of a manuscript. ``goal`` and ``conflict`` are empty where the text has none."""

    summary: str
    goal: str
    conflict: str
    beats: list[str]
    place: str
    people: list[str]
    #: The sentence of the text that the summary tells, word for word.
    words: str


def text_scenes(text: str, roles: Roles, grounds: Grounds, most: int) -> list[TextScene]:
    """At most so many scenes, each of one passage of the text; none for a text that is no manuscript."""
    names = tuple(person.short for person in roles.cast.values())
    found: list[TextScene] = []
    marks: dict[str, str] = {}
    for passage in passages_of(text, names, most):
        lead = max(passage, key=lambda one: (_does(one, roles.cast), -passage.index(one)))
        if not _does(lead, roles.cast):
            continue
        spots = re.findall(rf"\b{_AT}(\w+)\b", lead)
        place = (
            place_of((lead,), grounds)
            or next((marks[spot] for spot in spots if spot in marks), "")
            or place_of([one for one in passage if not _BACKGROUND.search(one)], grounds)
            or (found[-1].place if found else "")
        )
        marks |= dict.fromkeys(spots, place)
        found.append(_scene(passage, lead, roles, place, grounds))
    return found


def place_of(told: Sequence[str], grounds: Grounds) -> str:
    """Where a passage takes place: a place at which it says that somebody or something is."""
    for one in told:
        for id_, name in grounds.names.items():
            bare = name.removeprefix("the ")
            own = "|".join(map(re.escape, dict.fromkeys((bare, bare.split()[-1]))))
            for found in re.finditer(rf"\b(?:{own})\b", one):
                before = one[: found.start()]
                if re.search(rf"\b{_AT}$", before) and not _ELSEWHERE.search(before):
                    return id_
    return ""


def _scene(told: Sequence[str], lead: str, roles: Roles, place: str, grounds: Grounds) -> TextScene:
    names = [person.full for person in roles.cast.values()]
    there = {role: one for role, one in roles.cast.items() if _is_there(told, one)} or {"P": roles.cast["P"]}
    now = {one: _named(in_present(one, names), there) or f"“{one}”" for one in told}
    done = _without_it(now[lead], told)
    others = [one.short for one in there.values() if not re.search(rf"\b{_last(one)}\b(?!['’]s)", done)]
    also = f"; {join_names(others)} {'is' if len(others) == 1 else 'are'} there" if others else ""
    where = grounds.names.get(place, "")
    known = not where or where.split()[-1] in done
    at = "" if known else f"{'At' if where.startswith('the ') else 'In'} {where}: "
    rest = [one for one in told if one != lead][:_MOST_BEATS]
    wants = next((one for one in told if _WANTS.search(one)), "")
    against = next((one for one in rest[:-1] if one != wants and _AGAINST.search(one)), "")
    return TextScene(
        summary=sentence(f"{at}{done.rstrip('.')}{also}"),
        goal=now.get(wants, ""),
        conflict=now.get(against, ""),
        beats=[now[one] for one in rest] or [done],
        place=place,
        people=[roles.ids[role] for role in there if role in roles.ids],
        words=lead,
    )


def _without_it(done: str, told: Sequence[str]) -> str:
    """What is done, with the thing of which the passage first speaks for the first ``it``."""
    thing = re.match(r"(?:The|There (?:is|was) an?) (\w+)", told[0])
    return re.sub(r"\bit\b", f"the {thing[1]}", done, count=1) if thing and thing[1] not in done else done


def _last(person: Person) -> str:
    """The last part of a name, by which a text may call somebody."""
    return person.short.split()[-1]


def _does(told: str, cast: Mapping[str, Person]) -> int:
    """How much a sentence says of somebody who does something."""
    subject = next((one for one in cast.values() if _is_subject(told, one)), None)
    if subject is None:
        return int(bool(re.match(r"(?:He|She) (?!was|had)", told)))
    after = told.split(_last(subject), 1)[1].split()
    being = bool(after) and after[0].strip(",") in ("was", "were", "had", "would", "could")
    return 1 if being else 3


def _is_subject(told: str, person: Person) -> bool:
    start = r"(?:(?:[\w’']+ ){0,3}|In the \w+ )"
    found = re.match(rf"{start}(?:\w+ )?{re.escape(_last(person))}\b(?!['’]s)(?! had\b)", told)
    return found is not None and not re.search(r"\b(?:of|was|said|by)\b", found[0])


def _is_there(told: Sequence[str], person: Person) -> bool:
    """Whether a passage has somebody do something, or counts somebody among those who are seen."""
    seen = rf"\bwhere (?:\w+ )?{re.escape(_last(person))}\b"
    return any(_does(one, {"": person}) > 1 or re.search(seen, one) for one in told)


def _named(told: str, there: Mapping[str, Person]) -> str:
    """The sentence with the name of the only one who is there for a pronoun at its start."""
    found = re.match(r"(He|She)\b", told)
    if found and len(there) == 1:
        only = next(iter(there.values()))
        return only.short + told[found.end() :] if only.pronoun == found[1].lower() else told
    return capital(told)
