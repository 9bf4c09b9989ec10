"""Starts a process with its roles. Each role has one module in this package. All other code receives what it
needs as arguments."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from actors.registry import REGISTRY
from actors.runtime.spec import Registry
from actors.runtime.worker import Worker
from service.access.studio_key import StudioKey
from service.background.drain_watch import DrainWatch
from service.background.nudges import DRAIN
from service.db.pool import CONNECT_SECONDS
from service.domain.tuning import validate_settings
from service.errors import SetupProblem
from service.hub.hub import Hub
from service.process.actors import MakeProviders, open_actors
from service.process.components import run
from service.process.core import Core, open_core
from service.process.groups import ensure_groups
from service.process.http import app_of, open_hub
from service.process.lease import open_lease
from service.process.reconcile import run_reconcilers
from service.process.relay import run_relay
from service.settings import Settings
from service.storage.store import Store

#: Further seconds after the grace period of a drain, for returning jobs to the queue, writing the last
#: results and ending the lease.
LEAVING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Process:
    """A running process. ``app`` is None without the role ``http``, ``worker`` is None without ``actors``.

    ``asked_to_go`` is set when an operator asks the process to drain. The caller of ``open_process`` then
    ends the process.
    """

    core: Core
    app: web.Application | None
    worker: Worker | None
    hub: Hub | None
    asked_to_go: asyncio.Event


@asynccontextmanager
async def open_process(
    settings: Settings,
    *,
    registry: Registry = REGISTRY,
    providers: MakeProviders | None = None,
    store: Store | None = None,
    studio_key: StudioKey | None = None,
    announce: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[Process]:
    """Run a process with the roles of the settings. At the end of the block, the process drains.
    ``studio_key`` gives access to the studio of the process without a token.

    ``announce`` is called with a sentence that says what the drain waits for. Raises ``SetupProblem`` if a
    setting is missing, or if a setting names an object that does not exist.
    """
    if faults := validate_settings(settings.trait_levels, settings.attempts, groups=registry.groups):
        raise SetupProblem(" ".join(faults))
    roles = settings.roles
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(
            open_core(settings, registry=registry, store=store, acting="http" in roles)
        )
        # Stories can be queued from the first request on, even if no actor has ever run.
        await ensure_groups(core)
        slots = registry.slots(settings) if "actors" in roles else {}
        lease = await stack.enter_async_context(open_lease(core, slots))
        hub = await stack.enter_async_context(open_hub(core)) if "http" in roles else None
        if "relay" in roles:
            await run_relay(stack, core)
        worker = None
        if "actors" in roles:
            worker = await stack.enter_async_context(open_actors(core, lease, providers))
        if "reconcile" in roles:
            await run_reconcilers(stack, core, lease)
        app = app_of(core, hub, worker, studio_key) if hub else None
        watch = DrainWatch(core.database, lambda: lease.worker_id)
        core.nudges.on(DRAIN, watch.nudge)
        await run(stack, watch)
        stack.callback(_leave, core, worker, announce)
        yield Process(core, app, worker, hub, watch.asked)


def _leave(core: Core, worker: Worker | None, announce: Callable[[str], None]) -> None:
    """Begin the end of the process: start no more calls, and set the deadline for waits on the database."""
    paid = worker.begin_drain() if worker else 0
    grace = core.settings.drain_grace if paid else 0.0
    core.database.give_up_in(grace + LEAVING_SECONDS - CONNECT_SECONDS)
    if paid:
        calls = "1 paid call" if paid == 1 else f"{paid} paid calls"
        announce(
            f"Waiting for {calls}, {grace:.0f} s at the most. A second signal ends the process at once: "
            "then such a call may be paid for twice."
        )
