"""A picture book of a novel: its people and its chapters as the request for a story. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from service.api.fields import Problem, invalid
from service.api.requests.stories import MAX_HEROES, STORY_TYPES
from service.api.responses.novel_plan import NovelDocument, PlanLooks, PlanPerson, WrittenChapter
from service.domain.assets import MAX_SCENES
from service.domain.own_words import page_count
from service.domain.story import AgeRange
from service.domain.wishes import Unmet
from service.novels.retelling import Retold, described, retell, whole_sentences

#: What a request for a story takes, in characters, and what a picture book has on a page.
_MOST_DESCRIPTION, _MOST_THEME, _MOST_NAME, _MOST_PAGE = 500, 80, 200, 2_000
_GROWN_UP = 18
_OLDEST = 120
_AGES: dict[str, AgeRange] = {"children": "5-8"}
_OLDEST_READERS: AgeRange = "8-10"

_TOO_OLD = Unmet(
    code="AUDIENCE_TOO_OLD",
    field="age_range",
    message=f"The novel is for older readers than picture books are: the book is made for {_OLDEST_READERS}.",
)
_NOT_WRITTEN = Unmet(
    code="NOVEL_CONDENSED",
    field="text",
    message="The book tells the scenes of the plan in short, because the chapters are not all written.",
)
_TOO_LONG = Unmet(
    code="NOVEL_CONDENSED",
    field="text",
    message="The book tells the scenes of the plan in short, because the text of the chapters is too long "
    "for it. Fewer chapters may fit.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The request for a story, as ``POST /api/v1/stories`` takes it, and how it differs from the novel."""

    request: dict[str, Any]
    warnings: tuple[Unmet, ...] = ()


def story_request(
    tree: NovelDocument,
    people: Sequence[str] = (),
    chapters: Sequence[int] = (),
    *,
    offline: bool = True,
    paged: bool = True,
) -> Asked:
    """The request for a picture book that tells the novel's own story.

    ``people`` are ids of the plan, four at most; left out, those whose looks are described, or those who are
    in most of the told scenes. ``chapters`` are numbers; left out, all. ``offline`` says that no language
    model can retell a plan, so its sentences are kept as they are. ``paged`` says that each scene of the
    plan is a page, as far as there are enough pages; otherwise the text is split to any number of pages.
    Raises ``InvalidInput`` for those that the novel does not have.
    """
    told, concept = _chapters(tree, chapters), tree.bible.concept
    age_range = _AGES.get(concept.audience or "", _OLDEST_READERS)
    retold = retell(tree, told, age_range)
    genre = (concept.genre or "").casefold()
    request: dict[str, Any] = {
        "title": tree.title[:_MOST_NAME],
        "characters": [_character(person) for person in _heroes(tree, people, retold.people)],
        "story_type": next((type_ for type_ in STORY_TYPES if type_ in genre), STORY_TYPES[0]),
        "themes": [one for one in tree.bible.theme.values_in_conflict if len(one) <= _MOST_THEME],
        "age_range": age_range,
        "language": tree.language,
    }
    if retold.text:
        mode = "faithful" if retold.is_written or offline else "free"
        pages = _pages(retold) if paged else []
        words = {"pages": pages} if pages else {"story": retold.text}
        # Programs and a person have made the sentences of a plan together.
        request["text"] = {"mode": mode, **words, "by": "person" if retold.is_written else "program"}
        request["scene_count"] = len(pages) or page_count(retold.text, age_range, MAX_SCENES)
    return Asked(request, tuple(_warnings(concept.audience, told, retold)))


def _pages(retold: Retold) -> list[str]:
    """The scenes of a plan as pages, several on one if there are too many. None for written text, and for
    scenes that are too long for a page: these are split anywhere."""
    told = [] if retold.is_written else retold.paragraphs
    count = min(len(told), MAX_SCENES)
    bounds = [at * len(told) // count for at in range(count + 1)] if count else []
    pages = ["\n\n".join(told[first:last]) for first, last in pairwise(bounds)]
    return pages if all(len(page) <= _MOST_PAGE for page in pages) else []


def _warnings(audience: str | None, told: Sequence[WrittenChapter], retold: Retold) -> Iterator[Unmet]:
    if audience in ("young_adult", "adult"):
        yield _TOO_OLD
    if retold.text and not retold.is_written:
        yield _TOO_LONG if all(chapter.text for chapter in told) else _NOT_WRITTEN


def _heroes(tree: NovelDocument, ids: Sequence[str], there: Sequence[str]) -> list[PlanPerson]:
    by_id = {person.id: person for person in tree.bible.people}
    if unknown := [place for place, id_ in enumerate(ids) if id_ not in by_id]:
        raise invalid(_unknown("people", unknown, "The novel has no such person."))
    if ids:
        return [by_id[id_] for id_ in dict.fromkeys(ids)]
    seen = [person for person in by_id.values() if person.looks != PlanLooks()]
    often = Counter(there)
    present = sorted(by_id.values(), key=lambda person: -often[person.id])
    return (seen or present)[:MAX_HEROES]


def _chapters(tree: NovelDocument, numbers: Sequence[int]) -> list[WrittenChapter]:
    by_number = {chapter.number: chapter for chapter in tree.outline.chapters}
    if unknown := [place for place, number in enumerate(numbers) if number not in by_number]:
        raise invalid(_unknown("chapters", unknown, "The novel has no such chapter."))
    return [by_number[number] for number in dict.fromkeys(numbers)] if numbers else list(by_number.values())


def _unknown(field: str, places: Iterable[int], message: str) -> list[Problem]:
    return [(f"{field}.{place}", message) for place in places]


def _character(person: PlanPerson) -> dict[str, Any]:
    given = {
        "name": (person.name or person.id)[:_MOST_NAME],
        "age": min(person.age, _OLDEST) if person.age is not None else None,
        "kind": "child" if person.age is None or person.age < _GROWN_UP else "adult",
        "pronouns": person.pronouns,
        "description": _description(person),
        "looks": person.looks.model_dump(exclude_none=True),
    }
    return {name: value for name, value in given.items() if value not in (None, "", {})}


def _description(person: PlanPerson) -> str:
    """What the plan says of a person in short, without the name and the age, which have fields of their
    own."""
    summary = (person.summary or "").strip()
    for part in (person.name, str(person.age)):
        if part and summary.startswith(f"{part}, "):
            summary = summary.removeprefix(f"{part}, ")
    return next(
        (
            found
            for text in (summary, described(person.role))
            if (found := whole_sentences(text, _MOST_DESCRIPTION))
        ),
        "",
    )
