"""Rules for threads of the plot that do not begin, do not end, or end before they begin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.genesis.checks.finding import Finding, Severity
from service.genesis.checks.plan import Element, Plan

_CHAPTER = re.compile(r"\bchapters? (\d+)", re.IGNORECASE)


def thread_open(plan: Plan) -> Iterator[Finding]:
    """Report threads without a setup, a payoff or a scene, if the plot is complete."""
    used = {id_ for _, scene in plan.scenes for id_ in scene.listed("threads")}
    for thread in plan.threads if plan.is_whole else ():
        name = thread.text("name")
        for part, other in (("setup", "payoff"), ("payoff", "setup")):
            if not thread.text(part):
                message = (
                    f"The thread “{name}” has no {part}. Say where the {part} is, or take the thread out."
                )
                cited = plan.cite(thread.at("name"), thread.at(other))
                yield Finding(f"thread_without_{part}", Severity.WARNING, message, cited)
        if used and thread.id not in used:
            message = (
                f"The thread “{name}” is in no scene. Name it in the scenes that tell it, or take it out."
            )
            cited = plan.cite(thread.at("name"), thread.at("setup"), thread.at("payoff"))
            yield Finding("thread_without_scene", Severity.WARNING, message, cited)


def payoff_before_setup(plan: Plan) -> Iterator[Finding]:
    """Report threads whose payoff is earlier in the plot than their setup, if both can be found in the
    plot."""
    places = _Places(plan)
    for thread in plan.threads:
        setup, payoff = (places.find(thread, part) for part in ("setup", "payoff"))
        if setup and payoff and payoff < setup:
            message = (
                f"The thread “{thread.text('name')}” has its payoff in chapter {payoff[0]},"
                f" before its setup in chapter {setup[0]}. Exchange the two, or move a scene."
            )
            cited = plan.cite(thread.at("setup"), thread.at("payoff"))
            yield Finding("payoff_before_setup", Severity.WARNING, message, cited)


class _Places:
    """The positions of a thread's texts in the plot: chapter and scene, both counted from 1."""

    def __init__(self, plan: Plan) -> None:
        self._scenes = [
            ((chapter.place, place), scene)
            for chapter in plan.chapters
            for place, scene in enumerate(chapter.scenes, 1)
        ]
        self._chapters = {
            chapter.number("number") or chapter.place: chapter.place for chapter in plan.chapters
        }

    def find(self, thread: Element, part: str) -> tuple[int, int] | None:
        """The position of a text: the scene of the thread whose summary contains the text, or else the
        chapter that the text names. None if neither is found."""
        text = thread.text(part)
        own = (one for one in self._scenes if thread.id in one[1].listed("threads"))
        for place, scene in own:
            if scene.text("summary") and scene.text("summary") in text:
                return place
        said = _CHAPTER.search(text)
        chapter = self._chapters.get(int(said[1])) if said else None
        return (chapter, 0) if chapter else None
