"""The HTTP service in a process of its own: what a client is answered while something is broken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import aiohttp

from service.access.tokens import Tokens
from tests.factories import USER
from tests.faults.child_processes import Child
from tests.faults.environment import FaultEnvironment

SECRET = "a secret for tests, which is long enough"
#: A client would call it hanging after this many seconds.
PATIENCE = 30.0


@dataclass(slots=True)
class HttpChild:
    """Asks as a client does, and demands the answer of a service that is up."""

    environment: FaultEnvironment
    session: aiohttp.ClientSession
    child: Child

    async def create(self, count: int = 1) -> list[UUID]:
        """Ask for stories: each is taken in with 201, and can be read."""
        ids = [await self._create() for _ in range(count)]
        for id_ in ids:
            await self.read(id_)
            self.environment.audience.watch(USER, id_)
        return ids

    async def read(self, story_id: UUID) -> None:
        async with self.session.get(f"{self._stories}/{story_id}") as answer:
            assert answer.status == 200, await answer.text()

    async def ask(self, method: str, story_id: UUID, path: str, body: Any) -> int:
        """Ask for anything of a story. Returns the status, which is never that of a failure of ours.

        A request that waits too long for another one's lock gets 503 with ``Retry-After``, which this obeys.
        """
        async with asyncio.timeout(PATIENCE):
            while True:
                status, wait, text = await self._ask(method, f"{self._stories}/{story_id}{path}", body)
                if status != HTTPStatus.SERVICE_UNAVAILABLE or wait is None:
                    assert status < 500, f"{method} {path}: {text}"
                    return status
                await asyncio.sleep(float(wait))

    async def _ask(self, method: str, url: str, body: Any) -> tuple[int, str | None, str]:
        async with self.session.request(method, url, json=body) as answer:
            return answer.status, answer.headers.get("Retry-After"), await answer.text()

    async def _create(self) -> UUID:
        body = {"characters": [{"name": "Maya", "age": 6}], "scene_count": 1}
        async with self.session.post(self._stories, json=body) as answer:
            assert answer.status == 201, await answer.text()
            id_ = UUID((await answer.json())["data"]["id"])
        self.environment.history.accept(id_)
        return id_

    @property
    def _stories(self) -> str:
        return f"http://127.0.0.1:{self.child.port}/api/v1/stories"


async def start_http_child(environment: FaultEnvironment, *roles: str, proxied: bool = False) -> Child:
    """A process with the role ``http``, and these."""
    return await environment.child(
        roles=["http", *roles], proxied=proxied, jwt_secret=SECRET, public_url="http://127.0.0.1"
    )


def headers() -> dict[str, str]:
    """Those of the suite's user."""
    token = Tokens(SECRET, "storytroupe", "storytroupe").issue(USER, ttl=timedelta(minutes=5))
    return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def open_http_child(
    environment: FaultEnvironment, *, proxied: bool = False
) -> AsyncIterator[HttpChild]:
    child = await start_http_child(environment, proxied=proxied)
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(headers=headers(), timeout=timeout) as session:
        yield HttpChild(environment, session, child)
