"""A session that is led by HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from service.genesis.waits import pause
from tests.http_service import Answered, Caller, HttpService

BASE = "/api/v1/genesis"


@dataclass
class Session:
    """A session of a user, free-form unless it was started otherwise."""

    user: Caller
    id: str
    base: str = BASE

    async def send(self, type_: str, payload: Mapping[str, Any] | None = None, **envelope: Any) -> Answered:
        """Send a command; with a new id unless one is given."""
        return await send(self.user, type_, payload, session_id=self.id, base=self.base, **envelope)

    async def set(self, **values: Any) -> dict[str, Any]:
        """Set fields of the concept. Returns the answer's data."""
        changes = [{"op": "set", "path": f"concept.{name}", "value": value} for name, value in values.items()]
        answered = await self.send("EDIT_STAGE", {"stage": "concept", "changes": changes})
        assert answered.status == 200, answered.body
        return dict(answered.data)

    async def read(self, part: str = "state") -> Answered:
        """Read a part of it."""
        return await self.user("GET", f"{self.base}/{self.id}/{part}")


async def a_wait(http_service: HttpService, session: Session) -> str:
    """The correlation id of a session's wait for a person, as the end of a round leaves it."""
    async with http_service.database.as_user(session.user.user_id) as connection:
        half = await pause(connection, UUID(session.id), "concept:1", seconds=3600)
    return str(half.handle.correlation_id)


async def send(
    user: Caller, type_: str, payload: Mapping[str, Any] | None = None, *, base: str = BASE, **envelope: Any
) -> Answered:
    """Send a command of a user; with a new id unless one is given."""
    body = {"command_id": str(uuid4()), "command_type": type_, "payload": payload or {}, **envelope}
    return await user("POST", f"{base}/commands", body)


async def start(user: Caller, *, base: str = BASE, **payload: Any) -> Session:
    """A new session."""
    answered = await send(
        user, "START_GENESIS", {"mode": "free_form", "inspiration": "Fog.", **payload}, base=base
    )
    assert answered.status == 201, answered.body
    return Session(user, answered.data["session_id"], base)


async def refused(session: Session, type_: str, payload: dict[str, Any]) -> tuple[int, str]:
    """The status and the code with which a command to a session is refused."""
    answered = await session.send(type_, payload)
    return answered.status, answered.code
