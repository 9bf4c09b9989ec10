"""The counters of a hub since its start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class HubCounters:
    """Counts events of a hub for the metrics. ``resyncs`` counts channels whose subscribers had to subscribe
    again. ``slow`` counts clients that had to subscribe again because too many bytes waited for them.
    ``recalled`` counts subscriptions that resumed from memory."""

    events: int = 0
    ticks: int = 0
    healed: int = 0
    resyncs: int = 0
    slow: int = 0
    unreadable: int = 0
    recalled: int = 0
