"""What every handler of a command has, and how one is found. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from service.genesis.commands import CommandType
from service.genesis.decide.recorder import Recorder
from service.genesis.model import GenesisStatus
from service.genesis.payloads import Payload

P = TypeVar("P", bound=Payload)


class CommandHandler(ABC, Generic[P]):
    """One type of command, or several that are one. ``validate`` is called before ``process``.

    ``statuses``: in which a session takes the command.
    """

    types: ClassVar[tuple[CommandType, ...]]
    statuses: ClassVar[frozenset[GenesisStatus]] = frozenset({GenesisStatus.ACTIVE})

    def validate(self, at: Recorder, payload: P) -> None:
        """Raises a refusal where the state does not allow the command. Records nothing."""

    @abstractmethod
    def process(self, at: Recorder, payload: P) -> Mapping[str, Any]:
        """Record the events; what is answered beside the session's version. May refuse, too."""


class CommandRouter:
    """Which handler decides which type of command."""

    def __init__(self, handlers: Iterable[CommandHandler[Any]]) -> None:
        self._handlers = {type_: handler for handler in handlers for type_ in handler.types}

    def route(self, type_: CommandType) -> CommandHandler[Any]:
        """The handler of a type."""
        return self._handlers[type_]
