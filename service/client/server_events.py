"""Server-sent events, read from the lines of an answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event: its data as JSON, and the version that it brings; None for what is transient."""

    name: str
    data: dict[str, Any]
    version: int | None


async def read_events(lines: AsyncIterable[bytes]) -> AsyncIterator[ServerEvent]:
    """The events of a stream of lines; comments and the pause for coming back are passed over."""
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
