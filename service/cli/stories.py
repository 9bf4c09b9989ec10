"""The commands ``create`` and ``watch``, which use the service's API."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import typer
from rich.console import Console

from service.cli.door import Door, door_of
from service.cli.help_text import examples
from service.cli.request import compose_request, text_of
from service.cli.running import load_settings, run
from service.cli.services import DataDir
from service.domain.assets import EXTRAS, PRINT
from service.errors import InvalidInput, NotFound, SetupProblem

if TYPE_CHECKING:
    from service.client.api import Client

commands = typer.Typer()

_USUAL_URL = "http://127.0.0.1:8080"

Url = Annotated[
    str,
    typer.Option(
        "--url",
        help="URL of the service. Default: STORYTROUPE_API_URL, or the `up` that runs on DATA.",
    ),
]
Token = Annotated[
    str,
    typer.Option("--token", help="Bearer token. Default: STORYTROUPE_TOKEN, or that of the `up` on DATA."),
]
Out = Annotated[Path, typer.Option("--out", help="Folder in which a folder for the book is created.")]


_ENDS = {
    "done": "the text is ready; its files are saved.",
    "failed": "it failed, or the story has no text or was cancelled; a line says why.",
}


@commands.command(
    epilog=examples(
        "storytroupe create --hero 'Maya, 6, manual_wheelchair, glasses' --theme courage --scenes 4",
        f"storytroupe create --hero 'Maya, 6' --extra {EXTRAS[0]} --estimate",
        "storytroupe create --hero 'Maya, 6' --text our-story.txt",
        "storytroupe create --from story.json --no-watch",
        **_ENDS,
    )
)
def create(  # nosec B107
    hero: Annotated[
        list[str] | None,
        typer.Option(help="Name, age, traits and description of a hero: 'Maya, 6, glasses'. Up to 4 times."),
    ] = None,
    theme: Annotated[
        list[str] | None, typer.Option(help="What the story is about, for example courage. Up to 10 times.")
    ] = None,
    story_type: Annotated[
        str | None,
        typer.Option("--type", help="Kind of story: adventure, bedtime, mystery … Default: adventure."),
    ] = None,
    scenes: Annotated[
        int | None, typer.Option(min=1, max=12, help="Number of scenes, each with a picture. Default: 4.")
    ] = None,
    age: Annotated[
        Literal["0-3", "3-5", "5-8", "8-10"] | None,
        typer.Option(help="Age of the listeners, in years. Default: 3-5."),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="Title of the book. Default: the storyteller's choice.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="The same seed and request give the same offline book. Default: random."),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", help="JSON file with a request for a story, or a list of heroes. -: standard input."
        ),
    ] = None,
    own: Annotated[
        Path | None,
        typer.Option(
            "--text",
            help="Text file with your own story. Lines of --- separate pages. -: standard input.",
        ),
    ] = None,
    mode: Annotated[
        Literal["faithful", "light", "free"],
        typer.Option(
            "--text-mode",
            help="What is done with your text: every word is kept, it is mended lightly, or it is an idea.",
        ),
    ] = "faithful",
    extra: Annotated[
        list[str] | None,
        typer.Option(help=f"Optional asset in addition to the book: {', '.join(EXTRAS)}. Up to 10 times."),
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option(
            min=0, help="Most that all calls for the story may cost, in US dollars. Default: no limit."
        ),
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Print the cost and the time. The story is not made.")
    ] = False,
    watch: Annotated[bool, typer.Option(help="Follow the story until it ends, and save its files.")] = True,
    out: Out = Path("books"),
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Create a story, follow it until it ends, and save its files."""
    options = {
        "themes": theme,
        "story_type": story_type,
        "scene_count": scenes,
        "age_range": age,
        "title": title,
        "seed": seed,
        "extras": extra,
        "budget_usd": budget,
        "text": None if own is None else text_of(_text(own), mode),
    }
    body = compose_request(_read(source), hero or [], options)
    if estimate:
        run(_estimate(body, find_door(url, token, data)))
        return
    run(_create(body, find_door(url, token, data), out if watch else None))


