"""The base class of calls that return streams of server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from service.client.server_events import ServerEvent, read_events
from service.client.transport import Transport, check


class EventCalls(Transport):
    """The common part of all calls that stream events."""

    async def _events(
        self, path: str, since: int | None, query: Mapping[str, str] | None = None
    ) -> AsyncIterator[ServerEvent]:
        headers = {} if since is None else {"Last-Event-ID": str(since)}
        async with self.request("GET", path, headers=headers, params=query or {}) as response:
            await check(response)
            async for event in read_events(response.content):
                yield event
