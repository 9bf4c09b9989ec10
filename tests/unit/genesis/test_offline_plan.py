"""A whole plan with the offline planner: each of its drafts is one that a stage can hold."""

from __future__ import annotations

import pytest

from service.genesis.derive import stale
from service.genesis.findings import findings
from service.genesis.history import outline
from service.genesis.model import STAGES, StageState
from service.providers.offline.pace import Pace
from service.providers.offline.planning import OfflinePlanner
from service.providers.protocols import Draft, DraftPart, PlanAsk
from tests.unit.genesis.played import Played

SPARKS = ["A clockmaker who sells hours of her own life to keep her daughter's shop open.", ""]


def ignore(part: DraftPart) -> None:
    """Nobody listens."""


async def drafts(played: Played, stage: StageState) -> tuple[Draft, ...]:
    """What the planner proposes for a stage."""
    count = played.rounds[stage.stage].count
    state = played.state
    ask = PlanAsk(stage.stage.value, outline(state), state.inspiration, count=count)
    return (await OfflinePlanner(Pace(0)).propose(ask, ignore)).value


@pytest.mark.parametrize("spark", SPARKS)
async def test_a_session_is_led_from_a_spark_to_a_novel(spark: str) -> None:
    played = Played()
    played.do("START_GENESIS", {"inspiration": spark, "chapters": 12})
    for stage in STAGES:
        ids = played.bring(stage, *await drafts(played, played.state.stage(stage)))
        assert ids
        taken = played.do("SELECT_PROPOSAL", {"proposal_ids": ids[:1]}).result
        assert taken["taken"]
        played.do("CONFIRM_STAGE", {"stage": stage.value})
    assert stale(played.state) == {}
    assert findings(played.state) == []
    assert played.do("FINISH_GENESIS").finish is not None
