"""Parses server-sent events from the lines of an HTTP answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event of a stream. Its ``name`` is ``snapshot``, ``tick``, or the type of a change.

    ``data`` is the frame that a websocket client would get. ``version`` is the version of the state after
    this event, or None.
    """

    name: str
    data: dict[str, Any]
    version: int | None


async def read_events(lines: AsyncIterable[bytes]) -> AsyncIterator[ServerEvent]:
    """Yield the events of a stream of lines. Comments and ``retry`` fields are skipped. Raises ``ValueError``
    if the lines are not an event stream, and the errors of ``lines``. The caller may stop at any event."""
    fields: dict[str, str] = {}
    async for line in lines:
        text = line.decode().rstrip("\r\n")
        if text:
            name, _, value = text.partition(":")
            if name in ("event", "id", "data"):
                fields[name] = value.removeprefix(" ")
        elif "data" in fields:
            version = int(fields["id"]) if "id" in fields else None
            yield ServerEvent(fields.get("event", "message"), json.loads(fields["data"]), version)
            fields = {}
        else:
            fields = {}
