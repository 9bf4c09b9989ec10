"""The command ``genesis verify``, for operators."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from service.cli.genesis import genesis
from service.cli.help_text import examples
from service.cli.operators import DataDir, open_current, settings_for
from service.cli.running import run
from service.cli.session_compare import commands as commands
from service.errors import NotFound
from service.settings import Settings

#: The session id in the examples of the help.
_SESSION = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


@genesis.command(
    "verify", epilog=examples("storytroupe genesis verify", f"storytroupe genesis verify {_SESSION}")
)
def verify_sessions(
    session: Annotated[UUID | None, typer.Argument(help="Id of one session. Default: all sessions.")] = None,
    data: DataDir = Path("data"),
) -> None:
    """Check that the stored state of each session is the state that its events produce.

    The command changes nothing. It also compares versions, open waits and running rounds. It prints each
    session that differs. The exit code is 1 if any session differs.
    """
    checked, wrong = run(_verify(settings_for(data), session))
    if session is not None and not checked:
        raise NotFound("This session does not exist.", code="SESSION_NOT_FOUND")
    typer.echo(f"{checked} sessions are checked, {wrong} differ.")
    if wrong:
        raise typer.Exit(1)


async def _verify(settings: Settings, session: UUID | None) -> tuple[int, int]:
    """Print the differences. Returns the number of checked sessions and the number of sessions that
    differ."""
    from service.genesis.verify import verify

    checked = wrong = 0
    async with open_current(settings) as core:
        async for one in verify(core.database, session):
            checked += 1
            wrong += bool(one.faults)
            for fault in one.faults:
                typer.echo(f"{one.id} at version {one.version}: {fault}")
    return checked, wrong
