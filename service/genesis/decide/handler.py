"""The interface of all command handlers, and the router that finds the handler of a command. Pure."""

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
    """The handler of one type of command, or of several types with the same effect. ``validate`` is called
    before ``process``.

    ``statuses`` contains the statuses in which a session accepts the command.
    """

    types: ClassVar[tuple[CommandType, ...]]
    statuses: ClassVar[frozenset[GenesisStatus]] = frozenset({GenesisStatus.ACTIVE})

    def validate(self, at: Recorder, payload: P) -> None:
        """Raise a refusal if the state does not allow the command. Records nothing."""

    @abstractmethod
    def process(self, at: Recorder, payload: P) -> Mapping[str, Any]:
        """Record the events of the command. Returns the field ``result`` of the answer. May raise a refusal,
        too."""


class CommandRouter:
    """Finds the handler for a type of command."""

    def __init__(self, handlers: Iterable[CommandHandler[Any]]) -> None:
        self._handlers = {type_: handler for handler in handlers for type_ in handler.types}

    def route(self, type_: CommandType) -> CommandHandler[Any]:
        """The handler of a type of command."""
        return self._handlers[type_]
