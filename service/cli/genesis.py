"""The group ``genesis``, for sessions that plan a novel, and its command ``verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from service.cli.help_text import examples
from service.cli.operators import DataDir, open_current, settings_for
from service.cli.running import run
from service.errors import NotFound
from service.settings import Settings

commands = typer.Typer()
genesis = typer.Typer(
    no_args_is_help=True,
    help="""Plan a novel in five stages, from a first idea to an outline.

    1. concept: what the novel is about. 2. theme: the question that it asks. 3. character: its people, what
    they want and what they need. 4. world: places and rules. 5. plot: threads, chapters and scenes.

    In each stage you get proposals. `choose` one of them, or several for a blend. `say` what is missing to
    get others. `set` a value yourself. `lock` what must stay. `confirm` ends a stage and begins the next one.
    `finish` makes the planned novel, and `export` saves it as a file. `show` says where you are.
    """,
)
commands.add_typer(genesis, name="genesis")

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
