"""The one place that wires. Everything else gets what it needs by keyword."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from math import ceil
from uuid import UUID

import redis.asyncio as aioredis
import structlog
from aiohttp import web

from actors.registry import ACTORS
from actors.runtime.calls import Calls, Forecast
from actors.runtime.context import Workshop
from actors.runtime.executor import Executor
from actors.runtime.pool_slots import Places
from actors.runtime.spec import Registry
from actors.runtime.worker import Worker
from service.access.studio_key import StudioKey
from service.access.tokens import Tokens
from service.background.dispatcher import Dispatcher
from service.background.drain_watch import DrainWatch
from service.background.file_reconciler import Storekeeper
from service.background.leases import Lease
from service.background.loop import Loop
from service.background.nudges import DRAIN, MENDED, OUTBOX, QUEUE, STOPPED, Nudges
from service.background.reconciler import Reconciler
from service.background.relay import Relay
from service.background.rescue import bury_former, retire
from service.background.scheduler import Scheduler
from service.background.settler import Settler
from service.background.ticker import Ticker
from service.background.webhooks import Deliverer
from service.db.pool import CONNECT_SECONDS, TRANSIENT, Database
from service.db.roles import look_at_logins
from service.db.sql import load
from service.domain.assets import GROUPS, PICTURE_GROUPS
from service.domain.tuning import faults_of
from service.errors import SetupProblem, Unavailable
from service.http.app.application import make_app
from service.http.app.services import Services
from service.hub.feed import Feed
from service.hub.hub import Hub
from service.hub.log import PostgresLog
from service.providers.cpu import CpuPool
from service.providers.estimate import Estimator
from service.providers.factory import Cast, open_cast, price_table, warn_of_sunsets
from service.providers.offline.speech import warm as warm_voice
from service.providers.protocols import Providers
from service.runtime.kinds import Kinds, kinds_of
from service.runtime.ledger import Ledger, Work
from service.settings import Settings
from service.storage.file_cache import Shelf
from service.storage.files import FileStore
from service.storage.store import Store
from service.stories.kind import StoryKind
from service.streams.client import UNREACHABLE, connect
from service.streams.events import EventStream
from service.streams.jobs import JobStreams

_log = structlog.get_logger()

KINDS: Kinds = kinds_of(StoryKind())
#: What handing back, the last writes and the own burial may take after a drain's grace.
LEAVING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Core:
    """What every process has, whatever its roles."""

    settings: Settings
    database: Database
    redis: aioredis.Redis
    streams: JobStreams
    events: EventStream
    nudges: Nudges
    settler: Settler
    store: Store


@dataclass(frozen=True, slots=True)
class Troupe:
    """A running process. ``app`` is there where it has the role ``http``, ``worker`` with ``actors``.

    ``asked_to_go`` is set when an operator wants it drained: whoever runs it then leaves.
    """

    core: Core
    app: web.Application | None
    worker: Worker | None
    hub: Hub | None
    asked_to_go: asyncio.Event


@asynccontextmanager
async def open_core(
    settings: Settings, *, store: Store | None = None, acting: bool = False
) -> AsyncIterator[Core]:
    """Connect to PostgreSQL and Redis; ``acting``: for users' requests, too.

    Raises ``SetupProblem`` where a URL is lacking, and where the login of users' requests may do too much.
    """
    for name, url in (("DATABASE_URL", settings.database_url), ("REDIS_URL", settings.redis_url)):
        if not url:
            raise SetupProblem(f"{name} is not set. Set it, or run `storytroupe up`, which brings its own.")
    async with AsyncExitStack() as stack:
        user_url = settings.database_http_url if acting else ""
        if acting:
            await look_at_logins(settings.database_url, user_url)
        database = await Database.connect(
            settings.database_url, user_url=user_url, size=settings.database_pool
        )
        stack.push_async_callback(database.close)
        redis = connect(settings.redis_url)
        stack.push_async_callback(redis.aclose)
        nudges = Nudges(database)
        await nudges.start()
        stack.push_async_callback(nudges.stop)
        yield Core(
            settings=settings,
            database=database,
            redis=redis,
            streams=JobStreams(redis, settings.redis_namespace),
            events=EventStream(redis, settings.redis_namespace),
            nudges=nudges,
            settler=Settler(database, KINDS, nudges, deadline_seconds=settings.job_deadline_seconds),
            store=await stack.enter_async_context(open_store(settings)) if store is None else store,
        )


@asynccontextmanager
async def open_troupe(
    settings: Settings,
    *,
    registry: Registry = ACTORS,
    providers: Callable[[Settings, CpuPool], Providers] | None = None,
    store: Store | None = None,
    studio_key: StudioKey | None = None,
    announce: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[Troupe]:
    """Start a process with the settings' roles; leaving the context drains it. ``studio_key`` is what lets
    into its studio without a token.

    ``announce`` is told, as a sentence, what a drain waits for.
    Raises ``SetupProblem`` where a setting is lacking, or names what there is not.
    """
    if faults := faults_of(settings.trait_levels, settings.attempts):
        raise SetupProblem(" ".join(faults))
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(
            open_core(settings, store=store, acting="http" in settings.roles)
        )
        # Stories stand in line from the first request on, also before any actor has ever run.
        await ensure_groups(core, registry)
        lease = await stack.enter_async_context(_lease(core, registry))
        hub = await stack.enter_async_context(_hub(core)) if "http" in settings.roles else None
        if "relay" in settings.roles:
            relay = Relay(core.database, core.events)
            core.nudges.on(OUTBOX, relay.nudge)
            await _run(stack, relay)
            await _run(stack, Deliverer(core.database, private=settings.webhook_private_addresses))
        worker = None
        if "actors" in settings.roles:
            worker = await stack.enter_async_context(_actors(core, lease, registry, providers))
        if "reconcile" in settings.roles:
            await _run(stack, _reconciler(core, lease))
            await _run(stack, Storekeeper(core.database, core.settler, core.store))
        app = make_app(_services(core, hub, worker, studio_key), settings) if hub else None
        watch = DrainWatch(core.database, lambda: lease.worker_id)
        core.nudges.on(DRAIN, watch.nudge)
        await _run(stack, watch)
        stack.callback(_leave, core, worker, announce)
        yield Troupe(core, app, worker, hub, watch.asked)


@asynccontextmanager
async def _cast(
    settings: Settings, cpu: CpuPool, providers: Callable[[Settings, CpuPool], Providers] | None
) -> AsyncIterator[Cast]:
    """The given providers, which need no guard, or those of the settings."""
    if providers is not None:
        yield Cast(providers(settings, cpu), {})
        return
    async with open_cast(settings, cpu) as cast:
        cpu.warm(_warming(settings))
        # Nothing waits for it: the provider's list may be slow, and the work goes on without.
        warning = asyncio.create_task(warn_of_sunsets(settings), name="sunsets")
        try:
            yield cast
        finally:
            warning.cancel()
            await asyncio.gather(warning, return_exceptions=True)


def _watch_guards(core: Core, cast: Cast, scheduler: Scheduler) -> None:
    """Where a provider works again that turned us away, all processes look again, and its jobs go on."""

    def mended() -> None:
        core.nudges.send(MENDED)
        scheduler.mended()

    for guard in cast.guards.values():
        guard.on_mended(mended)
        core.nudges.on(MENDED, guard.breaker.look_again)


def _warming(settings: Settings) -> list[Callable[[], object]]:
    """What a drawing process loads before its first call."""
    steps: list[Callable[[], object]] = [partial(import_module, "service.publishing.pdf")]
    if settings.image_provider == "offline":
        steps.append(partial(import_module, "service.providers.offline.image"))
    if settings.speech_provider == "offline":
        steps.append(warm_voice)
    return steps


def _calls(core: Core, cast: Cast) -> Calls:
    settings = core.settings
    estimator = Estimator(settings, price_table(settings))

    def forecast(work: Work) -> Forecast:
        usd = estimator.call(work.step, work.model, characters=work.characters)
        return Forecast(usd, estimator.tokens(work.step, work.model))

    ledger = Ledger(
        core.database,
        on_spend=lambda: core.nudges.send(OUTBOX),
        user_month_usd=settings.user_month_usd,
    )
    return Calls(ledger, cast.guards, forecast)


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """S3 where a bucket is set, else local files."""
    if not settings.s3_bucket:
        yield FileStore(settings.files_dir, cdn_base_url=settings.cdn_base_url, tries=settings.store_tries)
        return
    # The library takes a second to load, and few need it.
    s3 = import_module("service.storage.s3")
    async with s3.open_s3(settings) as store:
        yield store


def slots_of(settings: Settings, groups: Mapping[str, object]) -> dict[str, int]:
    """How many attempts of each group one process runs at once. Of pictures there are some more than it
    draws: while they wait for their turn their references are fetched, and their words put together."""
    drawn = settings.image_concurrency_per_process
    return {
        group: drawn + ceil(drawn / 2) if group in PICTURE_GROUPS else settings.concurrency_per_process
        for group in groups
    }


async def ensure_groups(core: Core, groups: Mapping[str, object]) -> None:
    """The rows and the streams of the actor groups, with their bounds as the settings have them."""
    names = list(groups)
    pools = ["pictures" if name in PICTURE_GROUPS else name for name in names]
    bounds = [core.settings.image_concurrency if pool == "pictures" else None for pool in pools]
    query = load("dispatch")["ensure_groups"]
    await core.database.repeat(lambda connection: connection.execute(query, names, pools, bounds))


@asynccontextmanager
async def _lease(core: Core, registry: Registry) -> AsyncIterator[Lease]:
    """This process's lease, from its registration to its own burial."""
    settings = core.settings
    slots = slots_of(settings, registry) if "actors" in settings.roles else {}
    lease = Lease(core.database, seconds=settings.lease_seconds, roles=settings.roles, slots=slots)
    await lease.start()
    try:
        yield lease
    finally:
        await core.settler.drain()
        await lease.stop()
        try:
            core.settler.nudge(
                await core.database.repeat(lambda connection: retire(connection, KINDS, lease.worker_id))
            )
        except Unavailable as error:
            # The lease runs out by itself, and others bury this process.
            _log.warning("leaving without a burial", error=error.message)


