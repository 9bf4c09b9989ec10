"""The role ``reconcile``: it repairs the effects of lost nudges, dead processes and lost files."""

from __future__ import annotations

from contextlib import AsyncExitStack

from service.background.file_reconciler import FileReconciler
from service.background.leases import Lease
from service.background.reconciler import Reconciler
from service.background.scheduler import Scheduler
from service.genesis.scheduler import SessionScheduler
from service.process.components import run
from service.process.core import Core
from service.process.lease import open_lease
from service.stories.silence import silent_pictures


async def run_reconcilers(stack: AsyncExitStack, core: Core, lease: Lease) -> None:
    """Start the reconciler of jobs, the reconcilers of files, and the scheduler of Genesis sessions."""
    await run(stack, _reconciler(core, lease), _session_scheduler(core), *_file_reconcilers(core))


async def reconcile_once(core: Core) -> None:
    """Run one pass of the scheduler and the reconcilers, under a lease of its own.

    This pass expires no worker: only a process that has run for at least one lease duration may expire
    others.
    """
    async with open_lease(core, {}) as lease:
        await Scheduler(core.database, core.settler).run_once()
        await _reconciler(core, lease).run_once()
        await _session_scheduler(core).run_once()
        for reconciler in _file_reconcilers(core):
            await reconciler.run_once()


def _reconciler(core: Core, lease: Lease) -> Reconciler:
    return Reconciler(
        core.database,
        core.kinds,
        core.settler,
        core.streams,
        core.nudges,
        groups=core.registry.groups,
        silent=silent_pictures,
        worker_id=lambda: lease.worker_id,
        lease_seconds=core.settings.lease_seconds,
        token_seconds=core.settings.jwt_longest_days * 86_400,
    )


def _session_scheduler(core: Core) -> SessionScheduler:
    return SessionScheduler(core.database, core.settings, settled=core.settler.nudge)


def _file_reconcilers(core: Core) -> list[FileReconciler]:
    """The file reconcilers: one for each kind of aggregate that has files."""
    return [
        FileReconciler(core.database, core.settler, core.store, files=files) for files in core.registry.files
    ]
