"""What has happened in a hub since its start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class HubCounters:
    """``resyncs`` counts channels, ``slow`` clients that were told to ask again because too much
    waited for them, ``recalled`` those who came back and were told from memory what they had missed."""

    events: int = 0
    ticks: int = 0
    healed: int = 0
    resyncs: int = 0
    slow: int = 0
    unreadable: int = 0
    recalled: int = 0
