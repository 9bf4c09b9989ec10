"""The checks of a plan: rules that read the accepted values, and report problems that the user should look
at. Pure.

A finding is a warning and never blocks a command. Findings are not stored, but derived from a state each
time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from service.genesis.checks import chapters, names, people, references, remarks, stakes, threads
from service.genesis.checks.finding import Finding
from service.genesis.checks.plan import Plan
from service.genesis.model import State

#: All rules. Rules about contradictions come before rules about content that may be missing.
RULES: tuple[Callable[[Plan], Iterator[Finding]], ...] = (
    references.unknown_references,
    references.pov_absent,
    references.person_without_scene,
    threads.payoff_before_setup,
    threads.thread_open,
    names.old_names,
    people.ages,
    chapters.chapter_numbers,
    chapters.chapter_gaps,
    chapters.act_order,
    chapters.act_lengths,
    stakes.want_and_need,
    stakes.theme_untouched,
    stakes.cost_unpaid,
    people.near_names,
    remarks.verified_remarks,
)
#: The maximum number of findings that one rule reports.
_MOST_OF_A_RULE = 20


def check(state: State) -> Iterator[Finding]:
    """All findings of a state, in the order of the rules."""
    plan = Plan(state)
    for rule in RULES:
        yield from islice(rule(plan), _MOST_OF_A_RULE)
