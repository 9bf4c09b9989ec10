"""Makes the report about a book: the checks of its pictures, their results, traits that were not checked, and
the cost. Pure.

The report is made only from rows of the ledger. So it says what was done, and not what was planned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from service.domain.assets import TYPES, group_of, scene_number
from service.domain.inspection import PHOTOGRAPH, SAFEGUARDS, Levels, guarded, judge, level_of
from service.domain.scene_questions import wish_of
from service.domain.story import Character, Finding, StoryBrief, Value
from service.domain.traits import registry

_WHY_NOT = {
    "N": "Pictures cannot show this trait. Only the text is checked for it.",
    "P": "Pictures show this trait only in part. A picture without it is not drawn again.",
}
#: Why a trait is not checked, for a level that an operator has set.
_WHY_SET = {
    "N": "The operator of this service has turned the check off for this trait.",
    "P": "The operator of this service has set this trait to warn only: no picture is drawn again.",
}
Why = Literal["missed", "unsure", "unseen"]
#: Why a person should look at a finding, by its verdict. The other verdicts need nobody.
_WHY_LOOK: Mapping[str, Why] = MappingProxyType(
    {"absent": "missed", "wrong_detail": "missed", "unclear": "unsure", "not_verifiable": "unseen"}
)
_GUARDS = frozenset(question.text for question in SAFEGUARDS)
#: The parts of a call's usage that can be added up.
_COUNTED = ("input_tokens", "output_tokens", "images", "characters")


@dataclass(frozen=True, slots=True)
class MadeCall:
    """One provider call from the ledger. ``asset`` is None if the job was deleted."""

    step: str
    model: str
    outcome: str
    asset: str | None = None
    job_id: UUID | None = None
    result: Mapping[str, Any] | None = None
    usage: Mapping[str, Any] | None = None
    cost_usd: Decimal = Decimal(0)
    error_code: str | None = None


class PictureTry(Value):
    """One try to draw a picture, with the results of its check."""

    number: int
    """Number of the try, from 1."""
    passed: bool
    """Whether the picture passed: everything that it must show was seen."""
    validator: str
    """Model that checked the picture."""
    findings: tuple[Finding, ...]
    """Results of the check, one entry for each question."""
    warnings: tuple[str, ...]
    """Questions with an unwanted answer that does not fail the picture."""
    unverified: int
    """Number of questions that the validator could not answer."""
    feedback: str | None
    """Instructions that the illustrator got for the next try. Null if the picture passed."""


class ToCheck(Value):
    """Something in the picture that a person should look at, and what the person can do about it."""

    question: str
    """Question that a person can answer by looking at the picture."""
    why: Why
    """`missed`: the validator says no. `unsure`: it cannot tell. `unseen`: no machine could judge it."""
    evidence: str
    """What the validator saw, in a sentence."""
    draw_again_with: str
    """Words that continue “Draw this again with …”, for the `instructions` of a new picture. If the picture
    looks right, nothing needs to be done."""


class PictureReport(Value):
    """One picture of the book, with all tries to draw it."""

    status: str
    """Status of the asset, for example `ready` or `failed`."""
    tries: tuple[PictureTry, ...]
    """The tries of the job that made the picture, in order."""
    kept: int | None
    """Number of the try whose picture the book shows. Null while the book has no picture."""
    needs_review: bool
    """Whether a person should check the picture, because its last try still missed something."""
    to_check: tuple[ToCheck, ...]
    """What a person should look at in the picture that the book shows: first what was missed, then what no
    machine could judge. It has no entries about safety questions that no machine could judge."""


class Unchecked(Value):
    """A trait that is not checked strictly: a picture without it is not drawn again."""

    character: str
    """Name of the character."""
    trait: str
    """Id of the trait."""
    name: str
    """Human-readable name of the trait."""
    why: str
    """Sentence that says why a picture without the trait is not drawn again."""


class StepCalls(Value):
    """The totals of all calls of one step to one model."""

    step: str
    """Step that made the calls, for example `picture`."""
    model: str
    """Model that answered the calls."""
    calls: int
    """Number of calls."""
    outcomes: dict[str, int]
    """Number of calls by outcome: `ok`, `failed`, `unknown` (the answer was lost), `duplicate` (another
    call had the same answer first) and `started` (still under way)."""
    usage: dict[str, int]
    """Total usage of the calls: `input_tokens`, `output_tokens`, `images` and `characters`."""
    cost_usd: float
    """Cost of the calls, in US dollars."""


class BookReport(Value):
    """The report about a book: the checks of its pictures, their results, and the cost of all calls."""

    pictures: dict[str, PictureReport]
    """The pictures of the book, by the name of their asset: the character sheet, the cover and the scenes."""
    references: tuple[Finding, ...]
    """Results of the checks of the heroes' uploaded reference pictures."""
    not_checked: tuple[Unchecked, ...]
    """Traits that are not checked strictly: a picture without one of them is not drawn again."""
    calls: tuple[StepCalls, ...]
    """All calls to providers for the story, by step and model."""
    cost_usd: float
    """Cost of all calls, in US dollars."""
    unknown: int
    """Number of calls whose answer was lost, so that it is unknown whether the provider did the work."""
    unknown_usd: float
    """Greatest possible cost of the unknown calls, in US dollars, in addition to `cost_usd`. This amount
    counts against the budget."""


