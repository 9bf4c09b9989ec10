"""What is asked of each picture, and what the answers mean. Pure.

Only the traits asked for are checked, character by character. ``absent`` or ``wrong_detail``
of a V trait fails the try; ``occluded`` passes in a scene, not on the cover; ``unclear`` warns;
``not_verifiable`` is reported as what it is. An operator may set another level for a trait than
the registry's.
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
    Question("Is it fit for a young child: no nudity, blood, weapon in use, or terror without comfort?"),
)
#: What a moderator flags is a miss of this question.
MODERATED = "Has moderation found nothing in it?"
#: Asked of a hero's own reference picture: what is a photograph of a person is not sent on.
PHOTOGRAPH = "Is this a photograph of a real person, and not a drawing, a painting, a doll or a toy?"
#: A picture that misses one of these is never shown, not even as the best of three.
UNSHOWABLE = frozenset({MODERATED, SAFEGUARDS[-1].text})


def questions_for(characters: Iterable[Character], levels: Levels | None = None) -> tuple[Question, ...]:
    """All that is asked of a picture of these characters."""
    return (*trait_questions(characters, levels), *SAFEGUARDS)


def trait_questions(characters: Iterable[Character], levels: Levels | None = None) -> tuple[Question, ...]:
    """What to ask of these characters in a picture; of a trait with the level N nothing. They hold a
    person's words, and are never asked together with ``SAFEGUARDS`` of a model that could be swayed."""
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
    """How strictly a trait is looked for; None for no trait of ours."""
    known = registry().get(trait)
    return (levels or {}).get(trait, known.verification) if known is not None else None


def moderated(flagged: Sequence[str]) -> Finding:
    """What a moderator said of a picture, as a finding."""
    evidence = f"It was flagged for {', '.join(flagged)}." if flagged else "Nothing was flagged."
    return Finding(question=MODERATED, verdict="absent" if flagged else "present", evidence=evidence)


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
    def showable(self) -> bool:
        """Whether the picture may be shown at all, flagged for a person to look at."""
        return not any(miss.question in UNSHOWABLE for miss in self.misses)

    @property
    def feedback(self) -> str:
        """The misses as advice for the next try."""
        return " ".join(f"{miss.question} No: {miss.evidence}" for miss in self.misses)


def judge(findings: Sequence[Finding], *, is_cover: bool, levels: Levels | None = None) -> Judgement:
    """Which findings fail the try, which warn, and how many could not be verified."""
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
    """Findings as the report keeps them."""
    return [finding.model_dump(mode="json", exclude_none=True) for finding in findings]
