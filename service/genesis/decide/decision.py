"""The input and the result of a decision. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from service.genesis.events import Event
from service.genesis.generation import Round
from service.genesis.model import STAGES, GenesisStage, Json, State


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of the operator for sessions. ``generates`` contains the stages that have an actor."""

    life: timedelta = timedelta(days=30)
    reminder: timedelta = timedelta(days=3)
    grace: timedelta = timedelta(days=30)
    generates: frozenset[GenesisStage] = frozenset(STAGES)


@dataclass(frozen=True, slots=True)
class Session:
    """The state of a locked session. ``version`` is the version of its newest event. ``spent_usd`` is the
    cost of its calls, from the ledger."""

    state: State
    version: int
    spent_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Finish:
    """The novel that is made from the session."""

    title: str


@dataclass(frozen=True, slots=True)
class Decision:
    """All effects of a command, which are written in one transaction. A decision without events has no
    effect.

    ``state`` and ``version`` are the values after the events. A job is opened for each of the ``rounds``. The
    jobs of the stages in ``cancels`` are cancelled before. ``signals`` contains answers to waits, by the key
    of the wait. ``expired`` contains the keys of waits that accept no answer any more. If ``purge`` is true,
    the session is deleted with all of its data.
    """

    events: tuple[Event, ...]
    state: State
    version: int
    rounds: tuple[Round, ...] = ()
    cancels: frozenset[GenesisStage] = frozenset()
    signals: Mapping[str, Json] = field(default_factory=dict)
    expired: tuple[str, ...] = ()
    finish: Finish | None = None
    purge: bool = False
    result: Mapping[str, Any] = field(default_factory=dict)
