"""Commands by a user's door alone, without a process: all or nothing, and what is stored of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from actors.registry import REGISTRY
from service.background.nudges import Nudges
from service.background.settler import Settler
from service.db.pool import Connection, Database
from service.db.sql import load
from service.devstack.stack import Stack
from service.genesis.commands import read_command
from service.genesis.reading import session_state
from service.genesis.sessions import lock_session, process
from service.genesis.verify import verify
from service.runtime.settlement import lock_aggregates
from tests.factories import STRANGER, USER
from tests.genesis_chance import Chance, register_worker
from tests.genesis_sessions import SPARK, Person
from tests.servers import fresh_database, http_url

#: A paid call of the session's job, with its cost.
_PAID = """
WITH spent AS (UPDATE aggregates SET spent_usd = $2 WHERE id = $1)
INSERT INTO provider_calls (
  key, try, aggregate_id, user_id, job_id, attempt, worker_id, step, model, cost_usd)
SELECT 'paid ' || id, 1, aggregate_id, user_id, id, 1, gen_random_uuid(), 'propose_concept', 'a-model', $2
FROM jobs WHERE aggregate_id = $1
"""
#: So many sessions are played at the same time.
_AT_ONCE = 8
#: What a command writes to.
TABLES = (
    "aggregates",
    "genesis_sessions",
    "command_inbox",
    "domain_events",
    "event_outbox",
    "runs",
    "jobs",
    "flow_resume_handles",
    "fair_tags",
)


@pytest.fixture(scope="module")
async def person(stack: Stack, template_database: str) -> AsyncIterator[Person]:
    """A user of a database without any actor: rounds stay in line."""
    async with fresh_database(stack, template_database) as url:
        database = await Database.connect(url, user_url=http_url(stack, url), size=8)
        names = list(REGISTRY.groups)
        unset = [None] * len(names)
        await database.pool.execute(load("dispatch")["ensure_groups"], names, names, unset, unset)
        for user in (USER, STRANGER):
            await database.pool.execute("INSERT INTO users (id, tier) VALUES ($1, 'unlimited')", user)
        nudges = Nudges(database)
        yield Person(database, Settler(database, REGISTRY.kinds, nudges))
        await nudges.stop()
        await database.close()


#: Rounds of a session, all made, with numbers from $3 on.
_ROUNDS = """
WITH run AS (
  INSERT INTO runs (id, aggregate_id, user_id, kind, created_at)
  SELECT gen_random_uuid(), $1, $2, 'round', now() + n * interval '1 minute'
  FROM generate_series($3::integer + 1, $4::integer) AS n RETURNING id, created_at)
INSERT INTO jobs (
  aggregate_id, user_id, run_id, grp, name, status, created_at, started_at, completed_at, ended_at)
SELECT $1, $2, id, 'theme', 'theme_' || $3 + row_number() OVER (), 'ready', created_at, created_at,
       created_at, created_at