@asynccontextmanager
async def _hub(core: Core) -> AsyncIterator[Hub]:
    hub = Hub(PostgresLog(core.database))
    feed = Feed(core.redis, core.settings.redis_namespace, hub)
    await hub.start()
    await feed.start()
    try:
        yield hub
    finally:
        await feed.stop()
        await hub.stop()


@asynccontextmanager
async def _actors(
    core: Core,
    lease: Lease,
    registry: Registry,
    providers: Callable[[Settings, CpuPool], Providers] | None,
) -> AsyncIterator[Worker]:
    settings = core.settings
    cpu = CpuPool(settings.cpu_processes)
    async with AsyncExitStack() as stack:
        stack.callback(cpu.close)
        ticker = Ticker(core.database, core.events)
        await _run(stack, ticker)
        scheduler = Scheduler(core.database, core.settler)
        await _run(stack, scheduler)
        cast = await stack.enter_async_context(_cast(settings, cpu, providers))
        _watch_guards(core, cast, scheduler)
        calls, places = _calls(core, cast), Places(core.database, core.nudges)
        workshop = Workshop(
            database=core.database,
            settler=core.settler,
            ticker=ticker,
            calls=calls,
            places=places,
            store=core.store,
            references=Shelf(core.store),
            providers=cast.providers,
            cpu=cpu,
            settings=settings,
        )
        worker = Worker(
            core.database,
            core.settler,
            core.streams,
            Executor(workshop, registry),
            calls=calls,
            slots=slots_of(settings, registry),
            lease=lease,
            places=places,
            wake_in=scheduler.wake_in,
        )
        dispatcher = Dispatcher(
            core.database, core.streams, worker.free_slots, worker_id=lambda: worker.worker_id
        )
        worker.on_free(dispatcher.nudge)
        core.nudges.on(QUEUE, dispatcher.nudge)
        core.nudges.on(STOPPED, worker.nudge)
        await worker.start()
        stack.push_async_callback(_drain, worker, cpu, calls, settings.drain_grace)
        await _run(stack, dispatcher)
        yield worker


