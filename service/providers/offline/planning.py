"""The offline planner as a provider: it returns drafts one by one, and needs no network."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from service.domain.offline import OFFLINE
from service.providers.offline.models import PLANNER as MODEL
from service.providers.offline.pace import PROPOSAL_SECONDS, Pace
from service.providers.offline.planner.drafting import drafts
from service.providers.offline.planner.sorting import sorted_draft
from service.providers.protocols import Draft, DraftPart, FieldValue, OnPart, PlanAsk, PlannerCall, Remark
from service.providers.replies import Reply, Usage

#: A pattern for fields that are sent together: a single field, or all fields of an element.
_UNIT = re.compile(r"[^.]+\.[^.]+(?:\.[a-z]\d\w*)?")


class OfflinePlanner:
    """Plans novels from prepared texts. The same request gives the same drafts, byte for byte."""

    provider, model = OFFLINE, MODEL

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def propose(self, ask: PlanAsk, on_part: OnPart) -> Reply[tuple[Draft, ...]]:
        """Make the drafts, and send each draft unit by unit. The drafts are made in a thread, because the
        first draft reads all data files."""
        made: list[Draft] = []
        seconds, coming = 0.0, drafts(ask)
        while True:
            draft, took = await asyncio.to_thread(_next, coming)
            seconds += took
            if draft is None:
                break
            await self._show(len(made), draft, on_part)
            made.append(draft)
        usage = Usage(characters=sum(map(_characters, made)), seconds=round(seconds, 3))
        return Reply(tuple(made), MODEL, usage)

    async def sort_material(self, ask: PlanAsk) -> Reply[tuple[Draft, ...]]:
        """The people, places, things and headings that the texts name, each with its sentence."""
        draft = await asyncio.to_thread(sorted_draft, ask)
        return Reply((draft,) if draft else (), MODEL)

    async def review(self, ask: PlanAsk) -> Reply[tuple[Remark, ...]]:
        """Nothing: the rules of the checks say what can be said without a model."""
        return Reply((), MODEL)

    def most_usd(self, ask: PlanAsk, call: PlannerCall = "propose") -> Decimal:
        """Nothing."""
        return Decimal(0)

    async def _show(self, index: int, draft: Draft, on_part: OnPart) -> None:
        parts = list(_growing(draft.values))
        for values in parts:
            on_part(DraftPart(index, replace(draft, values=values)))
            await self._pace.wait(PROPOSAL_SECONDS / len(parts))
        on_part(DraftPart(index, draft, closed=True))


def warm() -> None:
    """Read all data, so that the first proposal does not wait for it."""
    next(drafts(PlanAsk("concept", inspiration="A keeper of a lighthouse counts the tides.")), None)


def _next(coming: Iterator[Draft]) -> tuple[Draft | None, float]:
    """The next draft, None after the last one; and the seconds that it took."""
    begun = time.perf_counter()
    return next(coming, None), time.perf_counter() - begun


def _growing(values: Mapping[str, FieldValue]) -> Iterator[dict[str, FieldValue]]:
    """Yields the values so far, after each field or element."""
    so_far: dict[str, FieldValue] = {}
    for _, unit in groupby(values.items(), key=lambda item: _unit(item[0])):
        so_far = {**so_far, **dict(unit)}
        yield so_far


def _unit(path: str) -> str:
    found = _UNIT.match(path)
    return found[0] if found else path


def _characters(draft: Draft) -> int:
    return sum(len(str(value)) for value in draft.values.values())
