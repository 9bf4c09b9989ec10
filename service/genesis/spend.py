"""What a session's proposals have cost: those that its plan is made of, and those that were rejected. Pure.

The ledger has one call for all proposals of a round. They share its cost equally.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from service.genesis.generation import proposal_id
from service.genesis.model import GenesisStage, Json, ProposalStatus, StageState, State


@dataclass(frozen=True, slots=True)
class Spend:
    """Costs in US dollars: ``kept`` of the proposals of which a value is in the plan, ``rejected`` of those
    that were not chosen, and those of each present proposal by id. The rest of the total is of open
    proposals."""

    kept: Decimal = Decimal(0)
    rejected: Decimal = Decimal(0)
    proposals: Mapping[str, Decimal] = field(default_factory=dict)


def spend(state: State, paid: Sequence[Json]) -> Spend:
    """What the proposals of a session have cost. ``paid`` are its rounds with paid calls, newest first:
    ``{id, stage, round, count, usd}``, with the job's id, and the cost of its calls."""
    wanted = {record["proposal"] for _, record in state.records() if "proposal" in record}
    kept, rejected, proposals = Decimal(0), Decimal(0), dict[str, Decimal]()
    for one in paid:
        stage, share = state.stage(GenesisStage(one["stage"])), Decimal(str(one["usd"])) / one["count"]
        newest = stage.round == one["round"]
        # The ids of an old round take time. They are not needed where all that was kept is found.
        ids = _ids(one) if wanted or newest else ()
        found = wanted.intersection(ids)
        wanted -= found
        kept += share * len(found)
        others = sum(id_ not in found and _is_rejected(stage, id_) for id_ in ids)
        rejected += share * (others if newest else one["count"] - len(found))
        if newest:
            proposals |= dict.fromkeys(ids, share)
    return Spend(kept, rejected, proposals)


def _ids(paid: Json) -> list[str]:
    return [proposal_id(UUID(paid["id"]), index) for index in range(paid["count"])]


def _is_rejected(stage: StageState, id_: str) -> bool:
    """Whether a proposal of the stage's newest round was rejected."""
    if id_ in stage.proposals:
        return bool(stage.proposals[id_]["status"] == ProposalStatus.REJECTED)
    # It was not written: a choice has cancelled it, or it is yet to come.
    return not stage.running
