"""The commands ``genesis start``, ``list``, ``state``, ``choose`` and ``confirm``, which use the service's
API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import typer

from service.cli.door import Door
from service.cli.genesis import commands as commands
from service.cli.genesis import genesis
from service.cli.help_text import examples
from service.cli.running import run
from service.cli.services import DataDir
from service.cli.stories import Token, Url, find_door

if TYPE_CHECKING:
    from service.api.responses import SessionState
    from service.client.api import Client

_ID = "8d3f1b52-0c4e-4f7a-9b61-2e5d7a9c4f10"
_PROPOSAL = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
#: The fields that summarize a proposal, in order of preference. The first one that a proposal has is shown.
_HEADLINES = ("concept.logline", "theme.question", "world.summary", "plot.ending")

Session = Annotated[
    UUID, typer.Argument(metavar="ID", help="Id of the session, as `storytroupe genesis start` prints it.")
]
Stage = Annotated[
    Literal["concept", "theme", "character", "world", "plot"], typer.Argument(help="Stage of the session.")
]


@genesis.command(
    "start",
    epilog=examples("storytroupe genesis start 'A clockmaker who sells hours'", "storytroupe genesis start"),
)
def start(  # nosec B107
    inspiration: Annotated[
        str, typer.Argument(help="Idea for the novel. Without an idea, any concepts are proposed.")
    ] = "",
    mode: Annotated[
        Literal["guided", "free_form"],
        typer.Option(help="Order of the stages: fixed (guided) or free (free_form)."),
    ] = "guided",
    chapters: Annotated[
        int | None,
        typer.Option(min=3, max=60, help="Number of chapters. Default: the number in the concept."),
    ] = None,
    budget: Annotated[
        float | None, typer.Option(min=0.000001, help="Most that all calls may cost, in US dollars.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same offline proposals.")] = 0,
    wait: Annotated[bool, typer.Option(help="Wait for the proposals, and print them.")] = True,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Start a session. Prints the id of the session and its first proposals."""
    payload: dict[str, Any] = {"mode": mode, "inspiration": inspiration, "seed": seed}
    optional = {"chapters": chapters, "budget_usd": budget}
    payload |= {name: value for name, value in optional.items() if value is not None}
    run(_command(find_door(url, token, data), None, "START_GENESIS", payload, wait=wait))


@genesis.command(
    "list", epilog=examples("storytroupe genesis list", "storytroupe genesis list --status active")
)
def list_sessions(  # nosec B107
    status: Annotated[
        Literal["active", "finished", "abandoned", "expired"] | None,
        typer.Option(help="Only sessions with this status."),
    ] = None,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """List your sessions, newest first."""
    run(_list(find_door(url, token, data), status))


@genesis.command(
    "state",
    epilog=examples(f"storytroupe genesis state {_ID}", f"storytroupe genesis state {_ID} --at 3 --json"),
)
def state(  # nosec B107
    session: Session,
    at: Annotated[
        int | None, typer.Option(min=1, help="Version of the session. Default: the current version.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole state as JSON.")] = False,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Print the stages of a session, its accepted values, its proposals, and what to look at."""
    run(_state(find_door(url, token, data), session, at, as_json=as_json))


@genesis.command("choose", epilog=examples(f"storytroupe genesis choose {_ID} {_PROPOSAL}"))
def choose(  # nosec B107
    session: Session,
    proposals: Annotated[
        list[UUID], typer.Argument(help="Id of the proposal to accept, or two or three ids to blend.")
    ],
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Accept a proposal, or blend two or three proposals into new proposals."""
    payload = {"proposal_ids": [str(id_) for id_ in proposals]}
    run(_command(find_door(url, token, data), session, "SELECT_PROPOSAL", payload))


@genesis.command("confirm", epilog=examples(f"storytroupe genesis confirm {_ID} concept"))
def confirm(  # nosec B107
    session: Session,
    stage: Stage,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Confirm a stage. In guided mode, prints the proposals of the next stage."""
    run(_command(find_door(url, token, data), session, "CONFIRM_STAGE", {"stage": stage}))


@asynccontextmanager
async def _client(door: Door) -> AsyncIterator[Client]:
    from service.client.api import connect

    async with connect(door.url, door.token, socket=door.socket) as client:
        yield client


async def _command(
    door: Door, session: UUID | None, type_: str, payload: Mapping[str, Any], *, wait: bool = True
) -> None:
    async with _client(door) as client:
        done = await client.send_command(type_, payload, session_id=session)
        if session is None:
            typer.echo(f"Session {done.session_id}")
        if wait:
            show(await _at_rest(client, done.session_id))


async def _at_rest(client: Client, session: UUID) -> SessionState:
    """Wait until no proposals are being written, and return the state of the session."""
    state = await client.read_session(session)
    while state.is_pending:
        async for event in client.session_events(session, since=state.version, types=["generation.ended"]):
            if event.name == "generation.ended":
                break
        state = await client.read_session(session)
    return state


async def _list(door: Door, status: Any) -> None:
    from service.client.api import every

    async with _client(door) as client:
        async for one in every(client.list_sessions, status=status):
            typer.echo(f"{one.id}  {one.status:<9}  {one.current_stage:<9}  {one.title}")


async def _state(door: Door, session: UUID, at: int | None, *, as_json: bool) -> None:
    async with _client(door) as client:
        state = await client.read_session(session, at=at)
    if as_json:
        typer.echo(state.model_dump_json(by_alias=True, indent=2))
    else:
        show(state)


def show(state: SessionState) -> None:
    """Print a session's stages with values and open proposals, and its findings."""
    typer.echo(f"{state.title or 'Untitled'}: {state.status}, version {state.version}")
    for name, stage in state.stages.items():
        typer.echo(f"{name}: {stage.status}")
        for path, record in stage.fields.items():
            typer.echo(f"  {path}: {record['value']}")
        open_ = {id_: one for id_, one in stage.proposals.items() if one["status"] == "open"}
        for id_, one in open_.items():
            typer.echo(f"  {id_}  {_headline(one['values'])}")
    if state.findings:
        typer.echo("findings:")
    for found in state.findings:
        typer.echo(f"  {found.id}  {found.severity}: {found.message}")
        for cited in found.citations:
            typer.echo(f"    {cited.path}: {cited.quote}")


def _headline(values: Mapping[str, Any]) -> str:
    """Return the value that summarizes a proposal."""
    told = [values[path] for path in _HEADLINES if path in values]
    return str(next(iter([*told, *values.values()]), ""))
