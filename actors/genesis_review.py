"""A model's review of the plots that a round has proposed. Without one, the round is whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import structlog

from actors.genesis_answers import RemarksCodec
from actors.runtime.context import Context
from service.domain.offline import OFFLINE
from service.errors import Conflict, OutcomeUnknown, ProviderError
from service.genesis.remarks import kept
from service.providers.protocols import FieldValue, PlanAsk, Planner, Remark
from service.runtime.ledger import Work

_log = structlog.get_logger()
_STEP = "review_plot"


async def reviewed(
    context: Context, planner: Planner, ask: PlanAsk, plots: Iterable[Mapping[str, FieldValue]]
) -> dict[str, Any]:
    """The remarks about each of some plots, as a state keeps them.

    None for other stages, for parts of a plot, and for the offline planner, whose plans the rules check.

    What the planner raises is logged only, and so is a budget that is used up.
    """
    if ask.stage != "plot" or ask.scope or planner.provider == OFFLINE:
        return {}
    remarks: list[Remark] = []
    for values in plots:
        fields = {**ask.fields, **values}
        whole = PlanAsk(ask.stage, fields=fields, language=ask.language, seed=ask.seed)
        try:
            remarks += await _review(context, planner, whole)
        except (ProviderError, OutcomeUnknown) as error:
            _log.warning("review.missing", error=error)
        except Conflict as conflict:
            if not conflict.code.endswith("BUDGET_EXCEEDED"):
                raise
            _log.info("review.missing", error=conflict)
    return kept(remarks)


async def _review(context: Context, planner: Planner, ask: PlanAsk) -> tuple[Remark, ...]:
    usd = planner.most_usd(ask, "review")
    work = Work(_STEP, planner.model, asdict(ask), provider=planner.provider, usd=usd)
    return await context.call(work, RemarksCodec(), lambda: planner.review(ask))
