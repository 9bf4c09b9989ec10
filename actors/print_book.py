"""Typesets the pages of the book for a printer. Pictures that the service draws itself are drawn again for
the size of the page; all other pictures are enlarged."""

from __future__ import annotations

import re

import structlog

from actors.book import compose_book
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.scene_art import picture_ask
from actors.story import STORY, Story, StoryTools, done_with_file, load_story, store_asset, store_file
from service.domain.assets import picture_index, plates_folder
from service.errors import NotFound, Unavailable
from service.jobs.outcomes import Outcome
from service.jobs.retry import RetryPolicy
from service.providers.protocols import Redraws
from service.publishing.layout import SHEETS
from service.publishing.pdf import typeset

_log = structlog.get_logger()
_SIDE = SHEETS["print"].pixels
_DIGEST = re.compile(r"-([0-9a-f]+)\.[a-z]+$")


def one_slot(_: object) -> int:
    """One book at a time in each process, because a large picture needs much memory."""
    return 1


SPEC = ActorSpec(group="print_book", kind=STORY, timeout=1800, retry=RetryPolicy(2), slots=one_slot)


async def perform(context: Context) -> Outcome:
    """Draw the pictures one after another, and typeset the pages, in the process pool. A large picture takes
    about 15 seconds of CPU time. Pictures that are drawn stay in the store, so another attempt continues."""
    story = await load_story(context)
    names = [name for name in story.files if picture_index(name) is not None]
    large: dict[int, bytes] = {}
    for done, name in enumerate(names):
        context.progress(5 + 80 * done // len(names))
        if (picture := await large_picture(context, story, name)) is not None:
            large[picture_index(name) or 0] = picture
    book = await compose_book(context, story, large=large)
    pdf = await context.deps.cpu.run(typeset, book, "print")
    if pdf.warnings:
        _log.warning("pdf.warnings", warnings=len(pdf.warnings))
    context.progress(90)
    stored = await store_asset(context, story, context.job.name, pdf.data, "application/pdf")
    enlarged = [name for name in names if picture_index(name) not in large]
    return done_with_file(context, story, stored, metadata={"pages": pdf.pages, "enlarged": enlarged})


async def large_picture(context: Context, story: Story, asset: str) -> bytes | None:
    """The picture of an asset as a JPEG that fills a printed page; None if it can only be enlarged."""
    image = context.dependency(StoryTools).providers.image
    key, index = story.files[asset], picture_index(asset)
    folder, digest = plates_folder(key), _DIGEST.search(key)
    if not isinstance(image, Redraws) or folder is None or digest is None or index is None:
        return None
    kept = f"{folder}large-{_SIDE}.jpg"
    try:
        return await context.deps.store.get(kept)
    except NotFound:
        ask = picture_ask(context, story.as_made(asset), index)
    picture = await image.redraw(ask, digest[1], _SIDE)
    if picture is not None:
        try:
            await store_file(context, story, kept, picture, "image/jpeg")
        except Unavailable as failed:
            _log.warning("large picture not kept", asset=asset, error=failed)
    return picture
