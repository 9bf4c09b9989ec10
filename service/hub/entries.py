"""Entries of the events stream, as they come from Redis. Pure.

Durable: ``k=e c=<channel> v=<version> u=<user> d={"at", "event", "data", "user"}``.
Transient: ``k=t c=<channel> y=<key> a=<attempt> d=<data>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from service.hub.frames import EventFrame, TickFrame
from service.runtime.kinds import Kind


@dataclass(frozen=True, slots=True)
class DurableEntry:
    """An event; its body is read only where somebody listens. ``user`` is its owner, if that is told."""

    channel: str
    version: int
    body: bytes
    user: str = ""

    def frame(self, kind: Kind) -> EventFrame:
        """An event of this kind. Raises ``ValueError`` if the body is not as it should be."""
        try:
            body = orjson.loads(self.body)
            data = body["data"]
            statuses = kind.statuses(data)
            return EventFrame(self.channel, self.version, body["at"], body["event"], data, statuses)
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as broken:
            raise ValueError("an event's body cannot be read") from broken


@dataclass(frozen=True, slots=True)
class TransientEntry:
    """A tick."""

    channel: str
    key: str
    attempt: int
    body: bytes

    def frame(self) -> TickFrame:
        """Raises ``ValueError`` if the body is not JSON."""
        orjson.loads(self.body)
        return TickFrame(self.channel, self.key, self.attempt, self.body)


Entry = DurableEntry | TransientEntry


def decode(fields: Mapping[bytes, bytes]) -> Entry | None:
    """Read one entry; None if it cannot be read, for then the log heals what it said."""
    try:
        channel, body = fields[b"c"].decode(), fields[b"d"]
        if fields[b"k"] == b"e":
            return DurableEntry(channel, int(fields[b"v"]), body, fields.get(b"u", b"").decode())
        if fields[b"k"] == b"t":
            return TransientEntry(channel, fields[b"y"].decode(), int(fields[b"a"]), body)
    except (KeyError, ValueError):
        return None
    return None
