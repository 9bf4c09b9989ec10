"""The commands ``up`` and ``serve``, which run the service."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import SecretStr

from service.cli.door import TOKEN_LIFE, access_published, socket_in, withdraw_former
from service.cli.help_text import UNTIL_ENDED, examples
from service.cli.running import load_settings, log_as, run
from service.cli.studio import OpenStudio, published, url_at
from service.errors import SetupProblem
from service.settings import ROLES, Role, Settings

if TYPE_CHECKING:
    from aiohttp import web

    from service.access.studio_key import StudioKey
    from service.devstack.stack import Stack

commands = typer.Typer()

#: The number of ports that `up` tries after the default port.
_MORE_PORTS = 20
#: How many connections may wait to be accepted. When a process ends, thousands of clients reconnect at once.
_BACKLOG = 1024


@commands.command(
    epilog=examples("storytroupe up", "storytroupe up --data books --port 8080 --host 0.0.0.0", **UNTIL_ENDED)
)
def up(
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="Port of the studio and the API. Default: STORYTROUPE_PORT, or 8080, or the next free port.",
        ),
    ] = None,
    data: Annotated[
        Path, typer.Option("--data", help="Folder for everything; it is created if it does not exist.")
    ] = Path("data"),
    host: Annotated[
        str | None,
        typer.Option(
            help="Address to listen at. 0.0.0.0 allows other devices, for example a tablet. "
            "Default: STORYTROUPE_HOST, or 127.0.0.1."
        ),
    ] = None,
) -> None:
    """Run the whole service in one process, with its own PostgreSQL and Valkey. It needs no key and no
    network.

    When the service can make books, the command prints `ready http://127.0.0.1:PORT` and then `studio URL`.
    Open the studio's URL in a browser. Everyone who has this URL can use the studio until this command ends.
    `storytroupe studio-url` prints the URL again.

    While the command runs, the file DATA/token has a bearer token of the local user.
    """
    from service.devstack.private import UMASK

    os.umask(UMASK)
    settings = load_settings()
    settings = settings.model_copy(
        update={"port": settings.port if port is None else port, "host": host or settings.host}
    )
    # If the user named a port, no other port is tried, because clients expect the service at this port.
    named = port is not None or "port" in settings.model_fields_set
    run(_up(settings, data, more_ports=0 if named else _MORE_PORTS), interrupted=0)


@commands.command(
    epilog=examples("storytroupe serve", "storytroupe serve --roles actors,relay,reconcile", **UNTIL_ENDED)
)
def serve(
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port of the API. Default: STORYTROUPE_PORT, or 8080."),
    ] = None,
    roles: Annotated[
        str | None,
        typer.Option(
            help="Roles of this process, with commas: http, actors, relay, reconcile. "
            "Default: STORYTROUPE_ROLES, or all."
        ),
    ] = None,
) -> None:
    """Run one process of a service on DATABASE_URL and REDIS_URL. Any number of processes share the work.

    Every role must run in at least one process. Run `storytroupe migrate` first.
    """
    changes: dict[str, object] = {}
    if port is not None:
        changes["port"] = port
    if roles is not None:
        changes["roles"] = parse_roles(roles)
    run(_serve(load_settings().model_copy(update=changes)), interrupted=0)


def parse_roles(text: str) -> tuple[Role, ...]:
    """Return the roles of a list with commas. Raises ``SetupProblem`` for a role that does not exist."""
    asked = [name.strip() for name in text.split(",") if name.strip()]
    for name in asked:
        if name not in ROLES:
            raise SetupProblem(f"The role {name!r} does not exist. The roles are: {', '.join(ROLES)}.")
    return tuple(role for role in ROLES if role in asked)


async def _up(settings: Settings, data: Path, *, more_ports: int) -> None:
    from service.devstack.ports import is_free

    if not more_ports and settings.port and not is_free(settings.port, settings.host):
        raise _taken(settings.port)  # before anything else is started
    async with standalone(settings, settings.port, data, more_ports=more_ports) as running:
        studios = "\n".join(f"studio {url}" for url in running.studios)
        typer.echo(f"ready {running.url}\n{studios}")
        typer.echo(
            "Open the URL of the studio in a browser. Everyone who has the URL can use the studio until this "
            "command ends."
        )
        await _first(running.stack.supervise(), running.asked_to_go.wait())


@dataclass(frozen=True, slots=True)
class Standalone:
    """A running service that `up` started, with its servers, a token of the local user, and the URLs of the
    studio."""

    url: str
    token: str
    studios: list[str]
    stack: Stack
    asked_to_go: asyncio.Event


@asynccontextmanager
async def standalone(
    settings: Settings, port: int, data: Path, *, more_ports: int = 0
) -> AsyncIterator[Standalone]:
    """Run the whole service in this process on a data folder, as `up` does, until the block ends.

    If the port is in use, up to ``more_ports`` following ports are tried. Raises ``SetupProblem`` if the
    service cannot start. A caller may cancel it. This stops the servers.
    """
    from service.access.studio_key import StudioKey
    from service.access.users import LOCAL_USER
    from service.db.migrate import migrate as apply
    from service.devstack.stack import Stack
    from service.process.data_folder import adopt_data_folder

    log_as(settings)
    async with Stack(data) as stack:
        for found in stack.found_elsewhere:
            typer.echo(found)
        settings = _settings_of(settings, stack, port)
        await apply(settings.database_url)
        await adopt_data_folder(settings, LOCAL_USER)
        new = _is_new(stack.data_dir)
        await withdraw_former(stack.data_dir, settings)
        key = StudioKey()
        async with (
            _sweeping(stack, new=new) as forgotten,
            _running(
                settings,
                more_ports,
                studio_key=key,
                forgotten=forgotten,
                socket=socket_in(stack.sockets),
            ) as (port, asked_to_go),
        ):
            url = url_at(settings.host, port)
            studio = OpenStudio(host=settings.host, port=port, process=os.getpid(), key=key.text)
            issue = partial(_own_token, settings)
            # `create` and `watch` find the service by these files.
            async with access_published(stack.data_dir, url, issue):
                with published(stack.data_dir, studio):
                    yield Standalone(url, issue(), studio.urls, stack, asked_to_go)


def _is_new(data: Path) -> bool:
    """Return whether no service has run on this data folder before."""
    # Older releases did not write the file ``begun``, but they left the file ``url``.
    new = not any((data / name).exists() for name in ("begun", "url"))
    (data / "begun").touch(mode=0o600)
    return new


@asynccontextmanager
async def _sweeping(stack: Stack, *, new: bool) -> AsyncIterator[Callable[[], None]]:
    """Remove deleted data from the disk, periodically, until the block ends. Yields a function that requests
    a sweep now."""
    from service.devstack.sweeper import Sweeper

    sweeper = Sweeper(stack.postgres.admin_url, stack.data_dir / "swept.json", new=new)
    await sweeper.start()
    try:
        yield sweeper.nudge
    finally:
        await sweeper.stop()
        await sweeper.finish()


def _settings_of(settings: Settings, stack: Stack, port: int) -> Settings:
    secret = settings.jwt_secret.get_secret_value()
    return settings.model_copy(
        update={
            "database_url": stack.database_url,
            "database_http_url": stack.database_http_url,
            "redis_url": stack.redis_url,
            "files_dir": stack.data_dir / "files",
            "jwt_secret": settings.jwt_secret if secret else _own_secret(stack.data_dir / "secret"),
            "port": port,
            "roles": ROLES,
            # The data is on the user's own disk, so the service does not delete old sessions by itself.
            "genesis_purge": False,
        }
    )


async def _serve(settings: Settings) -> None:
    from service.db.migrate import demand_current
    from service.streams.client import demand_version

    log_as(settings)
    if not settings.jwt_secret.get_secret_value():
        raise SetupProblem(
            "STORYTROUPE_JWT_SECRET is not set. Every process of a service needs the same secret of 32 bytes "
            "or more. `openssl rand -hex 32` makes one."
        )
    if settings.database_url:
        await demand_current(settings.database_url)
    if settings.redis_url:
        await demand_version(settings.redis_url)
    async with _running(settings) as (port, asked_to_go):
        where = f"http://{settings.host}:{port}" if port else f"({', '.join(settings.roles)})"
        typer.echo(f"ready {where}")
        await asked_to_go.wait()


async def _first(*ways: Coroutine[Any, Any, object]) -> None:
    """Wait until one of the coroutines ends, and cancel the others. Raises the error of the coroutine that
    ended."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


