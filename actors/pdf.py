"""Typesets the printed book: text, pictures and questions. A plain area replaces a missing picture."""

from __future__ import annotations

import structlog

from actors.book import compose_book
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import STORY, done_with_file, load_story, store_asset
from service.jobs.outcomes import Outcome
from service.jobs.retry import RetryPolicy
from service.publishing.pdf import typeset

SPEC = ActorSpec(group="pdf", kind=STORY, timeout=180, retry=RetryPolicy(2))

_log = structlog.get_logger()


async def perform(context: Context) -> Outcome:
    """Typeset the book in the process pool. This takes about a second of CPU time."""
    story = await load_story(context)
    context.progress(10)
    pdf = await context.deps.cpu.run(typeset, await compose_book(context, story))
    if pdf.warnings:
        # They quote the characters that no face has, which are the book's.
        _log.warning("pdf.warnings", warnings=len(pdf.warnings))
    context.progress(80)
    stored = await store_asset(context, story, "pdf", pdf.data, "application/pdf")
    return done_with_file(context, story, stored, metadata={"pages": pdf.pages})
