"""Writes the proposals for one stage of a novel's plan. Each proposal is stored as soon as it is complete."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from actors.genesis_answers import DraftsCodec, work_of
from actors.genesis_moderation import Reader
from actors.genesis_review import reviewed
from actors.genesis_scenes import with_scenes
from actors.genesis_sorting import sorted_text
from actors.runtime.context import Context
from actors.runtime.spec import Actor, ActorSpec
from service.errors import NotFound, ProviderError, ProviderPermanent, ProviderRefused
from service.genesis.asking import plan_ask
from service.genesis.drafts import DraftInvalid
from service.genesis.generation import Round, proposal, proposal_id, read_round
from service.genesis.kind import PROPOSALS, REMARKS, GenesisKind
from service.genesis.log import earlier_names
from service.genesis.model import GenesisStage, State
from service.genesis.store import load_states
from service.jobs.outcomes import Done, Outcome
from service.jobs.retry import RetryPolicy
from service.providers.protocols import Draft, DraftPart, FieldValue, Moderation, OnPart, Planner

_log = structlog.get_logger()
#: The progress of a round at its start, the progress that its proposals share, and that of a review, in
#: percent.
_BEGUN, _SHARED, _REVIEWED = 5, 90, 98


@dataclass(frozen=True, slots=True)
class GenesisTools:
    """The dependencies that the actors of Genesis sessions need in addition to those of every actor."""

    planner: Planner
    moderation: Moderation | None = None


async def perform(context: Context) -> Outcome:
    """One call for all proposals of a round, and calls for the scenes of a plot's chapters.

    What is written so far goes to the listeners as ticks; each closed draft is a proposal at once, whatever
    becomes of those after it. If a moderator is configured, it checks what was asked for, and then each draft
    before it is a proposal.

    A round that sorts an imported text has a call for each piece of the text, and one proposal.
    """
    round_ = read_round(context.job.input)
    read, names = await _read(context, round_)
    context.progress(_BEGUN)
    proposals = _Proposals(context, round_, read)
    tools, ask = context.dependency(GenesisTools), plan_ask(read, round_, names)
    planner, reader = tools.planner, Reader(context, tools.moderation, ask)
    await reader.check_asked()
    if round_.material:
        if not proposals.has(0):
            draft = await sorted_text(context, planner, ask)
            await reader.check_written(draft)
            await proposals.keep(0, draft)
        return proposals.done()

    async def call(on_part: OnPart) -> tuple[Draft, ...]:
        work = work_of(planner, ask)
        return await context.call(work, DraftsCodec(), lambda: planner.propose(ask, on_part))

    async def keep(index: int, draft: Draft) -> None:
        if proposals.has(index):
            return
        try:
            whole = await with_scenes(context, planner, ask, draft, index)
            await reader.check_written(whole)
        except ProviderRefused as refused:
            proposals.refuse(index, refused)
        else:
            await proposals.keep(index, whole)

    # A kept answer comes without its parts.
    for index, draft in enumerate(await _each_closed(call, keep, proposals.show)):
        await keep(index, draft)
    if remarks := await reviewed(context, planner, ask, proposals.values()):
        await context.checkpoint(_REVIEWED, patch={REMARKS: remarks})
    return proposals.done()


async def _each_closed(
    call: Callable[[OnPart], Coroutine[Any, Any, tuple[Draft, ...]]],
    keep: Callable[[int, Draft], Awaitable[None]],
    show: OnPart,
) -> tuple[Draft, ...]:
    """Store each draft when it is complete, while the call continues. Returns all drafts. Raises the errors
    of the call and of the storing. If this attempt ends early, the call still continues and its answer goes
    to the ledger."""
    closed: asyncio.Queue[DraftPart | None] = asyncio.Queue()

    def on_part(part: DraftPart) -> None:
        if part.closed:
            closed.put_nowait(part)
        else:
            show(part)

    calling = asyncio.create_task(call(on_part), name="proposals")
    calling.add_done_callback(lambda _: closed.put_nowait(None))
    try:
        while (part := await closed.get()) is not None:
            await keep(part.index, part.draft)
        return await calling
    finally:
        calling.cancel()


class _Proposals:
    """The proposals of one attempt. Proposals that an earlier attempt stored stay unchanged."""

    def __init__(self, context: Context, round_: Round, read: State) -> None:
        self._context, self._round, self._read = context, round_, read
        self._before = read.stage(round_.stage).proposals
        self._values: dict[int, Mapping[str, FieldValue]] = {}
        self._kept: dict[int, str] = {}
        self._useless: dict[int, ProviderError] = {}

    def show(self, part: DraftPart) -> None:
        """Send the current text of an unfinished draft to the listeners."""
        self._context.tick(f"proposal.{part.index}", {"values": dict(part.draft.values)})

    def has(self, index: int) -> bool:
        """Whether this draft is a proposal already, or is known to be of no use."""
        id_ = proposal_id(self._context.job.id, index)
        if id_ in self._before:
            self._kept[index] = id_
            self._values[index] = self._before[id_]["values"]
        return index in self._kept or index in self._useless

    def refuse(self, index: int, error: ProviderError) -> None:
        """Leave a draft out: the others stand."""
        self._useless[index] = error

    async def keep(self, index: int, draft: Draft) -> None:
        """Make a closed draft a proposal. What the stage cannot hold is left out. Raises ``Fenced``."""
        id_ = proposal_id(self._context.job.id, index)
        try:
            made = proposal(self._read, self._round, id_, index, draft)
        except DraftInvalid as invalid:
            _log.warning("proposal.invalid", index=index, problems=len(invalid.problems))
            message = "No proposal fits the stage."
            self.refuse(index, ProviderPermanent(message, code="PROPOSALS_INVALID", detail=str(invalid)))
            return
        await self._context.checkpoint(self._percent(index), patch={PROPOSALS: {id_: made}})
        self._kept[index], self._values[index] = id_, made["values"]

    def values(self) -> list[Mapping[str, FieldValue]]:
        """The values of all proposals, in order."""
        return [self._values[index] for index in sorted(self._values)]

    def done(self) -> Done:
        """The attempt's end, with the ids. Raises ``ProviderError`` where no draft was of any use."""
        if self._useless and not self._kept:
            raise next(iter(self._useless.values()))
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
    # A plot is an outline, then the scenes of its chapters.
    timeout = 600 if stage is GenesisStage.PLOT else 300
    return ActorSpec(
        group=stage.value, kind=GenesisKind.name, timeout=timeout, retry=RetryPolicy(3, "exponential", 2.0)
    )


#: One actor group for each stage. The job of a round is in the group of its stage.
ACTORS: Mapping[str, Actor] = {stage.value: Actor(_spec(stage), perform) for stage in GenesisStage}
