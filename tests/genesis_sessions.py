"""Sessions over real servers: commands as a person sends them, and what the database has of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from service.background.settler import Settler
from service.db.pool import Connection, Database
from service.devstack.stack import Stack
from service.genesis.commands import read_command
from service.genesis.decide import Rules
from service.genesis.model import GenesisStage, State
from service.genesis.sessions import Done, process
from service.genesis.store import StoredSession, load_sessions
from service.genesis.tables import FlowResumeHandle
from tests.factories import STRANGER, USER
from tests.servers import fresh_database, http_url

SPARK = "A clockmaker who sells hours of her own life to keep her daughter's shop open"


@asynccontextmanager
async def open_database(stack: Stack, template: str, *, size: int) -> AsyncIterator[Database]:
    """A fresh database with two users, whose requests log in as the service's do."""
    async with fresh_database(stack, template) as url:
        database = await Database.connect(url, user_url=http_url(stack, url), size=size)
        for user in (USER, STRANGER):
            await database.pool.execute("INSERT INTO users (id) VALUES ($1)", user)
        yield database
        await database.close()


@dataclass
class Person:
    """Somebody who leads sessions. ``settler`` is told of what was settled, as the HTTP service does."""

    database: Database
    settler: Settler
    user_id: UUID = USER
    rules: Rules = field(default_factory=Rules)

    @property
    def door(self) -> Callable[[], AbstractAsyncContextManager[Connection]]:
        return partial(self.database.as_user, self.user_id)

    async def send(
        self, type_: str, payload: Any = None, session_id: UUID | None = None, **envelope: Any
    ) -> Done:
        """Send a command; with a new id where none is given."""
        body: dict[str, Any] = {"command_id": str(uuid4()), "command_type": type_, "payload": payload or {}}
        if session_id is not None:
            body["session_id"] = str(session_id)
        done = await process(
            self.door, self.user_id, read_command(body | envelope), rules=self.rules, request_id="a-request"
        )
        self.settler.nudge(done.settled)
        return done

    async def start(self, **payload: Any) -> Led:
        """A new session, guided and from a spark where nothing else is said."""
        done = await self.send("START_GENESIS", {"inspiration": SPARK, "language": "en", **payload})
        return Led(self, session_of(done))


def session_of(done: Done) -> UUID:
    """The session of an answer."""
    return UUID(done.answer["session_id"])


@dataclass
class Led:
    """A session that a person leads."""

    person: Person
    id: UUID

    async def do(self, type_: str, payload: Any = None, **envelope: Any) -> Done:
        return await self.person.send(type_, payload, self.id, **envelope)

    async def stored(self) -> StoredSession:
        # One statement needs no transaction: random sessions read it at each step.
        async with self.person.database.pool.acquire() as connection:
            return (await load_sessions(connection, [self.id], jobs=True))[self.id]

    async def state(self) -> State:
        return State((await self.stored()).state)

    async def waits(self) -> dict[str, FlowResumeHandle]:
        rows = await self.person.database.pool.fetch(
            "SELECT * FROM flow_resume_handles WHERE session_id = $1", self.id
        )
        return {row["wait_key"]: FlowResumeHandle.of(row) for row in rows}

    async def events(self) -> list[str]:
        """The types of its events, in order."""
        rows = await self.person.database.pool.fetch(
            "SELECT type FROM domain_events WHERE aggregate_id = $1 ORDER BY version", self.id
        )
        return [row["type"] for row in rows]

    async def until(self, condition: Callable[[State], object], seconds: float = 30.0) -> State:
        """Wait for what actors make."""
        until = time.monotonic() + seconds
        while not condition(state := await self.state()):
            assert time.monotonic() < until, state.json
            await asyncio.sleep(0.01)
        return state

    async def proposals(self, stage: str) -> list[str]:
        """The ids of a stage's proposals when its round has ended."""
        name = GenesisStage(stage)
        state = await self.until(lambda state: not state.stage(name).running and state.stage(name).proposals)
        return list(state.stage(name).proposals)

    async def choose(self, stage: str) -> str:
        """Take the first proposal of a stage."""
        first = (await self.proposals(stage))[0]
        await self.do("SELECT_PROPOSAL", {"proposal_ids": [first]})
        return first
