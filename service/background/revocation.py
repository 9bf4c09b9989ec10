"""Looks, every few seconds, who was signed out, and ends what they have open here."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from service.access.revocations import Revocations, mark_of
from service.lifecycle import Loop

#: Whether a user is among those who were signed out since the last look.
Among = Callable[[UUID], bool]


class RevocationWatch(Loop):
    """``end`` are called where anybody was signed out since the last look."""

    name = "revocation"
    interval = 5.0

    def __init__(self, revocations: Revocations, *end: Callable[[Among], None]) -> None:
        super().__init__()
        self._revocations = revocations
        self._end = end

    async def run_once(self) -> None:
        """One look."""
        news = await self._revocations.refresh()
        if news:
            for end in self._end:
                end(lambda user_id: mark_of(user_id) in news)
