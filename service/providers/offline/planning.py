"""The offline planner as a provider: it returns drafts one by one, and needs no network."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from service.domain.offline import OFFLINE
from service.providers.offline.models import PLANNER as MODEL
from service.providers.offline.pace import PROPOSAL_SECONDS, Pace
from service.providers.offline.planner.drafting import drafts
from service.providers.protocols import Draft, DraftPart, FieldValue, OnPart, PlanAsk
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
        coming = drafts(ask)
        while (draft := await asyncio.to_thread(next, coming, None)) is not None:
            await self._show(len(made), draft, on_part)
            made.append(draft)
        return Reply(tuple(made), MODEL, Usage(characters=sum(map(_characters, made))))

    async def _show(self, index: int, draft: Draft, on_part: OnPart) -> None:
        parts = list(_growing(draft.values))
        for values in parts:
            on_part(DraftPart(index, replace(draft, values=values)))
            await self._pace.wait(PROPOSAL_SECONDS / len(parts))
        on_part(DraftPart(index, draft, closed=True))


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
