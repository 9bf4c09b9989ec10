"""Events that jobs lead to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that is about to get its version."""

    type: str
    data: Mapping[str, Any]