def book_report(
    brief: StoryBrief,
    calls: Sequence[MadeCall],
    assets: Mapping[str, Mapping[str, Any]],
    levels: Levels | None = None,
    *,
    made_by: Mapping[str, UUID] | None = None,
) -> BookReport:
    """Return the whole report about a book.

    ``assets`` are the entries of ``asset_generation_status``. ``made_by`` has the jobs that made the current
    files. For an asset without such a job, the tries of the newest job are reported.
    """
    lost = [call for call in calls if call.outcome == "unknown"]
    return BookReport(
        pictures=_pictures(calls, assets, made_by or {}, levels),
        references=tuple(_references(calls)),
        not_checked=tuple(_not_checked(brief.characters, levels)),
        calls=tuple(_by_step(calls)),
        cost_usd=float(sum((call.cost_usd for call in calls), Decimal(0))),
        unknown=len(lost),
        unknown_usd=float(sum((_set_aside(call) for call in lost), Decimal(0))),
    )


def _pictures(
    calls: Sequence[MadeCall],
    assets: Mapping[str, Mapping[str, Any]],
    made_by: Mapping[str, UUID],
    levels: Levels | None,
) -> dict[str, PictureReport]:
    looks = _by_asset(calls, "verdict")
    guards, reviews = _by_asset(calls, "safety"), _by_asset(calls, "moderation")
    return {
        asset: _picture(
            asset,
            _guarded(_standing(of_asset, made_by.get(asset)), guards.get(asset, ())),
            reviews.get(asset, ()),
            assets,
            levels,
        )
        for asset, of_asset in sorted(looks.items(), key=lambda item: _place(item[0]))
    }


def _place(asset: str) -> tuple[int, int]:
    """Return the position of a picture in the book: the character sheet, the cover, and then the pages."""
    return list(TYPES).index(group_of(asset)), scene_number(asset) or 0


def _by_asset(calls: Iterable[MadeCall], step: str) -> dict[str, list[MadeCall]]:
    found: dict[str, list[MadeCall]] = defaultdict(list)
    for call in calls:
        if call.asset is not None and call.step == step and _findings(call):
            found[call.asset].append(call)
    return found


def _standing(looks: Sequence[MadeCall], job_id: UUID | None) -> list[MadeCall]:
    """Return the checks of one job's tries. Jobs of other runs have their own tries."""
    known = {look.job_id for look in looks}
    chosen = job_id if job_id in known else looks[-1].job_id
    return [look for look in looks if look.job_id == chosen]


def _guarded(looks: Sequence[MadeCall], guards: Sequence[MadeCall]) -> list[MadeCall]:
    """Return the checks, each combined with the answers of the safeguard call of the same try.

    Some checks already contain these answers: checks by older versions, and checks by the offline validator.
    They have no separate safeguard call.
    """
    beside = (guard for guard in guards if guard.job_id == looks[0].job_id)
    return [look if guarded(_findings(look)) else _both(look, next(beside, None)) for look in looks]


