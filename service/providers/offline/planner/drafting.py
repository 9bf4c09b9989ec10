"""Drafts of a stage, one by one: what all stages have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from service.domain.languages import is_english
from service.providers.offline.planner.blending import blend
from service.providers.offline.planner.character import draft_people
from service.providers.offline.planner.concept import draft_concepts
from service.providers.offline.planner.in_place import in_place
from service.providers.offline.planner.plot import draft_plots
from service.providers.offline.planner.reader import Assume
from service.providers.offline.planner.theme import draft_themes
from service.providers.offline.planner.unread import unread
from service.providers.offline.planner.wish import READ
from service.providers.offline.planner.word_lists import matters_of
from service.providers.offline.planner.words import bag, stem
from service.providers.offline.planner.world import draft_worlds
from service.providers.protocols import Draft, FieldValue, PlanAsk, Stage

STAGES: Mapping[Stage, Callable[[PlanAsk, Assume], Iterator[Draft]]] = {
    "concept": draft_concepts,
    "theme": draft_themes,
    "character": draft_people,
    "world": draft_worlds,
    "plot": draft_plots,
}
#: The stages that make a blend of their own.
_BLENDED = ("concept", "theme")
#: The stages that read the inspiration and the material.
_READERS = ("concept", "character", "world", "plot")


def drafts(ask: PlanAsk) -> Iterator[Draft]:
    """At most ``ask.count`` drafts, each different from those before it."""
    seen: list[Mapping[str, FieldValue]] = []
    ask = _known(ask)
    for draft in _coming(ask):
        values = in_place(ask, {**draft.values, **ask.locked})
        if values in seen or len(seen) == ask.count:
            continue
        seen.append(values)
        yield Draft(
            values,
            drawn_from=tuple(dict.fromkeys((*_texts_read(ask), *draft.drawn_from))),
            assumed=draft.assumed,
            notes=(*draft.notes, *_notes(ask, values)),
            only=draft.only,
        )


def _coming(ask: PlanAsk) -> Iterator[Draft]:
    """The drafts of a stage. Where a later stage was accepted first, that one was drawn from what stood for
    this stage: so this comes first, and names the same people."""
    after = next((path for path in ask.fields if _is_later(path, ask.stage)), "")
    if len(ask.blend) > 1 and ask.stage not in _BLENDED:
        yield Draft(blend(ask.stage, ask.blend), drawn_from=_sources(ask))
    if after and not any(path.startswith(f"{ask.stage}.") for path in ask.fields):
        assumed = _assumed(ask, ask.stage)
        yield replace(assumed, drawn_from=(*assumed.drawn_from, after))
    yield from STAGES[ask.stage](ask, lambda stage: _assumed(ask, stage))


def _sources(ask: PlanAsk) -> tuple[str, ...]:
    """What a draft of this stage is drawn from, as a new one shows."""
    return next(STAGES[ask.stage](ask, lambda stage: _assumed(ask, stage))).drawn_from


def _is_later(path: str, stage: Stage) -> bool:
    stages: list[str] = list(STAGES)
    return stages.index(path.split(".", 1)[0]) > stages.index(stage)


def _known(ask: PlanAsk) -> PlanAsk:
    """The ask with what is locked among its fields, and with what the concept is to avoid."""
    fields = {**ask.fields, **ask.locked}
    avoid = fields.get("concept.avoid")
    also: list[str] = avoid if isinstance(avoid, list) else []
    return replace(ask, fields=fields, avoid=tuple(dict.fromkeys((*ask.avoid, *also))))


def _assumed(ask: PlanAsk, stage: Stage) -> Draft:
    """What stands for a stage that lacks values: the same in each round, whatever its seed."""
    own = {path: value for path, value in ask.fields.items() if path.startswith(f"{stage}.")}
    alone = PlanAsk(
        stage,
        fields={path: value for path, value in ask.fields.items() if not _is_later(path, stage)},
        inspiration=ask.inspiration,
        material=ask.material,
        locked=own,
        avoid=ask.avoid,
    )
    return next(drafts(alone))


def _texts_read(ask: PlanAsk) -> Iterator[str]:
    """The paths of the inspiration and the material, where the stage reads them."""
    if ask.stage in _READERS:
        yield from ("inspiration",) if ask.inspiration else ()
        yield from (f"material.{id_}" for id_ in ask.material)


def _notes(ask: PlanAsk, values: Mapping[str, FieldValue]) -> Iterator[str]:
    """What the offline planner does not honour of an ask."""
    if not is_english(ask.language):
        yield f"The offline planner writes English only, and not {ask.language!r}."
    if sum(map(len, (ask.inspiration, *ask.material.values()))) > READ:
        yield f"The offline planner reads the first {READ:,} characters of an inspiration and its material."
    if ask.material:
        yield "The offline planner takes names, places and things from the material; it does not continue it."
    if left := unread(ask, "\n".join(map(str, values.values()))):
        yield left
    if ask.avoid:
        told = (str(value) for path, value in values.items() if path != "concept.avoid")
        yield from _not_avoided(ask.avoid, "\n".join(told).lower())


def _not_avoided(avoid: Iterable[str], text: str) -> Iterator[str]:
    words = frozenset(map(stem, bag(text)))
    for phrase in avoid:
        unwanted = frozenset(map(stem, bag(phrase)))
        told = any(matter.search(text) for matter in matters_of(phrase))
        if told or (unwanted and unwanted <= words):
            yield f"{phrase!r} could not be avoided everywhere."
