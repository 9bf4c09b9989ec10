"""Events that jobs lead to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that is about to get its version. ``schema`` is the form of ``data``; ``correlation_id`` is
    the command that led to it."""

    type: str
    data: Mapping[str, Any]
    schema: int = 1
    correlation_id: UUID | None = None
