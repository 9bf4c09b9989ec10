"""The role ``actors``: the worker with its providers, the dispatcher, the scheduler and the ticker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib import import_module

from actors.runtime.calls import Calls, Forecast
from actors.runtime.context import Dependencies
from actors.runtime.executor import Executor
from actors.runtime.pool_slots import PoolSlots
from actors.runtime.worker import Worker
from service.background.dispatcher import Dispatcher
from service.background.leases import Lease
from service.background.nudges import (
    JOBS_CANCELLED,
    LEASE_EXPIRED,
    OUTBOX,
    PROVIDER_RECOVERED,
    QUEUE,
    SLOT_FREED,
    Nudges,
)
from service.background.scheduler import Scheduler
from service.background.ticker import Ticker
from service.process.components import run
from service.process.core import Core
from service.providers.cpu import CpuPool
from service.providers.estimate import Estimator
from service.providers.factory import ProviderSet, open_providers, price_table, warn_of_sunsets
from service.providers.offline.planning import warm as warm_planner
from service.providers.offline.speech import warm as warm_voice
from service.providers.protocols import Providers
from service.runtime.ledger import Ledger, Work
from service.settings import Settings

#: Makes the providers of a process. Tests pass their own.
MakeProviders = Callable[[Settings, CpuPool], Providers]


@asynccontextmanager
async def open_actors(core: Core, lease: Lease, providers: MakeProviders | None) -> AsyncIterator[Worker]:
    """Run a worker that performs the actors of the registry under a lease. At the end of the block, the
    worker drains."""
    settings = core.settings
    cpu = CpuPool(settings.cpu_processes)
    async with AsyncExitStack() as stack:
        stack.callback(cpu.close)
        ticker, scheduler = (
            Ticker(core.database, core.events, kinds=core.kinds),
            Scheduler(core.database, core.settler),
        )
        await run(stack, ticker, scheduler)

        def provider_recovered() -> None:
            core.nudges.send(PROVIDER_RECOVERED)
            scheduler.provider_recovered()

        provider_set = await stack.enter_async_context(
            _open_providers(settings, cpu, providers, provider_recovered)
        )
        calls, pool_slots = _calls(core, provider_set), PoolSlots(core.database, core.nudges)
        deps = Dependencies(
            database=core.database,
            settler=core.settler,
            ticker=ticker,
            calls=calls,
            pool_slots=pool_slots,
            store=core.store,
            cpu=cpu,
            settings=settings,
            by_type={
                wanted: make(provider_set.providers, core.store)
                for wanted, make in core.registry.dependencies.items()
            },
        )
        worker = Worker(
            core.database,
            core.nudges,
            core.settler,
            core.streams,
            Executor(deps, core.registry.actors),
            calls=calls,
            slots=core.registry.slots(settings),
            lease=lease,
            pool_slots=pool_slots,
            wake_in=scheduler.wake_in,
        )
        dispatcher = Dispatcher(
            core.database, core.streams, worker.free_slots, worker_id=lambda: worker.worker_id
        )
        _subscribe(core.nudges, worker, dispatcher, provider_set)
        await worker.start()
        stack.push_async_callback(_drain, worker, cpu, calls, settings.drain_grace)
        await run(stack, dispatcher)
        yield worker


def _subscribe(nudges: Nudges, worker: Worker, dispatcher: Dispatcher, provider_set: ProviderSet) -> None:
    for topic in (QUEUE, SLOT_FREED):
        nudges.on(topic, dispatcher.nudge)
    nudges.on(SLOT_FREED, worker.nudge_readers)
    nudges.on(JOBS_CANCELLED, worker.nudge)
    nudges.on(LEASE_EXPIRED, worker.rejoin)
    for guard in provider_set.guards.values():
        # When a blocked provider works again, all processes look for its jobs.
        nudges.on(PROVIDER_RECOVERED, guard.breaker.look_again)


async def _drain(worker: Worker, cpu: CpuPool, calls: Calls, grace: float) -> None:
    """Wait at most ``grace`` seconds for the running attempts, and for paid calls whose attempts are over.
    The function does not wait for local drawing and speech of an attempt that is over, because they cost
    nothing."""
    clock = asyncio.get_running_loop().time
    until = clock() + grace
    await worker.drain(grace)
    cpu.close()
    await calls.finish(max(0.0, until - clock()))


@asynccontextmanager
async def _open_providers(
    settings: Settings, cpu: CpuPool, providers: MakeProviders | None, on_recovered: Callable[[], None]
) -> AsyncIterator[ProviderSet]:
    """The given providers without a guard; if None are given, the providers that the settings name."""
    if providers is not None:
        yield ProviderSet(providers(settings, cpu), {})
        return
    async with open_providers(settings, cpu, on_recovered) as provider_set:
        cpu.warm(_warming(settings))
        # Nothing waits for these: a provider's list may be slow, and jobs run without them.
        beside = [
            asyncio.create_task(warn_of_sunsets(settings), name="sunsets"),
            asyncio.create_task(asyncio.to_thread(warm_planner), name="planner-data"),
        ]
        try:
            yield provider_set
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


def _warm_pictures(size: tuple[int, int]) -> None:
    import_module("service.providers.offline.image").warm(size)


def _warming(settings: Settings) -> list[Callable[[], object]]:
    """The functions that a drawing process runs before its first call, to load its data."""
    steps: list[Callable[[], object]] = [partial(import_module, "service.publishing.pdf")]
    if settings.image_provider == "offline":
        width, height = settings.image_size.split("x")
        steps.append(partial(_warm_pictures, (int(width), int(height))))
    if settings.speech_provider == "offline":
        steps.append(warm_voice)
    return steps


def _calls(core: Core, provider_set: ProviderSet) -> Calls:
    settings = core.settings
    estimator = Estimator(settings, price_table(settings))

    def forecast(work: Work) -> Forecast:
        usd = work.usd or estimator.call(work.step, work.model, characters=work.characters)
        return Forecast(usd, estimator.tokens(work.step, work.model))

    ledger = Ledger(
        core.database,
        kinds=core.kinds,
        on_spend=lambda: core.nudges.send(OUTBOX),
        user_month_usd=settings.user_month_usd,
    )
    return Calls(ledger, provider_set.guards, forecast)
