"""The sink for a Redis stream, which consumer groups of other systems read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from redis.exceptions import ResponseError

from service.runtime.channels import ChannelNames
from service.sinks.sink import Range
from service.streams.client import is_refusal, reason_of
from service.streams.integration import IntegrationStream


class StreamSink:
    """Appends each event to the integration stream."""

    name = "stream"

    def __init__(self, stream: IntegrationStream, names: ChannelNames) -> None:
        self._stream = stream
        self._names = names

    async def publish(self, ranges: Sequence[Range]) -> Mapping[int, str]:
        """Implements ``Sink.publish``. One transaction of the server appends either all events or none."""
        events = [event for one in ranges for event in one.events]
        try:
            await self._stream.append(
                [(self._names.name(event.kind, event.aggregate_id), event.envelope()) for event in events]
            )
        except ResponseError as error:
            if not is_refusal(error):
                raise
            return {one.id: reason_of(error) for one in ranges}
        return {}
