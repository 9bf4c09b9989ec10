"""The questions about each picture, and the meaning of the answers. Pure.

Only requested traits are checked, for each character. ``absent`` or ``wrong_detail`` of a V trait fails the
try. ``occluded`` passes in a scene, but not on the cover. ``unclear`` warns. ``not_verifiable`` is only
reported. An operator may set another level for a trait than the registry's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.story import Character, Finding
from service.domain.traits import Verification, questions_about, registry

#: An operator's own levels, by trait.
Levels = Mapping[str, Verification]


@dataclass(frozen=True, slots=True)
class Question:
    """A yes/no question about a picture. ``needs`` is the question that must be answered with yes first."""

    text: str
    character: str | None = None
    trait: str | None = None
    needs: str | None = None


#: The questions about every picture. The wanted answer is "present".
SAFEGUARDS = (
    Question("Is every character shown with dignity, not pitied or set apart for a trait?"),
    Question("Is nobody shown as a villain because of a scar or a disability?"),
    Question("Is every assistive device drawn as it really works?"),
    Question("Is it free of anything that shows a trait as cured?"),
    Question("Is it fit for a young child: no nudity, blood, weapon in use, or terror without comfort?"),
)
#: A moderator's flag counts as a miss of this question.
MODERATED = "Has moderation found nothing in it?"
#: The question about a hero's own reference picture: a photograph of a person is not sent to a provider.
PHOTOGRAPH = "Is this a photograph of a real person, and not a drawing, a painting, a doll or a toy?"
#: A picture that misses one of these is never shown, not even as the best of three.
UNSHOWABLE = frozenset({MODERATED, SAFEGUARDS[-1].text})


def questions_for(characters: Iterable[Character], levels: Levels | None = None) -> tuple[Question, ...]:
    """All questions about a picture of these characters."""
    return (*trait_questions(characters, levels), *SAFEGUARDS)


def trait_questions(characters: Iterable[Character], levels: Levels | None = None) -> tuple[Question, ...]:
    """The questions about these characters in a picture. A trait with the level N has none.

    The questions contain a person's words. They are never asked together with ``SAFEGUARDS``, because those
    words could influence the model's answers.
    """
    asked = [
        Question(one.text, one.character, one.trait, one.needs)
        for character in characters
        for one in questions_about(character)
        if one.trait is None or level_of(one.trait, levels) != "N"
    ]
    return tuple(dict.fromkeys(asked))


def guarded(findings: Iterable[Finding]) -> bool:
    """Whether every question of ``SAFEGUARDS`` has been answered."""
    return {question.text for question in SAFEGUARDS} <= {finding.question for finding in findings}


def level_of(trait: str, levels: Levels | None = None) -> Verification | None:
    """How strictly a trait is checked; None for an unknown trait."""
    known = registry().get(trait)
    return (levels or {}).get(trait, known.verification) if known is not None else None


def moderated(flagged: Sequence[str]) -> Finding:
    """The result of a moderator as a finding."""
    evidence = f"It was flagged for {', '.join(flagged)}." if flagged else "Nothing was flagged."
    return Finding(question=MODERATED, verdict="absent" if flagged else "present", evidence=evidence)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of one try, from its findings."""

    misses: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    unverified: int

    @property
    def passed(self) -> bool:
        """Whether no required trait was missed."""
        return not self.misses

    @property
    def showable(self) -> bool:
        """Whether the picture may be shown at all, flagged for a person to check."""
        return not any(miss.question in UNSHOWABLE for miss in self.misses)

    @property
    def feedback(self) -> str:
        """The misses as instructions for the next try."""
        return " ".join(f"{miss.question} No: {miss.evidence}" for miss in self.misses)


def judge(findings: Sequence[Finding], *, is_cover: bool, levels: Levels | None = None) -> Judgement:
    """The findings that fail the try, those that warn, and the number that could not be verified."""
    misses = tuple(finding for finding in findings if _fails(finding, is_cover, levels))
    warnings = tuple(
        finding
        for finding in findings
        if finding not in misses and finding.verdict in ("absent", "wrong_detail", "unclear")
    )
    unverified = sum(finding.verdict == "not_verifiable" for finding in findings)
    return Judgement(misses, warnings, unverified)


def _fails(finding: Finding, is_cover: bool, levels: Levels | None) -> bool:
    if finding.trait is not None and level_of(finding.trait, levels) in ("P", "N"):
        return False
    if finding.verdict == "occluded":
        return is_cover
    return finding.verdict in ("absent", "wrong_detail")


def findings_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as the report stores them."""
    return [finding.model_dump(mode="json", exclude_none=True) for finding in findings]
