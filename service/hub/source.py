"""The truth behind the hub: what a channel is at now, and what happened on it.

The hub only compares versions, so any log will do that numbers the events of each channel
1, 2, 3 … without a gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from service.runtime.kinds import Snapshot, Summary


@dataclass(frozen=True, slots=True)
class Event:
    """One durable event. ``at`` is aware; ``data`` holds the changed part of the state."""

    version: int
    at: datetime
    type: str
    data: Mapping[str, Any]


#: Aggregates of a kind in a library feed; lists have the older ones.
FEED_SIZE = 50

#: The newest aggregates of one user, newest first, by the name of their kind.
Library = Mapping[str, Sequence[Summary]]


class Source(Protocol):
    """Reads of the log. Each may raise anything when the log cannot be had; the hub tries again."""

    async def authorize(self, user_id: UUID, channel: str) -> int | None:
        """The channel's newest version; None where the user may not listen, or there is no such."""
        ...

    async def snapshot(self, channel: str) -> Snapshot:
        """State and version, read in one statement. Raises ``NotFound``."""
        ...

    async def events_since(self, channel: str, version: int, limit: int) -> Sequence[Event]:
        """At most ``limit`` events after ``version``, ascending and without a gap."""
        ...

    async def versions(self, channels: Sequence[str]) -> Mapping[str, int]:
        """The newest version of each channel. A channel that is left out has been deleted."""
        ...

    async def libraries(self, user_ids: Sequence[UUID]) -> Mapping[UUID, Library]:
        """What the library feed of each user has: at most ``FEED_SIZE`` aggregates of each kind."""
        ...
