"""Waits for a person: whatever comes first, a session goes on once, or its wait expires."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from service.db.pool import Connection, Database
from service.devstack.stack import Stack
from service.genesis.store import insert_session
from service.genesis.waits import (
    Half,
    close_waits,
    extend_waits,
    find_wait,
    pause,
    signal,
)
from tests.factories import STRANGER, USER, a_genesis_state
from tests.genesis_sessions import open_database
from tests.servers import fresh_database

WAIT = "concept:1"
DAY = 86_400.0

_SESSIONS = """
WITH made AS (SELECT gen_random_uuid() AS id FROM generate_series(1, $2)),
locks AS (INSERT INTO aggregates (id, kind, user_id) SELECT id, 'genesis', $1 FROM made)
INSERT INTO genesis_sessions (id, user_id, mode, expires_at)
SELECT id, $1, 'guided', now() + '1 day' FROM made
"""
#: Each wait with its session's events.
_ENDS = """
SELECT h.*, e.types, e.payloads, e.commands, a.version
FROM flow_resume_handles h JOIN aggregates a ON a.id = h.session_id
JOIN LATERAL (
  SELECT array_agg(type ORDER BY version) AS types, array_agg(data ORDER BY version) AS payloads,
         array_agg(correlation_id ORDER BY version) AS commands
  FROM domain_events WHERE aggregate_id = h.session_id) AS e ON true
"""


@pytest.fixture(scope="module")
async def database(stack: Stack, template_database: str) -> AsyncIterator[Database]:
    """A database with two users, whose requests log in as the service's do."""
    async with open_database(stack, template_database, size=4) as database:
        yield database


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[Connection]:
    """A user's transaction."""
    async with database.as_user(USER) as connection:
        yield connection


async def a_session(connection: Connection, user_id: UUID = USER) -> UUID:
    """A new session."""
    id_ = uuid4()
    await insert_session(connection, user_id, id_, a_genesis_state())
    return id_


async def answer(connection: Connection, session: UUID, text: str = "yes", wait: str = WAIT) -> Half:
    """A person's answer."""
    return await signal(connection, session, wait, uuid4(), {"text": text}, seconds=DAY)


async def test_a_pause_waits_for_its_answer(connection: Connection) -> None:
    session = await a_session(connection)
    paused = await pause(connection, session, WAIT, kind="confirmation", seconds=DAY)
    assert (paused.recorded, paused.resumes, paused.handle.kind) == (True, False, "confirmation")
    answered = await answer(connection, session)
    assert (answered.recorded, answered.resumes) == (True, True)
    assert answered.handle.payload == {"text": "yes"}


async def test_an_answer_before_the_pause_is_kept_for_it(connection: Connection) -> None:
    session = await a_session(connection)
    early = await answer(connection, session)
    assert (early.recorded, early.resumes) == (True, False)
    paused = await pause(connection, session, WAIT, seconds=DAY)
    assert (paused.recorded, paused.resumes) == (True, True)
    assert (paused.handle.payload, paused.handle.signal_id) == ({"text": "yes"}, early.handle.signal_id)


@pytest.mark.parametrize("early", [True, False])
async def test_the_first_answer_counts_and_the_second_hears_of_it(
    connection: Connection, early: bool
) -> None:
    session = await a_session(connection)
    if not early:
        await pause(connection, session, WAIT, seconds=DAY)
    first = await answer(connection, session, "first")
    second = await answer(connection, session, "second")
    assert (second.recorded, second.resumes) == (False, False)
    assert second.handle == first.handle


@pytest.mark.parametrize("answered", [True, False])
async def test_a_second_pause_changes_nothing(connection: Connection, answered: bool) -> None:
    session = await a_session(connection)
    if answered:
        await answer(connection, session)
    first = await pause(connection, session, WAIT, seconds=DAY)
    second = await pause(connection, session, WAIT, kind="confirmation", seconds=2 * DAY)
    assert (first.resumes, second.recorded, second.resumes) == (answered, False, False)
    assert second.handle == first.handle


async def test_an_answer_after_the_expiry_moves_nothing(connection: Connection) -> None:
    session = await a_session(connection)
    await pause(connection, session, WAIT, seconds=DAY)
    (expired,) = await close_waits(connection, session)
    late = await answer(connection, session)
    assert (late.recorded, late.resumes, late.handle) == (False, False, expired)
    assert not (await pause(connection, session, WAIT, seconds=DAY)).recorded
    assert await close_waits(connection, session) == []


async def test_an_answered_wait_does_not_expire(connection: Connection) -> None:
    session = await a_session(connection)
    await pause(connection, session, WAIT, seconds=DAY)
    await answer(connection, session)
    assert await close_waits(connection, session) == []
    assert await extend_waits(connection, session, DAY) == []


async def test_a_wait_lasts_as_long_as_it_was_made_for(connection: Connection) -> None:
    paused = await pause(connection, await a_session(connection), WAIT, seconds=DAY)
    assert paused.handle.paused_at is not None
    time = paused.handle.expires_at - paused.handle.paused_at
    assert timedelta(days=1) <= time < timedelta(days=1, seconds=5)


