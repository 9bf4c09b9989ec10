"""The writer of stories, by a language model: in one call, or in steps (outline, draft, critique,
revision)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from service.domain.own_words import given_story
from service.domain.story import Beat, StoryBrief, StoryContent
from service.domain.writing import Critique, Outline, PagePlan, Remark
from service.providers.openai.prompts import NEVER_SAID
from service.providers.openai.shapes import (
    WrittenCritique,
    WrittenFrame,
    WrittenOutline,
    WrittenRevision,
    WrittenStory,
)
from service.providers.openai.story_prompts import (
    critique_messages,
    frame_messages,
    mending_messages,
    outline_messages,
    revision_messages,
    story_messages,
)
from service.providers.openai.structured import Ask, ChatProvider, unfit
from service.providers.protocols import OnWords
from service.providers.pseudonyms import Pseudonymizer
from service.providers.replies import Reply

V = TypeVar("V", bound=BaseModel)
S = TypeVar("S", bound=BaseModel)

#: The share of an author's words that a mended text must have in the same order. Misspelt words differ.
_KEPT = 0.6


class StoryWriter(ChatProvider):
    """Writes and revises stories by Chat Completions. Names are replaced on the way out and put back on the
    way in."""

    async def outline_story(self, brief: StoryBrief) -> Reply[Outline]:
        """Plan the story. Raises ``ProviderError``."""
        people = people_of(brief)
        ask = Ask("outline", WrittenOutline, outline_messages(brief, people), people, brief.seed)
        return made_of(await self._answers.ask(ask), lambda written: _outline_of(written, brief))

    async def write_story(
        self, brief: StoryBrief, on_words: OnWords, outline: Outline | None = None
    ) -> Reply[StoryContent]:
        """Write the story, streamed. A text of the author is kept, or mended. Raises ``ProviderError``."""
        people = people_of(brief, outline)
        if brief.text is not None and brief.text.mode == "faithful":
            return await self._framed(brief, people, on_words)
        mends = bool(brief.given_pages)
        messages = mending_messages(brief, people) if mends else story_messages(brief, people, outline)
        ask = Ask("story", WrittenStory, messages, people, brief.seed)
        reply = await self._answers.stream(ask, page_by_page(people, on_words))
        return made_of(reply, lambda written: _mended(story_of(written, brief), brief))

    async def _framed(
        self, brief: StoryBrief, people: Pseudonymizer, on_words: OnWords
    ) -> Reply[StoryContent]:
        """The author's pages as they stand, with a title, a summary and descriptions of the pictures."""
        for index, page in enumerate(brief.given_pages, 1):
            on_words(index, page)
        ask = Ask("frame", WrittenFrame, frame_messages(brief, people), people, brief.seed)
        return made_of(await self._answers.ask(ask), lambda written: _framed_story(written, brief))

    async def criticise_story(self, brief: StoryBrief, content: StoryContent) -> Reply[Critique]:
        """Remarks on a draft. Raises ``ProviderError``."""
        people = people_of(brief, content)
        ask = Ask("critique", WrittenCritique, critique_messages(brief, content, people), people, brief.seed)
        return made_of(await self._answers.ask(ask), lambda written: _critique_of(written, content))

    async def revise_story(
        self, brief: StoryBrief, content: StoryContent, remarks: Sequence[Remark], on_words: OnWords
    ) -> Reply[StoryContent]:
        """The story with the pages that remarks change, streamed page by page. Raises ``ProviderError``."""
        people = people_of(brief, content, *remarks)
        messages = revision_messages(brief, content, remarks, people)
        ask = Ask("revision", WrittenRevision, messages, people, brief.seed)
        reply = await self._answers.stream(ask, _whole_pages(people, on_words))
        revised = made_of(reply, lambda written: _revised(written, brief, content))
        for beat in revised.value.beats:
            on_words(beat.index, beat.text)
        return revised


def people_of(brief: StoryBrief, *about: BaseModel | None) -> Pseudonymizer:
    """What stands for a story's people in calls with its brief and with ``about``."""
    texts = [one.model_dump_json() for one in (brief, *about) if one is not None]
    return Pseudonymizer((character.name for character in brief.characters), texts)


def page_by_page(people: Pseudonymizer, on_words: OnWords) -> Callable[[str], None]:
    """From the JSON so far to the pages so far: calls ``on_words`` for each page that has grown."""
    longest: dict[int, str] = {}

    def on_text(so_far: str) -> None:
        try:
            partial = from_json(so_far, allow_partial="trailing-strings")
        except ValueError:
            return
        for index, text in enumerate(_texts(partial), 1):
            shown = people.restore_so_far(text)
            if len(shown) > len(longest.get(index, "")):
                longest[index] = shown
                on_words(index, shown)

    return on_text


def _texts(partial: object) -> list[str]:
    beats = partial.get("beats") if isinstance(partial, dict) else None
    parts = beats if isinstance(beats, list) else []
    return [beat["text"] for beat in parts if isinstance(beat, dict) and isinstance(beat.get("text"), str)]


