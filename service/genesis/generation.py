"""Rounds of generation: what a job is asked, what its proposals are, and the events of its life. Pure.

A job writes no field. All that comes of it is ``proposal.made``; a person's command moves values into fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from service.genesis import patches
from service.genesis.derive import at_rest
from service.genesis.drafts import Draft, read_draft
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


@dataclass(frozen=True, slots=True)
class Round:
    """A round of generation. ``scope``: the only paths that it proposes values for; empty: the whole stage.

    ``blend``: the proposals that it makes new ones of; they stay in the state as long as it runs.
    """

    stage: GenesisStage
    number: int
    count: int
    scope: tuple[str, ...] = ()
    instruction: str | None = None
    blend: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its job; the job's group is the stage."""
        return f"{self.stage}_{self.number}"

    @property
    def wait_key(self) -> str:
        """The key of its wait for a person."""
        return wait_key(self.stage, self.number)

    def input(self) -> dict[str, Any]:
        """The round as its job's input."""
        return {
            "stage": self.stage.value,
            "round": self.number,
            "count": self.count,
            "scope": list(self.scope),
            "instruction": self.instruction,
            "blend": list(self.blend),
        }


def read_round(input_: Json) -> Round:
    """The round of a job's input."""
    return Round(
        GenesisStage(input_["stage"]),
        input_["round"],
        input_["count"],
        tuple(input_["scope"]),
        input_["instruction"],
        tuple(input_["blend"]),
    )


def proposal_id(job_id: UUID, index: int) -> str:
    """The id of a job's proposal: a job that runs again cannot add it twice."""
    return str(uuid5(job_id, str(index)))


def proposal(
    read: State, round_: Round, id_: str, index: int, draft: Draft, cost_usd: float = 0.0
) -> dict[str, Any]:
    """A draft as a proposal. ``read`` is the state that the draft was drawn from, as the job read it.

    Values outside of the scope are left out. A locked field has its own value, or none. Raises
    ``DraftInvalid``.
    """
    values, order = read_draft(read, round_.stage, draft.values, seed=id_)
    cited = list(_cited(read, draft.drawn_from))
    made = {
        "stage": round_.stage.value,
        "round": round_.number,
        "index": index,
        "values": dict(_reimposed(read, round_, values)),
        "order": order,
        "drawn_from": list(dict.fromkeys([*_texts(draft.drawn_from), *cited])),
        "at": {path: read.revision(path) for path in cited},
        "locked_then": sorted(below(round_.stage, read.locks)),
        "cost_usd": cost_usd,
        "status": ProposalStatus.OPEN.value,
    }
    more = {"scope": round_.scope, "assumed": draft.assumed, "notes": draft.notes}
    return made | {key: list(part) for key, part in more.items() if part}


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
    """The fields that the cited paths name, those that are empty among them."""
    values = read.values()
    for path in drawn_from:
        try:
            place = find(path)
        except ValueError:
            continue
        yield from [path] if place.field else below(path, values)


# ── the events of a round ──


def made(stage: GenesisStage, id_: str, proposal_: Json, jobs: Json) -> Event:
    """A proposal is there. It joins the others; nothing else of the state changes."""
    patch = {"stages": {stage.value: {"proposals": {id_: proposal_}}}}
    return Event(EventType.PROPOSAL_MADE, By.AI, patch, jobs=jobs)


def reviewed(state: State, stage: GenesisStage, remarks: Json, jobs: Json) -> Event:
    """A model has reviewed the plan. What it says replaces what it said before."""
    patch = {"stages": {stage.value: {"remarks": patches.make(state.stage(stage).remarks, remarks)}}}
    return Event(EventType.FINDING_MADE, By.AI, patch, jobs=jobs)


def started(jobs: Json) -> Event:
    """An attempt has begun."""
    return Event(EventType.GENERATION_STARTED, By.AI, {}, jobs=jobs)


def requested_again(round_: Round, jobs: Json) -> Event:
    """A round that has ended goes on: an operator has set its job going again."""
    patch = {"stages": {round_.stage.value: {"status": StageStatus.PROPOSING.value}}}
    return Event(EventType.GENERATION_REQUESTED, By.SYSTEM, patch, jobs=jobs)


def retrying(jobs: Json, attempt: int) -> Event:
    """An attempt failed, and another follows."""
    return Event(EventType.GENERATION_RETRYING, By.AI, {}, jobs=jobs, attempt=attempt)


def ended(state: State, stage: GenesisStage, round_: int, jobs: Json) -> list[Event]:
    """A round has ended, however it did: its proposals wait for a person, or the stage is as it was.

    None where a command has ended the round already, or another runs.
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
    """The keys of the waits that were opened: each is a pause to be written."""
    return sorted(after.waits.keys() - before.waits.keys())
