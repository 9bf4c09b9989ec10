"""Answers of outside approvers to waits. Each wait accepts one answer, which is converted to commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from service.api.fields import AtMost, Boolean, read_as
from service.db.pool import Connection, Door
from service.errors import Conflict
from service.genesis import inbox
from service.genesis.commands import Command, CommandType
from service.genesis.decide import Decision, Rules, decide
from service.genesis.inbox import Processed, Received
from service.genesis.log import result_of
from service.genesis.model import StageState, read_wait_key
from service.genesis.payloads import OfStage, Payload, Say, SelectProposal, SubmitFeedback
from service.genesis.refusals import ProposalNotFound, SessionClosed, SessionNotFound
from service.genesis.sessions import Done, LockedSession, answer_of, lock_session, write
from service.genesis.tables import FlowResumeHandle
from service.genesis.waits import get_wait
from service.runtime.settlement import Settled

#: The type of an answer in the inbox.
RESUME = "RESUME"


class ResumeAnswer(Payload):
    """An answer to a wait. It chooses proposals, says what is missing, or confirms the stage. An answer that
    has only a text requests new proposals."""

    proposal_ids: Annotated[tuple[UUID, ...], AtMost(3)] = ()
    """Proposals of the wait. A single proposal is accepted. Two or three proposals are blended into new
    proposals."""
    text: Say | None = None
    """What is missing. Without proposals and `confirm`, new proposals are written."""
    confirm: Boolean = False
    """Whether the stage is done."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.proposal_ids or self.text or self.confirm):
            raise PydanticCustomError("empty", "Give proposal_ids, a text, or confirm.")
        if self.confirm and len(self.proposal_ids) > 1:
            raise PydanticCustomError(
                "blend",
                "Several proposals make a blend. Confirm it in another answer, when it is ready.",
                {"path": "confirm"},
            )
        return self


def read_answer(body: Any) -> ResumeAnswer:
    """Read an answer from the body of a request. Raises ``InvalidInput`` with the paths of the wrong
    fields."""
    return read_as(ResumeAnswer, body)


async def resume(
    door: Door,
    user_id: UUID,
    correlation_id: UUID,
    answer: ResumeAnswer,
    *,
    rules: Rules,
    request_id: str = "",
) -> Done:
    """Continue a session with an outside approver's answer to one of its waits. The effect is that of the
    corresponding commands.

    ``door`` opens transactions of the session's owner. Only the first answer to a wait counts, also if
    different people answer. A later answer gets the result of the first answer. Raises ``NotFound``
    (WAIT_NOT_FOUND), and the errors of commands. After an error, the wait stays open. The call may be
    cancelled: then everything is written, or nothing.
    """
    settled = Settled()

    async def effect(connection: Connection) -> Processed:
        wait = await get_wait(connection, correlation_id)
        locked = await lock_session(connection, wait.session_id)
        if locked is None or locked.session is None:
            raise SessionNotFound
        # As it is under the session's lock.
        wait = await get_wait(connection, correlation_id)
        if wait.consumed_at is not None:
            return Processed(wait.session_id, await result_of(connection, wait))
        decision = _decide(locked, wait, answer, rules)
        settled.add(await write(connection, locked, decision, correlation_id, request_id))
        return Processed(locked.id, answer_of(correlation_id, locked.id, decision))

    payload = answer.model_dump(mode="json", exclude_unset=True)
    # One answer a wait: the wait itself is what must be the same.
    received = Received(user_id, correlation_id, RESUME, payload, str(correlation_id))
    try:
        processed = await inbox.process(door, received, effect)
    except Conflict as again:
        if again.code != "COMMAND_REPEATED":
            raise
        return Done(again.data, Settled())
    return Done(processed.result, settled)


def _decide(locked: LockedSession, wait: FlowResumeHandle, answer: ResumeAnswer, rules: Rules) -> Decision:
    """Decide the commands of an answer, one after the other. Raises the errors of these commands."""
    assert locked.session is not None
    session, made = locked.session, list[Decision]()
    stage, _ = read_wait_key(wait.wait_key)
    for command in _commands(session.state.stage(stage), wait, answer):
        made.append(decide(session, command, locked.now, rules=rules))
        session = replace(session, state=made[-1].state, version=made[-1].version)
    decision = _as_one(made)
    if wait.wait_key not in decision.signals:
        # It has expired with its session, which may have been extended since.
        raise SessionClosed("This wait has ended.")
    payload = answer.model_dump(mode="json", exclude_unset=True)
    return replace(decision, signals={**decision.signals, wait.wait_key: payload})


def _commands(stage: StageState, wait: FlowResumeHandle, answer: ResumeAnswer) -> list[Command]:
    """The commands to which an answer is converted. Raises ``ProposalNotFound`` for proposals of another
    stage."""
    if strange := [str(id_) for id_ in answer.proposal_ids if str(id_) not in stage.proposals]:
        raise ProposalNotFound(proposal_ids=strange)
    commands: list[tuple[CommandType, Payload]] = []
    if answer.text:
        alone = not (answer.proposal_ids or answer.confirm)
        said = SubmitFeedback(stage=stage.stage, text=answer.text, regenerate=alone)
        commands.append((CommandType.SUBMIT_FEEDBACK, said))
    if answer.proposal_ids:
        chosen = SelectProposal(proposal_ids=answer.proposal_ids)
        commands.append((CommandType.SELECT_PROPOSAL, chosen))
    if answer.confirm:
        commands.append((CommandType.CONFIRM_STAGE, OfStage(stage=stage.stage)))
    return [Command(wait.correlation_id, type_, wait.session_id, payload) for type_, payload in commands]


def _as_one(made: Sequence[Decision]) -> Decision:
    """Combine consecutive decisions to one decision."""
    return replace(
        made[-1],
        events=tuple(event for one in made for event in one.events),
        rounds=tuple(round_ for one in made for round_ in one.rounds),
        cancels=frozenset().union(*(one.cancels for one in made)),
        signals={key: payload for one in made for key, payload in one.signals.items()},
        result={key: part for one in made for key, part in one.result.items()},
    )
