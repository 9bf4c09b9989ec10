"""What a session's proposals have cost: those that its plan is made of, and those that were rejected. Pure.

The ledger has one call for all proposals of a round. They share its cost equally.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from service.genesis.generation import proposal_id, read_round
from service.genesis.model import Json, ProposalStatus, State


@dataclass(frozen=True, slots=True)
class Spend:
    """Costs in US dollars: ``kept`` of the proposals of which a value is in the plan, ``rejected`` of those
    that were not chosen, and those of each proposal by id. The rest of the total is of open proposals, and of
    calls without any."""

    kept: Decimal = Decimal(0)
    rejected: Decimal = Decimal(0)
    proposals: Mapping[str, Decimal] = field(default_factory=dict)


def spend(state: State, paid: Sequence[Json]) -> Spend:
    """What the proposals of a session have cost. ``paid`` are its rounds with paid calls, each with its job's
    ``id`` and ``input``, and the sum of its calls as ``usd``."""
    kept_ids = {record.get("proposal") for _, record in state.records()}
    kept, rejected, proposals = Decimal(0), Decimal(0), dict[str, Decimal]()
    for one in paid:
        ids = [proposal_id(UUID(one["id"]), index) for index in range(one["input"]["count"])]
        share = Decimal(str(one["usd"])) / len(ids)
        proposals |= dict.fromkeys(ids, share)
        kept += share * sum(id_ in kept_ids for id_ in ids)
        rejected += share * sum(id_ not in kept_ids and _is_rejected(state, one["input"], id_) for id_ in ids)
    return Spend(kept, rejected, proposals)


def _is_rejected(state: State, input_: Mapping[str, Any], id_: str) -> bool:
    """Whether a proposal was rejected: by a choice, or by a newer round."""
    round_ = read_round(input_)
    stage = state.stage(round_.stage)
    if stage.round != round_.number:
        return True
    if id_ in stage.proposals:
        return bool(stage.proposals[id_]["status"] == ProposalStatus.REJECTED)
    # It was not written: a choice has cancelled it, or it is yet to come.
    return not stage.running
