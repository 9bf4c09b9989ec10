"""The interface of the hub's source, which has the state and the event log of each channel.

The hub only compares versions. So it works with any log that numbers the events of each channel 1, 2, 3 …
without a gap.
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
    """One durable event. ``at`` has a time zone. ``data`` is the changed part of the state."""

    version: int
    at: datetime
    type: str
    data: Mapping[str, Any]


#: The greatest number of aggregates of one kind in a library feed. The API's lists also have older
#: aggregates.
FEED_SIZE = 50

#: The newest aggregates of one user by kind, newest first.
Library = Mapping[str, Sequence[Summary]]


class Source(Protocol):
    """Reads the log. Each method may raise any error if the log cannot be read. The hub then tries again."""

    async def authorize(self, user_id: UUID, channel: str) -> int | None:
        """Return the newest version of a channel. None if the user may not listen to the channel, or if it
        does not exist."""
        ...

    async def snapshot(self, channel: str) -> Snapshot:
        """Return the state and the version, read in one statement. Raises ``NotFound`` if the channel does
        not exist."""
        ...

    async def events_since(self, channel: str, version: int, limit: int) -> Sequence[Event]:
        """Return at most ``limit`` events after ``version``, in order and without a gap."""
        ...

    async def versions(self, channels: Sequence[str]) -> Mapping[str, int]:
        """Return the newest version of each channel. A channel that is missing in the result was deleted."""
        ...

    async def libraries(self, user_ids: Sequence[UUID]) -> Mapping[UUID, Library]:
        """Return the content of the library feed of each user: at most ``FEED_SIZE`` aggregates of each
        kind."""
        ...
