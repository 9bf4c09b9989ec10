"""Composes a finished book from the available parts of its story."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from actors.runtime.context import Context
from actors.story import Story, StoryTools
from service.domain.assets import picture_index, plates_folder
from service.domain.offline import OFFLINE
from service.errors import NotFound
from service.providers.protocols import Image, Providers, Speech, Text
from service.publishing.book import Book, Colophon, Maker, compose
from service.publishing.early import recipe_of, unpack
from service.publishing.plates import Early


async def compose_book(context: Context, story: Story, *, large: Mapping[int, bytes] | None = None) -> Book:
    """The text, pictures, colours and questions of the book. Missing parts are left out.

    If the plates of a picture exist, the function fetches the plates instead of the picture. A book for a
    printer has ``large`` pictures by index, which replace the stored ones, and no plates.
    """
    keys = {index: key for name, key in story.files.items() if (index := picture_index(name)) is not None}
    colours = {
        index: three for name, three in story.colours.items() if (index := picture_index(name)) is not None
    }
    alts = {index: alt for name, alt in story.alts.items() if (index := picture_index(name)) is not None}
    fetched = await asyncio.gather(
        *(
            _fetch(context, key, index, colours.get(index))
            if large is None
            else _fetch_large(context, key, large.get(index))
            for index, key in keys.items()
        )
    )
    found = dict(zip(keys, fetched, strict=True))
    return compose(
        story.brief,
        story.content,
        {index: one for index, one in found.items() if isinstance(one, bytes)},
        colours,
        story.activities,
        _colophon(story, context.dependency(StoryTools).providers, has_pictures=bool(keys)),
        early={index: one for index, one in found.items() if isinstance(one, Early)},
        alts=alts,
    )


async def _fetch(
    context: Context, key: str, index: int, colours: tuple[str, str, str] | None
) -> Early | bytes:
    """Return the plates of a picture, or the picture itself if it has no plates. Books that an older version
    began have no plates."""
    store, folder = context.deps.store, plates_folder(key)
    if folder and colours:
        try:
            packed = await store.get(plates_key(folder, recipe_of(colours, is_cover=index == 0)))
        except NotFound:
            pass
        else:
            if (early := unpack(packed)) is not None:
                return early
    return await store.get(key)


async def _fetch_large(context: Context, key: str, picture: bytes | None) -> Early | bytes:
    return picture if picture is not None else await context.deps.store.get(key)


def plates_key(folder: str, recipe: str) -> str:
    """The store key of the plates that a recipe makes from a picture."""
    return f"{folder}{recipe}.zip"


def _colophon(story: Story, providers: Providers, *, has_pictures: bool) -> Colophon:
    own = story.brief.text if story.brief.given_pages else None
    # The offline storyteller changes no word of a text that it is given.
    kept = own is not None and (own.mode == "faithful" or providers.text.provider == OFFLINE)
    return Colophon(
        made_on=story.created_on,
        seed=story.brief.seed,
        words=None if kept else _maker(providers.text),
        pictures=_maker(providers.image) if has_pictures else None,
        voice=_maker(providers.speech),
        by_a_person=own is not None and own.by == "person",
    )


def _maker(by: Text | Image | Speech) -> Maker:
    return Maker(by.model, offline=by.provider == OFFLINE)