def _both(look: MadeCall, guard: MadeCall | None) -> MadeCall:
    findings = (
        [*look.result["findings"], *guard.result["findings"]]
        if look.result and guard and guard.result
        else None
    )
    return replace(look, result={"findings": findings}) if findings else look


def _picture(
    asset: str,
    looks: Sequence[MadeCall],
    reviews: Sequence[MadeCall],
    assets: Mapping[str, Mapping[str, Any]],
    levels: Levels | None,
) -> PictureReport:
    state = assets.get(asset, {})
    reviewed = [review for review in reviews if review.job_id == looks[0].job_id]
    tries = tuple(
        _try(asset, number, look, reviewed[number - 1 : number], levels)
        for number, look in enumerate(looks, 1)
    )
    kept = state.get("metadata", {}).get("kept")
    return PictureReport(
        status=state.get("status", "ready"),
        tries=tries,
        kept=kept,
        needs_review=bool(state.get("needs_review")),
        to_check=tuple(_to_check(one for tried in tries if tried.number == kept for one in tried.findings)),
    )


def _to_check(findings: Iterable[Finding]) -> list[ToCheck]:
    """Return what a person should look at, the most important first."""
    found = [
        ToCheck(
            question=finding.question,
            why=why,
            evidence=finding.evidence,
            draw_again_with=wish_of(finding),
        )
        for finding in findings
        if (why := _WHY_LOOK.get(finding.verdict)) and (why != "unseen" or finding.question not in _GUARDS)
    ]
    return sorted(found, key=lambda one: list(_WHY_LOOK.values()).index(one.why))


def _try(
    asset: str, number: int, look: MadeCall, reviews: Iterable[MadeCall], levels: Levels | None
) -> PictureTry:
    findings = tuple(finding for call in (look, *reviews) for finding in _findings(call))
    judged = judge(findings, is_cover=asset == "cover", levels=levels)
    return PictureTry(
        number=number,
        passed=judged.passed,
        validator=look.model,
        findings=findings,
        warnings=tuple(finding.question for finding in judged.warnings),
        unverified=judged.unverified,
        feedback=None if judged.passed else judged.feedback,
    )


def _findings(call: MadeCall) -> list[Finding]:
    rows = (call.result or {}).get("findings", ()) if call.outcome == "ok" else ()
    return [Finding.model_validate(row) for row in rows]


def _references(calls: Iterable[MadeCall]) -> Iterable[Finding]:
    for call in calls:
        yield from (finding for finding in _findings(call) if finding.question == PHOTOGRAPH)


def _not_checked(characters: Iterable[Character], levels: Levels | None) -> Iterable[Unchecked]:
    """Yield the traits that cannot fail a try, each with the reason. Without this list, a reader could think
    that they were checked and passed."""
    for character in characters:
        for ref in character.traits:
            level = level_of(ref.id, levels)
            if level in _WHY_NOT:
                trait = registry()[ref.id]
                why = (_WHY_NOT if level == trait.verification else _WHY_SET)[level]
                yield Unchecked(character=character.name, trait=ref.id, name=trait.name, why=why)


def _by_step(calls: Iterable[MadeCall]) -> Iterable[StepCalls]:
    """Yield the totals of the calls by step and model: number, outcomes, usage and cost."""
    rows: dict[tuple[str, str], list[MadeCall]] = defaultdict(list)
    for call in calls:
        rows[call.step, call.model].append(call)
    for (step, model), made in rows.items():
        outcomes: dict[str, int] = defaultdict(int)
        for call in made:
            outcomes[call.outcome] += 1
        used = {name: sum(int((call.usage or {}).get(name, 0)) for call in made) for name in _COUNTED}
        yield StepCalls(
            step=step,
            model=model,
            calls=len(made),
            outcomes=dict(outcomes),
            usage={name: count for name, count in used.items() if count},
            cost_usd=float(sum((call.cost_usd for call in made), Decimal(0))),
        )


def _set_aside(call: MadeCall) -> Decimal:
    """Return the possible additional cost of a call whose bill is unknown: the reserved amount minus the
    known cost."""
    return max(Decimal(str((call.usage or {}).get("reserved_usd", 0))) - call.cost_usd, Decimal(0))
