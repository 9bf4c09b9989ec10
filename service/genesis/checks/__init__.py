"""The checks of a plan: rules that read accepted values, and say what a person should look at. Pure.

A finding warns and never blocks. Nothing of it is stored: it is derived from a state each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from service.genesis.checks import chapters, people, references, remarks, stakes, threads
from service.genesis.checks.finding import Finding
from service.genesis.checks.plan import Plan
from service.genesis.model import State

#: What contradicts itself comes before what only seems to be missing.
RULES: tuple[Callable[[Plan], Iterator[Finding]], ...] = (
    references.unknown_references,
    references.pov_absent,
    references.person_without_scene,
    threads.payoff_before_setup,
    threads.thread_open,
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
#: So many findings of one rule are told at most.
_MOST_OF_A_RULE = 20


def check(state: State) -> Iterator[Finding]:
    """The findings of a state, rule after rule."""
    plan = Plan(state)
    for rule in RULES:
        yield from islice(rule(plan), _MOST_OF_A_RULE)