@asynccontextmanager
async def _running(
    settings: Settings,
    more_ports: int = 0,
    *,
    studio_key: StudioKey | None = None,
    forgotten: Callable[[], None] | None = None,
    socket: Path | None = None,
) -> AsyncIterator[tuple[int, asyncio.Event]]:
    """Run a process with its roles until the block ends. Yields the port (0 without the role ``http``) and an
    event, which is set when an operator asks the process to drain. ``forgotten`` is called when a user is
    deleted. If ``socket`` is given, the API also listens at this socket."""
    from service.background.nudges import SIGNED_OUT
    from service.process.collector import spare
    from service.process.start import open_process
    from service.providers.factory import absent_parts

    if "actors" in settings.roles:
        for absence in absent_parts(settings):
            typer.echo(absence)
    async with open_process(settings, studio_key=studio_key, announce=typer.echo) as process:
        spare()
        if forgotten is not None:
            process.core.nudges.on(SIGNED_OUT, forgotten)
        app = process.app
        if app is None:
            yield 0, process.asked_to_go
            return
        async with (
            _listening(app, settings, settings.host, settings.port, more_ports, socket=socket) as port,
            _operators_listener(app, settings),
        ):
            yield port, process.asked_to_go


@asynccontextmanager
async def _operators_listener(app: web.Application, settings: Settings) -> AsyncIterator[None]:
    """Serve the metrics without a token at ``metrics_address``, if this is set. Only operators should be able
    to reach this address."""
    address = settings.metrics_address
    if not address:
        yield
        return
    from service.http.app.scrape import make_scrape_app

    host, _, port = address.rpartition(":")
    scrape, setting = make_scrape_app(app), "STORYTROUPE_METRICS_ADDRESS"
    async with _listening(scrape, settings, host.strip("[]"), int(port), setting=setting):
        yield


