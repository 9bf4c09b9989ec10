"""The reply of every provider's call."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Usage:
    """The usage of a call. ``cost_usd`` is by the price table of the settings. ``seconds`` are those of the
    work itself if this machine does it, because the call also waits for its turn."""

    input_tokens: int = 0
    output_tokens: int = 0
    characters: int = 0
    images: int = 0
    seconds: float = 0.0
    cost_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A provider's answer, with its model and its usage."""

    value: T
    model: str
    usage: Usage = field(default_factory=Usage)
    request_id: str = ""
