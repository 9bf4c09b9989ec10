"""A planner whose drafts are the offline planner's, and whose calls are paid for at the stub provider."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from actors import genesis
from actors.genesis import GenesisTools
from actors.genesis_answers import work_of
from actors.runtime.context import Context
from service.jobs.outcomes import Outcome
from service.providers.offline.planner.drafting import drafts
from service.providers.protocols import Draft, DraftPart, OnPart, PlanAsk, PlannerCall, Remark
from service.providers.replies import Reply, Usage
from service.runtime.ledger import Work
from tests.faults.config import ProcessConfig

Provider = Callable[[str, Context, Work], Awaitable[Reply[str]]]
#: So long each draft takes, in seconds: the one before it is kept meanwhile.
_DRAFT_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class StubPlanner:
    """The planner of one attempt: the stub is told whose call it is."""

    ask: Provider
    config: ProcessConfig
    context: Context
    model: str = "stub"

    @property
    def provider(self) -> str:
        return self.config.provider

    async def sort_material(self, ask: PlanAsk) -> Reply[tuple[Draft, ...]]:
        return Reply((), self.model)

    async def review(self, ask: PlanAsk) -> Reply[tuple[Remark, ...]]:
        return Reply((), self.model)

    def most_usd(self, ask: PlanAsk, call: PlannerCall = "propose") -> Decimal:
        return Decimal(0)

    async def propose(self, ask: PlanAsk, on_part: OnPart) -> Reply[tuple[Draft, ...]]:
        work = work_of(self, ask)
        reply = await self.ask(work.key(self.context.job.aggregate_id), self.context, work)
        made = tuple(await asyncio.to_thread(lambda: list(drafts(ask))))
        for index, draft in enumerate(made):
            on_part(DraftPart(index, draft, closed=True))
            await asyncio.sleep(_DRAFT_SECONDS)
        return Reply(made, self.model, Usage(cost_usd=self.config.usd), reply.request_id)


async def perform_session(provider: Provider, config: ProcessConfig, context: Context) -> Outcome:
    """The real actor, with a planner that counts."""
    tools = GenesisTools(StubPlanner(provider, config, context))
    deps = replace(context.deps, by_type={**context.deps.by_type, GenesisTools: tools})
    return await genesis.perform(replace(context, deps=deps))