FROM run
"""

# ── all or nothing ──


class Break(Exception):
    """The process ends here."""


class Breaking:
    """A connection that breaks after so many statements; it counts them."""

    def __init__(self, connection: Connection, most: int) -> None:
        self._connection = connection
        self._most = most
        self.count = 0

    async def execute(self, *query: Any) -> Any:
        return await self._run(self._connection.execute, query)

    async def fetch(self, *query: Any) -> Any:
        return await self._run(self._connection.fetch, query)

    async def fetchrow(self, *query: Any) -> Any:
        return await self._run(self._connection.fetchrow, query)

    async def fetchval(self, *query: Any) -> Any:
        return await self._run(self._connection.fetchval, query)

    async def _run(self, method: Callable[..., Awaitable[Any]], query: tuple[Any, ...]) -> Any:
        if self.count == self._most:
            raise Break
        self.count += 1
        return await method(*query)


async def rows_of(person: Person) -> dict[str, Any]:
    """All rows of the user in each of the tables."""
    async with person.door() as connection:
        return {
            table: sorted(
                str(tuple(row))
                for row in await connection.fetch(f"SELECT t::text FROM {table} t")  # noqa: S608
            )
            for table in TABLES
        }


async def _started(person: Person) -> tuple[str, Any, UUID | None]:
    return "START_GENESIS", {"inspiration": SPARK}, None


async def _cancelled(person: Person) -> tuple[str, Any, UUID | None]:
    """A round runs, and a choice stops it."""
    led = await person.start()
    id_ = await Chance(person, led, 1).bring("concept", end=False)
    return "SELECT_PROPOSAL", {"proposal_ids": [id_]}, led.id


async def _confirmed(person: Person) -> tuple[str, Any, UUID | None]:
    """A wait is answered, and the next round begins."""
    led = await person.start()
    id_ = await Chance(person, led, 1).bring("concept")
    await led.do("SELECT_PROPOSAL", {"proposal_ids": [id_]})
    return "CONFIRM_STAGE", {"stage": "concept"}, led.id


@pytest.mark.parametrize("prepare", [_started, _cancelled, _confirmed])
async def test_a_break_between_any_two_statements_leaves_no_trace(
    person: Person, prepare: Callable[[Person], Awaitable[tuple[str, Any, UUID | None]]]
) -> None:
    type_, payload, session = await prepare(person)
    body = {"command_id": str(uuid4()), "command_type": type_, "payload": payload}
    command = read_command(body | ({"session_id": str(session)} if session else {}))
    before, most, broken = await rows_of(person), 0, True

    async def send(most: int) -> int:
        """Raises ``Break`` after so many statements. Returns how many there were."""
        breaking: Any = None

        @asynccontextmanager
        async def door() -> AsyncIterator[Any]:
            nonlocal breaking
            async with person.door() as connection:
                breaking = Breaking(connection, most)
                yield breaking
                if breaking.count == most:
                    raise Break

        try:
            await process(door, person.user_id, command, rules=person.rules)
        finally:
            # A broken handler is recorded by a transaction of its own; this test is of the other one.
            async with person.database.as_owner() as connection:
                await connection.execute("DELETE FROM command_inbox WHERE status = 'FAILED'")
        return int(breaking.count)

    while broken:
        try:
            statements = await send(most)
            broken = False
        except Break:
            most += 1
            assert await rows_of(person) == before, f"after {most} statements"
    assert most > statements >= 8
    assert await rows_of(person) != before
    assert [one async for one in verify(person.database) if one.faults] == []


# ── random sessions ──


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("sessions", "steps"),
    [
        pytest.param(12, (30,), id="short"),
        pytest.param(10_000, range(1, 11), id="long", marks=pytest.mark.long),
    ],
)
async def test_the_fold_of_random_sessions_is_what_is_stored(
    person: Person, sessions: int, steps: Sequence[int]
) -> None:
    worker = await register_worker(person)

    async def play(seed: int) -> None:
        led = await person.start(mode=("guided", "free_form")[seed % 2], seed=seed)
        await Chance(person, led, seed, worker).play(steps[seed // 2 % len(steps)])
        (verified,) = [one async for one in verify(person.database, led.id)]
        assert verified.faults == (), seed

    for first in range(0, sessions, _AT_ONCE):
        await asyncio.gather(*map(play, range(first, min(first + _AT_ONCE, sessions))))
        if first.bit_count() == 1:
            # No autovacuum runs here. Plans that were made for small tables would read all of the large ones.
            await person.database.pool.execute("ANALYZE")


async def test_no_more_jobs_are_loaded_after_hundreds_of_rounds(person: Person) -> None:
    led, counts = await person.start(), []
    for before, after in ((0, 50), (50, 300)):
        await person.database.pool.execute(_ROUNDS, led.id, USER, before, after)
        async with person.door() as connection:
            locked = await lock_session(connection, led.id)
            assert locked is not None
            counts.append(len(locked.locked.jobs))
            opened = [job for job in locked.locked.jobs if not job.status.final]
            assert [job.name for job in opened] == ["concept_1"]
            by_move = await lock_aggregates(connection, REGISTRY.kinds, [opened[0].id])
            assert [job.id for job in by_move[0].jobs] == [job.id for job in locked.locked.jobs]
    assert counts[0] == counts[1] < 10
    await person.database.pool.execute("DELETE FROM aggregates WHERE id = $1", led.id)


async def test_the_state_says_what_its_proposals_have_cost(person: Person) -> None:
    led = await person.start()
    chosen = await Chance(person, led, 1).bring("concept")
    await person.database.pool.execute(_PAID, led.id, Decimal("0.03"))
    await led.do("SELECT_PROPOSAL", {"proposal_ids": [chosen]})
    async with person.door() as connection:
        state = await session_state(connection, led.id)
    assert state["spend"] == {"cost_usd": 0.03, "kept_usd": 0.01, "rejected_usd": 0.02}
    assert state["stages"]["concept"]["proposals"][chosen]["cost_usd"] == 0.01


# ── what verify finds ──


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE genesis_sessions SET title = 'Another' WHERE id = $1", "differs from the fold"),
        ("UPDATE aggregates SET version = version + 1 WHERE id = $1", "events up to version"),
        (
            "INSERT INTO flow_resume_handles (session_id, wait_key, paused_at, expires_at)"
            " VALUES ($1, 'theme:1', now(), now())",
            "Open handles are",
        ),
        ("DELETE FROM jobs WHERE aggregate_id = $1", "Open jobs are of"),
        (
            "UPDATE domain_events SET data = jsonb_set(data, '{patch,mode}', to_jsonb('free_form'::text))"
            " WHERE aggregate_id = $1 AND version = 1",
            "differs from the fold of the events in: mode",
        ),
    ],
)
async def test_what_does_not_agree_is_found(person: Person, statement: str, fault: str) -> None:
    led = await person.start()
    await person.database.pool.execute(statement, led.id)
    (verified,) = [one async for one in verify(person.database, led.id)]
    assert any(fault in one for one in verified.faults), verified
    await person.database.pool.execute("DELETE FROM aggregates WHERE id = $1", led.id)
    assert [one async for one in verify(person.database, led.id)] == []


async def test_all_sessions_are_verified_page_by_page(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.genesis.verify._AT_ONCE", 2)
    ids = {(await person.start()).id for _ in range(5)}
    seen = [one.id async for one in verify(person.database)]
    assert ids <= set(seen)
    assert len(seen) == len(set(seen))
