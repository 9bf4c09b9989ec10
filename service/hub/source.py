"""The source of the hub: the state of a channel, and the log of its events.

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
    """One durable event. ``at`` is aware. ``data`` is the changed part of the state."""

    version: int
    at: datetime
    type: str
    data: Mapping[str, Any]


#: The number of aggregates of a kind in a library feed. Lists of the API have older ones.
FEED_SIZE = 50

#: The newest aggregates of one user, newest first, by the name of their kind.
Library = Mapping[str, Sequence[Summary]]


class Source(Protocol):
    """Reads of the log. Each may raise any error if the log cannot be read. The hub tries again."""

    async def authorize(self, user_id: UUID, channel: str) -> int | None:
        """The channel's newest version. None if the user may not listen, or the channel does not exist."""
        ...

    async def snapshot(self, channel: str) -> Snapshot:
        """The state and the version, read in one statement. Raises ``NotFound``."""
        ...

    async def events_since(self, channel: str, version: int, limit: int) -> Sequence[Event]:
        """At most ``limit`` events after ``version``, in order and without a gap."""
        ...

    async def versions(self, channels: Sequence[str]) -> Mapping[str, int]:
        """The newest version of each channel. A channel that is missing in the result was deleted."""
        ...

    async def libraries(self, user_ids: Sequence[UUID]) -> Mapping[UUID, Library]:
        """The content of the library feed of each user: at most ``FEED_SIZE`` aggregates of each kind."""
        ...
