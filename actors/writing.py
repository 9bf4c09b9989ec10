"""Writes a story in steps: an outline, a draft, and critiques with revisions. Each step is a call in the
ledger.

The words of the draft are published while the provider sends them. A revision replaces whole pages of the
draft.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from actors.codecs import ModelCodec
from actors.runtime.context import Context
from actors.story import StoryTools
from service.domain.story import StoryBrief, StoryContent
from service.domain.writing import Critique, Outline, Remark, flaws, marked
from service.providers.protocols import Editor, OnWords, Text
from service.runtime.ledger import Work

#: The approximate number of characters of a page. Only the reported progress depends on this number.
_PAGE_CHARACTERS = 400
#: The progress in percent when the draft begins and when it is finished, if a critique follows.
_BEGUN, _DRAFTED, _ENDED = 10, 65, 90
_STORY, _OUTLINE, _CRITIQUE = ModelCodec(StoryContent), ModelCodec(Outline), ModelCodec(Critique)


async def written(context: Context, brief: StoryBrief) -> StoryContent:
    """The story, marked with the language that it is in. Raises ``ProviderError``."""
    text = context.dependency(StoryTools).providers.text
    # A text that a person gave needs no plot, and its words are not criticised.
    editor = None if brief.given_pages else text.editor
    whole = _work(text, "content", brief.decisive())
    if editor is None:
        return await context.call(
            whole, _STORY, lambda: text.write_story(brief, _shown(context, brief, _BEGUN, _ENDED))
        )
    # A book that an older version began has its story from one call.
    content = await context.kept(whole, _STORY) or await _in_steps(context, brief, text, editor)
    return await asyncio.to_thread(marked, brief, content)


async def _in_steps(context: Context, brief: StoryBrief, text: Text, editor: Editor) -> StoryContent:
    settings = context.deps.settings
    outline = await _outlined(context, brief, text, editor) if settings.outline else None
    ends = _DRAFTED if settings.critiques else _ENDED
    plan = outline.model_dump(mode="json") if outline else None
    draft = await context.call(
        _work(text, "content", [brief.decisive(), plan]),
        _STORY,
        lambda: text.write_story(brief, _shown(context, brief, _BEGUN, ends), outline),
    )
    for number in range(1, settings.critiques + 1):
        remarks = await _criticised(context, brief, text, editor, draft, number)
        if not remarks:
            break
        draft = await _revised(context, brief, text, editor, draft, remarks, number)
    return draft


async def _outlined(context: Context, brief: StoryBrief, text: Text, editor: Editor) -> Outline:
    work = _work(text, "outline", brief.decisive())
    outline = await context.call(work, _OUTLINE, lambda: editor.outline_story(brief))
    context.progress(_BEGUN)
    return outline


async def _criticised(
    context: Context, brief: StoryBrief, text: Text, editor: Editor, draft: StoryContent, number: int
) -> tuple[Remark, ...]:
    """What is wrong with the draft: what can be measured first, then what the critic says."""
    work = _work(text, "critique", [brief.decisive(), draft.decisive()], number)
    critique = await context.call(work, _CRITIQUE, lambda: editor.criticise_story(brief, draft))
    return (*await asyncio.to_thread(flaws, brief, draft), *critique.remarks)


async def _revised(
    context: Context,
    brief: StoryBrief,
    text: Text,
    editor: Editor,
    draft: StoryContent,
    remarks: Sequence[Remark],
    number: int,
) -> StoryContent:
    told = [remark.model_dump(mode="json") for remark in remarks]
    work = _work(text, "revision", [brief.decisive(), draft.decisive(), told], number)
    on_words = _shown(context, brief, _DRAFTED, _ENDED)
    return await context.call(work, _STORY, lambda: editor.revise_story(brief, draft, remarks, on_words))


def _work(text: Text, step: str, about: object, number: int = 0) -> Work:
    return Work(step, text.model, about, number, provider=text.provider)


def _shown(context: Context, brief: StoryBrief, begins: int, ends: int) -> OnWords:
    """Publishes the words of pages. Meanwhile the progress grows from one percentage to the other, and never
    falls: a revision may come back to an earlier page."""
    most = 0.0

    def on_words(page: int, words: str) -> None:
        nonlocal most
        context.tick(f"page.{page}", {"page": page, "text": words})
        share = (page - 1 + min(len(words) / _PAGE_CHARACTERS, 1)) / brief.scene_count
        most = max(most, min(share, 1))
        context.progress(begins + round((ends - begins) * most))

    return on_words
