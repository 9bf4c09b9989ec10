"""The inbox of commands: one effect each, and with its events and the outbox all or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.db.idempotency import hash_of
from service.db.pool import Connection, Database
from service.devstack.stack import Stack
from service.errors import Conflict, InvalidInput, NotFound
from service.genesis import inbox
from service.genesis.inbox import Processed, Received, process, prune_inbox
from service.genesis.model import CommandStatus
from service.genesis.store import insert_session
from service.genesis.tables import CommandInbox, DomainEvent, EventOutbox
from service.jobs.events import NewEvent
from service.runtime.kinds import Aggregate
from service.runtime.settlement import append_events
from tests.factories import STRANGER, USER, a_genesis_state
from tests.genesis_sessions import open_database

#: The tables that a command writes to.
TABLES = ("command_inbox", "domain_events", "event_outbox", "genesis_sessions", "aggregates")


@pytest.fixture(scope="module")
async def database(stack: Stack, template_database: str) -> AsyncIterator[Database]:
    """A database with two users, whose requests log in as the service's do."""
    async with open_database(stack, template_database, size=24) as database:
        yield database


def a_command(user_id: UUID = USER, **changes: Any) -> Received:
    """A command that begins a session."""
    payload: Mapping[str, Any] = {"mode": "guided", "inspiration": "A lighthouse that dreams."}
    return Received(user_id, uuid4(), "START_GENESIS", changes.get("payload", payload), hash_of(payload))


def door(database: Database, user_id: UUID = USER) -> Callable[[], AbstractAsyncContextManager[Connection]]:
    return partial(database.as_user, user_id)


def starting(command: Received) -> inbox.Effect:
    """The effect of a command that begins a session, with two events."""

    async def effect(connection: Connection) -> Processed:
        id_ = uuid4()
        await insert_session(connection, command.user_id, id_, a_genesis_state())
        events = [
            NewEvent("genesis.started", {"mode": "guided"}, 2, command.command_id),
            NewEvent("stage.entered", {"stage": "concept"}, 1, command.command_id),
        ]
        await append_events(connection, [Aggregate(id_, "genesis", command.user_id, 0)], {id_: events})
        return Processed(id_, {"command_id": str(command.command_id), "version": 2})

    return effect


async def rows_of(database: Database, user_id: UUID = USER) -> dict[str, int]:
    """How many rows a user has in each of the tables."""
    async with database.as_user(user_id) as connection:
        return {
            table: await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
            for table in TABLES
        }


async def stored(database: Database, command: Received) -> CommandInbox | None:
    """A command's row."""
    row = await database.pool.fetchrow(
        "SELECT * FROM command_inbox WHERE user_id = $1 AND command_id = $2",
        command.user_id,
        command.command_id,
    )
    return CommandInbox.of(row) if row is not None else None


async def test_a_command_its_events_and_their_outbox_are_written(database: Database) -> None:
    command = a_command()
    processed = await process(door(database), command, starting(command))
    kept = await stored(database, command)
    assert kept is not None
    assert (kept.status, kept.session_id) == (CommandStatus.PROCESSED, processed.session_id)
    assert (kept.result, kept.payload) == (processed.result, command.payload)
    events = [
        DomainEvent.of(row)
        for row in await database.pool.fetch(
            "SELECT * FROM domain_events WHERE aggregate_id = $1 ORDER BY version", processed.session_id
        )
    ]
    assert [(one.version, one.type, one.schema_) for one in events] == [
        (1, "genesis.started", 2),
        (2, "stage.entered", 1),
    ]
    assert {one.correlation_id for one in events} == {command.command_id}
    row = await database.pool.fetchrow(
        "SELECT * FROM event_outbox WHERE aggregate_id = $1", processed.session_id
    )
    told = EventOutbox.of(row)
    assert (told.from_version, told.to_version, told.status) == (1, 2, "PENDING")


async def test_a_command_that_is_sent_fifty_times_at_once_has_one_effect(database: Database) -> None:
    command = a_command()
    before = await rows_of(database)

    async def send() -> Processed | Conflict:
        try:
            return await process(door(database), command, starting(command))
        except Conflict as refused:
            return refused

    answers = await asyncio.gather(*(send() for _ in range(50)))
    (first,) = (answer for answer in answers if isinstance(answer, Processed))
    repeated = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(repeated) == 49
    assert {answer.code for answer in repeated} == {"COMMAND_REPEATED"}
    assert all(answer.data == first.result for answer in repeated)
    after = await rows_of(database)
    assert {table: after[table] - before[table] for table in TABLES} == {
        "command_inbox": 1,
        "domain_events": 2,
        "event_outbox": 1,
        "genesis_sessions": 1,
        "aggregates": 1,
    }


async def test_another_users_command_with_the_same_id_is_another_command(database: Database) -> None:
    command = a_command()
    theirs = replace(command, user_id=STRANGER)
    mine = await process(door(database), command, starting(command))
    other = await process(door(database, STRANGER), theirs, starting(theirs))
    assert mine.session_id != other.session_id
    for sent in (command, theirs):
        with pytest.raises(Conflict) as repeated:
            await process(door(database, sent.user_id), sent, starting(sent))
        assert repeated.value.code == "COMMAND_REPEATED"


