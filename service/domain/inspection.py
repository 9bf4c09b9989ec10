"""What is asked of each picture, and what the answers mean. Pure.

Only the traits asked for are checked, character by character. ``absent`` or ``wrong_detail``
of a V trait fails the try; ``occluded`` passes in a scene, not on the cover; ``unclear`` warns;
``not_verifiable`` is reported as what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.story import Character, Finding
from service.domain.traits import questions_about, registry


@dataclass(frozen=True, slots=True)
class Question:
    """A plain yes/no question about a picture. ``needs`` is the question that must hold first."""

    text: str
    character: str | None = None
    trait: str | None = None
    needs: str | None = None


#: Asked of every picture, whoever is in it; the answer that is wanted is "present".
SAFEGUARDS = (
    Question("Is every character shown with dignity, not pitied or set apart for a trait?"),
    Question("Is nobody shown as a villain because of a scar or a disability?"),
    Question("Is every assistive device drawn as it really works?"),
    Question("Is it free of anything that shows a trait as cured?"),
)


def questions_for(characters: Iterable[Character]) -> tuple[Question, ...]:
    """What to ask of a picture of these characters: each in turn, then the safeguards."""
    asked = (asked for character in characters for asked in questions_about(character))
    about = tuple(Question(one.text, one.character, one.trait, one.needs) for one in asked)
    return (*about, *SAFEGUARDS)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the findings of one try come to."""

    misses: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    unverified: int

    @property
    def passed(self) -> bool:
        return not self.misses

    @property
    def feedback(self) -> str:
        """The misses as advice for the next try."""
        return " ".join(f"{miss.question} No: {miss.evidence}" for miss in self.misses)


def judge(findings: Sequence[Finding], *, is_cover: bool) -> Judgement:
    """Which findings fail the try, which warn, and how many could not be verified."""
    misses = tuple(finding for finding in findings if _fails(finding, is_cover))
    warnings = tuple(
        finding
        for finding in findings
        if finding not in misses and finding.verdict in ("absent", "wrong_detail", "unclear")
    )
    unverified = sum(finding.verdict == "not_verifiable" for finding in findings)
    return Judgement(misses, warnings, unverified)


def _fails(finding: Finding, is_cover: bool) -> bool:
    trait = registry().get(finding.trait or "")
    if trait is not None and trait.verification != "V":
        return False
    if finding.verdict == "occluded":
        return is_cover
    return finding.verdict in ("absent", "wrong_detail")


def findings_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as the report keeps them."""
    return [finding.model_dump(mode="json", exclude_none=True) for finding in findings]
