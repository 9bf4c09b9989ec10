"""What the proposals of a session have cost: kept, rejected, and still open."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from service.genesis.model import GenesisStage
from service.genesis.spend import spend
from service.genesis.view import view
from tests.unit.genesis.played import CONCEPT, NAMES, SESSION, Drafted, Played, edit

NOTHING = Decimal(0)
CONCEPT_STAGE = GenesisStage.CONCEPT


def paid(number: int, count: int, usd: float) -> dict[str, Any]:
    """A round of concepts with paid calls, as the database says it."""
    id_ = uuid5(NAMES, f"concept_{number}")
    return {"id": str(id_), "stage": "concept", "round": number, "count": count, "usd": usd}


def costs(played: Played, *rounds: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """What was kept, and what was rejected."""
    spent = spend(played.state, rounds)
    return spent.kept, spent.rejected


def test_proposals_of_a_call_share_its_cost() -> None:
    played = Played().begin()
    ids = played.bring(CONCEPT_STAGE, Drafted(CONCEPT), Drafted(CONCEPT), Drafted(CONCEPT))
    rounds = [paid(1, 3, 0.03)]
    assert costs(played, *rounds) == (NOTHING, NOTHING)
    shown = view(played.state, UUID(int=1), played.version, Decimal("0.03"), paid=rounds)
    assert [shown["stages"]["concept"]["proposals"][id_]["cost_usd"] for id_ in ids] == [0.01] * 3
    played.do("SELECT_CONCEPT", {"proposal_ids": ids[:1]})
    assert costs(played, *rounds) == (Decimal("0.01"), Decimal("0.02"))


def test_what_is_still_written_is_not_rejected() -> None:
    played = Played().begin()
    ids = played.bring(CONCEPT_STAGE, Drafted(CONCEPT), end=False)
    assert costs(played, paid(1, 3, 0.03)) == (NOTHING, NOTHING)
    played.do("SELECT_CONCEPT", {"proposal_ids": ids})
    assert costs(played, paid(1, 3, 0.03)) == (Decimal("0.01"), Decimal("0.02"))


def test_a_newer_round_rejects_what_was_not_chosen() -> None:
    played = Played().begin()
    played.bring(CONCEPT_STAGE, Drafted(CONCEPT), Drafted(CONCEPT))
    played.do("GENERATE_INSPIRATION", {"stage": "concept", "count": 1})
    assert costs(played, paid(1, 2, 0.04), paid(2, 1, 0.01)) == (NOTHING, Decimal("0.04"))


def test_a_proposal_is_kept_as_long_as_a_value_of_it_is_in_the_plan() -> None:
    played = Played().begin()
    ids = played.bring(CONCEPT_STAGE, Drafted({"concept.title": "One"}))
    played.do("SELECT_CONCEPT", {"proposal_ids": ids})
    assert costs(played, paid(1, 1, 0.02)) == (Decimal("0.02"), NOTHING)
    edit(played, "concept", {"op": "set", "path": "concept.title", "value": "By hand"})
    played.do("GENERATE_INSPIRATION", {"stage": "concept", "count": 1})
    assert costs(played, paid(1, 1, 0.02)) == (NOTHING, Decimal("0.02"))


def test_an_earlier_version_does_not_say_what_was_kept() -> None:
    shown = view(Played().begin().state, SESSION, 1, Decimal("0.03"))
    assert shown["spend"] == {"cost_usd": 0.03, "kept_usd": None, "rejected_usd": None}
