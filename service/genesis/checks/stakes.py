"""Rules for promises of the plan that the plot does not mention: want, need, the theme's question, and the
cost of a rule of the world.

These rules compare words, in English only. The plot mentions a text if it contains enough of the text's
significant words. If the plot uses other words for the same idea, the rules report a problem although none
exists. Therefore their findings are only hints.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.genesis.checks.finding import Finding, Severity
from service.genesis.checks.plan import Chapter, Plan
from service.genesis.checks.words import share, telling

#: The plot mentions a text if it contains at least this share of the text's significant words.
_TOUCHED = 0.4
#: A cost with at least this many significant words is reported if the plot contains none of them.
_FULL_COST = 3


def want_and_need(plan: Plan) -> Iterator[Finding]:
    """Report the want or need of the protagonist if the plot does not mention it."""
    hero = plan.protagonist
    if hero is None or not _is_readable(plan):
        return
    for part, stem in (("want", "wants"), ("need", "needs")):
        if share(telling(hero.text(part)), plan.words) < _TOUCHED:
            message = (
                f"{hero.text('name')} {stem} “{hero.text(part)}”, which no scene puts at stake."
                f" Let a chapter’s goal or conflict turn on it, or change the {part}."
            )
            cited = plan.cite(hero.at(part), "plot.ending")
            yield Finding(f"{part}_not_at_stake", Severity.HINT, message, cited)


def theme_untouched(plan: Plan) -> Iterator[Finding]:
    """Report the question of the theme if the last act does not mention it."""
    question = plan.all_text("theme.question")
    asked = telling(f"{question} {plan.all_text('theme.statement')}")
    if not question or not _is_readable(plan):
        return
    last = _last_act(plan)
    had = telling(plan.all_text("plot.ending")).union(*(chapter.words for chapter in last))
    if share(asked, had) < _TOUCHED:
        message = (
            f"The last act, from {last[0].name.lower()} on, does not touch the theme’s question: “{question}”"
            " Let a scene or the ending answer it."
        )
        cited = plan.cite("theme.question", "theme.statement", "plot.ending")
        yield Finding("theme_untouched", Severity.HINT, message, cited)


def cost_unpaid(plan: Plan) -> Iterator[Finding]:
    """Report rules of the world whose cost no scene mentions."""
    if not _is_readable(plan):
        return
    for rule in plan.elements("world.rules"):
        cost = telling(rule.text("cost"))
        whole = cost | telling(rule.text("statement"))
        unpaid = len(cost) >= _FULL_COST and cost.isdisjoint(plan.words)
        if rule.text("cost") and (unpaid or share(whole, plan.words) < _TOUCHED):
            message = (
                f"No scene pays the cost of the rule “{rule.text('statement')}”: “{rule.text('cost')}”."
                " Let somebody pay it, or take the rule out."
            )
            cited = plan.cite(rule.at("statement"), rule.at("cost"))
            yield Finding("cost_unpaid", Severity.HINT, message, cited)


def _is_readable(plan: Plan) -> bool:
    return plan.is_whole and plan.is_english and any(plan.scenes)


def _last_act(plan: Plan) -> tuple[Chapter, ...]:
    """The chapters of the last act. If the chapters have no acts, the last quarter of the chapters."""
    acts = [act for chapter in plan.chapters if (act := chapter.number("act")) is not None]
    last = tuple(chapter for chapter in plan.chapters if acts and chapter.number("act") == max(acts))
    return last or plan.chapters[-(-3 * len(plan.chapters) // 4) - 1 :]