def _leave(core: Core, worker: Worker | None, announce: Callable[[str], None]) -> None:
    """Begin no more calls, and set the time at which the database is waited for no longer."""
    paid = worker.begin_drain() if worker else 0
    grace = core.settings.drain_grace if paid else 0.0
    core.database.give_up_in(grace + LEAVING_SECONDS - CONNECT_SECONDS)
    if paid:
        calls = "1 paid call" if paid == 1 else f"{paid} paid calls"
        announce(
            f"Waiting for {calls}, {grace:.0f} s at the most. A second signal ends this at once: "
            "then such a call may be paid for twice."
        )


async def _drain(worker: Worker, cpu: CpuPool, calls: Calls, grace: float) -> None:
    """Attempts and the paid calls that they leave behind have the same grace, in seconds. What is drawn and
    spoken here for an attempt that is over costs nothing, and is not waited for."""
    clock = asyncio.get_running_loop().time
    until = clock() + grace
    await worker.drain(grace)
    cpu.close()
    await calls.finish(max(0.0, until - clock()))


def _reconciler(core: Core, lease: Lease) -> Reconciler:
    return Reconciler(
        core.database,
        KINDS,
        core.settler,
        core.streams,
        core.nudges,
        groups=GROUPS,
        worker_id=lambda: lease.worker_id,
        lease_seconds=core.settings.lease_seconds,
        token_seconds=core.settings.jwt_longest_days * 86_400,
    )


