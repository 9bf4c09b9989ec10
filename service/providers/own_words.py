"""What is not done with a text that a person wrote."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.detection import other_language
from service.domain.languages import is_english
from service.domain.story import StoryBrief
from service.domain.wishes import Unmet

_KEPT = Unmet(
    code="TEXT_NOT_MENDED",
    field="text",
    message="The offline storyteller mends no text: the book has your words exactly as you wrote them.",
)
_NO_QUESTIONS = Unmet(
    code="QUESTIONS_NOT_WRITTEN",
    field="language",
    message="The offline storyteller asks its questions in English only: the book has no questions.",
)

_NO_SCENES = Unmet(
    code="SCENES_NOT_READ",
    field="language",
    message="The offline director reads English only: the pictures show your heroes, but seldom what "
    "happens on their page.",
)


def unmet(brief: StoryBrief, *, offline: bool) -> Iterator[Unmet]:
    """The wishes about a text that the book keeps. ``offline``: no language model works on it."""
    assert brief.text is not None
    if offline and brief.text.mode == "light":
        yield _KEPT
    if offline and not is_english(brief.language):
        yield _NO_QUESTIONS
        yield _NO_SCENES
    found = other_language("\n".join(brief.given_pages), brief.language)
    if found is not None:
        yield Unmet(
            code="LANGUAGE_DIFFERS",
            field="language",
            message=f"The text seems to be in the language {found!r}, but the book will be marked and read "
            f"aloud as {brief.language!r}.",
        )
