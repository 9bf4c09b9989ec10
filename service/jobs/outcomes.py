"""The planned ends of an attempt. Failures are raised instead, and the retry policy classifies them.

``message`` is a sentence of the service's own. ``detail`` is what a person, a model or a provider wrote, for
the job's user only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Done:
    """The job succeeded.

    ``result`` is the asset's public state besides its status (url, hash, data …). ``patch`` is what the
    aggregate stores of it, by column of its own table.
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    patch: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after ``delay`` seconds. It counts as a failure in the job's budget."""

    code: str
    message: str
    delay: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Wait ``delay`` seconds, then continue. It does not count in the budget (HTTP 429, an empty token
    bucket)."""

    code: str
    message: str
    delay: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait until a person releases the job: it has no due time. It does not count in the budget."""

    code: str
    message: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Discard:
    """Give up permanently."""

    code: str
    message: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HandBack:
    """Return the job to the queue during a drain. It does not count in the budget."""


Outcome = Done | Retry | Snooze | Hold | Discard | HandBack
