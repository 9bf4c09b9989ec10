"""An actor is one module: a frozen spec, and how it performs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from actors.runtime.context import Context
from service.jobs.outcomes import Outcome

Perform = Callable[[Context], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class ActorSpec:
    """``group`` names its stream; ``timeout`` bounds one attempt, in seconds; ``kind`` is the
    kind of aggregate whose jobs it performs."""

    group: str
    timeout: float
    kind: str = "story"


@dataclass(frozen=True, slots=True)
class Actor:
    """A spec with its performance. Planned endings are returned; only failures are raised."""

    spec: ActorSpec
    perform: Perform


Registry = Mapping[str, Actor]
