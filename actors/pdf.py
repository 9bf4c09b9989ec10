"""Sets the book: text, pictures and questions, with a quiet place where a picture is missing."""

from __future__ import annotations

from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import Story, done_with_file, load_story, store_asset
from service.domain.assets import scene_number
from service.domain.outcomes import Outcome
from service.providers.protocols import Providers
from service.publishing.book import Book, Colophon, Maker, compose
from service.publishing.pdf import typeset

SPEC = ActorSpec(group="pdf", timeout=180)


async def perform(context: Context) -> Outcome:
    """CPU work of a second or so, in the pool."""
    story = await load_story(context)
    context.progress(10)
    pictures = {
        index: await context.workshop.store.get(key)
        for name, key in story.files.items()
        if (index := picture_index(name)) is not None
    }
    book = _book(story, pictures, context.workshop.providers)
    pdf = await context.workshop.cpu.run(typeset, book)
    context.progress(80)
    stored = await store_asset(context, story, "pdf", pdf.data, "application/pdf")
    return done_with_file(context, story, stored, metadata={"pages": pdf.pages})


def picture_index(asset: str) -> int | None:
    """The place of a picture in the book: 0 for the cover, then the scenes; None for no picture."""
    return 0 if asset == "cover" else scene_number(asset)


def _book(story: Story, pictures: dict[int, bytes], cast: Providers) -> Book:
    colours = {
        index: three for name, three in story.colours.items() if (index := picture_index(name)) is not None
    }
    colophon = Colophon(
        made_on=story.created_on,
        seed=story.brief.seed,
        words=_maker(cast.text.model),
        pictures=_maker(cast.image.model) if pictures else None,
        voice=_maker(cast.speech.model),
    )
    return compose(story.brief, story.content, pictures, colours, story.activities, colophon)


def _maker(model: str) -> Maker:
    return Maker(model, offline=model.startswith(("storytroupe-", "piper-")))
