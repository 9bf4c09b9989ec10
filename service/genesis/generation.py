"""Rounds of generation: the input of a round's job, its proposals, and the events of the round. Pure.

A job never writes a field. It only makes proposals (``proposal.made``). A user's command moves the values of
a proposal into fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from service.genesis import patches
from service.genesis.derive import at_rest
from service.genesis.drafts import Draft, DraftInvalid, read_draft
from service.genesis.events import Event
from service.genesis.fields import find
from service.genesis.model import (
    By,
    EventType,
    GenesisStage,
    Json,
    ProposalStatus,
    StageStatus,
    State,
    wait_key,
)
from service.genesis.paths import below, locked, selected
from service.genesis.quotes import quoted


@dataclass(frozen=True, slots=True)
class Round:
    """A round of generation. ``scope`` contains the paths for which the round proposes values. If ``scope``
    is empty, the round proposes values for the whole stage.

    ``blend`` contains the proposals that the round combines to new proposals. These proposals stay in the
    state while the round runs. ``material`` is the id of the imported text that the round sorts into fields;
    None for a round that writes proposals.
    """

    stage: GenesisStage
    number: int
    count: int
    scope: tuple[str, ...] = ()
    instruction: str | None = None
    blend: tuple[str, ...] = ()
    material: str | None = None

    @property
    def name(self) -> str:
        """The name of the round's job. The group of the job is the stage."""
        return f"{self.stage}_{self.number}"

    @property
    def wait_key(self) -> str:
        """The key of the wait that begins when the round ends. The session waits for a person's choice."""
        return wait_key(self.stage, self.number)

    def input(self) -> dict[str, Any]:
        """The round in the form of its job's input."""
        return {
            "stage": self.stage.value,
            "round": self.number,
            "count": self.count,
            "scope": list(self.scope),
            "instruction": self.instruction,
            "blend": list(self.blend),
            **({"material": self.material} if self.material else {}),
        }


def read_round(input_: Json) -> Round:
    """Read a round from the input of its job."""
    return Round(
        GenesisStage(input_["stage"]),
        input_["round"],
        input_["count"],
        tuple(input_["scope"]),
        input_["instruction"],
        tuple(input_["blend"]),
        input_.get("material"),
    )


def proposal_id(job_id: UUID, index: int) -> str:
    """The id of a job's proposal. The id is the same if the job runs again, so that the job cannot add a
    proposal twice."""
    return str(uuid5(job_id, str(index)))


def proposal(read: State, round_: Round, id_: str, index: int, draft: Draft) -> dict[str, Any]:
    """A draft as a proposal. ``read`` is the state that the draft was drawn from, as the job read it.

    Values outside the scope are left out. A locked field keeps its current value, or stays empty. If the
    round sorts a text, only values with a quote from the text count, and they are the scope of the proposal.
    Raises ``DraftInvalid``.
    """
    sorts = round_.material is not None
    quotes = quoted(read.material[round_.material]["text"], draft) if round_.material else {}
    given = {path: draft.values[path] for path in quotes} if sorts else draft.values
    done = read_draft(read, round_.stage, given, seed=id_)
    values = dict(_reimposed(read, round_, done.values))
    if sorts:
        own = {done.own[path]: quote for path, quote in quotes.items()}
        quotes = {path: own[path] for path in values if not locked(path, read.locks)}
        values = {path: values[path] for path in quotes}
    if sorts and not values:
        raise DraftInvalid([(round_.stage, "No value has a passage of the text.")])
    cited = list(_cited(read, draft.drawn_from))
    made = {
        "stage": round_.stage.value,
        "round": round_.number,
        "index": index,
        "values": values,
        "order": done.order,
        "drawn_from": list(dict.fromkeys([*_texts(draft.drawn_from), *cited])),
        "at": {path: read.revision(path) for path in cited},
        "locked_then": sorted(below(round_.stage, read.locks)),
        "status": ProposalStatus.OPEN.value,
    }
    more = {"scope": values if sorts else round_.scope, "assumed": draft.assumed, "notes": draft.notes}
    made |= {key: list(part) for key, part in more.items() if part}
    return made | ({"only": True} if draft.only else {}) | ({"quotes": quotes} if sorts else {})


def _reimposed(read: State, round_: Round, values: Json) -> Iterator[tuple[str, Any]]:
    for path, value in values.items():
        if not selected(path, round_.scope):
            continue
        if not locked(path, read.locks):
            yield path, value
        elif record := read.record(path):
            yield path, record["value"]


def _texts(drawn_from: Sequence[str]) -> list[str]:
    return [path for path in drawn_from if path == "inspiration" or path.startswith("material.")]


def _cited(read: State, drawn_from: Sequence[str]) -> Iterator[str]:
    """The paths of all fields that the cited paths name, including empty fields."""
    values = read.values()
    for path in drawn_from:
        try:
            place = find(path)
        except ValueError:
            continue
        yield from [path] if place.field else below(path, values)


# ── the events of a round ──


def made(stage: GenesisStage, id_: str, proposal_: Json, jobs: Json) -> Event:
    """The event for a new proposal. It adds the proposal to its stage, and changes nothing else in the
    state."""
    patch = {"stages": {stage.value: {"proposals": {id_: proposal_}}}}
    return Event(EventType.PROPOSAL_MADE, By.AI, patch, jobs=jobs)


def reviewed(state: State, stage: GenesisStage, remarks: Json, jobs: Json) -> Event:
    """A model has reviewed the plan. What it says replaces what it said before."""
    patch = {"stages": {stage.value: {"remarks": patches.make(state.stage(stage).remarks, remarks)}}}
    return Event(EventType.FINDING_MADE, By.AI, patch, jobs=jobs)


def started(jobs: Json) -> Event:
    """The event for the start of an attempt."""
    return Event(EventType.GENERATION_STARTED, By.AI, {}, jobs=jobs)


def requested_again(round_: Round, jobs: Json) -> Event:
    """The event for an ended round that continues, because an operator has queued its job again."""
    patch = {"stages": {round_.stage.value: {"status": StageStatus.PROPOSING.value}}}
    return Event(EventType.GENERATION_REQUESTED, By.SYSTEM, patch, jobs=jobs)


def retrying(jobs: Json, attempt: int) -> Event:
    """The event for a failed attempt that is followed by another attempt."""
    return Event(EventType.GENERATION_RETRYING, By.AI, {}, jobs=jobs, attempt=attempt)


def ended(state: State, stage: GenesisStage, round_: int, jobs: Json) -> list[Event]:
    """The events for the end of a round, with or without success. If the round made proposals, the session
    then waits for the user. If not, the stage returns to its earlier status.

    Empty if a command has already ended the round, or if another round runs.
    """
    now = state.stage(stage)
    if not now.running or now.round != round_:
        return []
    rest = at_rest(now)
    end = Event(EventType.GENERATION_ENDED, By.AI, {"stages": {stage.value: rest}}, jobs=jobs)
    if rest["status"] != StageStatus.CHOOSING:
        return [end]
    wait = {"waits": {now.wait_key: {"stage": stage.value, "round": round_}}}
    return [end, Event(EventType.GENESIS_WAITING, By.SYSTEM, wait)]


def pauses(before: State, after: State) -> list[str]:
    """The keys of the waits that a change opened. A pause must be written for each of them."""
    return sorted(after.waits.keys() - before.waits.keys())
