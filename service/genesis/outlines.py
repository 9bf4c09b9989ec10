"""Plots that come as an outline: which chapters lack scenes, how these are asked for, and the whole. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from service.genesis.paths import covers, selected
from service.providers.protocols import Draft, FieldValue, PlanAsk

_CHAPTERS, _THREADS = "plot.chapters", "plot.threads"


def chapters_without_scenes(ask: PlanAsk, draft: Draft) -> tuple[str, ...]:
    """The ids of the chapters for which a draft of the plot lacks the scenes that were asked for, in order.

    A draft that has a scene is whole.
    """
    if ask.stage != "plot":
        return ()
    new = [path for path in draft.values if path not in ask.locked]
    if any(".scenes." in path for path in new):
        return ()
    return tuple(id_ for id_ in _ids(draft.values, _CHAPTERS) if _scope_of(ask, id_))


def scenes_ask(ask: PlanAsk, outline: Draft, chapters: Iterable[str]) -> PlanAsk:
    """The ask for the scenes of some chapters of an outline."""
    orders: dict[str, FieldValue] = {
        path: ids for path in (_CHAPTERS, _THREADS) if (ids := _ids(outline.values, path))
    }
    scope = tuple(path for id_ in chapters for path in _scope_of(ask, id_))
    return replace(ask, fields={**ask.fields, **outline.values, **orders}, scope=scope, count=1, blend=())


def merged(ask: PlanAsk, draft: Draft, parts: Iterable[Draft]) -> Draft:
    """A draft with what parts have of the ask's scope."""
    made = list(parts)
    values = dict(draft.values)
    for part in made:
        values |= {path: value for path, value in part.values.items() if selected(path, ask.scope)}
    drawn_from = (*draft.drawn_from, *(path for part in made for path in part.drawn_from))
    notes = (*draft.notes, *(note for part in made for note in part.notes))
    return replace(
        draft, values=values, drawn_from=tuple(dict.fromkeys(drawn_from)), notes=tuple(dict.fromkeys(notes))
    )


def _scope_of(ask: PlanAsk, chapter: str) -> tuple[str, ...]:
    """The paths of a chapter's scenes that an ask is about; none where it is about other things."""
    scenes = f"{_CHAPTERS}.{chapter}.scenes"
    if selected(scenes, ask.scope):
        return (scenes,)
    return tuple(path for path in ask.scope if covers(scenes, path))


def _ids(values: Mapping[str, FieldValue], collection: str) -> list[str]:
    """The ids of a collection's elements in the order of their values."""
    prefix = f"{collection}."
    found = (path[len(prefix) :].partition(".")[0] for path in values if path.startswith(prefix))
    return list(dict.fromkeys(found))
