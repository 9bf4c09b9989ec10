"""A story in steps: its outline, the remarks of a critic, and what can be measured in a draft. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.detection import other_language
from service.domain.story import StoryBrief, StoryContent, Value

#: A page may have this many times the words of the shortest one. Shorter pages than a few words are not
#: counted.
_UNEVEN, _FEW_WORDS = 2, 8


class PagePlan(Value):
    """The plan of one page: what happens, and what makes the listener want the next page."""

    happens: str
    turn: str


class Outline(Value):
    """The plan of a story. ``refrain`` is a line that comes again; it may be empty."""

    title: str
    idea: str
    refrain: str
    pages: tuple[PagePlan, ...]


class Remark(Value):
    """What is wrong with a draft and what to do. ``page`` None means the whole story."""

    page: int | None
    problem: str
    advice: str


class Critique(Value):
    """The remarks of a critic. No remark means that the draft is good."""

    remarks: tuple[Remark, ...]


def flaws(brief: StoryBrief, content: StoryContent) -> tuple[Remark, ...]:
    """What can be measured and is wrong in a draft: its language, and pages of very different lengths. The
    first call may take most of a second."""
    return (*_language(brief, content), *_uneven(content))


def _language(brief: StoryBrief, content: StoryContent) -> Iterator[Remark]:
    if spoken := other_language(_whole(content), brief.language):
        yield Remark(
            page=None,
            problem=f"The story is in the language {spoken}.",
            advice=f"Write every page, the title and the descriptions in the language {brief.language}.",
        )


def _uneven(content: StoryContent) -> Iterator[Remark]:
    words = [len(beat.text.split()) for beat in content.beats]
    least, most = max(min(words), _FEW_WORDS), max(words)
    if most > _UNEVEN * least:
        page, even = words.index(most) + 1, sum(words) // len(words)
        yield Remark(
            page=page,
            problem=f"The pages are uneven: this one has {most} words, the shortest one has {min(words)}.",
            advice=f"Give every page about {even} words.",
        )


def marked(brief: StoryBrief, content: StoryContent) -> StoryContent:
    """The story, marked with the language that it is in, if that is surely another one than the wished
    one."""
    spoken = None if content.language else other_language(_whole(content), brief.language)
    return content if spoken is None else content.model_copy(update={"language": spoken})


def _whole(content: StoryContent) -> str:
    return "\n".join(beat.text for beat in content.beats)
