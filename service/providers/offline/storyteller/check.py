"""Checks the prose of the storyteller, and reads many books as a critic: ``python -m
service.providers.offline.storyteller.check [books]``.

An author runs it after each change. It prints what it finds, and ends with 1 if it finds something.
"""

# ruff: noqa: E501 - the table of casts reads best in few lines

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import get_args

from service.domain.bodies import ABILITIES
from service.domain.readability import forbidden_phrases
from service.domain.story import AgeRange, Character, StoryBrief, TraitRef
from service.domain.traits import registry
from service.providers.offline.storyteller.corpus import Fragment, Line, all_fragments, entries, line_of
from service.providers.offline.storyteller.critic import criticise
from service.providers.offline.storyteller.telling import tell_plot
from service.providers.offline.storyteller.vocabulary import (
    EXPRESSIONS,
    PLACES,
    POSES,
    SHOTS,
    TIMES,
    WEATHERS,
)
from service.providers.offline.storyteller.wants import STORY_TYPES

AGES: tuple[AgeRange, ...] = get_args(AgeRange)
SCENES = (4, 1, 5, 6, 2, 8, 3, 10, 12, 7)
_LINE_HEADERS = ("act", "tag", "yes", "plant", "after", "say")
#: Kinds of thing and of place.
_KINDS = {"paper", "soft", "food", "solid", "small", "goal", "near", "indoors", "outdoors", "sky"}
_OWN_MARKS = re.compile(r"[\^|<>#]")


def forms(text: str) -> Iterator[str]:
    """A line as it may come out: young and old, for many and for one, with each alternative."""
    for young, many in product((1, 2), (1, 2)):
        form = re.sub(r"\^([^^|]*)\|([^^]*)\^", lambda found, group=young: found[group], text)  # type: ignore[misc]
        form = re.sub(r"#([^#|]*)\|([^#]*)#", lambda found, group=many: found[group], form)  # type: ignore[misc]
        choices = [found.split("|") for found in re.findall(r"<([^<>]*)>", form)]
        for turn in range(max((len(options) for options in choices), default=1)):
            yield re.sub(r"<([^<>]*)>", lambda found, at=turn: _option(found[1], at), form)  # type: ignore[misc]


def _option(options: str, turn: int) -> str:
    parts = options.split("|")
    return parts[turn % len(parts)]


def lint() -> Iterator[str]:
    """What is wrong with the lines, the stagings, and the facts that events make and need."""
    for where, text in _texts():
        yield from (f"{where}: {why}: {text}" for why in dict.fromkeys(_wrong_in(text)))
    for event in all_fragments():
        yield from (f"{event.id}: {why}" for why in _wrong_with(event))
    yield from _unmade()
    for want, entry in entries("want").items():
        missing = [key for key in ("shape", "cover", "summary") if not entry.get(key)]
        yield from (f"want {want}: no {key}" for key in missing)
    yield from (f"quirk _{trait} is missing" for trait in registry() if f"_{trait}" not in entries("quirk"))


def _texts() -> Iterator[tuple[str, str]]:
    for event in all_fragments():
        for line in _lines(event):
            yield event.id, line.text
        for key in _LINE_HEADERS:
            yield from ((f"{event.id} {key}", line_of(part).text) for part in event.many(key))
    for kind in (
        "place",
        "way",
        "beast",
        "job",
        "thing",
        "quirk",
        "skill",
        "noise",
        "wonder",
        "want",
        "theme",
    ):
        for name, entry in entries(kind).items():
            yield from ((f"{kind} {name} {key}", part) for key in entry.head for part in entry.many(key))


def _lines(event: Fragment) -> Iterable[Line]:
    return (line for telling in event.tellings for line in telling)


def _wrong_in(text: str) -> Iterator[str]:
    if phrases := forbidden_phrases(text):
        yield f"says {phrases[0]!r}"
    for form in forms(text):
        if form.count('"') % 2:
            yield "quotes do not match"
        elif _OWN_MARKS.search(form) or form.count("{") != form.count("}"):
            yield "markup does not match"
        elif '""' in form or re.search(r"(?<![.!?… ])[.!?]\.(?!\.)", form):
            yield "doubled signs"


def _wrong_with(event: Fragment) -> Iterator[str]:
    stage = event.stage
    if not event.get("act"):
        yield "no act, which is the alternative text"
    for role, pose in stage.items():
        if role in ("X", "Y", "Z", "N", "L", "others"):
            doing, _, face = pose.partition(":")
            if doing not in POSES or face not in EXPRESSIONS:
                yield f"{role} cannot {pose}"
    known = {"shot": SHOTS, "time": TIMES, "weather": WEATHERS}
    yield from (
        f"{key}={stage[key]}" for key, words in known.items() if stage.get(key, "") not in {"", *words}
    )
    for key in ("place", "scene"):
        if event.get(key) not in {"", "P", "W", *PLACES}:
            yield f"{key} {event.get(key)} cannot be drawn"
    yield from _unknown_tags(event)
    for token in (*event.words("body"), *event.words("all")):
        name = token.removeprefix("!")
        if name not in ABILITIES | {"human", "animal"} and name.removeprefix("t:") not in registry():
            yield f"no body knows {name}"


