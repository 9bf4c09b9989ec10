"""The command ``services``, which runs only PostgreSQL and Valkey."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from service.cli.help_text import UNTIL_ENDED, examples
from service.cli.running import run

commands = typer.Typer()

DataDir = Annotated[
    Path, typer.Option("--data", help="Folder for everything; it is created if it does not exist.")
]


@commands.command(epilog=examples("storytroupe services --data data", **UNTIL_ENDED))
def services(data: DataDir = Path("data")) -> None:
    """Run only PostgreSQL and Valkey, for `storytroupe serve`, until a signal ends them.

    When both servers are ready, the command prints DATABASE_URL=…, REDIS_URL=… and DATABASE_HTTP_URL=….
    """
    from service.devstack.private import UMASK

    os.umask(UMASK)
    run(_serve(data), interrupted=0)


async def _serve(data: Path) -> None:
    from service.devstack.stack import Stack

    async with Stack(data) as stack:
        typer.echo(f"DATABASE_URL={stack.database_url}")
        typer.echo(f"REDIS_URL={stack.redis_url}")
        typer.echo(f"DATABASE_HTTP_URL={stack.database_http_url}")
        await stack.supervise()
