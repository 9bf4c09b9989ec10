"""How long the offline providers take, so that a book can be watched as it would be with real ones."""

from __future__ import annotations

import asyncio

#: The seconds that each call takes at a latency of 1, from the table of the story pipeline.
CONTENT_SECONDS = 45.0
PALETTE_SECONDS = 2.4
ANALYSIS_SECONDS = 2.4
IMAGE_SECONDS = 38.0
AUDIO_SECONDS = 67.0
ACTIVITIES_SECONDS = 15.0
#: One proposal for a stage of a plan.
PROPOSAL_SECONDS = 8.0


class Pace:
    """Waits the given seconds times ``latency``; at 0 it only lets others run."""

    def __init__(self, latency: float) -> None:
        self._latency = latency

    async def wait(self, seconds: float) -> None:
        """Sleep for ``seconds`` times the latency."""
        await asyncio.sleep(seconds * self._latency)
