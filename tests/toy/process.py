"""A whole process that knows stories and aquaria, and people who ask it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp

from service.access.tokens import OPERATOR
from service.background.nudges import JOBS_CANCELLED, OUTBOX, QUEUE
from service.db.sql import load
from service.hub.protocol import SUBPROTOCOL
from service.jobs.jobs import Job, Move
from service.jobs.states import JobStatus
from service.runtime.settlement import Change, lock_aggregate, settle_locked
from tests.faults.child_processes import ChildProcesses
from tests.faults.environment import CALM, FaultEnvironment, open_environment
from tests.http_service import HOUR, SECRET, TOKENS, Caller
from tests.servers import execute
from tests.toy.plugs import KINDS, Plug

#: What a paid call costs, in US dollars.
PRICE = Decimal("0.40")
_TABLE = Path(__file__).with_name("aquarium.sql")


class Client:
    """Somebody at the websocket who has subscribed to a channel; ``answer`` is how that was answered."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, channel: str) -> None:
        self._ws = ws
        self._channel = channel
        self.answer: dict[str, Any] = {}

    async def hear(self, type_: str) -> list[dict[str, Any]]:
        """What comes until the next message of a type, which is the last."""
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["type"] != type_:
            heard.append(await self._ws.receive_json(timeout=60))
        return heard

    async def until(self, event: str) -> list[dict[str, Any]]:
        """The events until the next one of a type, which is the last."""
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["event"] != event:
            heard.append((await self.hear("event"))[-1])
        return heard

    async def ticks(self) -> list[str]:
        """The jobs whose ticks came with the subscription."""
        await self._ws.send_json({"type": "unsubscribe", "id": 2, "channel": self._channel})
        heard = await self.hear("unsubscribed")
        return [one["key"].partition(".")[0] for one in heard if one["type"] == "tick"]


@dataclass(frozen=True, slots=True)
class ToyProcess:
    """The process, by its HTTP service and by its servers."""

    environment: FaultEnvironment
    session: aiohttp.ClientSession
    url: str

    async def somebody(self, *scopes: str) -> Caller:
        """A new user without limits."""
        user_id = uuid4()
        await self.environment.database.pool.execute(load("users")["ensure_user"], user_id, "unlimited")
        return Caller(self.session, self.url, user_id, TOKENS.issue(user_id, scopes=scopes, ttl=HOUR))

    async def operator(self) -> Caller:
        return await self.somebody(OPERATOR)

    async def open(self, plug: Plug, user: Caller, budget_usd: Decimal | None = None) -> UUID:
        """A new aggregate of the user's, with its first run."""
        return await open_one(self.environment, plug, user.user_id, budget_usd)

    async def ended(self, id_: UUID) -> None:
        await self.environment.finished([id_])

    @asynccontextmanager
    async def client(self, user: Caller, channel: str, since: int | None = None) -> AsyncIterator[Client]:
        """The user at the websocket."""
        async with self.session.ws_connect(f"{self.url}/api/v1/ws", protocols=[SUBPROTOCOL]) as ws:
            client = Client(ws, channel)
            await ws.send_json({"type": "hello", "token": user.token})
            await client.hear("welcome")
            ask = {"type": "subscribe", "id": 1, "channel": channel}
            await ws.send_json(ask if since is None else ask | {"since": since})
            answered = await ws.receive_json(timeout=60)
            client.answer = answered
            yield client

    @asynccontextmanager
    async def stream(self, user: Caller, path: str, **headers: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """A stream of server-sent events."""
        given = {"Authorization": f"Bearer {user.token}"} | headers
        async with self.session.get(self.url + path, headers=given) as response:
            yield response


async def next_event(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """The data of the next event of a stream that has some."""
    async for line in response.content:
        if line.startswith(b"data: "):
            data: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            return data
    raise AssertionError("The stream has ended.")


async def open_one(
    environment: FaultEnvironment, plug: Plug, user: UUID, budget_usd: Decimal | None = None
) -> UUID:
    """A new aggregate by the user's own door, as a request makes it."""
    async with environment.database.as_user(user) as connection:
        id_ = await plug.open(connection, user, budget_usd)
    environment.nudges.send(QUEUE, OUTBOX)
    return id_


async def run_again(environment: FaultEnvironment, id_: UUID) -> None:
    """A later run of an aggregate with the same jobs."""
    async with environment.database.as_owner() as connection:
        locked = await lock_aggregate(connection, id_)
        assert locked is not None
        new, run_id = {job.id: uuid4() for job in locked.jobs}, uuid4()
        opened = [
            Job(
                new[job.id], id_, job.user_id, run_id, job.name, job.group,
                JobStatus.PENDING if job.needs else JobStatus.QUEUED, "again",
                position=job.position, needs=tuple((new[need], hard) for need, hard in job.needs),
            )
            for job in locked.jobs
        ]  # fmt: skip
        await settle_locked(connection, KINDS, [locked], Change(opened=opened))
    environment.nudges.send(QUEUE, OUTBOX)


async def change(
    environment: FaultEnvironment, id_: UUID, moves: Callable[[Sequence[Job]], Sequence[Move]]
) -> None:
    """Make moves on the jobs of an aggregate, as a person asks for them."""
    async with environment.database.as_owner() as connection:
        locked = await lock_aggregate(connection, id_)
        assert locked is not None
        await settle_locked(connection, KINDS, [locked], Change(moves(locked.jobs)))
    environment.nudges.send(QUEUE, OUTBOX, JOBS_CANCELLED)


@asynccontextmanager
async def open_toy_environment(
    database_url: str, redis_url: str, child_processes: ChildProcesses
) -> AsyncIterator[FaultEnvironment]:
    """An environment whose database has the toy's table, and whose audience knows both kinds."""
    await execute(database_url, _TABLE.read_text())
    async with open_environment(database_url, redis_url, child_processes, seed=7, kinds=KINDS) as environment:
        yield environment


@asynccontextmanager
async def open_toy_process(environment: FaultEnvironment) -> AsyncIterator[ToyProcess]:
    """One process with all roles. One picture is drawn at a time."""
    child = await environment.child(
        toy=True,
        usd=PRICE,
        roles=["http", "actors", "relay", "reconcile"],
        lease_seconds=CALM,
        jwt_secret=SECRET,
        public_url="http://127.0.0.1",
        rate_per_second=0,
        webhook_private_addresses=True,
        image_concurrency=1,
    )
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=90)) as session:
        yield ToyProcess(environment, session, f"http://127.0.0.1:{child.port}")
