"""The questions about what one page's picture must show, and what a person can do about the answers. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from service.domain.inspection import ONLY_WARNS, Levels, Question, trait_questions
from service.domain.story import Character, Finding, SceneAnalysis
from service.domain.storyboard import WHERE
from service.domain.traits import PRESENCE

_SHOWS = "Does the picture show this: {what}"
_SEEN = "Can this be seen: {what}"
_ONCE = "Is {name} there exactly once?"
_LIKE = "Does {name} look as in the likeness beside the picture: face, hair, skin, clothes and devices?"
_LETTERS = "Is it free of letters, words, numbers and signs?"
_BODIES = (
    "Has each person and animal the right number of heads, arms, hands, fingers and legs, each where it "
    "belongs?"
)
_CALM = "Is {where}" + ONLY_WARNS
#: The maximum number of things that are asked about.
_MOST_THINGS = 5
#: Beginnings of questions with a wrong answer that an edit of the picture can mend.
_MENDABLE = (_SEEN.format(what=""), _LETTERS, _BODIES)
#: The maximum number of misses of a picture that is edited. A picture with more misses is drawn anew.
_NEAR = 2


def scene_questions(
    characters: Sequence[Character],
    analysis: SceneAnalysis,
    levels: Levels | None,
    *,
    compared: Collection[str],
) -> tuple[Question, ...]:
    """Return the questions about a cover or a scene: its action, its heroes and its things. A hero whom the
    picture does not stage has no question. ``compared`` are the heroes whose likeness the validator sees.

    These questions contain words of users and of models, like those about traits.
    """
    staged = analysis.staged(characters)
    asked: list[Question] = []
    for character in staged:
        asked += [*trait_questions([character], levels), *_about(character.name, character.name in compared)]
    asked.append(Question(_SHOWS.format(what=analysis.action)))
    asked += [Question(_SEEN.format(what=thing)) for thing in analysis.must_show[:_MOST_THINGS]]
    asked += [Question(_LETTERS), Question(_BODIES)]
    if analysis.frame is not None:
        asked.append(Question(_CALM.format(where=WHERE[analysis.frame.text_at])))
    return tuple(dict.fromkeys(asked))


def _about(name: str, compared: bool) -> Iterator[Question]:
    present = PRESENCE.replace("{name}", name)
    yield Question(_ONCE.replace("{name}", name), name, needs=present)
    if compared:
        yield Question(_LIKE.replace("{name}", name), name, needs=present)


def is_near(misses: Sequence[Finding]) -> bool:
    """Return whether a picture with these misses is nearly right, so that an edit can mend it."""
    return 0 < len(misses) <= _NEAR and all(
        miss.verdict == "wrong_detail" or miss.question.startswith(_MENDABLE) for miss in misses
    )


def wish_of(finding: Finding) -> str:
    """Return what a person can ask for when the picture is drawn again, in words that continue "Draw this
    again with …"."""
    for begin, wish in (
        (_SHOWS.format(what=""), "this in it: {rest}"),
        (_SEEN.format(what=""), "this to be seen: {rest}"),
        (_LETTERS, "no letters, words, numbers or signs"),
        (_BODIES, "the right number of heads, arms, hands and legs"),
    ):
        if finding.question.startswith(begin):
            return wish.replace("{rest}", finding.question[len(begin) :])
    if finding.trait is None and finding.character is not None:
        name = finding.character
        if finding.question == _ONCE.replace("{name}", name):
            return f"{name} once, and not twice"
        if finding.question == _LIKE.replace("{name}", name):
            return f"{name} looking the same as in the other pictures"
        return f"{name} in it"
    return f"this put right: {finding.question}"
