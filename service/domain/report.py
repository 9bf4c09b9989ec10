"""The report on a book: what its pictures were checked for, what was seen, what was not, what it cost. Pure.

It is made of the ledger's rows alone, so that it says what was done and not what was meant to be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from service.domain.inspection import Levels, findings_json, judge, level_of
from service.domain.story import Character, Finding, StoryBrief
from service.domain.traits import registry

_WHY_NOT = {
    "N": "No picture can show it; it is looked for in the text only.",
    "P": "A picture shows it only in part: a miss warns, and does not call for another try.",
}


@dataclass(frozen=True, slots=True)
class MadeCall:
    """One call of the ledger. ``asset`` is None where its job is gone."""

    step: str
    model: str
    outcome: str
    asset: str | None = None
    result: Mapping[str, Any] | None = None
    usage: Mapping[str, Any] | None = None
    cost_usd: Decimal = Decimal(0)
    error_code: str | None = None


def book_report(
    brief: StoryBrief,
    calls: Sequence[MadeCall],
    assets: Mapping[str, Mapping[str, Any]],
    levels: Levels | None = None,
) -> dict[str, Any]:
    """The whole report as JSON. ``assets`` are those of ``asset_generation_status``."""
    return {
        "pictures": _pictures(calls, assets, levels),
        "not_checked": list(_not_checked(brief.characters, levels)),
        "calls": _by_step(calls),
        "cost_usd": float(sum((call.cost_usd for call in calls), Decimal(0))),
        "unknown": sum(call.outcome == "unknown" for call in calls),
    }


def _pictures(
    calls: Sequence[MadeCall], assets: Mapping[str, Mapping[str, Any]], levels: Levels | None
) -> dict[str, Any]:
    looks: dict[str, list[MadeCall]] = defaultdict(list)
    reviews: dict[str, list[MadeCall]] = defaultdict(list)
    for call in calls:
        if call.asset is not None and call.outcome == "ok" and "findings" in (call.result or {}):
            (looks if call.step == "verdict" else reviews)[call.asset].append(call)
    return {
        asset: {
            "tries": [
                _try(asset, number, look, reviews[asset][number - 1 : number], levels)
                for number, look in enumerate(of_asset, 1)
            ],
            "kept": assets.get(asset, {}).get("metadata", {}).get("kept"),
            "needs_review": bool(assets.get(asset, {}).get("needs_review")),
        }
        for asset, of_asset in looks.items()
    }


def _try(
    asset: str, number: int, look: MadeCall, reviews: Iterable[MadeCall], levels: Levels | None
) -> dict[str, Any]:
    rows = [row for call in (look, *reviews) for row in (call.result or {})["findings"]]
    findings = [Finding.model_validate(row) for row in rows]
    judged = judge(findings, is_cover=asset == "cover", levels=levels)
    return {
        "try": number,
        "passed": judged.passed,
        "validator": look.model,
        "findings": findings_json(findings),
        "warnings": [finding.question for finding in judged.warnings],
        "unverified": judged.unverified,
    }


def _not_checked(characters: Iterable[Character], levels: Levels | None) -> Iterable[dict[str, str]]:
    """What no try depends on, and why: said plainly, so that nobody takes silence for a yes."""
    for character in characters:
        for ref in character.traits:
            level = level_of(ref.id, levels)
            if level in _WHY_NOT:
                name = registry()[ref.id].name
                yield {"character": character.name, "trait": ref.id, "name": name, "why": _WHY_NOT[level]}


def _by_step(calls: Iterable[MadeCall]) -> list[dict[str, Any]]:
    """The calls by step and model: how many, how they ended, what they used and cost."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for call in calls:
        row = rows.setdefault(
            (call.step, call.model),
            {"step": call.step, "model": call.model, "calls": 0, "outcomes": {}, "cost_usd": Decimal(0)},
        )
        row["calls"] += 1
        row["outcomes"][call.outcome] = row["outcomes"].get(call.outcome, 0) + 1
        row["cost_usd"] += call.cost_usd
    return [{**row, "cost_usd": float(row["cost_usd"])} for row in rows.values()]