async def test_an_id_that_was_used_for_another_command_is_refused(database: Database) -> None:
    command = a_command()
    await process(door(database), command, starting(command))
    other = replace(command, body_hash=hash_of({"mode": "free_form"}))
    with pytest.raises(InvalidInput) as refused:
        await process(door(database), other, starting(other))
    assert refused.value.code == "COMMAND_ID_REUSED"


async def test_a_refused_command_has_no_row_and_its_id_may_be_used_again(database: Database) -> None:
    command = a_command()
    before = await rows_of(database)

    async def refused(connection: Connection) -> Processed:
        await starting(command)(connection)
        raise NotFound("This session does not exist.", code="SESSION_NOT_FOUND")

    with pytest.raises(NotFound):
        await process(door(database), command, refused)
    assert await rows_of(database) == before
    other = replace(command, body_hash=hash_of({"mode": "free_form"}))
    await process(door(database), other, starting(other))


class Break(Exception):
    """The process ends here."""


class Breaking:
    """A connection that breaks after so many statements."""

    def __init__(self, connection: Connection, statements: int) -> None:
        self._connection = connection
        self.left = statements

    async def execute(self, *query: Any) -> Any:
        return await self._run(self._connection.execute, query)

    async def fetchval(self, *query: Any) -> Any:
        return await self._run(self._connection.fetchval, query)

    async def _run(self, method: Callable[..., Awaitable[Any]], query: tuple[Any, ...]) -> Any:
        if not self.left:
            raise Break
        self.left -= 1
        return await method(*query)


#: What a command's transaction consists of.
STATEMENTS = ("begun", "received", "session", "events and outbox", "processed")


@pytest.mark.parametrize("after", STATEMENTS)
async def test_a_break_after_any_statement_leaves_no_row(database: Database, after: str) -> None:
    command, before = a_command(), await rows_of(database)
    with pytest.raises(Break):
        async with database.as_user(USER) as connection:
            breaking: Any = Breaking(connection, STATEMENTS.index(after))
            await inbox.process_in(breaking, command, starting(command))
            assert (after, breaking.left) == (STATEMENTS[-1], 0), "no statement more"
            raise Break
    assert await rows_of(database) == before


async def test_a_broken_handler_is_recorded_and_the_command_may_be_sent_again(database: Database) -> None:
    command = a_command()
    before = await rows_of(database)

    async def broken(connection: Connection) -> Processed:
        await starting(command)(connection)
        raise KeyError("stage")

    for _ in range(2):
        with pytest.raises(KeyError):
            await process(door(database), command, broken)
        kept = await stored(database, command)
        assert kept is not None
        assert (kept.status, kept.result) == (CommandStatus.FAILED, None)
        assert kept.error == {"type": "KeyError", "message": "'stage'"}
    assert await rows_of(database) == before | {"command_inbox": before["command_inbox"] + 1}
    other = replace(command, body_hash=hash_of({"mode": "free_form"}))
    with pytest.raises(InvalidInput, match="another command"):
        await process(door(database), other, starting(other))
    processed = await process(door(database), command, starting(command))
    kept = await stored(database, command)
    assert kept is not None
    assert (kept.status, kept.error) == (CommandStatus.PROCESSED, None)
    assert kept.session_id == processed.session_id


async def test_a_failure_does_not_undo_what_was_processed_meanwhile(database: Database) -> None:
    command = a_command()

    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.as_user(USER) as connection:
            await inbox.process_in(connection, command, starting(command))
            begun.set()
            await go_on.wait()

    task = asyncio.create_task(slow())
    await begun.wait()
    failing = asyncio.create_task(_record(database, command))
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(task, failing)
    kept = await stored(database, command)
    assert kept is not None
    assert (kept.status, kept.error) == (CommandStatus.PROCESSED, None)


async def _record(database: Database, command: Received) -> None:
    async with database.as_user(USER) as connection:
        await inbox._record_failure(connection, command, RuntimeError())


async def test_commands_go_with_their_session(database: Database) -> None:
    command = a_command()
    processed = await process(door(database), command, starting(command))
    async with database.as_user(USER) as connection:
        await connection.execute("DELETE FROM aggregates WHERE id = $1", processed.session_id)
    assert await stored(database, command) is None


async def test_old_commands_of_sessions_that_have_ended_are_forgotten(database: Database) -> None:
    active, ended, lost = a_command(), a_command(), a_command()
    await process(door(database), active, starting(active))
    processed = await process(door(database), ended, starting(ended))
    await database.pool.execute(
        "UPDATE genesis_sessions SET status = 'finished' WHERE id = $1", processed.session_id
    )
    await _record(database, lost)
    async with database.as_owner() as connection:
        await prune_inbox(connection, 3600)
    assert None not in [await stored(database, one) for one in (active, ended, lost)]
    async with database.as_owner() as connection:
        await prune_inbox(connection, 0)
    assert await stored(database, active) is not None
    assert [await stored(database, one) for one in (ended, lost)] == [None, None]
