"""Decodes the entries of the events stream that Redis returns. No I/O.

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
    """A durable event. Its body is parsed only if the channel has subscribers. ``user`` is the owner of the
    aggregate, if the entry names the owner."""

    channel: str
    version: int
    body: bytes
    user: str = ""

    def frame(self, kind: Kind) -> EventFrame:
        """Return the event as a frame. Raises ``ValueError`` if the body is not valid."""
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
        """Return the tick as a frame. Raises ``ValueError`` if the body is not JSON."""
        orjson.loads(self.body)
        return TickFrame(self.channel, self.key, self.attempt, self.body)


Entry = DurableEntry | TransientEntry


def decode(fields: Mapping[bytes, bytes]) -> Entry | None:
    """Decode one entry. Returns None if the entry cannot be decoded. The hub then reads the event from the
    log."""
    try:
        channel, body = fields[b"c"].decode(), fields[b"d"]
        if fields[b"k"] == b"e":
            return DurableEntry(channel, int(fields[b"v"]), body, fields.get(b"u", b"").decode())
        if fields[b"k"] == b"t":
            return TransientEntry(channel, fields[b"y"].decode(), int(fields[b"a"]), body)
    except (KeyError, ValueError):
        return None
    return None
