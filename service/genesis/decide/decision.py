"""What a command is decided on, and what is decided. Pure."""

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
    """What operators set. ``generates``: the stages that have an actor."""

    life: timedelta = timedelta(days=30)
    reminder: timedelta = timedelta(days=3)
    grace: timedelta = timedelta(days=30)
    generates: frozenset[GenesisStage] = frozenset(STAGES)


@dataclass(frozen=True, slots=True)
class Session:
    """A session under its lock. ``version`` is that of its newest event; ``spent_usd`` is the ledger's."""

    state: State
    version: int
    spent_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Finish:
    """The novel that is to be made of the session."""

    title: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a command, all of it in one transaction; without events it has no effect.

    ``state`` and ``version`` are those after the events. ``rounds`` are jobs to be opened, ``cancels`` the
    stages whose jobs are cancelled first. ``signals`` answers waits by their keys, and ``expired`` are the
    keys of waits that no answer reaches any more. ``purge``: the session is deleted with all that it has.
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
