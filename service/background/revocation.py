"""Finds users who were signed out, every few seconds, and ends their open connections to this process."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from service.access.revocations import Revocations, mark_of
from service.lifecycle import Loop

#: A function that returns whether a user was signed out since the last check.
Among = Callable[[UUID], bool]


class RevocationWatch(Loop):
    """Checks for new sign-outs. If it finds any, it calls each function in ``end`` with a test of whether a
    given user was signed out."""

    name = "revocation"
    interval = 5.0

    def __init__(self, revocations: Revocations, *end: Callable[[Among], None]) -> None:
        super().__init__()
        self._revocations = revocations
        self._end = end

    async def run_once(self) -> None:
        """Check once for new sign-outs."""
        news = await self._revocations.refresh()
        if news:
            for end in self._end:
                end(lambda user_id: mark_of(user_id) in news)
