"""The user for whom a call is made, in a form that a provider may see: a hash that identifies nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

_CALLER: ContextVar[str] = ContextVar("caller", default="")


@contextmanager
def on_behalf_of(user_id: UUID) -> Iterator[None]:
    """Calls made within the block are for this user."""
    token = _CALLER.set(safety_identifier(user_id))
    try:
        yield
    finally:
        _CALLER.reset(token)


def caller() -> str:
    """The identifier of the user for whom this call is made; empty if there is no user."""
    return _CALLER.get()


def safety_identifier(user_id: UUID) -> str:
    """The same identifier for each call of a user. It does not reveal the user's id."""
    return hashlib.sha256(b"storytroupe:" + user_id.bytes).hexdigest()[:32]