async def test_an_extension_opens_a_wait_again(connection: Connection) -> None:
    session = await a_session(connection)
    await pause(connection, session, WAIT, seconds=DAY)
    await close_waits(connection, session)
    (extended,) = await extend_waits(connection, session, DAY)
    assert extended.expired_at is None
    assert (await answer(connection, session)).resumes


async def test_a_session_that_ends_closes_its_waits(connection: Connection) -> None:
    session, other = await a_session(connection), await a_session(connection)
    await pause(connection, session, WAIT, seconds=DAY)
    await answer(connection, session, wait="theme:1")
    await pause(connection, other, WAIT, seconds=DAY)
    assert {one.wait_key for one in await close_waits(connection, session)} == {WAIT, "theme:1"}
    assert not (await answer(connection, session)).recorded
    assert not (await pause(connection, session, "theme:1", seconds=DAY)).resumes
    # What was answered before its pause waits for nobody: an extension leaves it closed.
    assert [one.wait_key for one in await extend_waits(connection, session, DAY)] == [WAIT]
    assert (await answer(connection, other)).resumes


async def test_an_answer_of_another_session_moves_nothing(connection: Connection) -> None:
    session, other = await a_session(connection), await a_session(connection)
    paused = await pause(connection, session, WAIT, seconds=DAY)
    assert not (await answer(connection, other)).resumes
    assert not (await answer(connection, session, wait="concept:2")).resumes
    assert await find_wait(connection, paused.handle.correlation_id) == paused.handle


async def test_a_stranger_finds_and_answers_no_wait(database: Database) -> None:
    async with database.as_user(USER) as connection:
        session = await a_session(connection)
        paused = await pause(connection, session, WAIT, seconds=0)
    async with database.as_user(STRANGER) as connection:
        assert await find_wait(connection, paused.handle.correlation_id) is None
        assert await close_waits(connection, session) == []
        assert await extend_waits(connection, session, DAY) == []
    for wait in (WAIT, "theme:1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.as_user(STRANGER) as connection:
                await answer(connection, session, wait=wait)
    async with database.as_user(USER) as connection:
        assert await find_wait(connection, paused.handle.correlation_id) == paused.handle


@pytest.mark.parametrize(
    "change",
    [
        "consumed_at = now()",
        "consumed_at = now(), paused_at = now()",
        "consumed_at = now(), signalled_at = now()",
        "consumed_at = now(), paused_at = now(), signalled_at = now(), expired_at = now()",
        "kind = 'nothing'",
    ],
)
async def test_the_schema_refuses_a_wait_that_cannot_be(database: Database, change: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        async with database.as_owner() as connection:
            session = await a_session(connection)
            await pause(connection, session, "plot:1", seconds=DAY)
            unset = "UPDATE flow_resume_handles SET paused_at = NULL WHERE session_id = $1"
            await connection.execute(unset, session)
            await connection.execute(
                f"UPDATE flow_resume_handles SET {change} WHERE session_id = $1",  # noqa: S608
                session,
            )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("handles", [200, pytest.param(5_000, marks=pytest.mark.long)])
async def test_fault_45_two_processes_end_each_wait_once(
    stack: Stack, template_database: str, handles: int
) -> None:
    """Two pauses, two answers and an expiry of each wait, in any order: one outcome each."""
    async with fresh_database(stack, template_database) as url:
        database = await Database.connect(url, size=2)
        try:
            await database.pool.execute("INSERT INTO users (id) VALUES ($1)", USER)
            await database.pool.execute(_SESSIONS, USER, handles)
            outcomes = await _rival(url)
            rows = await database.pool.fetch(_ENDS)
        finally:
            await database.close()
    assert len(rows) == handles
    for row in rows:
        resumed = row["consumed_at"] is not None
        assert (row["expired_at"] is not None) is not resumed
        end = "genesis.resumed" if resumed else "genesis.expired"
        # An answer that came first is closed, too, where the expiry comes before the pause.
        early = not resumed and row["paused_at"] is None
        assert row["types"] == ([end] if early else ["genesis.waiting", end])
        assert row["version"] == len(row["types"])
        if resumed:
            assert (row["payloads"][1], row["commands"][1]) == (row["payload"], row["signal_id"])
    ends = {name: outcomes[name] for name in ("resumed by pause", "resumed by signal", "expired")}
    assert sum(ends.values()) == handles
    assert all(ends.values()), outcomes
    assert outcomes.total() == 5 * handles


async def _rival(url: str) -> Counter[str]:
    """What became of all operations of both processes."""
    rivals = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.stubs.wait_rivals", url, str(number)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for number in range(2)
    ]
    try:
        for rival in rivals:
            assert rival.stdout is not None
            assert await rival.stdout.readline() == b"ready\n"
        ended = await asyncio.gather(*(rival.communicate(b"go\n") for rival in rivals))
    finally:
        for rival in rivals:
            if rival.returncode is None:
                rival.kill()
                await rival.wait()
    each = [Counter[str](json.loads(out)) for out, _ in ended]
    assert all(one["resumed by pause"] + one["resumed by signal"] for one in each), each
    return each[0] + each[1]
