"""The planned ends of an attempt. Failures are raised instead, and the retry policy classifies them.

``message`` is a sentence that the service wrote. ``detail`` is text that a user, a model or a provider wrote;
only the job's user sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Done:
    """The job succeeded.

    ``result`` is the asset's public state besides its status (url, hash, data …). ``patch`` contains the new
    values for columns of the aggregate's own table, by column.
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    patch: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retry:
    """The job is tried again after ``delay`` seconds. This attempt counts as a failure."""

    code: str
    message: str
    delay: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    """The job waits ``delay`` seconds, then continues, for example after HTTP 429 or with an empty token
    bucket. This attempt does not count as a failure."""

    code: str
    message: str
    delay: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """The job waits, without a due time, until a person releases it. This attempt does not count as a
    failure."""

    code: str
    message: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Discard:
    """The job fails permanently."""

    code: str
    message: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HandBack:
    """The job returns to the queue, because its process drains. This attempt does not count as a failure."""


Outcome = Done | Retry | Snooze | Hold | Discard | HandBack
