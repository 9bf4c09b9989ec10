"""The rule for remarks of a model about a plan. A remark counts only while the plan contains all its quotes
word for word.

Remarks are stored unchanged, and verified for each state. A remark about a proposal counts when the values of
the proposal are accepted. A remark about text that has changed no longer counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.genesis.checks.finding import Finding, Severity
from service.genesis.checks.plan import Plan

#: A quote that is shorter than this must be the whole value, because a few letters occur in many fields.
_SHORTEST_QUOTE = 12


def verified_remarks(plan: Plan) -> Iterator[Finding]:
    """Report the remarks of a model whose quotes all occur in accepted fields."""
    for remark in plan.remarks:
        quotes = [(one["path"], one["text"]) for one in remark["quotes"]]
        if quotes and all(_stands(plan, path, words) for path, words in quotes):
            cited = tuple(plan.cite_words(path, words) for path, words in quotes)
            yield Finding("review", Severity.HINT, remark["message"], cited, remark["message"])


def _stands(plan: Plan, path: str, words: str) -> bool:
    value = plan.values.get(path)
    parts = value if isinstance(value, list) else [] if value is None else [str(value)]
    return any(words == part or (len(words) >= _SHORTEST_QUOTE and words in part) for part in parts)
