"""Writes the story, and shows its words while they come."""

from __future__ import annotations

from actors.codecs import ModelCodec
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import load_story
from service.db.ledger import Work
from service.domain.outcomes import Done, Outcome
from service.domain.story import StoryContent

SPEC = ActorSpec(group="content", timeout=300)

#: About how many characters a page has: only the percentage depends on it.
_PAGE_CHARACTERS = 400


async def perform(context: Context) -> Outcome:
    """One call; the ledger replays it whole where it was made before."""
    story = await load_story(context)
    text, brief = context.workshop.providers.text, story.brief
    context.progress(5)

    def on_words(page: int, words: str) -> None:
        context.tick(f"page.{page}", {"page": page, "text": words})
        share = (page - 1 + min(len(words) / _PAGE_CHARACTERS, 1)) / brief.scene_count
        context.progress(10 + round(80 * min(share, 1)))

    work = Work("content", text.model, brief.model_dump(mode="json"))
    content = await context.call(work, ModelCodec(StoryContent), lambda: text.write_story(brief, on_words))
    return Done(
        result={"data": public_content(content)},
        patch={"content": content.model_dump(mode="json"), "title": content.title},
    )


def public_content(content: StoryContent) -> dict[str, object]:
    """The text as listeners and clients see it: without the hints to the director."""
    return content.model_dump(mode="json", exclude={"beats": {"__all__": {"staging"}}})