@commands.command(epilog=examples("storytroupe watch 5b0c7f3e-6a52-4c1e-9d4b-0d9f2f6f1a11", **_ENDS))
def watch(  # nosec B107
    story_id: Annotated[
        UUID, typer.Argument(metavar="ID", help="Id of the story, as `storytroupe create` prints it.")
    ],
    out: Out = Path("books"),
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Follow a story until it ends, and save its files."""
    run(_watch(str(story_id), find_door(url, token, data), out))


@commands.command("print", epilog=examples("storytroupe print 5b0c7f3e-6a52-4c1e-9d4b-0d9f2f6f1a11", **_ENDS))
def print_story(  # nosec B107
    story_id: Annotated[
        UUID, typer.Argument(metavar="ID", help="Id of the story, as `storytroupe create` prints it.")
    ],
    out: Out = Path("books"),
    url: Url = "",
    token: Token = "",
    data: DataDir = Path("data"),
) -> None:
    """Make the files for a printer if they are missing or stale, and save all files of the story.

    The pages are 8.5 in square with bleed, at 300 dpi. The cover is in one piece, for KDP and for Lulu.
    """
    run(_print(str(story_id), find_door(url, token, data), out))


def _read(source: Path | None) -> Any:
    if source is None:
        return {}
    try:
        return json.loads(_text(source))
    except ValueError as problem:
        raise InvalidInput(f"{source} is not JSON: {problem}.") from problem


def _text(source: Path) -> str:
    """Return the content of a text file, or of the standard input."""
    try:
        return sys.stdin.read() if source == Path("-") else source.read_text("utf-8-sig")
    except OSError as problem:
        raise InvalidInput(f"{source} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise InvalidInput(f"{source} is not text in UTF-8.") from problem


def find_door(url: str, token: str, data: Path) -> Door:
    """Return the service that the arguments or the environment name. Without a URL, return the `up` that runs
    on the data folder.

    Raises ``SetupProblem`` if neither is found.
    """
    settings = load_settings()
    url = url or settings.api_url
    token = token or settings.token.get_secret_value()
    inside = door_of(data)
    if inside is not None and url in ("", inside.url):
        return Door(inside.url, token or inside.token, inside.socket)
    if not url and not token:
        raise SetupProblem(
            f"No `storytroupe up` runs on {data}: start it, give its data folder with --data, or give a "
            "service and a token with --url and --token."
        )
    # The token in a data folder is valid only for the `up` on this folder. It is never sent to another
    # service.
    return Door(url or _USUAL_URL, token)


async def _create(body: dict[str, Any], door: Door, out: Path | None) -> None:
    from service.client.api import connect

    async with connect(door.url, door.token, socket=door.socket) as client:
        estimate = await client.estimate(body)
        _warn(estimate.warnings)
        story = await client.create_story(body)
        _warn(warning for warning in story.warnings if warning not in estimate.warnings)
        typer.echo(f"Story {story.id}")
        if out is not None:
            await _follow(client, str(story.id), out)


def _warn(warnings: Iterable[str]) -> None:
    """Print the service's warnings about the request."""
    for warning in warnings:
        typer.echo(f"storytroupe: {warning}", err=True)


async def _estimate(body: dict[str, Any], door: Door) -> None:
    """Print the estimated cost of the story by purpose, and its estimated time."""
    from service.client.api import connect

    async with connect(door.url, door.token, socket=door.socket) as client:
        estimate = await client.estimate(body)
    _warn(estimate.warnings)
    for line in estimate.lines:
        cost = f"${line.low_usd:.3f} to ${line.high_usd:.3f}"
        typer.echo(f"{line.calls:>3} × {line.step:<10} {line.model:<24} {cost}")
    total = f"About ${estimate.low_usd:.2f}, at most ${estimate.high_usd:.2f}"
    typer.echo(f"{total}; {estimate.seconds:.0f} s or more.")


async def _print(story_id: str, door: Door, out: Path) -> None:
    """Make the missing and the stale files for a printer, and save the story as ``watch`` does."""
    from service.client.api import connect

    async with connect(door.url, door.token, socket=door.socket) as client:
        with _known(story_id, door):
            assets = (await client.read_story(story_id)).asset_generation_status["assets"]
            wanted = [name for name in PRINT if not _is_good(assets.get(name, {}))]
            if wanted:
                await client.regenerate(story_id, wanted)
            await _follow(client, story_id, out)


def _is_good(asset: Mapping[str, Any]) -> bool:
    """Whether an asset need not be made: it is ready or is being made, and no source has changed since."""
    return asset.get("status") not in (None, "failed", "cancelled") and not asset.get("stale")


async def _watch(story_id: str, door: Door, out: Path) -> None:
    from service.client.api import connect

    async with connect(door.url, door.token, socket=door.socket) as client:
        with _known(story_id, door):
            await _follow(client, story_id, out)


@contextmanager
def _known(story_id: str, door: Door) -> Iterator[None]:
    """Say where the story was looked for, if it is not found there."""
    try:
        yield
    except NotFound as error:
        raise NotFound(
            f"The story {story_id} does not exist at {door.url}, or belongs to another user. "
            "`storytroupe create` prints the id of a story; the studio at that address lists all stories."
        ) from error


async def _follow(client: Client, story_id: str, out: Path) -> None:
    """Show the story until it ends, and then save its files."""
    from service.cli.display import display_on
    from service.cli.saving import save_story
    from service.client.following import follow_story

    try:
        with display_on(Console(highlight=False)) as display:
            view = await follow_story(client, story_id, display.show).until_the_end()
    except asyncio.CancelledError:
        typer.echo(
            f"The service goes on with the story. To follow it again: storytroupe watch {story_id}", err=True
        )
        raise
    paths = await save_story(client, story_id, out)
    typer.echo(f"{view.title or 'The story'} is {view.overall}. Its files:")
    for path in paths:
        typer.echo(f"  {path}")
    raise typer.Exit(0 if view.overall in ("ready", "partial") else 1)
