"""Asks of the offline planner, and whole plans made stage by stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.providers.offline.planner.drafting import drafts
from service.providers.protocols import Draft, FieldValue, PlanAsk, Stage

STAGES: tuple[Stage, ...] = ("concept", "theme", "character", "world", "plot")
CLOCKMAKER = "A clockmaker who sells hours of her own life to keep her daughter's shop open"


def draft_of(stage: Stage, fields: Mapping[str, FieldValue] | None = None, **more: Any) -> Draft:
    """The first draft of a stage."""
    return next(drafts(PlanAsk(stage, fields=fields or {}, **more)))


def drafts_of(stage: Stage, fields: Mapping[str, FieldValue] | None = None, **more: Any) -> list[Draft]:
    """All drafts of a stage."""
    return list(drafts(PlanAsk(stage, fields=fields or {}, **more)))


def a_plan(
    inspiration: str = CLOCKMAKER, *, until: Stage = "plot", seed: int = 1, **concept: FieldValue
) -> dict[str, FieldValue]:
    """The accepted fields of a session that has taken the first draft of each stage."""
    fields: dict[str, FieldValue] = {
        f"concept.{key.replace('__', '.')}": value for key, value in concept.items()
    }
    for stage in STAGES[: STAGES.index(until) + 1]:
        fields |= draft_of(stage, fields, inspiration=inspiration, seed=seed).values
    return fields
