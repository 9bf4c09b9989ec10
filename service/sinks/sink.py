"""What a sink is: the place where other systems read the events of the service."""

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
    """Events of one aggregate in order. ``id`` is the range's row in the outbox of sinks."""

    id: int
    aggregate_id: UUID
    events: Sequence[Event]


class Sink(Protocol):
    """Takes events in order, at least once. Readers drop what they have by the envelope's ``id``."""

    name: str

    async def publish(self, ranges: Sequence[Range]) -> Mapping[int, str]:
        """Publish ranges, each aggregate's in order.

        Returns the reason for each refused range, by the range's id. After a refusal the later ranges of the
        same aggregate are not published, and have the same reason. If the sink cannot be reached, it raises
        the errors of the sink's library. If it is cancelled, a part may be published.
        """
        ...


def by_aggregate(ranges: Sequence[Range]) -> Iterator[list[Range]]:
    """The ranges of each aggregate, in order."""
    found: dict[UUID, list[Range]] = {}
    for one in ranges:
        found.setdefault(one.aggregate_id, []).append(one)
    yield from found.values()
