"""The channels on which changes are published: one for each aggregate, and one for each user's library feed.
Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard
from uuid import UUID

from service.errors import NotFound
from service.runtime.kinds import Kind, Kinds

#: The prefix of the channels of library feeds. All other channels belong to an aggregate.
_LIBRARY = "users"


def channel_of(prefix: str, id_: UUID | str) -> str:
    """The name of a channel, for example ``stories:id=UUID``."""
    return f"{prefix}:id={id_}"


def library_channel(user_id: UUID | str) -> str:
    """The name of the channel of a user's library feed."""
    return channel_of(_LIBRARY, user_id)


def is_library(channel: str) -> bool:
    """Whether the channel is a library feed."""
    return channel.startswith(f"{_LIBRARY}:")


def id_of(channel: str) -> UUID:
    """The id of the aggregate, or of the user, that a channel is about. Raises ``ValueError`` for a malformed
    name."""
    return UUID(channel.partition(":id=")[2])


class ChannelNames:
    """The names of the channels of the given kinds."""

    __slots__ = ("_by_prefix", "_kinds")

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._by_prefix = {kind.channel_prefix: kind for kind in kinds.values()}

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The prefixes of all channels."""
        return (*self._by_prefix, _LIBRARY)

    def name(self, kind: str, id_: UUID) -> str:
        """The channel of an aggregate. Raises ``KeyError`` if the kind is unknown."""
        return channel_of(self._kinds[kind].channel_prefix, id_)

    def kind_of(self, channel: str) -> Kind | None:
        """The kind of the aggregate that a channel is about; None for a library feed and for an unknown
        channel."""
        return self._by_prefix.get(channel.partition(":")[0])

    def is_channel(self, value: object) -> TypeGuard[str]:
        """Whether the value is the name of a channel in the canonical spelling."""
        if not isinstance(value, str) or value.partition(":")[0] not in self.prefixes:
            return False
        prefix, _, id_ = value.partition(":id=")
        try:
            return channel_of(prefix, UUID(id_)) == value
        except ValueError:
            return False

    def statuses(self, channel: str, state: Mapping[str, Any]) -> Mapping[str, str]:
        """The status of each job, by the job's name, in a state or an event of the channel."""
        kind = self.kind_of(channel)
        return {} if kind is None else kind.statuses(state)

    def missing(self, channel: str) -> NotFound:
        """The error for a client that asks for a channel whose aggregate does not exist, or belongs to
        another user."""
        kind = self.kind_of(channel)
        return (
            NotFound()
            if kind is None
            else NotFound(f"The {kind.noun} does not exist.", code=kind.missing_code)
        )
