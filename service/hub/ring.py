"""Keeps the newest events of a channel in memory, for clients that connect again soon. No I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from service.hub.frames import EventFrame

#: How many events are kept. They are enough after a short network interruption. After a longer interruption,
#: events are read from the log.
MOST_EVENTS = 64
MOST_BYTES = 32 * 1024


class Ring:
    """Events in order and without a gap. If the ring is full, the oldest events are dropped."""

    __slots__ = ("_events", "_size")

    def __init__(self) -> None:
        self._events: deque[EventFrame] = deque()
        self._size = 0

    def extend(self, events: Sequence[EventFrame]) -> None:
        """Add events. The first must directly follow the last event in the ring."""
        for event in events:
            self._events.append(event)
            self._size += len(event.payload)
        while len(self._events) > MOST_EVENTS or self._size > MOST_BYTES:
            self._size -= len(self._events.popleft().payload)

    def after(self, version: int) -> list[EventFrame] | None:
        """Return the events after ``version``. ``version`` must not be above the newest version. None if the
        ring does not have all of these events."""
        if not self._events or self._events[0].version > version + 1:
            return None
        return [event for event in self._events if event.version > version]

    def clear(self) -> None:
        """Remove all events."""
        self._events.clear()
        self._size = 0