def story_of(written: WrittenStory, brief: StoryBrief) -> StoryContent:
    """The story of an answer. Raises ``ValueError`` where it cannot be used."""
    expect(len(written.beats), brief.scene_count, "scenes")
    check_words(written)
    beats = tuple(Beat(index=n, text=beat.text, alt=beat.alt) for n, beat in enumerate(written.beats, 1))
    title = brief.title or written.title
    return StoryContent(title=title, summary=written.summary, beats=beats, cover_alt=written.cover_alt)


def check_words(written: BaseModel) -> None:
    """Raises ``ValueError`` for words that no book may have."""
    text = written.model_dump_json().casefold()
    if phrase := next((phrase for phrase in NEVER_SAID if phrase in text), None):
        raise ValueError(f"it says “{phrase}”")


def _outline_of(written: WrittenOutline, brief: StoryBrief) -> Outline:
    expect(len(written.pages), brief.scene_count, "pages")
    check_words(written)
    pages = tuple(PagePlan(happens=page.happens, turn=page.turn) for page in written.pages)
    title = brief.title or written.title
    return Outline(title=title, idea=written.idea, refrain=written.refrain, pages=pages)


def _critique_of(written: WrittenCritique, content: StoryContent) -> Critique:
    pages = {beat.index for beat in content.beats}
    # A remark about a page that the story does not have is one about the whole.
    remarks = (
        Remark(page=one.page if one.page in pages else None, problem=one.problem, advice=one.advice)
        for one in written.remarks
    )
    return Critique(remarks=tuple(remarks))


def _revised(written: WrittenRevision, brief: StoryBrief, content: StoryContent) -> StoryContent:
    check_words(written)
    new = {page.scene: Beat(index=page.scene, text=page.text, alt=page.alt) for page in written.pages}
    if unknown := set(new) - {beat.index for beat in content.beats}:
        raise ValueError(f"there is no scene {min(unknown)}")
    beats = tuple(new.get(beat.index, beat) for beat in content.beats)
    title = brief.title or written.title
    return StoryContent(title=title, summary=written.summary, beats=beats, cover_alt=written.cover_alt)


def _framed_story(written: WrittenFrame, brief: StoryBrief) -> StoryContent:
    expect(len(written.alts), len(brief.given_pages), "descriptions")
    kept = given_story(brief, brief.given_pages)
    beats = tuple(
        beat.model_copy(update={"alt": alt or beat.alt})
        for beat, alt in zip(kept.beats, written.alts, strict=True)
    )
    title = brief.title or written.title
    return StoryContent(title=title, summary=written.summary, beats=beats, cover_alt=written.cover_alt)


def _mended(story: StoryContent, brief: StoryBrief) -> StoryContent:
    """The story. Raises ``ValueError`` if it lost too many words of the author's text."""
    for beat, page in zip(story.beats, brief.given_pages, strict=False):
        theirs, ours = page.casefold().split(), beat.text.casefold().split()
        blocks = SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks()
        if sum(block.size for block in blocks) < _KEPT * len(theirs):
            raise ValueError(f"page {beat.index} lost the author's words")
    return story


def _whole_pages(people: Pseudonymizer, on_words: OnWords) -> Callable[[str], None]:
    """From the JSON of a revision so far to its pages: calls ``on_words`` once for each page that is
    complete, so that no page of the draft becomes shorter on its way to the new one."""
    shown: set[int] = set()

    def on_text(so_far: str) -> None:
        try:
            partial = from_json(so_far, allow_partial="trailing-strings")
        except ValueError:
            return
        pages = partial.get("pages") if isinstance(partial, dict) else None
        for page in (pages if isinstance(pages, list) else [])[:-1]:
            if _is_page(page) and page["scene"] not in shown:
                shown.add(page["scene"])
                on_words(page["scene"], people.restore_so_far(page["text"]))

    return on_text


def _is_page(page: object) -> bool:
    return (
        isinstance(page, Mapping) and isinstance(page.get("scene"), int) and isinstance(page.get("text"), str)
    )


def expect(found: int, wanted: int, what: str) -> None:
    """Raises ``ValueError`` if an answer has another number of parts than it must have."""
    if found != wanted:
        raise ValueError(f"it has {found} {what} instead of {wanted}")


def made_of(reply: Reply[S], make: Callable[[S], V]) -> Reply[V]:
    """The reply with what is made of its value; what cannot be made of it was paid for all the same."""
    try:
        value = make(reply.value)
    except ValidationError as invalid:
        raise unfit(invalid.errors()[0]["msg"], reply.usage, reply.request_id) from invalid
    except ValueError as invalid:
        raise unfit(str(invalid), reply.usage, reply.request_id) from invalid
    return Reply(value, reply.model, reply.usage, reply.request_id)
