"""Values of which a process makes thousands a second."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a dataclass with slots that the type checker treats as frozen.

    At runtime it is not frozen: Python needs ten times as long to make a frozen dataclass with many fields,
    and a job needs many of them.
    """
    return dataclass(slots=True)(cls)