@asynccontextmanager
async def _listening(
    app: web.Application,
    settings: Settings,
    host: str,
    port: int,
    more_ports: int = 0,
    *,
    setting: str = "--port",
    socket: Path | None = None,
) -> AsyncIterator[int]:
    from aiohttp import web

    from service.http.wire.connections import Runner

    runner = Runner(app, settings, shutdown_timeout=5.0)
    await runner.setup()
    try:
        found = await _bind(runner, host, port, more_ports, setting)
        if socket is not None:
            await web.UnixSite(runner, socket, backlog=_BACKLOG).start()
        yield found
    finally:
        await runner.cleanup()


async def _bind(runner: web.AppRunner, host: str, port: int, more_ports: int, setting: str) -> int:
    from aiohttp import web

    for candidate in range(port, port + more_ports + 1):
        try:
            await web.TCPSite(runner, host, candidate, backlog=_BACKLOG).start()
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            continue
        address = runner.addresses[0]
        if port and candidate != port:
            typer.echo(f"Port {port} is taken; {candidate} is used instead.")
        return int(address[1])
    raise _taken(port, more_ports, setting)


def _taken(port: int, more_ports: int = 0, setting: str = "--port") -> SetupProblem:
    taken = f"Ports {port} to {port + more_ports} are taken" if more_ports else f"Port {port} is taken"
    return SetupProblem(f"{taken}: stop what uses it, or give another {setting}.")


def _own_secret(path: Path) -> SecretStr:
    """Return the token secret of a data folder. The first call creates it."""
    from service.devstack.private import write_private

    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return SecretStr(path.read_text().strip())


def _own_token(settings: Settings) -> str:
    """Return a token of the local user, without the operator scope."""
    from service.access.tokens import Tokens
    from service.access.users import LOCAL_USER

    tokens = Tokens.of(settings)
    return tokens.issue(LOCAL_USER, ttl=min(TOKEN_LIFE, tokens.longest))
