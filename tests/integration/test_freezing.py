"""No request keeps others waiting: whatever comes in, /healthz answers within 100 ms, and a refusal is small.

Both are measured: how long an answer took, and for how long the process worked without a turn of its
loop. On a machine that does much else an answer may be late by chance; then the second one counts.
"""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import logging
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import hdrs

from service.http.app.routes import ROUTES, Route
from tests.hostile import Hostile, bodies_for, bombs, floods, forms
from tests.http_service import HOUR, TOKENS
from tests.integration.test_refusals import path_of

log = logging.getLogger(__name__)

#: In milliseconds.
BAR = 100.0
#: In bytes: what a refusal measures at the most.
MOST_OF_A_REFUSAL = 64 * 1024
_PATIENCE_SECONDS = 20.0
_UPGRADE = (
    "GET /api/v1/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Protocol: storytroupe.v1\r\n"
)

#: Whoever sends a body may send it here, whether or not the handler looks at it.
WITH_BODY = [route for route in ROUTES if route.method != hdrs.METH_GET]
_BOMBED = {("GET", "/"), ("POST", "/api/v1/libraries"), ("POST", "/studio/session")}
#: Models with every kind of field, and none: the same code reads the bodies of the other routes.
_STANDING = {
    ("POST", "/api/v1/stories"),
    ("PATCH", "/api/v1/stories/{id}/content"),
    ("POST", "/api/v1/stories/{id}/cancel"),
    ("POST", "/api/v1/characters"),
    ("POST", "/api/v1/links"),
}
#: Routes whose bodies name parts of the story in their path.
_NAMING_PARTS = {
    ("POST", "/api/v1/stories/{id}/assets/regenerate"),
    ("PATCH", "/api/v1/stories/{id}/content"),
}
_LAST = ("/api/v1/account", "/api/v1/account/sign-out")


@dataclass(frozen=True)
class Held:
    """What came of a hostile request: times in milliseconds, and the answer's bytes."""

    what: str
    status: int
    healthz: float
    worked: float
    size: int = 0

    @property
    def fits(self) -> bool:
        return min(self.healthz, self.worked) <= BAR

    def __str__(self) -> str:
        times = f"/healthz {self.healthz:.0f} ms, held {self.worked:.0f} ms"
        return f"{self.what}: {self.status}, {times}, {self.size} bytes"


class Probe:
    """Asks for /healthz on a connection of its own, over and over, in a thread of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="probe")
        self._lock = threading.Lock()
        self._worst = 0.0

    def __enter__(self) -> Probe:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def worst(self) -> float:
        """The longest since it was asked last, in milliseconds."""
        with self._lock:
            worst, self._worst = self._worst, 0.0
        return worst

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE_SECONDS)
        while not self._over.wait(0.003):
            began = time.perf_counter()
            try:
                connection.request("GET", "/healthz")
                connection.getresponse().read()
            except OSError:
                # The next request opens another one.
                connection.close()
            took = (time.perf_counter() - began) * 1000
            with self._lock:
                self._worst = max(self._worst, took)
        connection.close()


class WatchedService:
    """The service in a process of its own, and somebody who means it ill."""

    def __init__(self, process: subprocess.Popen[str], port: int, probe: Probe) -> None:
        self._process = process
        self._port = port
        self._probe = probe
        self.answer = b""
        self.become_somebody()

    def become_somebody(self) -> None:
        """Somebody new, who may make as many stories as they like."""
        user = uuid4()
        token = TOKENS.issue(user, scopes=("operator",), ttl=HOUR)
        self._bearer = {"Authorization": f"Bearer {token}"}
        assert self.send("PATCH", f"/api/v1/admin/users/{user}", b'{"tier": "unlimited"}', {}) == 200

    def attack(self, route: Route, parts: dict[str, Any], hostile: Hostile) -> Held:
        """Send it, and see who had to wait. Once more, where somebody had: chance does not strike twice."""
        held = self._attack(route, parts, hostile)
        return held if held.fits else self._attack(route, parts, hostile)

    def _attack(self, route: Route, parts: dict[str, Any], hostile: Hostile) -> Held:
        self._held()
        self._probe.worst()
        status = self.send(route.method, path_of(route, parts), hostile.data, hostile.headers)
        worked = self._held()
        what = f"{route.method} {route.path}: {hostile.family}"
        assert status != 401 or route.path in _LAST, f"{what} was not even read"
        return Held(what, status, self._probe.worst(), worked, len(self.answer))

    def send(self, method: str, path: str, data: bytes, headers: Any) -> int:
        """The status of the answer; 0 where the line was cut instead, or none came."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE_SECONDS)
        self.answer = b""
        try:
            connection.request(method, path, data, {**self._bearer, **headers})
            answer = connection.getresponse()
            self.answer = answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
        return answer.status

    def flood(self, family: str, frames: bytes, token: bool) -> Held:
        """Open a websocket, with or without a token, and send frames until the line is cut."""
        held = self._flood(family, frames, token)
        return held if held.fits else self._flood(family, frames, token)

    def _flood(self, family: str, frames: bytes, token: bool) -> Held:
        self._held()
        self._probe.worst()
        told = "".join(f"{name}: {value}\r\n" for name, value in (self._bearer if token else {}).items())
        with socket.create_connection(("127.0.0.1", self._port), _PATIENCE_SECONDS) as line:
            line.sendall(f"{_UPGRADE}{told}\r\n".encode())
            status = int(line.recv(4096)[9:12])
            try:
                line.sendall(frames)
                while line.recv(1 << 16):
                    pass
            except ConnectionError:
                status = 0
        who = "somebody" if token else "nobody"
        return Held(f"{family} of {who}", status, self._probe.worst(), self._held())

    def _held(self) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("held?\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], _PATIENCE_SECONDS)[0]:
            return float("inf")
        return float(self._process.stdout.readline())


@pytest.fixture(scope="module")
async def watched(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with open_watched_service(module_database, tmp_path_factory.mktemp("files")) as watched:
        yield watched


@contextmanager
def open_watched_service(database: str, files: Path) -> Iterator[WatchedService]:
    command = [sys.executable, "-m", "tests.watched_service", database, str(files)]
    with (files / "log").open("w") as written:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=written, text=True
        )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with Probe(port) as probe:
            yield WatchedService(process, port, probe)
    finally:
        process.kill()
        process.wait()
        for end in (process.stdin, process.stdout):
            if end is not None:
                end.close()


def routes_in_order() -> Sequence[Route]:
    """Those that end the account or its tokens come last."""
    return sorted(WITH_BODY, key=lambda route: route.path in _LAST)


def bodies_of(route: Route, whole: bool) -> Iterator[Hostile]:
    bodies = bodies_for(route.body, whole=whole)
    return bodies if whole or (route.method, route.path) in _STANDING else itertools.islice(bodies, 1)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)], ids=["part", "whole"])
