"""Builds the web application from its routes and middleware, and drains it."""

from __future__ import annotations

import importlib.metadata
from collections.abc import AsyncIterator, Callable

import orjson
from aiohttp import web

from service.access.key_set import KeySet
from service.access.links import Links
from service.access.rates import Rates
from service.access.revocations import Revocations
from service.access.turns import Turns
from service.access.users import Users
from service.background.key_watch import KeyWatch
from service.background.nudges import KEY_WANTED, SIGNED_OUT, Nudges
from service.background.revocation import RevocationWatch
from service.genesis.measures import CommandCounts
from service.http.admin.gauges import Gauges
from service.http.app.keys import (
    BACKLOG,
    BODIES,
    COMMANDS,
    DECODERS,
    DESCRIPTION,
    EXPORTERS,
    EXPORTS,
    FILES,
    FORECASTS,
    GAUGES,
    LINKS,
    LIVE_DESCRIPTION,
    POLICY,
    POLLS,
    RATES,
    REVOCATIONS,
    SERVICES,
    SETTINGS,
    SOCKETS,
    STREAMS,
    UPLOADS,
    USERS,
)
from service.http.app.middleware import add_headers, error_middleware, guard, observe
from service.http.app.policy import Policy
from service.http.app.routes import ROUTES, add_routes
from service.http.app.services import Services
from service.http.docs.asyncapi import describe_live
from service.http.docs.openapi import describe
from service.http.io.intake import budgets
from service.http.live.long_poll import LongPolls
from service.http.live.sse import EventStreams
from service.http.live.ws import Sockets
from service.providers.cpu import CpuPool
from service.runtime.backlog import Backlog
from service.settings import Settings
from service.storage.picture_process import Decoders
from service.stories.forecasts import Forecasts

#: The largest body of a request, in bytes.
MAX_BODY = 1 << 20
#: How many pictures are decoded at once. Each is decoded in a separate process, which may use a gigabyte of
#: memory.
_DECODED_AT_ONCE = 2
#: Exports of novels that a user may have waiting, beside the one that is made.
_EXPORTS_IN_LINE = 4


def make_app(services: Services, settings: Settings) -> web.Application:
    """Make the HTTP application. The caller must start and stop the services."""
    app = web.Application(middlewares=[observe, error_middleware, guard], client_max_size=MAX_BODY)
    revocations = Revocations(services.database, services.tokens)
    sockets = Sockets(services.hub, revocations.verify, origins=_origins(settings))
    streams = EventStreams(services.hub, kinds=services.kinds)
    app[SERVICES] = services
    app[SETTINGS] = settings
    app[USERS] = Users(
        services.database, at_once=settings.transactions_per_user, in_line=settings.requests_in_line
    )
    app[BACKLOG] = Backlog(services.database, settings.max_backlog)
    app[FORECASTS] = Forecasts(services.database, settings)
    app[SOCKETS] = sockets
    app[STREAMS] = streams
    app[REVOCATIONS] = revocations
    app[LINKS] = Links(services.tokens.derive_key(b"signed urls 1"), revocations.since)
    app[RATES] = Rates(settings.rate_per_second, settings.rate_burst)
    app[POLICY] = Policy(settings)
    app[BODIES], app[UPLOADS], app[FILES] = budgets(settings)
    app[DECODERS] = Decoders(_DECODED_AT_ONCE)
    app[EXPORTS] = set()
    app[EXPORTERS] = (CpuPool(1), Turns(1, _EXPORTS_IN_LINE, wait_for="an export"))
    app[POLLS] = LongPolls(services.hub, kinds=services.kinds)
    app[COMMANDS] = CommandCounts()
    app[GAUGES] = Gauges(
        services.database,
        services.hub,
        running=services.running,
        refused=services.refused,
        sockets=lambda: len(sockets),
        streams=lambda: len(streams),
        commands=app[COMMANDS],
    )
    version = importlib.metadata.version("storytroupe")
    app[DESCRIPTION] = orjson.dumps(describe(ROUTES, version=version))
    app[LIVE_DESCRIPTION] = orjson.dumps(describe_live(version=version, kinds=services.kinds))
    add_routes(app)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(drain)
    app.on_cleanup.append(_end_exporters)
    app.cleanup_ctx.append(_watching(services.nudges, revocations, app[USERS], sockets, streams))
    if services.tokens.other is not None:
        app.cleanup_ctx.append(_reading_keys(services.nudges, services.tokens.other.keys))
    return app


def _watching(
    nudges: Nudges, revocations: Revocations, users: Users, sockets: Sockets, streams: EventStreams
) -> Callable[[web.Application], AsyncIterator[None]]:
    """End the open connections of users who sign out or are deleted, while the application runs."""
    watch = RevocationWatch(
        revocations,
        lambda among: sockets.revoke(among, revocations.refuses),
        streams.revoke,
        lambda _: users.forget_all(),
    )
    nudges.on(SIGNED_OUT, watch.nudge)

    async def watching(_app: web.Application) -> AsyncIterator[None]:
        await watch.start()
        yield
        await watch.stop()

    return watching


def _reading_keys(nudges: Nudges, keys: KeySet) -> Callable[[web.Application], AsyncIterator[None]]:
    watch = KeyWatch(keys)
    nudges.on(KEY_WANTED, watch.nudge)

    async def reading(_app: web.Application) -> AsyncIterator[None]:
        await watch.start()
        yield
        await watch.stop()

    return reading


async def _end_exporters(app: web.Application) -> None:
    app[EXPORTERS][0].close()


async def drain(app: web.Application) -> None:
    """Refuse new websockets, event streams and long polls, and end the open ones. This may be called before
    the application ends."""
    app[POLLS].drain()
    await app[STREAMS].drain()
    await app[SOCKETS].drain()


def _origins(settings: Settings) -> tuple[str, ...]:
    """Return the origins whose pages may connect, in addition to the server's own origin."""
    own = (settings.public_url.rstrip("/"),) if settings.public_url else ()
    return (*own, *settings.cors_origins)
