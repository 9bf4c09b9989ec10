"""Looks, every few seconds, who was signed out, and ends what they have open here."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from service.access.revocations import Revocations
from service.background.loop import Loop


class RevocationWatch(Loop):
    """``end`` are called with each user who was signed out since the last look."""

    name = "revocation"
    interval = 5.0

    def __init__(self, revocations: Revocations, *end: Callable[[UUID], None]) -> None:
        super().__init__()
        self._revocations = revocations
        self._end = end

    async def run_once(self) -> None:
        """One look."""
        for user_id in await self._revocations.refresh():
            for end in self._end:
                end(user_id)
