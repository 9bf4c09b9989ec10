"""The commands ``genesis start`` to ``genesis export``, by which a session is led in a terminal. They use the
service's API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import typer

from service.api.queries import NovelFormat
from service.cli.door import Door
from service.cli.genesis import commands as commands
from service.cli.genesis import genesis
from service.cli.help_text import examples
from service.cli.running import run
from service.cli.services import DataDir
from service.cli.session_display import at_rest, numbered, show
from service.cli.stories import Token, Url, find_door
from service.errors import NotFound

if TYPE_CHECKING:
    from service.client.api import Client

_ID = "8d3f1b52-0c4e-4f7a-9b61-2e5d7a9c4f10"

Session = Annotated[
    UUID, typer.Argument(metavar="ID", help="Id of the session, as `storytroupe genesis start` prints it.")
]
StageName = Literal["concept", "theme", "character", "world", "plot"]
Stage = Annotated[StageName, typer.Argument(help="Stage of the session.")]


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
    "show",
    epilog=examples(
        f"storytroupe genesis show {_ID}",
        f"storytroupe genesis show {_ID} plot",
        f"storytroupe genesis show {_ID} --at 3 --json",
    ),
)
def show_session(  # nosec B107
    session: Session,
    stage: Annotated[
        StageName | None, typer.Argument(help="Stage to show. Default: the stage that you are working on.")
    ] = None,
    at: Annotated[
        int | None, typer.Option(min=1, help="Version of the session. Default: the current version.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole state as JSON.")] = False,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Print the stages, the values and proposals of one stage, what to look at, and what you can do next."""
    run(_show(find_door(url, token, data), session, at, stage, as_json=as_json))


