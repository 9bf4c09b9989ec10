"""A subscriber that keeps to the client's rule, and notes where the hub breaks its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from service.hub.codes import ErrorCode
from service.hub.frames import Answer, Burst, Frame, RequestId, TickFrame


class Listener:
    """One that listens to one channel; ``version`` and ``state`` are what it has seen.

    ``faults`` must be empty at the end of every test.
    """

    def __init__(self, user_id: UUID) -> None:
        self.user_id = user_id
        self.version: int | None = None
        self.since: int | None = None
        self.state: dict[str, Any] = {}
        self.live = False
        self.modes: list[str] = []
        self.ticks: list[Any] = []
        self.refusals: list[ErrorCode] = []
        self.resyncs: list[str] = []
        self.faults: list[str] = []

    def subscribed(self, request: RequestId, answer: Answer) -> None:
        frame = orjson.loads(answer.payload(request))
        self.modes.append(frame["mode"])
        self.live = True
        if frame["mode"] == "snapshot":
            self.state, self.version = frame["state"], frame["version"]
            return
        self.version = self.since
        for event in frame["events"]:
            self._apply(event)
        if self.version != frame["version"]:
            self.faults.append(f"at {self.version}, told {frame['version']}")

    def publish(self, news: Frame) -> None:
        if not self.live:
            self.faults.append("an event outside of any subscription")
        if isinstance(news, TickFrame):
            self.ticks.append(orjson.loads(news.payload))
        elif isinstance(news, Burst):
            for event in news.events:
                self._apply(orjson.loads(event.payload))

    def _apply(self, frame: dict[str, Any]) -> None:
        if self.version is None or frame["version"] != self.version + 1:
            # Whoever calls may take the error for a failed read; the test must not.
            self.faults.append(f"{frame['version']} after {self.version}")
        self.version = frame["version"]
        self.state |= frame["data"]

    def tick(self, tick: TickFrame) -> None:
        if not self.live:
            self.faults.append("a tick outside of any subscription")
        self.ticks.append(orjson.loads(tick.payload)["data"])

    def refused(self, _request: RequestId, _channel: str, code: ErrorCode) -> None:
        self.refusals.append(code)

    def resync(self, _channel: str, reason: str) -> None:
        self.live = False
        self.resyncs.append(reason)
