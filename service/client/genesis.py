"""The calls about Genesis sessions: commands, states and live changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from service.api import responses as a
from service.api.queries import SessionStatus
from service.client.event_calls import EventCalls
from service.client.server_events import ServerEvent
from service.client.transport import Id, Request


class GenesisCalls(EventCalls):
    """A method for each call of ``/api/v1/genesis``."""

    async def send_command(
        self,
        command_type: str,
        payload: Mapping[str, Any],
        *,
        session_id: Id | None = None,
        expected_version: int | None = None,
        command_id: Id | None = None,
    ) -> a.CommandDone:
        """Send a command, and return its result: ``send_command("START_GENESIS", {"inspiration": "…"})``.

        All commands except ``START_GENESIS`` need a ``session_id``. The result of ``START_GENESIS`` has the
        id of the new session. ``expected_version`` is the ``decision_version`` that the caller has seen. If
        ``command_id`` is omitted, the call makes a new id. A second command with the same id raises
        ``Conflict`` (COMMAND_REPEATED). The ``data`` of this error is the result of the first command. Raises
        ``InvalidInput``, ``NotFound``, and ``Conflict`` with a code that says why the session does not allow
        the command now.
        """
        given = {
            "command_id": str(command_id or uuid4()),
            "command_type": command_type,
            "session_id": str(session_id) if session_id else None,
            "expected_version": expected_version,
            "payload": dict(payload),
        }
        body = {name: value for name, value in given.items() if value is not None}
        return await self.ask(a.CommandDone, "POST", "/api/v1/genesis/commands", body=body)

    async def estimate_command(
        self, session_id: Id, command_type: str, payload: Mapping[str, Any]
    ) -> a.CommandEstimate:
        """Return the estimated cost of a command in US dollars, and its estimated time in seconds. The
        command is not executed. Raises the errors of ``send_command``."""
        body = {
            "command_id": str(uuid4()),
            "command_type": command_type,
            "session_id": str(session_id),
            "payload": dict(payload),
        }
        return await self.ask(a.CommandEstimate, "POST", f"{_session(session_id)}/estimate", body=body)

    async def estimate_plan(self, payload: Mapping[str, Any]) -> a.PlanEstimate:
        """Return the estimated cost of a whole plan in US dollars: one round of proposals for each stage.
        ``payload`` is that of ``START_GENESIS``. No session is started. Raises ``InvalidInput``."""
        body = {"command_id": str(uuid4()), "command_type": "START_GENESIS", "payload": dict(payload)}
        return await self.ask(a.PlanEstimate, "POST", "/api/v1/genesis/estimate", body=body)

    async def list_sessions(
        self, *, status: SessionStatus | None = None, cursor: str | None = None, limit: int = 20
    ) -> a.Items[a.SessionListed]:
        """Return a page of the user's sessions, newest first. A page has at most ``limit`` items (1 to
        100)."""
        query = {"status": status, "cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.SessionListed], "GET", "/api/v1/genesis", query=query)

    async def read_session(self, session_id: Id, *, at: int | None = None) -> a.SessionState:
        """Return the current state of a session, or its state at version ``at``. Raises ``NotFound``, and
        ``InvalidInput`` for a version that the session does not have."""
        return await self.ask(a.SessionState, "GET", f"{_session(session_id)}/state", query={"at": at})

    async def read_history(
        self, session_id: Id, *, cursor: str | None = None, limit: int = 20
    ) -> a.Items[a.DecisionMade]:
        """Return a page of the decisions about a session, newest first. Raises ``NotFound``."""
        query = {"cursor": cursor, "limit": limit}
        path = f"{_session(session_id)}/history"
        return await self.ask(a.Items[a.DecisionMade], "GET", path, query=query)

    async def compare_sessions(
        self,
        session_id: Id,
        before: int,
        after: int | None = None,
        *,
        other: Id | None = None,
        proposal: Id | None = None,
        other_proposal: Id | None = None,
    ) -> a.SessionDiff:
        """Return the differences between two versions of a session, by path.

        If ``after`` is omitted, it is the newest version. If ``other`` is given, ``after`` is a version of
        the session ``other``. If ``proposal`` is given, this proposal of the version ``before`` is compared,
        and so is ``other_proposal`` of the version ``after``. Raises ``NotFound``, and ``InvalidInput`` for a
        version that does not exist.
        """
        query = {"from": before, "to": after, "other": other}
        query |= {"proposal": proposal, "other_proposal": other_proposal}
        return await self.ask(a.SessionDiff, "GET", f"{_session(session_id)}/diff", query=query)

    async def read_findings(self, session_id: Id) -> a.Items[a.Finding]:
        """Return the findings: possible problems in the plan that the author should check. Raises
        ``NotFound``."""
        return await self.ask(a.Items[a.Finding], "GET", f"{_session(session_id)}/findings")

    async def read_session_calls(self, session_id: Id) -> a.Items[a.SessionCall]:
        """Return the newest 500 calls to providers for a session, with their cost in US dollars. Raises
        ``NotFound``."""
        return await self.ask(a.Items[a.SessionCall], "GET", f"{_session(session_id)}/calls")

    async def delete_session(self, session_id: Id) -> a.Deleted:
        """Delete a session permanently. A novel that the session made stays. Raises ``NotFound``."""
        return await self.ask(a.Deleted, "DELETE", _session(session_id))

    async def list_waits(self, session_id: Id) -> a.Items[a.Wait]:
        """Return the waits of a session for a choice of a person, oldest first. Raises ``NotFound``."""
        return await self.ask(a.Items[a.Wait], "GET", f"{_session(session_id)}/waits")

    async def link_wait(self, correlation_id: Id, *, expires_in: int = 3 * 86_400) -> a.WaitLink:
        """Return a signed URL. Everyone who has the URL can answer the wait, but only once. ``expires_in`` is
        the validity of the URL in seconds (60 to 604,800). Raises ``NotFound``."""
        path = f"/api/v1/genesis/waits/{correlation_id}/link"
        return await self.ask(a.WaitLink, "POST", path, body={"expires_in": expires_in})

    async def read_cards(self, correlation_id: Id) -> a.Cards:
        """Return a wait with its proposals. Raises ``NotFound``."""
        return await self.ask(a.Cards, "GET", f"/api/v1/genesis/resume/{correlation_id}")

    async def answer_wait(self, correlation_id: Id, request: Request) -> a.CommandDone:
        """Answer a wait. Only the first answer counts. A later answer returns the result of the first answer.

        ``request`` has ``proposal_ids``, ``text`` or ``confirm``. Raises ``InvalidInput``, ``NotFound``, and
        ``Conflict`` if the wait is over.
        """
        path = f"/api/v1/genesis/resume/{correlation_id}"
        return await self.ask(a.CommandDone, "POST", path, body=request)

    async def session_events(
        self, session_id: Id, *, since: int | None = None, types: Sequence[str] = ()
    ) -> AsyncIterator[ServerEvent]:
        """Yield the changes of a session as they happen. The first event is a snapshot. If ``since`` is
        given, all changes after this version come first instead. ``types`` selects events: types
        (``stage.confirmed``), families (``stage.*``) and ``tick``. Empty ``types`` selects all events.

        The iterator ends when the service ends the stream. To stop earlier, close the iterator (``aclose``)
        or cancel the task. Raises ``NotFound``, ``InvalidInput``, ``Overloaded``, and ``Unavailable`` if the
        connection is lost.
        """
        query = {"types": ",".join(types)} if types else {}
        async for event in self._events(f"{_session(session_id)}/events/stream", since, query):
            yield event


def _session(session_id: Id) -> str:
    return f"/api/v1/genesis/{session_id}"
