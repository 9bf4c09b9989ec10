"""Every few seconds, finds the users who were signed out, and ends their open connections here."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from service.access.revocations import Revocations, mark_of
from service.lifecycle import Loop

#: Whether a user was signed out since the last check.
Among = Callable[[UUID], bool]


class RevocationWatch(Loop):
    """Each of ``end`` is called if any user was signed out since the last check."""

    name = "revocation"
    interval = 5.0

    def __init__(self, revocations: Revocations, *end: Callable[[Among], None]) -> None:
        super().__init__()
        self._revocations = revocations
        self._end = end

    async def run_once(self) -> None:
        """One check."""
        news = await self._revocations.refresh()
        if news:
            for end in self._end:
                end(lambda user_id: mark_of(user_id) in news)
