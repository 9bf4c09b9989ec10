"""One of two processes that pause, answer and expire the same waits.

``python -m tests.stubs.wait_rivals URL NUMBER`` says that it is ready, waits for a line, and goes through all
sessions of the database in the order in which the other does. Each session gets a pause and an answer of
every process, and an expiry of one. At the end it writes, as JSON, what became of its operations.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from uuid import UUID, uuid4

from service.db.pool import Connection, Database
from service.genesis.waits import Half, close_waits, pause, signal
from service.jobs.events import NewEvent
from service.runtime.settlement import append_events, lock_aggregate

WAIT = "concept:1"
_AT_ONCE = 25


class Rival:
    """The operations of one process, each in a transaction of its own."""

    def __init__(self, database: Database, number: int) -> None:
        self._database = database
        self._number = number
        self._chance = random.Random(number)
        self.outcomes: Counter[str] = Counter()

    async def run(self, sessions: list[UUID]) -> None:
        """All operations on all sessions, some sessions at once."""
        for first in range(0, len(sessions), _AT_ONCE):
            work = [
                self._operate(session, what)
                for index, session in enumerate(sessions[first : first + _AT_ONCE])
                for what in ("pause", "signal", *(["expire"] if index % 2 == self._number else []))
            ]
            self._chance.shuffle(work)
            await asyncio.gather(*work)

    async def _operate(self, session: UUID, what: str) -> None:
        async with self._database.as_owner() as connection:
            locked = await lock_aggregate(connection, session)
            assert locked is not None
            work = (
                self._expire(connection, session)
                if what == "expire"
                else self._meet(connection, session, what)
            )
            await append_events(connection, [locked.aggregate], {session: await work})

    async def _expire(self, connection: Connection, session: UUID) -> list[NewEvent]:
        expired = await close_waits(connection, session)
        self.outcomes["expired" if expired else "nothing to expire"] += 1
        return [NewEvent("genesis.expired", {}) for _ in expired]

    async def _meet(self, connection: Connection, session: UUID, what: str) -> list[NewEvent]:
        half = await self._half(connection, session, what)
        waiting = [NewEvent("genesis.waiting", {})] if half.recorded and what == "pause" else []
        if half.resumes:
            self.outcomes[f"resumed by {what}"] += 1
            answer = dict(half.handle.payload or {})
            return [*waiting, NewEvent("genesis.resumed", answer, 1, half.handle.signal_id)]
        self.outcomes[f"first {what}" if half.recorded else f"{what} too late"] += 1
        return waiting

    async def _half(self, connection: Connection, session: UUID, what: str) -> Half:
        if what == "pause":
            return await pause(connection, session, WAIT, seconds=3600)
        answer = {"by": self._number}
        return await signal(connection, session, WAIT, uuid4(), answer, seconds=3600)


async def main(url: str, number: int) -> None:
    database = await Database.connect(url, size=12)
    rows = await database.pool.fetch("SELECT id FROM genesis_sessions ORDER BY id")
    rival = Rival(database, number)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    await rival.run([row["id"] for row in rows])
    await database.close()
    sys.stdout.write(json.dumps(rival.outcomes))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
