"""Typesets the cover for KDP: back, spine and front in one piece."""

from __future__ import annotations

from actors.print_book import one_slot
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import STORY
from actors.wrapping import wrap_book
from service.jobs.outcomes import Outcome
from service.jobs.retry import RetryPolicy

SPEC = ActorSpec(group="kdp_cover", kind=STORY, timeout=600, retry=RetryPolicy(2), slots=one_slot)


async def perform(context: Context) -> Outcome:
    """Typeset the cover in the process pool. This takes about two seconds of CPU time, and 15 seconds more if
    the picture must be drawn for the printer."""
    return await wrap_book(context, "kdp")
