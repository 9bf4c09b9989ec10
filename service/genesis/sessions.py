"""Processes commands. Inbox, lock, state, decision, events, jobs and waits are handled in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from service.db.pool import Connection, Door
from service.db.sql import load
from service.genesis import inbox, waits
from service.genesis.commands import Command, CommandType, system_command
from service.genesis.decide import Decision, Rules, Session, decide
from service.genesis.derive import available_actions, novel_id_of
from service.genesis.generation import Round, pauses
from service.genesis.history import outline
from service.genesis.inbox import Processed, Received
from service.genesis.kind import GenesisKind
from service.genesis.log import check_version, paths_since, state_at
from service.genesis.model import Json, State
from service.genesis.payloads import Source
from service.genesis.refusals import DecisionStale, SessionNotFound
from service.genesis.store import insert_session, load_sessions, store_states
from service.jobs.jobs import Job, cancels
from service.jobs.states import JobStatus
from service.novels.store import NewNovel, insert_novel
from service.runtime.kinds import Aggregate, Kinds, kinds_of
from service.runtime.settlement import Change, Locked, Settled, lock_aggregate, settle_locked
from service.telemetry.context import about

_SESSIONS, _JOBS = load("sessions", "service.genesis"), load("jobs")
#: The only kind in this module, because a command changes no aggregate except its session.
_KINDS: Kinds = kinds_of(GenesisKind())
_RUN_KIND = "round"


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a command: the answer as JSON, and the settlement, which the caller passes to the settler
    after the commit."""

    answer: Json
    settled: Settled


@dataclass(frozen=True, slots=True)
class LockedSession:
    """A locked session with its state. ``now`` is the time of the database. ``session`` is None if the
    command starts the session."""

    locked: Locked
    session: Session | None
    now: datetime

    @property
    def id(self) -> UUID:
        """The session's id."""
        return self.locked.aggregate.id


async def process(door: Door, user_id: UUID, command: Command, *, rules: Rules, request_id: str = "") -> Done:
    """Process a user's command once. The answer is ``{command_id, session_id, decision_version, version,
    result, available_actions}``.

    ``door`` opens transactions of the user. The user must exist. Raises the refusals of
    ``service.genesis.refusals``, ``InvalidInput``, and COMMAND_REPEATED with the first answer as its data.
    A caller may cancel it: then everything is written, or nothing.
    """
    settled = Settled()

    async def effect(connection: Connection) -> Processed:
        locked = await _lock(connection, user_id, command)
        decision = await _decide(connection, locked, command, rules)
        settled.add(await write(connection, locked, decision, command.id, request_id))
        return Processed(locked.id, answer_of(command.id, locked.id, decision))

    body = command.body()
    received = Received(
        user_id, command.id, command.type.value, body["payload"], command.body_hash(), command.session_id
    )
    processed = await inbox.process(door, received, effect)
    return Done(processed.result, settled)


async def process_system(
    connection: Connection, session_id: UUID, type_: CommandType, rules: Rules
) -> Settled:
    """Process a command of the system, in a transaction of the database's owner. If the command is not due,
    or was already processed, nothing changes.

    Commands of the system need no inbox, because the state of the session shows whether a command was
    processed.
    """
    locked = await lock_session(connection, session_id)
    if locked is None or locked.session is None:
        return Settled()
    id_ = uuid5(session_id, f"{type_} {locked.session.state.expires_at.isoformat()}")
    command = system_command(id_, type_, session_id)
    decision = decide(locked.session, command, locked.now, rules=rules)
    if decision.purge:
        await connection.execute(_SESSIONS["delete_session"], session_id)
        return Settled()
    return await write(connection, locked, decision, id_)


async def lock_session(connection: Connection, session_id: UUID) -> LockedSession | None:
    """A session, locked; None if the connection's user does not have it."""
    locked = await lock_aggregate(connection, session_id, standing=GenesisKind.standing)
    if locked is None or locked.aggregate.kind != GenesisKind.name:
        return None
    stored = (await load_sessions(connection, [session_id]))[session_id]
    session = Session(State(stored.state), stored.version, stored.spent_usd)
    return LockedSession(locked, session, await connection.fetchval(_JOBS["clock"]))


async def _lock(connection: Connection, user_id: UUID, command: Command) -> LockedSession:
    """Lock the session of a command. Raises ``SessionNotFound``."""
    id_ = command.session_id or uuid5(user_id, f"session {command.id}")
    # Whoever has the session's id finds its requests in the log.
    about(aggregate=id_)
    if command.session_id is None:
        new = Locked(Aggregate(id_, GenesisKind.name, user_id, 0), ())
        return LockedSession(new, None, await connection.fetchval(_JOBS["clock"]))
    locked = await lock_session(connection, id_)
    if locked is None:
        raise SessionNotFound
    return locked


