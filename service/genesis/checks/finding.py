"""What a check says: a finding, with the fields that show it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How sure a finding is. None of them blocks a command."""

    WARNING = "warning"
    """The cited fields contradict each other, or something is missing."""
    HINT = "hint"
    """The words of the plan suggest it; a person knows better."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A field as a finding has read it. ``quote`` is the value, or the beginning of a long one."""

    path: str
    revision: int
    quote: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should look at.

    ``what`` tells findings of one rule and the same fields apart. ``dismissed`` is ``{reason, by, at}``,
    where a person has set the finding aside.
    """

    rule: str
    severity: Severity
    message: str
    citations: tuple[Citation, ...]
    what: str = ""
    dismissed: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        """The same as long as the same rule finds the same in the same fields."""
        parts = (self.rule, *sorted(self.paths), self.what)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @property
    def paths(self) -> tuple[str, ...]:
        """The fields that show it."""
        return tuple(one.path for one in self.citations)

    def json(self) -> dict[str, Any]:
        """The finding as answers have it."""
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
