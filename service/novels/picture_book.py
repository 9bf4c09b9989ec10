"""A picture book of a novel: its people, its theme and chosen chapters as the request for a story. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from service.api.fields import Problem, invalid
from service.api.requests.stories import MAX_HEROES, STORY_TYPES
from service.api.responses.novel_plan import NovelDocument, PlanLooks, PlanPerson, WrittenChapter
from service.domain.assets import MAX_SCENES

#: What a request for a story takes, in characters.
_MOST_DESCRIPTION, _MOST_INSTRUCTIONS, _MOST_THEME, _MOST_THEMES, _MOST_NAME = 500, 1_000, 80, 10, 200
_GROWN_UP = 18
_OLDEST = 120
_AGES = {"children": "5-8"}


def story_request(
    tree: NovelDocument, people: Sequence[str] = (), chapters: Sequence[int] = ()
) -> dict[str, Any]:
    """The request for a picture book, as ``POST /api/v1/stories`` takes it.

    ``people`` are ids of the plan, four at most; left out, those whose looks are described. ``chapters`` are
    numbers; left out, all. Raises ``InvalidInput`` for those that the novel does not have.
    """
    heroes, told = _heroes(tree, people), _chapters(tree, chapters)
    concept, theme = tree.bible.concept, tree.bible.theme
    scenes = sum(max(1, len(chapter.scenes)) for chapter in told)
    themes = [*theme.values_in_conflict, *(motif.name for motif in theme.motifs if motif.name)]
    genre = (concept.genre or "").casefold()
    return {
        "title": tree.title[:_MOST_NAME],
        "characters": [_character(person) for person in heroes],
        "story_type": next((type_ for type_ in STORY_TYPES if type_ in genre), STORY_TYPES[0]),
        "themes": [one[:_MOST_THEME] for one in themes[:_MOST_THEMES]],
        "scene_count": min(max(scenes, 1), MAX_SCENES),
        "age_range": _AGES.get(concept.audience or "", "8-10"),
        "language": tree.language,
        "instructions": _cut(" ".join(_happenings(tree, told)), _MOST_INSTRUCTIONS),
    }


def _heroes(tree: NovelDocument, ids: Sequence[str]) -> list[PlanPerson]:
    by_id = {person.id: person for person in tree.bible.people}
    if unknown := [place for place, id_ in enumerate(ids) if id_ not in by_id]:
        raise invalid(_unknown("people", unknown, "The novel has no such person."))
    if ids:
        return [by_id[id_] for id_ in dict.fromkeys(ids)]
    seen = [person for person in by_id.values() if person.looks != PlanLooks()]
    return (seen or list(by_id.values()))[:MAX_HEROES]


def _chapters(tree: NovelDocument, numbers: Sequence[int]) -> list[WrittenChapter]:
    by_number = {chapter.number: chapter for chapter in tree.outline.chapters}
    if unknown := [place for place, number in enumerate(numbers) if number not in by_number]:
        raise invalid(_unknown("chapters", unknown, "The novel has no such chapter."))
    return [by_number[number] for number in dict.fromkeys(numbers)] if numbers else list(by_number.values())


def _unknown(field: str, places: Iterable[int], message: str) -> list[Problem]:
    return [(f"{field}.{place}", message) for place in places]


def _character(person: PlanPerson) -> dict[str, Any]:
    about = [person.role, person.summary, person.strength]
    given = {
        "name": (person.name or person.id)[:_MOST_NAME],
        "age": min(person.age, _OLDEST) if person.age is not None else None,
        "kind": "child" if person.age is None or person.age < _GROWN_UP else "adult",
        "pronouns": person.pronouns,
        "description": _cut(". ".join(part.rstrip(".") for part in about if part), _MOST_DESCRIPTION),
        "looks": person.looks.model_dump(exclude_none=True),
    }
    return {name: value for name, value in given.items() if value not in (None, "", {})}


def _happenings(tree: NovelDocument, chapters: Sequence[WrittenChapter]) -> Iterator[str]:
    """What the book is to tell, in sentences: the logline, then the scenes of the chapters in order."""
    concept = tree.bible.concept
    yield from (_sentence(text) for text in (concept.logline, tree.bible.theme.question) if text)
    for chapter in chapters:
        scenes = [scene.summary for scene in chapter.scenes if scene.summary]
        yield from map(_sentence, scenes or filter(None, [chapter.outcome or chapter.title]))


def _sentence(text: str) -> str:
    folded = " ".join(text.split())
    return folded if folded.endswith((".", "!", "?", "…")) else f"{folded}."


def _cut(text: str, most: int) -> str:
    """At most so many characters, cut behind a word."""
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"
