"""Writes the proposals for one stage of a novel's plan. Each proposal is stored as soon as it is complete."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from pydantic import TypeAdapter

from actors.runtime.context import Context
from actors.runtime.spec import Actor, ActorSpec
from service.errors import NotFound, ProviderPermanent
from service.genesis.asking import plan_ask
from service.genesis.drafts import DraftInvalid
from service.genesis.generation import Round, proposal, proposal_id, read_round
from service.genesis.kind import PROPOSALS, GenesisKind
from service.genesis.log import earlier_names
from service.genesis.model import GenesisStage, State
from service.genesis.store import load_states
from service.jobs.outcomes import Done, Outcome
from service.jobs.retry import RetryPolicy
from service.providers.protocols import Draft, DraftPart, OnPart, PlanAsk, Planner
from service.runtime.ledger import Answer, Work

_log = structlog.get_logger()
_DRAFTS = TypeAdapter(tuple[Draft, ...])
#: The progress of a round at its start, and the progress that its proposals share, in percent.
_BEGUN, _SHARED = 5, 90


@dataclass(frozen=True, slots=True)
class GenesisTools:
    """The dependencies that the actors of Genesis sessions need in addition to those of every actor."""

    planner: Planner


class DraftsCodec:
    """The drafts of a planner, stored inline in the ledger."""

    async def dump(self, value: tuple[Draft, ...]) -> Answer:
        """The drafts as JSON."""
        return Answer({"drafts": _DRAFTS.dump_python(value, mode="json")})

    async def restore(self, answer: Answer) -> tuple[Draft, ...]:
        """The drafts from their JSON."""
        return _DRAFTS.validate_python(answer.result["drafts"])


async def perform(context: Context) -> Outcome:
    """Make one call for all proposals of a round. The listeners receive unfinished drafts as ticks. Each
    complete draft is stored as a proposal at once, and stays if a later draft fails."""
    round_ = read_round(context.job.input)
    read, names = await _read(context, round_)
    context.progress(_BEGUN)
    proposals = _Proposals(context, round_, read)
    planner, ask = context.dependency(GenesisTools).planner, plan_ask(read, round_, names)

    async def call(on_part: OnPart) -> tuple[Draft, ...]:
        work = work_of(planner, ask)
        return await context.call(work, DraftsCodec(), lambda: planner.propose(ask, on_part))

    # A kept answer comes without its parts.
    for index, draft in enumerate(await _each_closed(call, proposals)):
        await proposals.keep(index, draft)
    return proposals.done()


def work_of(planner: Planner, ask: PlanAsk) -> Work:
    """The ledger entry (``Work``) of the call that makes the proposals of a request."""
    return Work(f"propose_{ask.stage}", planner.model, asdict(ask), provider=planner.provider)


async def _each_closed(
    call: Callable[[OnPart], Coroutine[Any, Any, tuple[Draft, ...]]], proposals: _Proposals
) -> tuple[Draft, ...]:
    """Store each draft when it is complete, while the call continues. Returns all drafts. Raises the errors
    of the call and of the storing. If this attempt ends early, the call still continues and its answer goes
    to the ledger."""
    closed: asyncio.Queue[DraftPart | None] = asyncio.Queue()

    def on_part(part: DraftPart) -> None:
        if part.closed:
            closed.put_nowait(part)
        else:
            proposals.show(part)

    calling = asyncio.create_task(call(on_part), name="proposals")
    calling.add_done_callback(lambda _: closed.put_nowait(None))
    try:
        while (part := await closed.get()) is not None:
            await proposals.keep(part.index, part.draft)
        return await calling
    finally:
        calling.cancel()


class _Proposals:
    """The proposals of one attempt. Proposals that an earlier attempt stored stay unchanged."""

    def __init__(self, context: Context, round_: Round, read: State) -> None:
        self._context, self._round, self._read = context, round_, read
        self._before = read.stage(round_.stage).proposals.keys()
        self._kept: dict[int, str] = {}
        self._invalid: dict[int, DraftInvalid] = {}

    def show(self, part: DraftPart) -> None:
        """Send the current text of an unfinished draft to the listeners."""
        self._context.tick(f"proposal.{part.index}", {"values": dict(part.draft.values)})

    async def keep(self, index: int, draft: Draft) -> None:
        """Store a complete draft as a proposal, once. A draft that does not fit the stage is left out. Raises
        ``Fenced``."""
        if index in self._kept or index in self._invalid:
            return
        id_ = proposal_id(self._context.job.id, index)
        if id_ not in self._before:
            try:
                made = proposal(self._read, self._round, id_, index, draft)
            except DraftInvalid as invalid:
                _log.warning("proposal.invalid", index=index, problems=len(invalid.problems))
                self._invalid[index] = invalid
                return
            await self._context.checkpoint(self._percent(index), patch={PROPOSALS: {id_: made}})
        self._kept[index] = id_

    def done(self) -> Done:
        """The outcome of the attempt, with the ids of its proposals. Raises ``ProviderPermanent`` if every
        draft was invalid."""
        if self._invalid and not self._kept:
            why = str(next(iter(self._invalid.values())))
            raise ProviderPermanent("No proposal fits the stage.", code="PROPOSALS_INVALID", detail=why)
        return Done(result={PROPOSALS: [self._kept[index] for index in sorted(self._kept)]})

    def _percent(self, index: int) -> int:
        return _BEGUN + round(_SHARED * min(1.0, (index + 1) / self._round.count))


async def _read(context: Context, round_: Round) -> tuple[State, tuple[str, ...]]:
    """The session's state, and the names that its earlier rounds have used. Raises ``NotFound`` if the
    session was deleted meanwhile."""
    id_, database = context.job.aggregate_id, context.deps.database
    state = (await database.retry_statement(lambda one: load_states(one, [id_]))).get(id_)
    if state is None:
        raise NotFound("The session was deleted.", code=GenesisKind.missing_code)
    names = await database.retry_statement(lambda one: earlier_names(one, id_, round_))
    return State(state), tuple(names)


def _spec(stage: GenesisStage) -> ActorSpec:
    return ActorSpec(
        group=stage.value, kind=GenesisKind.name, timeout=300, retry=RetryPolicy(3, "exponential", 2.0)
    )


#: One actor group for each stage. The job of a round is in the group of its stage.
ACTORS: Mapping[str, Actor] = {stage.value: Actor(_spec(stage), perform) for stage in GenesisStage}
