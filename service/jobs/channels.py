"""The names of the channels on which changes are told. Pure."""

from __future__ import annotations

from uuid import UUID

#: An aggregate's kind, and the first part of its channel.
PREFIXES = {"story": "stories", "genesis": "genesis", "user": "users"}
_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}


def channel_of(kind: str, aggregate_id: UUID) -> str:
    """``stories:id=UUID`` and its like."""
    return f"{PREFIXES[kind]}:id={aggregate_id}"


def parse_channel(channel: str) -> tuple[str, UUID]:
    """A channel's kind of aggregate and id. Raises ValueError where it is not one."""
    prefix, _, rest = channel.partition(":id=")
    if prefix not in _KINDS:
        raise ValueError(f"no such channel: {channel!r}")
    return _KINDS[prefix], UUID(rest)
