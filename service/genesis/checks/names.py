"""The rule for renamed people: texts that still use an earlier name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.genesis.checks.finding import Citation, Finding, Severity
from service.genesis.checks.people import TITLES
from service.genesis.checks.plan import Element, Plan, as_text

#: How much of a text is cited before and after a name, in characters.
_AROUND = 60
_SHORTEST = 3


def old_names(plan: Plan) -> Iterator[Finding]:
    """Report people whose earlier name, or a part of it that nobody has now, still stands in texts of the
    plan. Each such text is cited."""
    now = [person.text("name") for person in plan.people]
    for person in plan.people:
        pattern = _pattern(plan.former_names(person), now)
        if pattern and (cited := tuple(_cited(plan, pattern, person))):
            fields = "1 field" if len(cited) == 1 else f"{len(cited)} fields"
            old = ", ".join(sorted({found for one in cited for found in pattern.findall(one.quote)}))
            message = (
                f"{fields} still use the earlier name of {person.text('name')}: {old}."
                " Change the name there, or ask for these fields again."
            )
            yield Finding("old_name", Severity.WARNING, message, cited)


def _words(name: str) -> list[str]:
    """The parts of a name that begin with a capital and are no titles."""
    return [
        word for word in re.findall(r"\w[\w’'-]*", name) if word[0].isupper() and word.lower() not in TITLES
    ]


def _pattern(former: list[str], now: list[str]) -> re.Pattern[str] | None:
    """Finds earlier names, and their parts, that stand in no name now; None if nothing is left to find."""
    known = {word for name in now for word in _words(name)}
    gone = [name for name in former if not any(name in one for one in now)]
    parts = [word for name in gone for word in _words(name) if word not in known]
    found = sorted((name for name in {*gone, *parts} if len(name) >= _SHORTEST), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, found))})(?!\w)") if found else None


def _cited(plan: Plan, pattern: re.Pattern[str], person: Element) -> Iterator[Citation]:
    """Cite the words around the first earlier name in each text."""
    for path, value in plan.values.items():
        text = as_text(value)
        if path != person.at("name") and (found := pattern.search(text)):
            yield plan.cite_words(path, text[max(0, found.start() - _AROUND) : found.end() + _AROUND])
