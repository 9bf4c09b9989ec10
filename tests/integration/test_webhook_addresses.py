"""No spelling of this machine's addresses leads a webhook to it, and no failure tells what answers where."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from aiohttp import AddrInfoType

from service.access.addresses import PrivateAddress, fault_of, outward, public_socket
from service.background.webhooks import Deliverer
from service.devstack.temporary import temporary_folder
from service.domain.webhooks import INSECURE, NOT_ALLOWED, UNANSWERED, UNREACHABLE
from service.settings import Settings
from tests.cases import for_each
from tests.http_service import Caller, HttpService, open_services, serve
from tests.stubs.kinds import KINDS
from tests.stubs.this_machine import LOOPBACKS, listening, spellings

HOSTS = spellings()
_resolve = socket.getaddrinfo


def hostile(host: Any, port: Any, *more: Any, **named: Any) -> list[Any]:
    """Whatever is no number leads to this machine, for whoever asks its name server."""
    try:
        return _resolve(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return [info for each in LOOPBACKS for info in _resolve(each, port, type=socket.SOCK_STREAM)]


@pytest.fixture
def names_lead_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", hostile)


@pytest.fixture(scope="module")
async def own_service(module_database: str) -> AsyncIterator[HttpService]:
    with temporary_folder() as files:
        async with (
            aiohttp.ClientSession() as session,
            open_services(module_database, files) as services,
            serve(services, Settings(), session) as http_service,
        ):
            yield http_service


@pytest.fixture
async def user(own_service: HttpService) -> AsyncIterator[Caller]:
    user = own_service.somebody()
    yield user
    await own_service.database.pool.execute("DELETE FROM webhooks")


async def due(own_service: HttpService, user: Caller, urls: list[str]) -> None:
    """A delivery that is due to each URL, as though nobody had looked at it when it was given."""
    story_id = UUID(await user.make_story(generateAssets=False))
    await own_service.database.pool.execute(
        """WITH hooks AS (INSERT INTO webhooks (user_id, url, secret, events)
           SELECT $1, url, 'whsec_c2VjcmV0', '{*}' FROM unnest($2::text[]) AS url RETURNING id)
           INSERT INTO webhook_deliveries (webhook_id, user_id, aggregate_id, version, event)
           SELECT id, $1, $3, 1, 'story.created' FROM hooks""",
        user.user_id,
        urls,
        story_id,
    )


async def deliver(
    own_service: HttpService, *, private: bool = False, connect_seconds: float = 0.2
) -> dict[str, Any]:
    """One try of each delivery. Returns what the user is told of each URL: status, error."""
    deliverer = Deliverer(own_service.database, kinds=KINDS, private=private, connect_seconds=connect_seconds)
    pool = own_service.database.pool
    while await pool.fetchval("SELECT count(*) FROM webhook_deliveries WHERE tries = 0"):
        await deliverer.run_once()
        await asyncio.gather(*deliverer._under_way)
    await deliverer.stop()
    rows = await pool.fetch(
        "SELECT w.url, d.status, d.last_error, d.answered FROM webhook_deliveries d "
        "JOIN webhooks w ON w.id = d.webhook_id"
    )
    return {row["url"]: (row["status"], row["last_error"], row["answered"]) for row in rows}


def test_there_are_a_hundred_spellings() -> None:
    assert len(HOSTS) >= 100


async def test_no_spelling_of_this_machine_is_delivered_to(
    own_service: HttpService, user: Caller, names_lead_here: None
) -> None:
    async with listening() as listeners:
        urls = [f"https://{host}:{listeners.port}/hook" for host in HOSTS]
        await due(own_service, user, urls)
        told = await deliver(own_service)
    assert listeners.heard == {}
    assert set(told) == set(urls)
    assert set(told.values()) == {("dead", NOT_ALLOWED, None), ("pending", UNREACHABLE, None)}


async def test_the_socket_alone_keeps_every_spelling_away(names_lead_here: None) -> None:
    """Without the look at the URL, and with http."""
    async with listening() as listeners, aiohttp.ClientSession(connector=_guarded()) as session:
        for host in HOSTS:
            with pytest.raises((aiohttp.ClientError, ValueError, OSError)):
                await session.post(f"http://{host}:{listeners.port}/", data=b"x")
    assert listeners.heard == {}


def _guarded() -> aiohttp.TCPConnector:
    return outward(private=False, limit=8)


@for_each("host", HOSTS)
def test_no_socket_is_made_for_what_a_spelling_resolves_to(host: str) -> None:
    """Also where a client would hand numbers on to the resolver."""
    for info in hostile(host.removeprefix("user@").strip("[]"), 443):
        with pytest.raises(PrivateAddress):
            public_socket(info)


async def test_listeners_would_hear_what_comes(
    own_service: HttpService, user: Caller, names_lead_here: None
) -> None:
    """The other way round: where private addresses are allowed, each listener is reached."""
    async with listening() as listeners:
        hosts = ("127.0.0.1", "127.0.0.2", "[::1]", "①②⑦.⓪.⓪.①", "names.example.org")
        urls = [f"http://{host}:{listeners.port}/hook" for host in hosts]
        await due(own_service, user, urls)
        told = await deliver(own_service, private=True, connect_seconds=5.0)
    assert set(listeners.heard) == set(listeners.addresses)
    assert told[urls[0]] == ("pending", UNANSWERED, None)


async def test_spellings_are_refused_when_they_are_given(user: Caller) -> None:
    made = await user("POST", "/api/v1/webhooks", {"url": "https://example.org/hook"})
    for host in HOSTS:
        if fault_of(f"https://{host}:8443/hook") is None:
            assert "example.org" in host.lower() or "١" in host or "." in socket.gethostname()
            continue
        body = {"url": f"https://{host}:8443/hook"}
        for method, path in (("POST", "/api/v1/webhooks"), ("PATCH", f"/api/v1/webhooks/{made.data['id']}")):
            answered = await user(method, path, body)
            assert (answered.status, answered.paths) == (422, ["url"]), host


async def test_closed_and_silent_ports_look_the_same(own_service: HttpService, user: Caller) -> None:
    """Even where private addresses may be reached: in words and in time."""
    with socket.socket() as closed, socket.socket() as full:
        closed.bind(("127.0.0.1", 0))
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        async with _Crowding(full):
            for each in (closed, full):
                begun = time.monotonic()
                await due(own_service, user, [f"http://127.0.0.1:{each.getsockname()[1]}/"])
                told = await deliver(own_service, private=True, connect_seconds=0.5)
                assert time.monotonic() - begun >= 1.5
                assert set(told.values()) == {("pending", UNREACHABLE, None)}


class _Crowding:
    """Connections that fill a listener's queue, so that the next one hears nothing."""

    def __init__(self, listener: socket.socket) -> None:
        self._address = listener.getsockname()
        self._sockets: list[socket.socket] = []

    async def __aenter__(self) -> None:
        for _ in range(4):
            each = socket.socket()
            each.setblocking(False)
            each.connect_ex(self._address)
            self._sockets.append(each)

    async def __aexit__(self, *_: object) -> None:
        for each in self._sockets:
            each.close()


async def test_a_receiver_without_tls_is_told_as_such(own_service: HttpService, user: Caller) -> None:
    async def speak(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\nan inner word")
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await due(own_service, user, [f"https://127.0.0.1:{port}/"])
        told = await deliver(own_service, private=True, connect_seconds=5.0)
    assert set(told.values()) == {("pending", INSECURE, None)}


def info_of(address: str) -> AddrInfoType:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 443))


def test_a_public_address_gets_its_socket() -> None:
    for address in ("8.8.8.8", "2606:4700::1111"):
        with public_socket(info_of(address)) as made:
            assert made.type == socket.SOCK_STREAM
