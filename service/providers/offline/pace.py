"""Delays for the offline providers. With them, a user can watch a book as with paid providers."""

from __future__ import annotations

import asyncio

#: The duration of each call at a latency of 1, in seconds, from the table in the source document.
CONTENT_SECONDS = 45.0
PALETTE_SECONDS = 2.4
ANALYSIS_SECONDS = 2.4
IMAGE_SECONDS = 38.0
AUDIO_SECONDS = 67.0
ACTIVITIES_SECONDS = 15.0
#: The duration of one proposal for a stage of a plan, in seconds.
PROPOSAL_SECONDS = 8.0
#: One scene of a chapter.
SCENE_SECONDS = 6.0


class Pace:
    """Waits for a number of seconds, multiplied by ``latency``. With a latency of 0, other tasks can run, but
    no time passes."""

    def __init__(self, latency: float) -> None:
        self._latency = latency

    async def wait(self, seconds: float) -> None:
        """Sleep for ``seconds`` times the latency."""
        await asyncio.sleep(seconds * self._latency)
