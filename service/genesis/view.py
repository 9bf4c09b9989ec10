"""A state as it is answered, with what is derived from it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from service.genesis.checks.finding import Finding
from service.genesis.derive import available_actions, is_pending, novel_id_of, stale, title
from service.genesis.fields import missing
from service.genesis.findings import all_findings
from service.genesis.model import STAGES, GenesisStatus, Json, StageState, StageStatus, State
from service.genesis.paths import covers
from service.genesis.spend import Spend, spend

#: Characters of a material that are shown.
_SHOWN = 200
#: So many findings are part of a state.
_MOST_FINDINGS = 50


def progress(state: State) -> dict[str, Any]:
    """How far the session is: confirmed stages of all, and what each stage still needs."""
    confirmed = [stage.stage.value for stage in state.stages if stage.status is StageStatus.CONFIRMED]
    wanted = {stage.stage.value: paths for stage in state.stages if (paths := missing(stage))}
    return {"confirmed": confirmed, "of": len(STAGES), "missing": wanted}


def view(
    state: State,
    id_: UUID,
    version: int,
    spent_usd: Decimal = Decimal(0),
    jobs: Json | None = None,
    *,
    paid: Sequence[Json] | None = None,
    found: Sequence[Finding] | None = None,
) -> Json:
    """The state as it is answered: what events' patches change stands where they change it, and what is
    derived beside it. Material comes with its beginning only, and of the findings the first 50 that nobody
    has dismissed. ``found`` are all findings, where they are known already. ``paid`` are rounds as ``spend``
    takes them; None where they are not known."""
    old, spent = stale(state), spend(state, paid or ())
    unknown = paid is None and spent_usd > 0
    found = tuple(all_findings(state)) if found is None else found
    open_ = [one.json() for one in found if one.dismissed is None]
    return {
        "locks": {},
        "waits": {},
        "dismissed": {},
        **state.json,
        "id": str(id_),
        "version": version,
        "title": title(state),
        "novel_id": str(novel_id_of(id_)) if state.status is GenesisStatus.FINISHED else None,
        "is_pending": is_pending(state),
        "material": {key: {**one, "text": one["text"][:_SHOWN]} for key, one in state.material.items()},
        "spend": {
            "cost_usd": float(spent_usd),
            "kept_usd": None if unknown else round(float(spent.kept), 6),
            "rejected_usd": None if unknown else round(float(spent.rejected), 6),
        },
        "progress": progress(state),
        "stages": {stage.stage.value: _stage_view(state, stage, old, spent) for stage in state.stages},
        "jobs": dict(jobs or {}),
        "findings": open_[:_MOST_FINDINGS],
        "available_actions": available_actions(state, found),
    }


def _stage_view(state: State, stage: StageState, old: dict[str, list[str]], spent: Spend) -> Json:
    name = stage.stage.value
    costs = {id_: round(float(spent.proposals.get(id_, 0)), 6) for id_ in stage.proposals}
    return {
        "fields": {},
        "order": {},
        **stage.json,
        "proposals": {id_: {**one, "cost_usd": costs[id_]} for id_, one in stage.proposals.items()},
        "status": stage.status.value,
        "round": stage.round,
        "locks": sorted(lock for lock in state.locks if covers(name, lock)),
        "stale": {path: why for path, why in old.items() if covers(name, path)},
    }
