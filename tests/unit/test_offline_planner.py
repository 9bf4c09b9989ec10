"""The offline planner as a provider: its pace, and its first card."""

from __future__ import annotations

import asyncio
import time
from decimal import Decimal

import pytest

from service.providers.cpu import CpuPool
from service.providers.factory import offline_providers
from service.providers.offline.pace import Pace
from service.providers.offline.planning import OfflinePlanner
from service.providers.protocols import DraftPart, PlanAsk
from service.settings import Settings
from tests.unit.planner_asks import CLOCKMAKER


async def test_it_is_among_the_offline_providers_and_costs_nothing() -> None:
    planner = offline_providers(Settings(), CpuPool(1)).planner
    reply = await planner.propose(PlanAsk("concept"), lambda part: None)
    assert (planner.provider, reply.usage.cost_usd) == ("offline", Decimal(0))
    assert reply.usage.characters > 500


async def test_the_first_card_is_there_in_under_300_ms() -> None:
    closed: list[float] = []
    begun = time.process_time()

    def note(part: DraftPart) -> None:
        if part.closed:
            closed.append(time.process_time() - begun)

    await OfflinePlanner(Pace(0)).propose(PlanAsk("concept", inspiration=CLOCKMAKER, count=4), note)
    assert len(closed) == 4
    assert closed[0] < 0.3


async def test_a_cancel_ends_it_between_two_parts() -> None:
    heard: list[DraftPart] = []
    first = asyncio.Event()

    def note(part: DraftPart) -> None:
        heard.append(part)
        first.set()

    running = asyncio.create_task(OfflinePlanner(Pace(1)).propose(PlanAsk("concept", count=4), note))
    await first.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not any(part.closed for part in heard)


async def test_it_takes_its_time_at_a_latency() -> None:
    heard: list[float] = []
    begun = time.monotonic()
    await OfflinePlanner(Pace(0.02)).propose(PlanAsk("theme"), lambda part: heard.append(time.monotonic()))
    assert heard[-1] - begun > 0.1
