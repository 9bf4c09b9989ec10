"""The protocol of sinks. A sink is a place from which other systems read the events of the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from service.domain.cloud_events import Event

#: The names of all sinks.
SINKS = ("stream", "kafka")


@dataclass(frozen=True, slots=True)
class Range:
    """Consecutive events of one aggregate, in order. ``id`` is the id of the range's row in the outbox of
    sinks."""

    id: int
    aggregate_id: UUID
    events: Sequence[Event]


class Sink(Protocol):
    """A sink receives events in order, each at least once. Readers recognize repeated events by the
    envelope's ``id``."""

    name: str

    async def publish(self, ranges: Sequence[Range]) -> Mapping[int, str]:
        """Publish ranges. The ranges of each aggregate are published in order.

        Returns the reason for each refused range, by the range's id. After a refusal the later ranges of the
        same aggregate are not published, and have the same reason. If the sink cannot be reached, it raises
        the errors of the sink's library. If the call is cancelled, some of the events may be published.
        """
        ...


def by_aggregate(ranges: Sequence[Range]) -> Iterator[list[Range]]:
    """The ranges of each aggregate, in order."""
    found: dict[UUID, list[Range]] = {}
    for one in ranges:
        found.setdefault(one.aggregate_id, []).append(one)
    yield from found.values()
