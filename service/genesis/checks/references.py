"""Rules for references: references to elements that do not exist, and people without a scene."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from service.genesis.checks.finding import Finding, Severity
from service.genesis.checks.plan import Chapter, Plan
from service.genesis.fields import find
from service.genesis.paths import covers
from service.genesis.values import Reference, References

#: The names of fields that refer to elements.
REFERRING = frozenset(("a", "b", "pov", "place", "people", "threads"))
_NOUNS = {"character.people": "person", "world.places": "place", "plot.threads": "thread"}


def unknown_references(plan: Plan) -> Iterator[Finding]:
    """Report fields that refer to an element which does not exist any more, such as the person or place of a
    scene."""
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, value in plan.values.items():
        # Asking the table for each path takes longer than all other rules together.
        field = find(path).field if path.rpartition(".")[2] in REFERRING else None
        if isinstance(field, Reference | References):
            for id_ in value if isinstance(value, list) else (value,):
                if id_ not in plan.ids(field.collection):
                    named[field.collection, id_].append(path)
    for (collection, id_), paths in named.items():
        noun = _NOUNS[collection]
        places = "1 field names" if len(paths) == 1 else f"{len(paths)} fields name"
        chapter = next((one for one in plan.chapters if covers(one.path, paths[0])), None)
        where = f", as in {chapter.name.lower()}" if chapter else ""
        message = (
            f"{places} a {noun} that does not exist: {id_}{where}."
            f" Choose another {noun} there, or add this one again."
        )
        yield Finding(
            "unknown_reference", Severity.WARNING, message, plan.cite(*paths), f"{collection}.{id_}"
        )


def person_without_scene(plan: Plan) -> Iterator[Finding]:
    """Report people who are in no scene, if the plot is complete and its scenes name people."""
    present = {id_ for _, scene in plan.scenes for id_ in scene.listed("people")}
    present |= {chapter.text("pov") for chapter in plan.chapters}
    if not plan.is_whole or not any(scene.listed("people") for _, scene in plan.scenes):
        return
    for person in plan.people:
        if person.id not in present:
            message = (
                f"{person.text('name')} is in no scene. Add this person to a scene, or take the person out."
            )
            cited = plan.cite(person.at("name"), person.at("role"))
            yield Finding("person_without_scene", Severity.WARNING, message, cited)


def pov_absent(plan: Plan) -> Iterator[Finding]:
    """Report chapters whose point-of-view person is in none of their scenes, if the scenes name people."""
    names = {person.id: person.text("name") for person in plan.people}
    for chapter in plan.chapters:
        pov, present = chapter.text("pov"), _present(chapter)
        if pov in names and present and pov not in present:
            message = (
                f"{chapter.name} is told by {names[pov]}, who is in none of its scenes."
                " Choose another point of view, or bring this person into a scene."
            )
            cited = plan.cite(chapter.at("pov"), *(scene.at("people") for scene in chapter.scenes))
            yield Finding("pov_absent", Severity.WARNING, message, cited)


def _present(chapter: Chapter) -> set[str]:
    return {id_ for scene in chapter.scenes for id_ in scene.listed("people")}
