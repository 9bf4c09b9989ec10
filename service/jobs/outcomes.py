"""How an attempt ends on purpose. Failures are raised instead, and classed by the retry policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Done:
    """It is made.

    ``result`` is the asset's public state beside its status (url, hash, data …);
    ``patch`` is what the aggregate keeps of it, by column of its own table.
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    patch: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after ``delay`` seconds; counts as a failure of the job's budget."""

    code: str
    message: str
    delay: float


@dataclass(frozen=True, slots=True)
class Snooze:
    """Wait ``delay`` seconds and go on; costs nothing of the budget (a 429, a full bucket)."""

    code: str
    message: str
    delay: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait until a person lets the job go on: it has no due time. Costs nothing of the budget."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Discard:
    """Give up for good."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class HandBack:
    """A drain gives the job back to the queue without touching its budget."""


Outcome = Done | Retry | Snooze | Hold | Discard | HandBack
