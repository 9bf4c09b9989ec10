"""The rows of Genesis: models equal to tables, states that are read as they were written, novels."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from pydantic import ValidationError

from service.db.pool import Connection, Database
from service.db.rows import Row
from service.devstack.stack import Stack
from service.errors import NotFound
from service.genesis import tables
from service.genesis.events import evolve
from service.genesis.store import insert_session, load_states, store_states
from service.genesis.tables import AsyncTask, GenesisSession
from service.novels import tables as novel_tables
from service.novels.store import NewNovel, chapters_of, get_novel, insert_novel, novel_of_session
from tests.factories import STRANGER, USER, a_genesis_state
from tests.genesis_sessions import open_database
from tests.unit.genesis.golden import FOLDER, SESSION_FILE

MODELS: dict[str, type[Row]] = {
    "genesis_sessions": tables.GenesisSession,
    "command_inbox": tables.CommandInbox,
    "domain_events": tables.DomainEvent,
    "event_outbox": tables.EventOutbox,
    "flow_resume_handles": tables.FlowResumeHandle,
    "async_tasks": tables.AsyncTask,
    "novels": novel_tables.Novel,
    "novel_chapters": novel_tables.NovelChapter,
    "novel_chapter_versions": novel_tables.ChapterVersion,
}

#: A session's state with every key.
WHOLE = a_genesis_state(
    title="The Lighthouse",
    budget_usd=2.5,
    reminded_at="2026-12-28T10:00:00.250000+00:00",
    reason="Enough.",
    origin={"session_id": str(uuid4()), "version": 12},
    material={"m1": {"text": "Notes\nabout the sea.", "bytes": 20}},
    locks={"concept.title": True},
    waits={"concept:1": {"stage": "concept", "round": 1}},
    dismissed={"f1": {"reason": "On purpose.", "at": {"concept.title": 3}}},
)


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


async def a_session(connection: Connection, **changes: object) -> tuple[UUID, dict[str, Any]]:
    """A new session of the user, with its state."""
    id_, state = uuid4(), a_genesis_state(**changes)
    await insert_session(connection, USER, id_, state)
    return id_, state


@pytest.mark.parametrize("table", MODELS)
async def test_a_model_has_the_columns_of_its_table(database: Database, table: str) -> None:
    rows = await database.pool.fetch(
        "SELECT column_name, is_nullable = 'YES' AS nullable FROM information_schema.columns"
        " WHERE table_name = $1",
        table,
    )
    fields = MODELS[table].model_fields
    assert {row["column_name"] for row in rows} == {name.rstrip("_") for name in fields}
    if table == "async_tasks":
        return  # a view's columns have no constraints
    assert {row["column_name"] for row in rows if row["nullable"]} == {
        name for name, field in fields.items() if type(None) in getattr(field.annotation, "__args__", ())
    }


@pytest.mark.parametrize("state", [a_genesis_state(), WHOLE], ids=["new", "whole"])
async def test_a_state_is_read_as_it_was_written(connection: Connection, state: dict[str, Any]) -> None:
    begun = {key: value for key, value in state.items() if key not in ("reminded_at", "reason")}
    id_, other = uuid4(), (await a_session(connection))[0]
    await insert_session(connection, USER, id_, begun)
    assert await load_states(connection, [id_]) == {id_: begun}
    await store_states(connection, {id_: (begun, state)})
    assert await load_states(connection, [id_, other]) == {id_: state, other: a_genesis_state()}
    await store_states(connection, {id_: (state, begun)})
    assert await load_states(connection, [id_]) == {id_: begun}


@pytest.mark.parametrize("number", [0, 1], ids=["finished", "abandoned"])
async def test_the_rows_of_a_session_are_the_fold_of_its_events(connection: Connection, number: int) -> None:
    session = json.loads((FOLDER / SESSION_FILE).read_text())[number]
    id_, state = uuid4(), dict[str, Any]()
    for event in session["events"]:
        before, state = state, dict(evolve(state, event["type"], event["data"]))
        if before:
            await store_states(connection, {id_: (before, state)})
        else:
            await insert_session(connection, USER, id_, state)
        read = (await load_states(connection, [id_]))[id_]
        # As JSON: 1 and 1.0 are two values.
        assert json.dumps(read, sort_keys=True) == json.dumps(state, sort_keys=True), event["type"]
    assert state == session["state"]


async def test_a_key_that_goes_is_gone_and_the_rest_stays(connection: Connection) -> None:
    id_ = uuid4()
    await insert_session(connection, USER, id_, WHOLE)
    budget = "SELECT budget_usd::float8 FROM aggregates WHERE id = $1"
    assert await connection.fetchval(budget, id_) == 2.5
    after = {key: value for key, value in WHOLE.items() if key not in ("budget_usd", "reminded_at", "reason")}
    await store_states(connection, {id_: (WHOLE, after)})
    assert await load_states(connection, [id_]) == {id_: after}
    assert await connection.fetchval(budget, id_) is None


async def test_states_of_several_sessions_are_stored_at_once(connection: Connection) -> None:
    sessions = dict([await a_session(connection) for _ in range(3)])
    after = {id_: state | {"title": f"Plan {id_}"} for id_, state in sessions.items()}
    await store_states(connection, {id_: (sessions[id_], state) for id_, state in after.items()})
    assert await load_states(connection, list(after)) == after
    await store_states(connection, {})


async def test_material_is_written_where_it_has_changed_only(connection: Connection) -> None:
    text = "".join(chr(97 + number * number % 23) for number in range(60_000))
    id_, state = await a_session(connection, material={"m1": {"text": text}})
    before = await connection.fetchval("SELECT pg_current_wal_insert_lsn()::text")
    await store_states(connection, {id_: (state, state | {"title": "The Lighthouse"})})
    written = await connection.fetchval("SELECT pg_current_wal_insert_lsn() - $1::text::pg_lsn", before)
    assert written < 8_000
    more = state | {"material": {**state["material"], "m2": {"text": "More."}}}
    await store_states(connection, {id_: (state, more)})
    assert (await load_states(connection, [id_]))[id_] == more


async def test_a_stranger_reads_and_writes_no_state(database: Database) -> None:
    async with database.as_user(USER) as connection:
        id_, state = await a_session(connection)
    async with database.as_user(STRANGER) as connection:
        assert await load_states(connection, [id_]) == {}
        await store_states(connection, {id_: (state, state | {"title": "Mine"})})
    async with database.as_user(USER) as connection:
        assert await load_states(connection, [id_]) == {id_: state}


async def test_a_row_is_read_by_its_model(connection: Connection) -> None:
    id_, _ = await a_session(connection, locks={"theme": True})
    row = await connection.fetchrow("SELECT * FROM genesis_sessions WHERE id = $1", id_)
    session = GenesisSession.of(row)
    assert (session.mode, session.status, session.locks) == ("guided", "active", {"theme": True})
    assert GenesisSession.model_validate_json(session.model_dump_json()) == session
    with pytest.raises(ValidationError):
        GenesisSession.model_validate({**session.model_dump(), "mode": "wild"})


async def test_a_task_says_how_often_it_is_tried_and_until_when(database: Database) -> None:
    async with database.as_user(USER) as connection:
        id_, _ = await a_session(connection)
    await database.pool.execute(
        "INSERT INTO actor_groups (name, pool, attempts) VALUES ('concept', 'concept', 4)"
    )
    await database.pool.execute(
        "INSERT INTO runs (id, aggregate_id, user_id, kind) VALUES ($1, $1, $2, 'generate')", id_, USER
    )
    await database.pool.execute(
        "INSERT INTO jobs (aggregate_id, user_id, run_id, grp, name, status,"
        " completed_at, ended_at, deadline_at, result)"
        " VALUES ($1, $2, $1, 'concept', 'concept_1', 'ready', now(), now(), now(), $3)",
        id_,
        USER,
        {"proposals": [str(id_)]},
    )
    async with database.as_user(USER) as connection:
        row = await connection.fetchrow("SELECT * FROM async_tasks WHERE session_id = $1", id_)
    task = AsyncTask.of(row)
    assert (task.task_type, task.status, task.max_attempts) == ("concept_1", "ready", 4)
    assert task.timeout_at is not None
    assert task.result_data == {"proposals": [str(id_)]}


async def test_a_novel_is_made_once_for_a_session_and_outlives_it(database: Database) -> None:
    novel_id = uuid4()
    async with database.as_user(USER) as connection:
        session_id, _ = await a_session(connection)
        plan = {"plot.chapters": ["k1", "k2", "k3"]}
        await insert_novel(connection, NewNovel(novel_id, USER, session_id, "Sea", "en", plan))
    async with database.as_user(USER) as connection:
        novel = await novel_of_session(connection, session_id)
        assert novel is not None
        assert novel == await get_novel(connection, novel_id)
        assert (novel.title, novel.plan_version, novel.data) == ("Sea", 1, plan)
        chapters = await chapters_of(connection, novel_id)
        assert [(one.number, one.status, one.text) for one in chapters] == [
            (number, "planned", None) for number in (1, 2, 3)
        ]
    with pytest.raises(asyncpg.UniqueViolationError):
        async with database.as_user(USER) as connection:
            await insert_novel(connection, NewNovel(uuid4(), USER, session_id, "Sea", "en", {}))
    async with database.as_user(STRANGER) as connection:
        assert await novel_of_session(connection, session_id) is None
        assert await chapters_of(connection, novel_id) == []
        with pytest.raises(NotFound, match="novel"):
            await get_novel(connection, novel_id)
    async with database.as_user(USER) as connection:
        await connection.execute("DELETE FROM aggregates WHERE id = $1", session_id)
        assert (await get_novel(connection, novel_id)).session_id is None


def test_the_whole_state_has_every_key_that_is_stored() -> None:
    kept = GenesisSession.model_fields.keys() - {"id", "user_id", "created_at", "updated_at"}
    assert WHOLE.keys() == kept | {"budget_usd"}
    assert json.loads(json.dumps(WHOLE)) == WHOLE
