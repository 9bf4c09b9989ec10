"""The report says what was seen, what was not looked for, and what it cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from service.domain.inspection import MODERATED, SAFEGUARDS
from service.domain.report import MadeCall, book_report
from service.domain.story import Character, TraitRef
from tests.factories import a_brief

BRIEF = a_brief(
    characters=(
        Character(
            name="Maya",
            traits=(TraitRef(id="manual_wheelchair"), TraitRef(id="adhd"), TraitRef(id="down_syndrome")),
        ),
    )
)


def a_look(verdict: str, asset: str = "cover", **changes: Any) -> MadeCall:
    finding = {
        "question": "Is she seated?",
        "verdict": verdict,
        "evidence": "seen",
        "trait": "manual_wheelchair",
    }
    values: dict[str, Any] = {
        "step": "verdict",
        "model": "eyes",
        "outcome": "ok",
        "asset": asset,
        "result": {"findings": [finding]},
        "cost_usd": Decimal("0.001"),
    }
    return MadeCall(**(values | changes))


def a_review(*flags: str, asset: str = "cover") -> MadeCall:
    verdict = "absent" if flags else "present"
    finding = {"question": MODERATED, "verdict": verdict, "evidence": "flags"}
    return MadeCall("moderation", "moderator", "ok", asset, result={"findings": [finding]})


def test_each_try_has_its_findings_and_whether_it_passed() -> None:
    calls = [
        a_look("absent"),
        a_review(),
        a_look("present"),
        a_review("violence"),
        a_look("present", "scene_1"),
    ]
    assets: dict[str, Any] = {
        "cover": {"metadata": {"kept": 1}, "needs_review": True},
        "scene_1": {"metadata": {"kept": 1}},
    }
    pictures = book_report(BRIEF, calls, assets).pictures
    assert [(one.number, one.passed) for one in pictures["cover"].tries] == [(1, False), (2, False)]
    assert [len(one.findings) for one in pictures["cover"].tries] == [2, 2]
    assert (pictures["cover"].kept, pictures["cover"].needs_review) == (1, True)
    assert pictures["scene_1"].tries[0].passed


def a_guard(verdict: str) -> MadeCall:
    findings = [{"question": one.text, "verdict": verdict, "evidence": "a knife"} for one in SAFEGUARDS]
    return MadeCall("safety", "eyes", "ok", "cover", result={"findings": findings})


def test_what_guards_children_is_told_with_the_look_beside_it() -> None:
    """A book that was begun before has the first look's answers in one row, and no row beside it."""
    both = {
        "findings": [
            *(a_look("present").result or {})["findings"],
            *(a_guard("present").result or {})["findings"],
        ]
    }
    calls = [
        a_look("present", result=both),
        a_look("present"),
        a_guard("absent"),
        a_guard("present"),
        a_look("present"),
    ]
    tries = book_report(BRIEF, calls, {}).pictures["cover"].tries
    assert [one.passed for one in tries] == [True, False, True]
    assert [len(one.findings) for one in tries] == [1 + len(SAFEGUARDS)] * 3
    assert "a knife" in (tries[1].feedback or "")


def test_a_cover_may_not_hide_what_a_scene_may() -> None:
    calls = [a_look("occluded"), a_look("occluded", "scene_1")]
    pictures = book_report(BRIEF, calls, {}).pictures
    assert not pictures["cover"].tries[0].passed
    assert pictures["scene_1"].tries[0].passed


def test_what_cannot_be_seen_is_said_to_be_unchecked() -> None:
    unchecked = {row.trait: row.why for row in book_report(BRIEF, [], {}).not_checked}
    assert set(unchecked) == {"adhd", "down_syndrome"}
    assert "Only the text" in unchecked["adhd"]


def test_a_level_of_the_operators_own_holds_here_too() -> None:
    report = book_report(BRIEF, [a_look("absent")], {}, {"manual_wheelchair": "P", "down_syndrome": "V"})
    assert report.pictures["cover"].tries[0].passed
    assert {row.trait for row in report.not_checked} == {"adhd", "manual_wheelchair"}


def test_the_calls_add_up_by_step() -> None:
    lost = a_look(
        "absent", outcome="unknown", result=None, cost_usd=Decimal(0), usage={"reserved_usd": "0.002"}
    )
    report = book_report(BRIEF, [a_look("present"), lost], {})
    assert report.cost_usd == 0.001
    assert (report.unknown, report.unknown_usd) == (1, 0.002)
    (row,) = report.calls
    assert (row.calls, row.outcomes) == (2, {"ok": 1, "unknown": 1})


def test_only_the_tries_of_the_picture_that_stands_are_told() -> None:
    first, second = uuid4(), uuid4()
    calls = [
        a_look("absent", job_id=first),
        a_look("present", job_id=first),
        a_look("wrong_detail", job_id=second),
    ]
    newest = book_report(BRIEF, calls, {}).pictures["cover"].tries
    assert [(one.number, one.passed) for one in newest] == [(1, False)]
    restored = book_report(BRIEF, calls, {}, made_by={"cover": first}).pictures["cover"].tries
    assert [(one.number, one.passed) for one in restored] == [(1, False), (2, True)]
    assert restored[0].feedback == "Is she seated? No: seen"
    assert restored[1].feedback is None


def test_pictures_come_in_the_books_order() -> None:
    painted = ["scene_10", "scene_2", "cover", "scene_1", "character_sheet"]
    pictures = book_report(BRIEF, [a_look("present", name) for name in painted], {}).pictures
    assert list(pictures) == ["character_sheet", "cover", "scene_1", "scene_2", "scene_10"]