@genesis.command(
    "choose", epilog=examples(f"storytroupe genesis choose {_ID} 2", f"storytroupe genesis choose {_ID} 1 3")
)
def choose(  # nosec B107
    session: Session,
    proposals: Annotated[
        list[str],
        typer.Argument(help="Number or id of the proposal to accept, or two or three of them to blend."),
    ],
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Accept a proposal, or blend two or three proposals into new proposals."""
    run(_choose(find_door(url, token, data), session, proposals))


@genesis.command(
    "say",
    epilog=examples(f"storytroupe genesis say {_ID} concept 'Darker, and set at sea'"),
)
def say(  # nosec B107
    session: Session,
    stage: Stage,
    text: Annotated[str, typer.Argument(help="What the new proposals should do differently.")],
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Ask for new proposals of a stage, with your words in mind. Accepted values stay."""
    payload = {"stage": stage, "text": text, "regenerate": True}
    run(_command(find_door(url, token, data), session, "SUBMIT_FEEDBACK", payload))


@genesis.command(
    "set",
    epilog=examples(f"storytroupe genesis set {_ID} concept.title 'The Whole Price'"),
)
def set_value(  # nosec B107
    session: Session,
    path: Annotated[str, typer.Argument(help="Path of a field, as `genesis show` prints it.")],
    value: Annotated[str, typer.Argument(help="Text, or JSON for a number, a list or an object.")],
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Write a value yourself. Your own values are never overwritten by proposals that you do not accept."""
    change = {"op": "set", "path": path, "value": _value(value)}
    payload = {"stage": path.partition(".")[0], "changes": [change]}
    run(_command(find_door(url, token, data), session, "EDIT_STAGE", payload))


@genesis.command("lock", epilog=examples(f"storytroupe genesis lock {_ID} concept.title character.people.c1"))
def lock(  # nosec B107
    session: Session,
    paths: Annotated[list[str], typer.Argument(help="Paths, as `genesis show` prints them.")],
    off: Annotated[bool, typer.Option("--off", help="Unlock the paths instead.")] = False,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Lock values, so that no proposal and no command can change them."""
    type_ = "UNLOCK_FIELDS" if off else "LOCK_FIELDS"
    run(_command(find_door(url, token, data), session, type_, {"paths": paths}))


@genesis.command(
    "dismiss", epilog=examples(f"storytroupe genesis dismiss {_ID} f7e55438d6dd9089 'He lies on purpose'")
)
def dismiss(  # nosec B107
    session: Session,
    finding: Annotated[str, typer.Argument(help="Id of the finding, as `genesis show` prints it.")],
    reason: Annotated[str, typer.Argument(help="Why the plan is right as it is.")],
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Dismiss a finding. It comes back only if a value that it quotes changes."""
    payload = {"finding_id": finding, "reason": reason}
    run(_command(find_door(url, token, data), session, "DISMISS_FINDING", payload))


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


@genesis.command(
    "finish",
    epilog=examples(f"storytroupe genesis finish {_ID}", f"storytroupe genesis finish {_ID} --allow-stale"),
)
def finish(  # nosec B107
    session: Session,
    title: Annotated[str, typer.Option(help="Title of the novel. Default: the title of the concept.")] = "",
    allow_stale: Annotated[
        bool, typer.Option("--allow-stale", help="Also if values depend on others that have changed since.")
    ] = False,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """End the session, and make the planned novel of it. Prints the id of the novel."""
    payload: dict[str, Any] = {"allow_stale": allow_stale} | ({"title": title} if title else {})
    run(_finish(find_door(url, token, data), session, payload))


@genesis.command(
    "export",
    epilog=examples(
        f"storytroupe genesis export {_ID}", f"storytroupe genesis export {_ID} --format docx --out plan"
    ),
)
def export(  # nosec B107
    session: Session,
    format_: Annotated[NovelFormat, typer.Option("--format", help="Format of the file.")] = "markdown",
    out: Annotated[Path, typer.Option(help="Path of the file, without its suffix.")] = Path("novel"),
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Save the novel of a finished session as a file: Markdown, DOCX, EPUB, JSON, OPML or CSV."""
    run(_export(find_door(url, token, data), session, format_, out))


@asynccontextmanager
async def _client(door: Door) -> AsyncIterator[Client]:
    from service.client.api import connect

    async with connect(door.url, door.token, socket=door.socket) as client:
        yield client


async def _command(
    door: Door, session: UUID | None, type_: str, payload: Mapping[str, Any], *, wait: bool = True
) -> None:
    async with _client(door) as client:
        await _send(client, session, type_, payload, wait=wait)


async def _send(
    client: Client, session: UUID | None, type_: str, payload: Mapping[str, Any], *, wait: bool = True
) -> None:
    done = await client.send_command(type_, payload, session_id=session)
    if session is None:
        typer.echo(f"Session {done.session_id}")
    if wait:
        show(await at_rest(client, done.session_id))


async def _choose(door: Door, session: UUID, wanted: Sequence[str]) -> None:
    async with _client(door) as client:
        listed = numbered(await client.read_session(session))
        ids = [listed.get(one, one) for one in wanted]
        await _send(client, session, "SELECT_PROPOSAL", {"proposal_ids": ids})


async def _finish(door: Door, session: UUID, payload: Mapping[str, Any]) -> None:
    async with _client(door) as client:
        done = await client.send_command("FINISH_GENESIS", payload, session_id=session)
    typer.echo(f"Novel {done.result['novel_id']}")
    typer.echo(f"Next: storytroupe genesis export {session} --format docx")


async def _export(door: Door, session: UUID, format_: NovelFormat, out: Path) -> None:
    from service.client.api import every

    async with _client(door) as client:
        async for novel in every(client.list_novels):
            if novel.session_id == session:
                typer.echo(str(await client.export_novel(novel.id, out, format_)))
                return
        state = await client.read_session(session)
    raise NotFound(
        f"The session is {state.status} and has no novel. `storytroupe genesis finish {session}` makes it.",
        code="NOVEL_NOT_FOUND",
    )


async def _list(door: Door, status: Any) -> None:
    from service.client.api import every

    async with _client(door) as client:
        async for one in every(client.list_sessions, status=status):
            typer.echo(f"{one.id}  {one.status:<9}  {one.current_stage:<9}  {one.title}")


async def _show(door: Door, session: UUID, at: int | None, stage: str | None, *, as_json: bool) -> None:
    async with _client(door) as client:
        state = await client.read_session(session, at=at)
    if as_json:
        typer.echo(state.model_dump_json(by_alias=True, indent=2))
    else:
        show(state, stage)


def _value(text: str) -> Any:
    """The value that a person typed: JSON if it is a list, an object or a number, else the text itself."""
    if text[:1] in "[{" or text.lstrip("-").isdigit():
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
