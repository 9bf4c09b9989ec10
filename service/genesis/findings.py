"""Findings: the problems that the checks of a plan report, without those that the user has dismissed.
Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from service.genesis.checks import check
from service.genesis.checks.finding import Finding
from service.genesis.model import State


def changed_since(state: State, cited: Mapping[str, int]) -> list[str]:
    """The cited paths whose revision has changed. A path that was removed or added since counts as
    changed."""
    return sorted(path for path, revision in cited.items() if state.revision(path) != revision)


def all_findings(state: State) -> Iterator[Finding]:
    """Yields all findings. Findings that the user has dismissed have ``dismissed`` set.

    When one of its fields changes, a dismissed finding counts again.
    """
    for one in check(state):
        set_aside = state.dismissed.get(one.id)
        if set_aside is None or changed_since(state, set_aside["at"]):
            yield one
        else:
            when = {"by": set_aside.get("by"), "at": set_aside.get("dismissed_at")}
            yield replace(one, dismissed={"reason": set_aside["reason"], **when})


def findings(state: State) -> list[Finding]:
    """The findings that the user has not dismissed."""
    return [one for one in all_findings(state) if one.dismissed is None]
