"""What a model says of a plan. A remark counts only while all its quotes stand word for word in the plan.

Remarks are stored as they came, and judged anew with each state: those about a proposal begin to count when
its values are accepted, and those about words that have changed no longer count.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.genesis.checks.finding import Finding, Severity
from service.genesis.checks.plan import Plan

#: A shorter quote must be the whole value: a few letters stand in many fields.
_SHORTEST_QUOTE = 12


def verified_remarks(plan: Plan) -> Iterator[Finding]:
    """Something that a model has found, with quotes that all stand in the accepted fields."""
    for remark in plan.remarks:
        quotes = [(one["path"], one["text"]) for one in remark["quotes"]]
        if quotes and all(_stands(plan, path, words) for path, words in quotes):
            cited = tuple(plan.cite_words(path, words) for path, words in quotes)
            yield Finding("review", Severity.HINT, remark["message"], cited, remark["message"])


def _stands(plan: Plan, path: str, words: str) -> bool:
    value = plan.values.get(path)
    parts = value if isinstance(value, list) else [] if value is None else [str(value)]
    return any(words == part or (len(words) >= _SHORTEST_QUOTE and words in part) for part in parts)