async def _decide(connection: Connection, locked: LockedSession, command: Command, rules: Rules) -> Decision:
    past = await _past(connection, command.source) if command.source else None
    try:
        return decide(locked.session, command, locked.now, rules=rules, past=past)
    except DecisionStale as stale:
        if command.expected_version is not None:
            stale.data["paths"] = await paths_since(connection, locked.id, command.expected_version)
        raise


async def _past(connection: Connection, source: Source) -> State:
    """The earlier state that a command names. Raises ``SessionNotFound`` and ``InvalidInput``."""
    stored = (await load_sessions(connection, [source.session_id])).get(source.session_id)
    if stored is None:
        raise SessionNotFound
    check_version(stored.version, source.version, "payload")
    return await state_at(connection, source.session_id, source.version)


def answer_of(command_id: UUID, session_id: UUID, decision: Decision) -> dict[str, Any]:
    """The answer to a command, from its decision."""
    novel = {"novel_id": str(novel_id_of(session_id))} if decision.finish else {}
    return {
        "command_id": str(command_id),
        "session_id": str(session_id),
        "decision_version": decision.state.decision_version,
        "version": decision.version,
        "result": {**decision.result, **novel},
        "available_actions": available_actions(decision.state),
    }


async def write(
    connection: Connection, locked: LockedSession, decision: Decision, signal_id: UUID, request_id: str = ""
) -> Settled:
    """Write a decision about a locked session: state, jobs, events, waits and novel. ``signal_id`` identifies
    what answers the waits: the command, or the link of an outside approver."""
    if not decision.events:
        return Settled()
    await _store(connection, locked, decision.state)
    change = Change(
        moves=cancels([job for job in locked.locked.jobs if job.input["stage"] in decision.cancels]),
        opened=[_job(locked.locked.aggregate, round_, request_id) for round_ in decision.rounds],
        events={locked.id: [event.encode() for event in decision.events]},
    )
    settled = await settle_locked(connection, _KINDS, [locked.locked], change)
    await _write_waits(connection, locked, decision, signal_id)
    if decision.finish:
        await _write_novel(connection, locked, decision.state, decision.finish.title, signal_id)
    return settled


async def _store(connection: Connection, locked: LockedSession, state: State) -> None:
    if locked.session is None:
        await insert_session(connection, locked.locked.aggregate.user_id, locked.id, state.json)
    else:
        await store_states(connection, {locked.id: (locked.session.state.json, state.json)})


def _job(aggregate: Aggregate, round_: Round, request_id: str) -> Job:
    """The job of a round. Its ids are derived from the session's id, so that the same commands give the same
    ids."""
    run_id = uuid5(aggregate.id, round_.name)
    return Job(
        id=uuid5(run_id, "job"),
        aggregate_id=aggregate.id,
        user_id=aggregate.user_id,
        run_id=run_id,
        run_kind=_RUN_KIND,
        request_id=request_id,
        name=round_.name,
        group=round_.stage.value,
        status=JobStatus.QUEUED,
        input=round_.input(),
    )


async def _write_waits(
    connection: Connection, locked: LockedSession, decision: Decision, signal_id: UUID
) -> None:
    """Write the pauses and signals of a decision: pauses of the rounds that the decision ended, and signals
    for answered waits.

    If an answer ended a running round, both the pause and the signal are written. Open waits last as long as
    their session.
    """
    before = locked.session.state if locked.session else State({})
    seconds = (decision.state.expires_at - locked.now).total_seconds()
    early = {key for key in decision.signals if key not in before.waits}
    for key in sorted({*pauses(before, decision.state), *early}):
        await waits.pause(connection, locked.id, key, seconds=seconds)
    for key, payload in decision.signals.items():
        await waits.signal(connection, locked.id, key, signal_id, payload, seconds=seconds)
    if decision.expired:
        await waits.close_waits(connection, locked.id)
    elif decision.state.waits:
        await waits.extend_waits(connection, locked.id, seconds)


async def _write_novel(
    connection: Connection, locked: LockedSession, state: State, title: str, command_id: UUID
) -> None:
    novel = NewNovel(
        id=novel_id_of(locked.id),
        user_id=locked.locked.aggregate.user_id,
        session_id=locked.id,
        title=title,
        language=state.json["language"],
        plan=outline(state),
        locks=sorted(state.locks),
    )
    await insert_novel(connection, novel, command_id)