async def _run(stack: AsyncExitStack, loop: Loop) -> None:
    """Start a loop; it stops when the stack unwinds."""
    await loop.start()
    stack.push_async_callback(loop.stop)


def _services(core: Core, hub: Hub, worker: Worker | None, studio_key: StudioKey | None) -> Services:
    settings = core.settings
    return Services(
        database=core.database,
        kinds=KINDS,
        settler=core.settler,
        nudges=core.nudges,
        store=core.store,
        hub=hub,
        tokens=Tokens.of(settings),
        ready=lambda: _obstacles(core),
        running=(lambda: worker.running) if worker else (lambda: 0),
        refused=(lambda: worker.refused) if worker else (lambda: 0),
        studio_key=studio_key,
    )


async def _obstacles(core: Core) -> Mapping[str, str]:
    """What keeps this process from serving, as sentences by name; none, and it is ready."""
    found: dict[str, str] = {}
    try:
        for pool in (core.database.pool, core.database.user_pool):
            await pool.fetchval("SELECT 1", timeout=2)
    except TRANSIENT as error:
        found["database"] = f"PostgreSQL does not answer: {error!r}"
    try:
        await core.redis.ping()
    except UNREACHABLE as error:
        found["redis"] = f"Redis does not answer: {error!r}"
    return found


async def adopt_data_folder(settings: Settings, local_user: UUID) -> None:
    """What `up` does before it starts: the folder is its own, so whoever was at work here before
    is gone; and the person at this machine may make as much as they like."""
    async with open_core(settings) as core:
        users = load("users")
        await core.database.pool.execute(users["ensure_user"], local_user, "unlimited")
        await core.database.pool.execute(users["set_tier"], local_user, "unlimited")
        await core.database.repeat(lambda connection: bury_former(connection, KINDS))


async def reconcile_once(core: Core) -> None:
    """One pass of the scheduler and the reconciler by hand, under a lease of its own.

    It buries nobody: only a process that has itself lived for a lease may do so.
    """
    async with _lease(core, {}) as lease:
        await Scheduler(core.database, core.settler).run_once()
        await _reconciler(core, lease).run_once()
        await Storekeeper(core.database, core.settler, core.store).run_once()