async def test_no_body_keeps_others_waiting(watched: WatchedService, whole: bool) -> None:
    """Some of each family where a route stands for others, and one at each other; the whole has all."""
    await asyncio.to_thread(watched.become_somebody)
    trials = (
        watched.attack(route, {}, hostile)
        for route in routes_in_order()
        for hostile in bodies_of(route, whole)
    )
    judge(await asyncio.to_thread(until_late, trials))


async def test_no_list_about_a_story_keeps_others_waiting(watched: WatchedService) -> None:
    """The story exists: what a body names in it is looked at even if the body is not valid."""
    watched.become_somebody()
    watched.send("POST", "/api/v1/stories", b'{"characters": [{"name": "Ada"}]}', {})
    parts = {"id": json.loads(watched.answer)["data"]["id"]}
    routes = [route for route in WITH_BODY if (route.method, route.path) in _NAMING_PARTS]
    assert len(routes) == len(_NAMING_PARTS)

    trials = (
        watched.attack(route, parts, hostile)
        for route in routes
        for hostile in bodies_for(route.body, whole=False)
    )
    judge(await asyncio.to_thread(until_late, trials))


async def test_no_form_keeps_others_waiting(watched: WatchedService) -> None:
    """Given to a character that there is: else nothing of it is read."""
    watched.become_somebody()
    watched.send("POST", "/api/v1/characters", b'{"name": "Ada"}', {})
    parts = {"id": json.loads(watched.answer)["data"]["id"]}
    routes = [route for route in WITH_BODY if "multipart/form-data" in route.takes]
    assert routes

    trials = (watched.attack(route, parts, form) for route in routes for form in forms())
    judge(await asyncio.to_thread(until_late, trials))


async def test_no_bomb_keeps_others_waiting(watched: WatchedService) -> None:
    """Sent where it is read, where nobody reads it, and where there is nothing."""
    routes = [route for route in ROUTES if (route.method, route.path) in _BOMBED]
    assert len(routes) == len(_BOMBED)
    nowhere = replace(routes[0], method="POST", path="/nowhere")

    sent = tuple(bombs())
    trials = (watched.attack(route, {}, bomb) for route in (*routes, nowhere) for bomb in sent)
    judge(await asyncio.to_thread(until_late, trials))


async def test_no_flood_of_frames_keeps_others_waiting(watched: WatchedService) -> None:
    """The line of whoever floods is cut, with a token or without one."""
    trials = (
        watched.flood(name, frames, token) for name, frames in floods().items() for token in (True, False)
    )
    made = await asyncio.to_thread(until_late, trials)
    judge(made)
    assert {held.status for held in made} == {0}


def until_late(trials: Iterable[Held]) -> list[Held]:
    """All of them, or those up to the first that kept somebody waiting."""
    made: list[Held] = []
    for held in trials:
        made.append(held)
        if not held.fits:
            break
    return made


def judge(trials: list[Held]) -> None:
    """Everybody else was answered in time, nothing broke, and no refusal was large."""
    slowest = sorted(trials, key=lambda held: min(held.healthz, held.worked), reverse=True)
    log.info("%d hostile requests; the worst: %s", len(trials), "; ".join(map(str, slowest[:5])))
    late = [str(held) for held in slowest if not held.fits]
    assert not late, "\n".join(late)
    broken = [str(held) for held in trials if held.status >= 500]
    assert not broken, "\n".join(broken)
    large = [str(held) for held in trials if held.status >= 400 and held.size > MOST_OF_A_REFUSAL]
    assert not large, "\n".join(large)
