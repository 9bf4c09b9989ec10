"""A planner that does what a test says: which drafts it closes, and what it raises then."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from service.providers.protocols import Draft, DraftPart, OnPart, PlanAsk, PlannerCall, Remark
from service.providers.replies import Reply, Usage


@dataclass
class Script:
    """One call: the values of each draft, and the error after them. ``held``: after its drafts it waits for
    ``go_on``."""

    drafts: tuple[Mapping[str, Any], ...] = ()
    error: Exception | None = None
    drawn_from: tuple[str, ...] = ("inspiration",)
    held: bool = False
    go_on: asyncio.Event = field(default_factory=asyncio.Event)


class ScriptedPlanner:
    """Follows its scripts, one a call, and keeps what it was asked."""

    provider, model = "scripted", "scripted-1"

    def __init__(self) -> None:
        self.scripts: deque[Script] = deque()
        self.asked: list[PlanAsk] = []

    async def sort_material(self, ask: PlanAsk) -> Reply[tuple[Draft, ...]]:
        return Reply((), self.model)

    async def review(self, ask: PlanAsk) -> Reply[tuple[Remark, ...]]:
        return Reply((), self.model)

    def most_usd(self, ask: PlanAsk, call: PlannerCall = "propose") -> Decimal:
        return Decimal(0)

    async def propose(self, ask: PlanAsk, on_part: OnPart) -> Reply[tuple[Draft, ...]]:
        self.asked.append(ask)
        script = self.scripts.popleft()
        made = tuple(Draft(values, drawn_from=script.drawn_from) for values in script.drafts)
        for index, draft in enumerate(made):
            on_part(DraftPart(index, draft))
            on_part(DraftPart(index, draft, closed=True))
        if script.held:
            await script.go_on.wait()
        if script.error is not None:
            raise script.error
        return Reply(made, self.model, Usage())