def _unknown_tags(event: Fragment) -> Iterator[str]:
    """Tags that no story has."""
    made = {fact for one in all_fragments() for fact in one.words("makes")} | {"many", "one", "bighelper"}
    known = {kind: set(entries(kind)) for kind in ("want", "way", "place", "thing")}
    known |= {
        "type": set(STORY_TYPES),
        "age": set(AGES),
        "has": set(registry()),
        "here": set(PLACES),
        "m": made,
    }
    known |= {"ch": {"1", "2"}, "kind": _KINDS, "fam": {one.family for one in all_fragments()}}
    for token in (part for key in ("when", "not") for word in event.words(key) for part in word.split("/")):
        kind, _, name = token.partition(":")
        if (name and name not in known.get(kind, ())) or (not name and token not in made):
            yield f"no story has {token}"


def _unmade() -> Iterator[str]:
    """Facts that an event needs and none makes."""
    made = {fact for event in all_fragments() for fact in event.words("makes")}
    for event in all_fragments():
        yield from (
            f"{event.id} needs {fact}, which nothing makes"
            for fact in event.words("needs")
            if fact not in made
        )


def casts() -> tuple[tuple[Character, ...], ...]:
    """Casts of every kind and size: children, adults and animals, with and without traits and pronouns."""
    return (
        (_child("Mia", "she/her", "curious"), _child("Tom", "he/him", "shy", age=5)),
        (_child("Iris", "she/her", "sarcastic", "white_cane", "assistance_dog", age=9),),
        (_child("Sami", "he/him", "stubborn", "manual_wheelchair"),),
        (_child("Dot", "she/her", "", "signing_deaf"), _child("Ben", "he/him", "loves trains")),
        (Character(name="Pip", kind="animal", species="cat", pronouns="they/them"),),
        (_adult("Jo", "he/him", "hearing_aids"), _child("Kit", None, "")),
        (_child("Kiri", "she/her", "brave", "communication_device", "power_wheelchair"),),
        (_child("Amara", "she/her"), _child("Ben", "he/him"), _child("Chen", "they/them"), _child("Dee", None)),
        (_adult("Grandma Rose", "she/her", "walker"),),
        (Character(name="Bruno", kind="animal", species="bear", description="loves honey"), _child("Ada", "she/her")),
        (_child("Zoë", "they/them", "funny, afraid of the dark", "autistic"),),
        (_child("Noa", None, "quiet", "down_syndrome"), _child("Eli", "he/him", "loud", "crutches_or_cane"),
         _child("Ana", "she/her", "", "prosthesis")),
    )  # fmt: skip


def _child(name: str, pronouns: str | None, description: str = "", *traits: str, age: int = 6) -> Character:
    refs = tuple(TraitRef(id=trait) for trait in traits)
    return Character.model_validate(
        {"name": name, "age": age, "pronouns": pronouns, "description": description, "traits": refs}
    )


def _adult(name: str, pronouns: str, *traits: str) -> Character:
    return _child(name, pronouns, "", *traits, age=70).model_copy(update={"kind": "adult"})


def briefs() -> Iterator[StoryBrief]:
    """Briefs without end: casts by types by ages, with changing seeds, scenes and themes."""
    themes = tuple(entries("theme"))
    seed = 0
    while True:
        for cast, story_type, age in product(casts(), STORY_TYPES, AGES):
            seed += 1
            yield StoryBrief(
                characters=cast,
                story_type=story_type,
                age_range=age,
                seed=seed,
                scene_count=SCENES[seed % len(SCENES)],
                themes=(themes[seed % len(themes)],) if seed % 3 else (),
            )


def read_books(count: int, *, skip: int = 1) -> tuple[list[str], Counter[str], set[str]]:
    """Read every ``skip``-th of the books. Returns the faults with their books, the faults by kind, and the
    events that were told."""
    findings: list[str] = []
    kinds: Counter[str] = Counter()
    seen: set[str] = set()
    for brief in islice(briefs(), 0, count * skip, skip):
        plot, content = tell_plot(brief)
        seen |= set(plot.skeleton)
        for fault in criticise(plot, content):
            kinds[fault.kind] += 1
            book = f"{brief.characters[0].name} {brief.story_type} {brief.age_range} {brief.scene_count} {brief.seed}"
            findings.append(f"{fault.kind} ({book}): {fault.detail}")
    return findings, kinds, seen


def main() -> int:
    """Lint the prose, read books, and print what is wrong. Returns the exit code."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    if wrong := list(lint()):
        sys.stdout.write("\n".join([*wrong, f"{len(wrong)} faults in the prose", ""]))
        return 1
    findings, kinds, seen = read_books(count, skip=7)
    untold = sorted({event.id for event in all_fragments()} - seen)
    out = [*findings, f"No fault in the prose; in {count} books: {dict(kinds)}"]
    out += [f"Not told in these books: {' '.join(untold)}"]
    sys.stdout.write("\n".join(out) + "\n")
    return int(bool(findings))


if __name__ == "__main__":
    raise SystemExit(main())
