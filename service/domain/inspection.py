"""The yes/no questions about each picture of a book, and the meaning of the answers. Pure.

For each character, only the requested traits are checked. A try fails if a trait of level V has the answer
``absent`` or ``wrong_detail``. ``occluded`` is allowed in a scene, but not on the cover. ``unclear`` causes a
warning. ``not_verifiable`` is only reported. An operator may change the level of a trait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.story import Character, Finding
from service.domain.traits import Verification, questions_about, registry

#: The levels that an operator has set, by the id of the trait.
Levels = Mapping[str, Verification]


@dataclass(frozen=True, slots=True)
class Question:
    """A yes/no question about a picture. ``needs`` is another question: this one is asked only if the answer
    to that one is yes."""

    text: str
    character: str | None = None
    trait: str | None = None
    needs: str | None = None


#: The questions that are asked about every picture. The wanted answer is "present".
SAFEGUARDS = (
    Question("Is every character shown with dignity, not pitied or set apart for a trait?"),
    Question("Is nobody shown as a villain because of a scar or a disability?"),
    Question("Is every assistive device drawn as it really works?"),
    Question("Is it free of anything that shows a trait as cured?"),
    Question("Is it fit for a young child: no nudity, blood, weapon in use, or terror without comfort?"),
)
#: If a moderation model flags a picture, this counts as a wrong answer to this question.
MODERATED = "Has moderation found nothing in it?"
#: The question about a reference picture that a user uploaded. A photograph of a person is not sent to a
#: provider.
PHOTOGRAPH = "Is this a photograph of a real person, and not a drawing, a painting, a doll or a toy?"
#: The end of questions with a wrong answer that only warns: no picture is drawn again because of it.
ONLY_WARNS = " calm: no face, hand or thing that matters there?"
#: The questions that a picture must pass to be shown. If it fails one of them, it is never used, not even if
#: all other tries are worse.
UNSHOWABLE = frozenset({MODERATED, SAFEGUARDS[-1].text})


def questions_for(characters: Iterable[Character], levels: Levels | None = None) -> tuple[Question, ...]:
    """Return all questions about a picture of these characters."""
    return (*trait_questions(characters, levels), *SAFEGUARDS)


def trait_questions(characters: Iterable[Character], levels: Levels | None = None) -> tuple[Question, ...]:
    """Return the questions about these characters in a picture. A trait of level N has no questions.

    These questions contain text that a user wrote. They are never asked together with ``SAFEGUARDS``, because
    the user's text could influence the model's answers to the safeguards.
    """
    asked = [
        Question(one.text, one.character, one.trait, one.needs)
        for character in characters
        for one in questions_about(character)
        if one.trait is None or level_of(one.trait, levels) != "N"
    ]
    return tuple(dict.fromkeys(asked))


def guarded(findings: Iterable[Finding]) -> bool:
    """Return whether every question of ``SAFEGUARDS`` has an answer."""
    return {question.text for question in SAFEGUARDS} <= {finding.question for finding in findings}


def level_of(trait: str, levels: Levels | None = None) -> Verification | None:
    """Return the verification level of a trait (V, P or N). None for an unknown trait."""
    known = registry().get(trait)
    return (levels or {}).get(trait, known.verification) if known is not None else None


def moderated(flagged: Sequence[str]) -> Finding:
    """Return the result of a moderation model as a finding."""
    evidence = f"It was flagged for {', '.join(flagged)}." if flagged else "Nothing was flagged."
    return Finding(question=MODERATED, verdict="absent" if flagged else "present", evidence=evidence)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of one try of a picture. It is derived from the findings of the try."""

    misses: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    unverified: int

    @property
    def passed(self) -> bool:
        """Whether the try passes: no finding is a miss."""
        return not self.misses

    @property
    def showable(self) -> bool:
        """Whether the picture may be used although it has misses. A used picture with misses is marked for a
        person to check."""
        return not any(miss.question in UNSHOWABLE for miss in self.misses)

    @property
    def feedback(self) -> str:
        """Return the misses as instructions for the next try."""
        return " ".join(f"{miss.question} No: {miss.evidence}" for miss in self.misses)


def judge(findings: Sequence[Finding], *, is_cover: bool, levels: Levels | None = None) -> Judgement:
    """Judge one try of a picture. Returns the findings that fail the try, the findings that only warn, and
    the number of questions that the validator could not answer."""
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
    if finding.question.endswith(ONLY_WARNS):
        return False
    if finding.verdict == "occluded":
        return is_cover
    return finding.verdict in ("absent", "wrong_detail")


def findings_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings in the form that the report stores."""
    return [finding.model_dump(mode="json", exclude_none=True) for finding in findings]
