"""Verifies that the stored data of sessions agree with their events. Writes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.db.pool import Connection, Database
from service.db.sql import load
from service.genesis.log import state_at
from service.genesis.model import State
from service.genesis.patches import make
from service.genesis.store import StoredSession, load_sessions

_SESSIONS = load("sessions", "service.genesis")
_AT_ONCE = 200
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Verified:
    """A verified session: its version, and its problems as sentences."""

    id: UUID
    version: int
    faults: tuple[str, ...]


async def verify(database: Database, session_id: UUID | None = None) -> AsyncIterator[Verified]:
    """Verify one session or all sessions: compare the fold of the events with the row, and check versions,
    waits and jobs. A session that does not exist is left out."""
    after = _FIRST
    while ids := [session_id] if session_id else await _ids_after(database, after):
        for id_ in ids:
            if (found := await _verify_one(database, id_)) is not None:
                yield found
        if session_id:
            return
        after = ids[-1]


async def _ids_after(database: Database, after: UUID) -> list[UUID]:
    return [row["id"] for row in await database.pool.fetch(_SESSIONS["ids_after"], after, _AT_ONCE)]


async def _verify_one(database: Database, session_id: UUID) -> Verified | None:
    async with (
        database.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        stored = (await load_sessions(connection, [session_id], jobs=True)).get(session_id)
        if stored is None:
            return None
        return Verified(session_id, stored.version, tuple(await _faults(connection, session_id, stored)))


async def _faults(connection: Connection, session_id: UUID, stored: StoredSession) -> list[str]:
    folded = await state_at(connection, session_id, stored.version)
    facts = await connection.fetchrow(_SESSIONS["facts"], session_id)
    assert facts is not None
    return [
        *_differences(folded.json, stored.state),
        *_of_versions(facts["events"], facts["last"], stored.version),
        *_of_waits(State(stored.state), set(facts["waits"])),
        *_of_rounds(State(stored.state), set(facts["running"])),
    ]


def _differences(folded: Mapping[str, Any], stored: Mapping[str, Any]) -> Iterator[str]:
    patch = make(folded, stored)
    if patch:
        yield f"The stored state differs from the fold of the events in: {', '.join(sorted(patch))}."


def _of_versions(events: int, last: int, version: int) -> Iterator[str]:
    if not events == last == version:
        yield f"There are {events} events up to version {last}, and the session is at version {version}."


def _of_waits(state: State, waiting: set[str]) -> Iterator[str]:
    if waiting != state.waits.keys():
        yield f"Open handles are {sorted(waiting)}, and the state waits for {sorted(state.waits)}."


def _of_rounds(state: State, running: set[str]) -> Iterator[str]:
    wanted = {f"{stage.stage}_{stage.round}" for stage in state.stages if stage.running}
    if running != wanted:
        yield f"Open jobs are of {sorted(running)}, and the state's rounds are {sorted(wanted)}."
