"""The parts of a finished book, from what there is of its story."""

from __future__ import annotations

from actors.runtime.context import Context
from actors.story import Story
from service.domain.assets import scene_number
from service.domain.report import OFFLINE
from service.providers.protocols import Image, Providers, Speech, Text
from service.publishing.book import Book, Colophon, Maker, compose


async def compose_book(context: Context, story: Story) -> Book:
    """Text, pictures, colours and questions; what is missing is left out quietly."""
    pictures = {
        index: await context.workshop.store.get(key)
        for name, key in story.files.items()
        if (index := picture_index(name)) is not None
    }
    colours = {
        index: three for name, three in story.colours.items() if (index := picture_index(name)) is not None
    }
    alts = {index: alt for name, alt in story.alts.items() if (index := picture_index(name)) is not None}
    colophon = _colophon(story, context.workshop.providers, has_pictures=bool(pictures))
    return compose(story.brief, story.content, pictures, colours, story.activities, colophon, alts)


def picture_index(asset: str) -> int | None:
    """The place of a picture in the book: 0 for the cover, then the scenes; None for no picture."""
    return 0 if asset == "cover" else scene_number(asset)


def _colophon(story: Story, cast: Providers, *, has_pictures: bool) -> Colophon:
    return Colophon(
        made_on=story.created_on,
        seed=story.brief.seed,
        words=_maker(cast.text),
        pictures=_maker(cast.image) if has_pictures else None,
        voice=_maker(cast.speech),
    )


def _maker(by: Text | Image | Speech) -> Maker:
    return Maker(by.model, offline=by.provider == OFFLINE)
