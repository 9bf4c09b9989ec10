"""The reply of a call to a provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Usage:
    """The usage of a call. ``cost_usd`` is the cost by the price table of this service. If the work runs on
    this machine, ``seconds`` is the time of the work without the wait for its turn."""

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
