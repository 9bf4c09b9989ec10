"""The result of a check: a finding, with the fields that show the problem. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How certain a finding is. No finding blocks a command."""

    WARNING = "warning"
    """The cited fields contradict each other, or something is missing."""
    HINT = "hint"
    """The words of the plan suggest a problem, but the rule may be wrong."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A field that a finding cites, as it was when the rule read it. ``quote`` is the value, or the beginning
    of a long value."""

    path: str
    revision: int
    quote: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that the user should look at.

    ``what`` distinguishes findings of the same rule about the same fields. If the user has dismissed the
    finding, ``dismissed`` is ``{reason, by, at}``.
    """

    rule: str
    severity: Severity
    message: str
    citations: tuple[Citation, ...]
    what: str = ""
    dismissed: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        """The id of the finding. It stays the same while the same rule finds the same problem in the same
        fields."""
        parts = (self.rule, *sorted(self.paths), self.what)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the fields that show the problem."""
        return tuple(one.path for one in self.citations)

    def json(self) -> dict[str, Any]:
        """The finding in the form of the API."""
        return {
            "id": self.id,
            "rule": self.rule,
            "severity": self.severity.value,
            "message": self.message,
            "citations": [
                {"path": one.path, "revision": one.revision, "quote": one.quote} for one in self.citations
            ],
            "dismissed": self.dismissed and dict(self.dismissed),
        }
