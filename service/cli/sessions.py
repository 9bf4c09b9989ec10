"""The commands ``genesis start`` to ``genesis export``, by which a session is led in a terminal. They use the
service's API."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
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
from service.cli.session_client import (
    EXAMPLE,
    Session,
    Stage,
    StageName,
    client_at,
    send,
    send_command,
    session_of,
    stage_in,
)
from service.cli.session_display import at_rest, numbered, short, show, show_proposal
from service.cli.stories import Token, Url, find_door
from service.errors import NotFound, SetupProblem

if TYPE_CHECKING:
    from service.client.api import Client

_MOST_SEED = 2**31


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
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="The same idea and seed give the same offline proposals. Default: random."),
    ] = None,
    wait: Annotated[bool, typer.Option(help="Wait for the proposals, and print them.")] = True,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Start a session. Prints the id of the session and its first proposals."""
    if seed is None:
        seed = random.randrange(_MOST_SEED)
    payload: dict[str, Any] = {"mode": mode, "inspiration": inspiration, "seed": seed}
    optional = {"chapters": chapters, "budget_usd": budget}
    payload |= {name: value for name, value in optional.items() if value is not None}
    run(send_command(find_door(url, token, data), None, "START_GENESIS", payload, wait=wait))


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
        f"storytroupe genesis show {EXAMPLE}",
        f"storytroupe genesis show {EXAMPLE} plot",
        f"storytroupe genesis show {EXAMPLE} --proposal 2",
        f"storytroupe genesis show {EXAMPLE} --at 3 --json",
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
    proposal: Annotated[
        int | None, typer.Option(min=1, help="Print all values of the proposal with this number.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole state as JSON.")] = False,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Print the stages, the values and proposals of one stage, what to look at, and what you can do next."""
    run(_show(find_door(url, token, data), session, at, stage, proposal, as_json=as_json))


@genesis.command(
    "choose",
    epilog=examples(f"storytroupe genesis choose {EXAMPLE} 2", f"storytroupe genesis choose {EXAMPLE} 1 3"),
)
def choose(  # nosec B107
    session: Session,
    proposals: Annotated[
        list[str],
        typer.Argument(help="Number or id of the proposal to accept, or two or three of them to blend."),
    ],
    stage: Annotated[
        StageName | None, typer.Option(help="Stage of the proposals. Default: the stage that you work on.")
    ] = None,
    path: Annotated[
        list[str] | None,
        typer.Option("--path", help="Accept only the values at this path. May be given several times."),
    ] = None,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Accept a proposal, or blend two or three proposals into new proposals."""
    run(_choose(find_door(url, token, data), session, proposals, path or (), stage))


@genesis.command(
    "say",
    epilog=examples(f"storytroupe genesis say {EXAMPLE} concept 'Darker, and set at sea'"),
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
    run(send_command(find_door(url, token, data), session, "SUBMIT_FEEDBACK", payload, stage=stage))


@genesis.command(
    "set",
    epilog=examples(f"storytroupe genesis set {EXAMPLE} concept.title 'The Whole Price'"),
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
    run(send_command(find_door(url, token, data), session, "EDIT_STAGE", payload, stage=stage_in([path])))


@genesis.command(
    "lock", epilog=examples(f"storytroupe genesis lock {EXAMPLE} concept.title character.people.c1")
)
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
    payload = {"paths": paths}
    run(send_command(find_door(url, token, data), session, type_, payload, stage=stage_in(paths)))


@genesis.command(
    "dismiss", epilog=examples(f"storytroupe genesis dismiss {EXAMPLE} f7e55438d6dd9089 'He lies on purpose'")
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
    run(send_command(find_door(url, token, data), session, "DISMISS_FINDING", payload))


@genesis.command("confirm", epilog=examples(f"storytroupe genesis confirm {EXAMPLE} concept"))
def confirm(  # nosec B107
    session: Session,
    stage: Stage,
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Confirm a stage. In guided mode, prints the proposals of the next stage."""
    run(send_command(find_door(url, token, data), session, "CONFIRM_STAGE", {"stage": stage}))


@genesis.command(
    "finish",
    epilog=examples(
        f"storytroupe genesis finish {EXAMPLE}", f"storytroupe genesis finish {EXAMPLE} --allow-stale"
    ),
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
        f"storytroupe genesis export {EXAMPLE}",
        f"storytroupe genesis export {EXAMPLE} --format docx --out plan",
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
    run(_export(find_door(url, token, data), session, format_, out.expanduser()))


async def _choose(
    door: Door, session: str, wanted: Sequence[str], paths: Sequence[str], stage: str | None
) -> None:
    async with client_at(door) as client:
        id_ = await session_of(client, session)
        listed = numbered(await client.read_session(id_), stage)
        ids = [_proposal(listed, one) for one in wanted]
        payload = {"proposal_ids": ids} | ({"paths": list(paths)} if paths else {})
        await send(client, id_, "SELECT_PROPOSAL", payload, stage=stage)


def _proposal(listed: Mapping[str, str], wanted: str) -> str:
    """The id of the proposal with a number, or the id that was given. Raises ``NotFound``."""
    if wanted.isdigit() and wanted not in listed:
        waiting = (
            f"The stage has {len(listed)} open proposals." if listed else "The stage has no open proposals."
        )
        raise NotFound(waiting, code="PROPOSAL_NOT_FOUND")
    return listed.get(wanted, wanted)


async def _finish(door: Door, session: str, payload: Mapping[str, Any]) -> None:
    async with client_at(door) as client:
        id_ = await session_of(client, session)
        done = await client.send_command("FINISH_GENESIS", payload, session_id=id_)
    typer.echo(f"Novel {done.result['novel_id']}")
    typer.echo(f"Next: storytroupe genesis export {short(id_)} --format docx")


async def _export(door: Door, session: str, format_: NovelFormat, out: Path) -> None:
    async with client_at(door) as client:
        id_ = await session_of(client, session)
        for novel in (await client.list_novels(session_id=id_)).items:
            typer.echo(str(await _save(client, novel.id, out, format_)))
            return
        state = await client.read_session(id_)
        raise NotFound(f"The session is {state.status} and has no novel.", code="NOVEL_NOT_FOUND")


async def _save(client: Client, novel: UUID, out: Path, format_: NovelFormat) -> Path:
    try:
        return await client.export_novel(novel, out, format_)
    except OSError as problem:
        raise SetupProblem(
            f"{problem.filename or out} cannot be written ({problem.strerror}): give another --out."
        ) from problem


async def _list(door: Door, status: Any) -> None:
    from service.client.api import every

    async with client_at(door) as client:
        found = [one async for one in every(client.list_sessions, status=status)]
    for one in found:
        typer.echo(f"{one.id}  {one.status:<9}  {one.current_stage:<9}  {one.title}")
    if not found:
        typer.echo("You have no such session. `storytroupe genesis start` begins one.", err=True)


async def _show(
    door: Door, session: str, at: int | None, stage: str | None, proposal: int | None, *, as_json: bool
) -> None:
    async with client_at(door) as client:
        id_ = await session_of(client, session)
        state = await client.read_session(id_, at=at) if at or as_json else await at_rest(client, id_)
    if as_json:
        typer.echo(state.model_dump_json(by_alias=True, indent=2))
    elif proposal is None:
        show(state, stage)
    else:
        show_proposal(state, stage, proposal)


def _value(text: str) -> Any:
    """The value that a person typed: JSON if it is a list, an object or a number, else the text itself."""
    if text[:1] in "[{" or text.lstrip("-").isdigit():
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
