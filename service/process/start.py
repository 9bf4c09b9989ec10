"""A whole process by its roles. Each role is wired in a module beside; everything else gets what it needs
by keyword."""

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

#: What handing back, the last writes and the own sign-off may take after a drain's grace.
LEAVING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Process:
    """A running process. ``app`` is there where it has the role ``http``, ``worker`` with ``actors``.

    ``asked_to_go`` is set when an operator wants it drained: whoever runs it then leaves.
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
    """Start a process with the settings' roles; leaving the context drains it. ``studio_key`` is what lets
    into its studio without a token.

    ``announce`` is told, as a sentence, what a drain waits for.
    Raises ``SetupProblem`` where a setting is lacking, or names what there is not.
    """
    if faults := validate_settings(settings.trait_levels, settings.attempts, groups=registry.groups):
        raise SetupProblem(" ".join(faults))
    roles = settings.roles
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(
            open_core(settings, registry=registry, store=store, acting="http" in roles)
        )
        # Stories stand in line from the first request on, also before any actor has ever run.
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
    """Begin no more calls, and set the time at which the database is waited for no longer."""
    paid = worker.begin_drain() if worker else 0
    grace = core.settings.drain_grace if paid else 0.0
    core.database.give_up_in(grace + LEAVING_SECONDS - CONNECT_SECONDS)
    if paid:
        calls = "1 paid call" if paid == 1 else f"{paid} paid calls"
        announce(
            f"Waiting for {calls}, {grace:.0f} s at the most. A second signal ends the process at once: "
            "then such a call may be paid for twice."
        )
