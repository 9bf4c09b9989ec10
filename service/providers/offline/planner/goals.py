"""What somebody wants in a chapter, and what stands against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Protocol

from service.providers.offline.planner.corpus import Piece
from service.providers.offline.planner.filling import Filler
from service.providers.offline.planner.text_scenes import TextScene
from service.providers.offline.planner.word_lists import listed
from service.providers.offline.planner.words import capital, third_person

_HELPING = ("is", "has", "does", "was", "must", "can", "cannot", "could", "would", "may")
#: From here on nobody means to do any more.
_OVER = 0.95
#: Something done for the sake of something: ``goes to ask``.
_IN_ORDER = re.compile(r"\b(?:has|have|goes|comes|runs|sets (?:out|off)|is about|in order) to [a-z]+")
_NOBODY = re.compile(r"(?:It|There|This|That)\b")
_BUT = re.compile(r", but,? ")


class Leading(Protocol):
    """A scene, as far as the goal of its chapter needs it."""

    @property
    def leads(self) -> int:
        """The rank of its thread: 0 is the main story."""

    @property
    def summary(self) -> str:
        """The scene in a sentence."""

    @property
    def people(self) -> list[str]:
        """The ids of those who are there."""

    @property
    def own(self) -> TextScene | None:
        """What a text tells, where the scene is of a text."""


def wants(summary: str) -> bool:
    """Whether the first clause of a summary says what somebody wants, means, tries or has to do."""
    clause = re.sub(r"\b(?:where|what|who|that|which) .*", "", _BUT.split(summary)[0])
    words = clause.replace(",", "").split()
    if _NOBODY.match(clause):
        return False
    return any(word in listed("wanting") for word in words) or bool(_IN_ORDER.search(clause))


class Goals:
    """The goals of a novel's chapters in their order. ``wanted`` says what each person wants,
    and ``needed`` what each needs, by the id."""

    def __init__(
        self, kit: Piece, fill: Filler, wanted: Mapping[str, str], needed: Mapping[str, str]
    ) -> None:
        self._aims, self._fill = kit.one("aims").split("|"), fill
        self._wanted, self._needed = wanted, needed
        self._told: set[str] = set()

    def stakes(self, head: Leading, at: float) -> tuple[str, str]:
        """The goal and the conflict of a chapter that the scene leads; what a text does not say is proposed.
        The conflict is empty where a text has none."""
        if head.own:
            return head.own.goal or f"Proposed: {self._instead(head, at)}", head.own.conflict
        goal, conflict = _BUT.split(head.summary, maxsplit=1)
        if wants(goal):
            return f"{goal}.", self._conflict(goal, conflict)
        return self._instead(head, at), head.summary

    def _instead(self, head: Leading, at: float) -> str:
        """What somebody in a scene wants that says no goal, which no chapter before has said."""
        every = list(self._candidates(head, at))
        goal = next((one for one in every if one not in self._told), every[0])
        self._told.add(goal)
        return goal

    def _candidates(self, head: Leading, at: float) -> Iterator[str]:
        aim = self._aims[min(len(self._aims) - 1, int(at * len(self._aims)))]
        meant = self._fill.sentence(f"{{P}} means {aim}")
        if head.leads == 0 and at < _OVER:
            yield meant
        there = sorted(head.people, key=lambda id_: self._first(head.summary, id_))
        said = (self._wanted, self._needed) if at < _OVER else (self._needed,)
        yield from (one[id_] for one in said for id_ in there if id_ in one)
        yield meant

    def _first(self, summary: str, id_: str) -> int:
        """Where a summary names somebody, so that whoever acts comes first."""
        name = self._wanted.get(id_, "").partition(" wants ")[0]
        return summary.find(name) if name and name in summary else len(summary)

    def _conflict(self, goal: str, conflict: str) -> str:
        """What stands against a goal, as a sentence: with the subject that the summary left out."""
        first = conflict.split()[0]
        verbs = {*map(third_person, listed("verbs")), *listed("also_verbs"), *_HELPING}
        named = [
            one.short for one in self._fill.cast.values() if re.search(rf"\b{re.escape(one.short)}\b", goal)
        ]
        subject = min(named, key=goal.find, default="")
        return capital(f"{subject} {conflict}" if subject and first in verbs else conflict)
