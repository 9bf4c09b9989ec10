"""Sorts an imported text into the fields of a stage: a call for each piece of the text, one after another."""

from __future__ import annotations

from dataclasses import asdict, replace

import structlog

from actors.genesis_answers import DraftsCodec
from actors.genesis_parts import message_without
from actors.runtime.context import Context
from service.errors import Conflict, ProviderError, ProviderPermanent
from service.genesis.sorting import ask_for, joined, pieces_of, unread
from service.providers.protocols import Draft, PlanAsk, Planner
from service.runtime.ledger import Work

_log = structlog.get_logger()
_STEP = "sort_material"
#: The progress of a round before its first piece and after its last, in percent.
_BEGUN, _DONE = 5, 90


async def sorted_text(context: Context, planner: Planner, ask: PlanAsk) -> Draft:
    """What the text of an ask says of the stage, each value with its quote. Listeners see it grow.

    A piece that is refused, or for which no budget is left, costs the others nothing: a note names it. Raises
    ``ProviderPermanent`` (MATERIAL_UNSORTED) if the text says nothing of the stage, and what may pass.
    """
    (text,) = ask.material.values()
    pieces = pieces_of(text)
    found, notes, failed = Draft({}), unread(text, pieces), None
    for number, piece in enumerate(pieces, 1):
        try:
            made = await _sort(context, planner, ask_for(ask, piece, found))
        except (ProviderError, Conflict) as error:
            message, failed = message_without(context, error), error
            _log.warning("material.unsorted", piece=number, error=error)
            notes = (*notes, f"Part {number} of {len(pieces)} of the text was not sorted. {message}")
            continue
        for draft in made:
            found = joined(ask, piece, found, draft)
        context.tick("proposal.0", {"values": dict(found.values)})
        context.progress(_BEGUN + (_DONE - _BEGUN) * number // len(pieces))
    if not found.values:
        raise failed or ProviderPermanent(
            "The text says nothing that fits a field of this stage.", code="MATERIAL_UNSORTED"
        )
    return replace(found, notes=notes)


async def _sort(context: Context, planner: Planner, ask: PlanAsk) -> tuple[Draft, ...]:
    usd = planner.most_usd(ask, "sort_material")
    work = Work(_STEP, planner.model, asdict(ask), provider=planner.provider, usd=usd)
    return await context.call(work, DraftsCodec(), lambda: planner.sort_material(ask))
