"""Rules for chapters: gaps in their numbers, missing parts of single chapters, and acts in the wrong order or
of the wrong length."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from service.genesis.checks.finding import Finding, Severity
from service.genesis.checks.plan import Chapter, Plan

#: The usual share of each act, by structure.
_ACTS = {
    "three_act": (0.25, 0.5, 0.25),
    "heros_journey": (0.25, 0.5, 0.25),
    "four_act": (0.25, 0.25, 0.25, 0.25),
    "kishotenketsu": (0.25, 0.25, 0.25, 0.25),
}
#: ``_LEAST_PART``: an act is too short below this part of its usual share. ``_MOST_BESIDE``: an act is too
#: long if its share exceeds the usual share by more than this value.
_LEAST_PART, _MOST_BESIDE = 0.5, 0.2
#: The number of chapters by which an act may always differ from its usual length.
_SLACK = 1


def chapter_numbers(plan: Plan) -> Iterator[Finding]:
    """Report chapters without a number, and chapters whose number does not follow the number of the previous
    chapter."""
    if all(chapter.number("number") is None for chapter in plan.chapters):
        return
    before: Chapter | None = None
    for chapter in plan.chapters:
        number, due = chapter.number("number"), 1 if before is None else (before.number("number") or 0) + 1
        if number is None or (number != due and (before is None or before.number("number") is not None)):
            found = "has no number" if number is None else f"has the number {number}"
            message = (
                f"The chapter “{chapter.text('title')}” {found}; its place asks for {due}."
                " Number the chapters in their order."
            )
            paths = (before.at("number"),) if before else ()
            cited = plan.cite(*paths, chapter.at("number"), chapter.at("title"))
            yield Finding("chapter_numbers", Severity.WARNING, message, cited, chapter.id)
        before = chapter


def chapter_gaps(plan: Plan) -> Iterator[Finding]:
    """Report chapters without a title, a goal or scenes, if most chapters have them."""
    for part in ("title", "goal"):
        yield from _gaps(plan, part, [chapter for chapter in plan.chapters if not chapter.text(part)])
    yield from _gaps(plan, "scene", [chapter for chapter in plan.chapters if not chapter.scenes])


def _gaps(plan: Plan, part: str, empty: list[Chapter]) -> Iterator[Finding]:
    if 2 * len(empty) >= len(plan.chapters):
        return
    for chapter in empty:
        message = f"{chapter.name} has no {part}, as the others have. Write one, or take the chapter out."
        cited = plan.cite(chapter.at("title"), chapter.at("number"), chapter.at("goal"))
        yield Finding(f"chapter_without_{part}", Severity.WARNING, message, cited, chapter.id)


def act_order(plan: Plan) -> Iterator[Finding]:
    """Report chapters that belong to an earlier act than the previous chapter."""
    for before, chapter in pairwise(plan.chapters):
        first, second = before.number("act"), chapter.number("act")
        if first and second and second < first:
            message = (
                f"{chapter.name} is in act {second}, after {before.name.lower()} in act {first}."
                " Give it a later act, or move the chapter."
            )
            yield Finding(
                "act_order", Severity.WARNING, message, plan.cite(before.at("act"), chapter.at("act"))
            )


def act_lengths(plan: Plan) -> Iterator[Finding]:
    """Report acts that are much shorter or longer than their usual share of the plot in this structure."""
    shares = _ACTS.get(plan.all_text("plot.structure"), ())
    acts = [chapter.number("act") for chapter in plan.chapters]
    if not plan.is_whole or None in acts:
        return
    for act, usual in enumerate(shares, 1):
        least, most = (part * len(acts) for part in (usual * _LEAST_PART, usual + _MOST_BESIDE))
        count = acts.count(act)
        if least - _SLACK <= count <= most + _SLACK and count:
            continue
        message = (
            f"Act {act} has {count} of {len(acts)} chapters; about {round(usual * len(acts))} are usual."
            " Move chapters to another act, or choose the structure “custom”."
        )
        own = [chapter for chapter in plan.chapters if chapter.number("act") == act] or list(plan.chapters)
        cited = plan.cite("plot.structure", own[0].at("act"), own[-1].at("act"))
        yield Finding("act_lengths", Severity.HINT, message, cited, f"act {act}")
