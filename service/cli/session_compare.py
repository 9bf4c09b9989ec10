"""The commands ``genesis branch``, ``diff`` and ``copy``, which compare sessions and versions, and ``genesis
send``, which sends any command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.door import Door
from service.cli.genesis import genesis
from service.cli.help_text import examples
from service.cli.running import run
from service.cli.services import DataDir
from service.cli.session_client import EXAMPLE, Session, client_at, send, send_command, session_of, stage_in
from service.cli.session_display import show_changes
from service.cli.sessions import commands as commands
from service.cli.stories import Token, Url, find_door
from service.errors import InvalidInput

_OTHER = "c41e0a77"
Version = Annotated[
    int | None, typer.Option(min=1, help="Version of the session. Default: the current version.")
]
Other = Annotated[
    str,
    typer.Option("--other", metavar="ID", help="Another session, for example a branch."),
]


@genesis.command(
    "branch",
    epilog=examples(f"storytroupe genesis branch {EXAMPLE}", f"storytroupe genesis branch {EXAMPLE} --at 12"),
)
def branch(  # nosec B107
    session: Session,
    at: Version = None,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Start a new session from a version of a session. The first session stays as it is."""
    run(_branch(find_door(url, token, data), session, at))


@genesis.command(
    "diff",
    epilog=examples(
        f"storytroupe genesis diff {EXAMPLE} 12",
        f"storytroupe genesis diff {EXAMPLE} 12 15",
        f"storytroupe genesis diff {EXAMPLE} --other {_OTHER}",
    ),
)
def diff(  # nosec B107
    session: Session,
    before: Annotated[
        int | None,
        typer.Argument(metavar="[FROM]", min=1, help="First version. Default: the current one."),
    ] = None,
    after: Annotated[
        int | None, typer.Argument(metavar="[TO]", min=1, help="Second version. Default: the newest one.")
    ] = None,
    other: Other = "",
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """List the paths that differ between two versions of a session, or between two sessions."""
    run(_diff(find_door(url, token, data), session, before, after, other))


@genesis.command(
    "copy",
    epilog=examples(
        f"storytroupe genesis copy {EXAMPLE} concept.title --from 12",
        f"storytroupe genesis copy {EXAMPLE} character.people.c3817205 --other {_OTHER}",
    ),
)
def copy(  # nosec B107
    session: Session,
    paths: Annotated[
        list[str], typer.Argument(help="Paths, as `genesis diff` prints them. Each includes all paths below.")
    ],
    version: Annotated[
        int | None,
        typer.Option("--from", min=1, help="Version to copy from. Default: the newest version of --other."),
    ] = None,
    other: Other = "",
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Copy values from an earlier version of the session, or from another session.

    The values at the paths become those of the source. A value that the source does not have is removed.
    """
    if version is None and not other:
        raise InvalidInput("Give --from VERSION or --other ID: where are the values copied from?")
    run(_copy(find_door(url, token, data), session, paths, version, other))


@genesis.command(
    "send",
    epilog=examples(
        f"storytroupe genesis send {EXAMPLE} EXTEND_GENESIS",
        f'storytroupe genesis send {EXAMPLE} REOPEN_STAGE \'{{"stage": "theme"}}\'',
    ),
)
def send_any(  # nosec B107
    session: Session,
    command_type: Annotated[str, typer.Argument(metavar="TYPE", help="Type of the command.")],
    payload: Annotated[str, typer.Argument(metavar="[PAYLOAD]", help="JSON object with its details.")] = "{}",
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Send any command of the API to a session, for example to extend it. docs/genesis.md explains them."""
    try:
        given = json.loads(payload)
    except ValueError as error:
        raise InvalidInput(f"PAYLOAD is not valid JSON: {error}.") from error
    if not isinstance(given, dict):
        raise InvalidInput('PAYLOAD must be a JSON object, for example \'{"stage": "theme"}\'.')
    run(send_command(find_door(url, token, data), session, command_type, given))


async def _branch(door: Door, session: str, at: int | None) -> None:
    async with client_at(door) as client:
        id_ = await session_of(client, session)
        version = at or (await client.read_session(id_)).version
        source = {"session_id": str(id_), "version": version}
        await send(client, None, "START_GENESIS", {"from": source})


async def _diff(door: Door, session: str, before: int | None, after: int | None, other: str) -> None:
    async with client_at(door) as client:
        id_ = await session_of(client, session)
        second = await session_of(client, other) if other else None
        first = before or (await client.read_session(id_)).version
        found = await client.compare_sessions(id_, first, after, other=second)
    show_changes(found, second)


async def _copy(door: Door, session: str, paths: Sequence[str], version: int | None, other: str) -> None:
    async with client_at(door) as client:
        id_ = await session_of(client, session)
        second = await session_of(client, other) if other else id_
        from_ = version or (await client.read_session(second)).version
        source: dict[str, Any] = {"session_id": str(second), "version": from_}
        payload = {"from": source, "paths": list(paths)}
        await send(client, id_, "COPY_FIELDS", payload, stage=stage_in(paths))
