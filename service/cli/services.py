"""``services``: PostgreSQL and Valkey alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from service.cli.running import run

commands = typer.Typer()

DataDir = Annotated[Path, typer.Option("--data", help="Where everything is kept; made if it is not there.")]


@commands.command()
def services(data: DataDir = Path("data")) -> None:
    """Run PostgreSQL and Valkey alone, until interrupted.

    Prints DATABASE_URL=…, REDIS_URL=… and DATABASE_HTTP_URL=… when both answer, for `storytroupe serve`.
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
