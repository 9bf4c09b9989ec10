"""The scheduler of sessions: it reminds of, expires and purges sessions, by commands of the system and the
clock of the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog

from service.db.pool import Database
from service.db.sql import load
from service.genesis.commands import CommandType
from service.genesis.decide import Rules
from service.genesis.inbox import prune_inbox
from service.genesis.sessions import process_system
from service.lifecycle import Loop
from service.runtime.settlement import Settled
from service.settings import Settings

_log = structlog.get_logger()
_SESSIONS = load("sessions", "service.genesis")
_AT_ONCE = 500
_DAY = 86_400.0


def rules_of(settings: Settings) -> Rules:
    """The operator's settings for sessions."""
    return Rules(
        life=timedelta(days=settings.genesis_life_days),
        reminder=timedelta(days=settings.genesis_reminder_days),
        grace=timedelta(days=settings.genesis_grace_days),
    )


class SessionScheduler(Loop):
    """Sends the due commands of the system. The loop may run in many processes at once: a command that
    another process has already processed has no effect.

    ``settled`` is called after each commit with the settlement.
    """

    name = "session-scheduler"
    interval = 30.0

    def __init__(self, database: Database, settings: Settings, *, settled: Callable[[Settled], None]) -> None:
        super().__init__()
        self._database = database
        self._rules = rules_of(settings)
        self._purges = settings.genesis_purge
        self._inbox_seconds = settings.genesis_inbox_days * _DAY
        self._settled = settled

    async def run_once(self) -> None:
        """Remind of, expire and purge all sessions that are due, and delete old commands from the inbox."""
        reminder, grace = self._rules.reminder.total_seconds(), self._rules.grace.total_seconds()
        due = await self._database.pool.fetch(
            _SESSIONS["due_sessions"], reminder, grace, self._purges, _AT_ONCE
        )
        for row in due:
            await self._do(row["id"], CommandType(row["command"]))
        await self._database.retry_transaction(lambda one: prune_inbox(one, self._inbox_seconds))

    async def _do(self, session_id: UUID, type_: CommandType) -> None:
        try:
            settled = await self._database.retry_transaction(
                lambda one: process_system(one, session_id, type_, self._rules)
            )
        except Exception as error:
            # One session that cannot be changed keeps no other from its time.
            _log.warning("session.not_changed", aggregate=str(session_id), command=type_, error=error)
            return
        self._settled(settled)
