"""The user for whom a call is made, as a hash that a provider may see and that does not reveal who the user
is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

_CALLER: ContextVar[str] = ContextVar("caller", default="")


@contextmanager
def on_behalf_of(user_id: UUID) -> Iterator[None]:
    """All calls that are made within the block are for this user."""
    token = _CALLER.set(safety_identifier(user_id))
    try:
        yield
    finally:
        _CALLER.reset(token)


def caller() -> str:
    """The identifier of the user for whom this call is made; empty if there is no user."""
    return _CALLER.get()


def safety_identifier(user_id: UUID) -> str:
    """The identifier of a user for providers. It is the same for each call of the user, and does not reveal
    the user's id."""
    return hashlib.sha256(b"storytroupe:" + user_id.bytes).hexdigest()[:32]
