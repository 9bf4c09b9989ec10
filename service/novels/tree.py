"""The tree of a novel: its plan by path, and the texts of its chapters, as one object. Pure.

Every export is made of this tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import GenericAlias
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from service.api.responses.novel_plan import (
    NovelDocument,
    PlanBible,
    PlanChapter,
    PlanConcept,
    PlanOutline,
    PlanPerson,
    PlanRelation,
    PlanTheme,
    PlanWorld,
    WrittenChapter,
    WrittenOutline,
)
from service.novels.tables import Novel, NovelChapter

M = TypeVar("M", bound=BaseModel)
Plan = Mapping[str, Any]


def bible_of(plan: Plan) -> PlanBible:
    """All of a plan that stays the same from chapter to chapter."""
    return PlanBible(
        concept=_read(PlanConcept, "concept", plan),
        theme=_read(PlanTheme, "theme", plan),
        people=_elements(PlanPerson, "character.people", plan),
        relations=_elements(PlanRelation, "character.relations", plan),
        world=_read(PlanWorld, "world", plan),
    )


def outline_of(plan: Plan) -> PlanOutline:
    """What happens in a plan. Chapters are numbered from 1 by their order."""
    return _read(PlanOutline, "plot", plan)


def tree_of(novel: Novel, chapters: Sequence[NovelChapter]) -> NovelDocument:
    """The whole tree, with the texts of the chapters."""
    outline = outline_of(novel.data)
    texts = {chapter.number: chapter for chapter in chapters}
    written = tuple(_written(chapter, texts.get(chapter.number)) for chapter in outline.chapters)
    return NovelDocument(
        id=novel.id,
        title=novel.title,
        language=novel.language,
        plan_version=novel.plan_version,
        bible=bible_of(novel.data),
        outline=WrittenOutline(**dict(outline) | {"chapters": written}),
    )


def _written(chapter: PlanChapter, row: NovelChapter | None) -> WrittenChapter:
    text, words = (row.text, row.words) if row else (None, 0)
    return WrittenChapter(**dict(chapter), text=text, words=words)


def _read(model: type[M], path: str, plan: Plan, **known: Any) -> M:
    """The model of what stands below a path."""
    return model(**dict(_fields(model, path, plan)) | known)


def _fields(model: type[BaseModel], path: str, plan: Plan) -> Iterator[tuple[str, Any]]:
    """The fields of a model: single values, parts of its own (``arc.start``), and collections, at whose path
    the order of their elements stands."""
    for name, field in model.model_fields.items():
        below, kind = f"{path}.{name}", field.annotation
        element = get_args(kind)[0] if isinstance(kind, GenericAlias) else None
        if isinstance(element, type) and issubclass(element, BaseModel):
            yield name, _elements(element, below, plan)
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            yield name, _read(kind, below, plan)
        elif below in plan:
            yield name, plan[below]


def _elements(model: type[M], path: str, plan: Plan) -> tuple[M, ...]:
    """The elements of a collection, in order."""
    numbered = "number" in model.model_fields
    return tuple(
        _read(model, f"{path}.{id_}", plan, id=id_, **({"number": place} if numbered else {}))
        for place, id_ in enumerate(plan.get(path, ()), 1)
    )
