"""The newest events of a channel in memory, for clients that connect again at once. No I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from service.hub.frames import EventFrame

#: A short interruption of the network misses a few events. After a longer one, events come from the log.
MOST_EVENTS = 64
MOST_BYTES = 32 * 1024


class Ring:
    """Events in order and without a gap. The oldest are dropped first."""

    __slots__ = ("_events", "_size")

    def __init__(self) -> None:
        self._events: deque[EventFrame] = deque()
        self._size = 0

    def extend(self, events: Sequence[EventFrame]) -> None:
        """Add events. The first must have the version after the last one in the ring."""
        for event in events:
            self._events.append(event)
            self._size += len(event.payload)
        while len(self._events) > MOST_EVENTS or self._size > MOST_BYTES:
            self._size -= len(self._events.popleft().payload)

    def after(self, version: int) -> list[EventFrame] | None:
        """The events above ``version``, which is at most the newest. None if the ring does not have all."""
        if not self._events or self._events[0].version > version + 1:
            return None
        return [event for event in self._events if event.version > version]

    def clear(self) -> None:
        """Forget all events."""
        self._events.clear()
        self._size = 0
