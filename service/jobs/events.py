"""Events that changes of jobs cause. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from service.jobs.values import value


@value
class NewEvent:
    """An event that has no version yet. ``schema`` is the version of the format of ``data``;
    ``correlation_id`` is the id of the command that caused it."""

    type: str
    data: Mapping[str, Any]
    schema: int = 1
    correlation_id: UUID | None = None
