"""What the commands for a Genesis session share: arguments, the client, the id of the session, and how a
command is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args
from uuid import UUID

import typer

from service.cli.door import Door
from service.cli.session_display import at_rest, show
from service.errors import InvalidInput, NotFound, StorytroupeError

if TYPE_CHECKING:
    from service.client.api import Client

#: The session id in the examples of the help.
EXAMPLE = "8d3f1b52"
#: The word for the newest session.
LAST = "last"

Session = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="Id of the session, its first characters, or `last` for your newest session."
    ),
]
StageName = Literal["concept", "theme", "character", "world", "plot"]
Stage = Annotated[StageName, typer.Argument(help="Stage of the session.")]

#: What a person can do after a refusal, by its code. The commands stand after `storytroupe genesis`.
_NEXT_STEPS = {
    "STAGE_INCOMPLETE": "`set ID PATH VALUE` writes a value; `choose ID NUMBER` accepts a proposal.",
    "STAGE_NOT_REACHED": "`confirm ID STAGE` confirms a stage; `show ID` says where you are.",
    "STAGE_STALE": "`show ID STAGE` marks these values; `finish ID --allow-stale` accepts them.",
    "FIELD_LOCKED": "`lock ID PATH --off` unlocks a path.",
    "GENERATION_RUNNING": "`show ID` waits for the proposals, and shows them.",
    "PROPOSAL_NOT_FOUND": "`show ID` lists the proposals with their numbers.",
    "SESSION_NOT_FOUND": "`list` lists your sessions; `start` begins one.",
    "SESSION_EXPIRED": "`send ID EXTEND_GENESIS` extends it.",
    "SESSION_CLOSED": "`branch ID` starts a new session from it.",
    "BUDGET_EXCEEDED": """`send ID SET_BUDGET '{"budget_usd": 5}'` sets another budget.""",
    "NOVEL_NOT_FOUND": "`finish ID` makes the novel.",
}
_MOST_PATHS = 8


@asynccontextmanager
async def client_at(door: Door) -> AsyncIterator[Client]:
    """Yield a client. The message of a refusal then also says which paths it is about, and what to do."""
    from service.client.api import connect

    async with connect(door.url, door.token, socket=door.socket) as client:
        try:
            yield client
        except StorytroupeError as error:
            error.message = " ".join([error.message, *_more(error)])
            raise


def _more(error: StorytroupeError) -> list[str]:
    paths = [*error.data.get("paths", ()), *error.data.get("stale", ())]
    listed = ", ".join(paths[:_MOST_PATHS]) + (", …" if len(paths) > _MOST_PATHS else "")
    step = _NEXT_STEPS.get(error.code, "").replace("`", "`storytroupe genesis ", 1)
    return [part for part in (f"Paths: {listed}." if paths else "", step) if part]


async def session_of(client: Client, given: str) -> UUID:
    """Return the id of the session that a person has named. Raises ``NotFound``, and ``InvalidInput`` if
    several sessions begin so."""
    from service.client.api import every

    if len(given) == len(str(UUID(int=0))):
        return _whole(given)
    found = []
    async for one in every(client.list_sessions, limit=100):
        if given == LAST:
            return one.id
        if str(one.id).startswith(given.lower()):
            found.append(one.id)
    if len(found) > 1:
        raise InvalidInput(f"{len(found)} ids of your sessions begin with {given!r}: type more characters.")
    if not found:
        raise _unknown(given)
    return found[0]


def _whole(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise _unknown(given) from None


def _unknown(given: str) -> NotFound:
    what = "You have no session yet." if given == LAST else f"No session of yours has the id {given!r}."
    return NotFound(what, code="SESSION_NOT_FOUND")


async def send_command(
    door: Door,
    session: str | None,
    type_: str,
    payload: Mapping[str, Any],
    *,
    stage: str | None = None,
    wait: bool = True,
) -> None:
    """Send a command, and show a stage of the session after it. Without ``session``, the command starts
    one."""
    async with client_at(door) as client:
        id_ = None if session is None else await session_of(client, session)
        await send(client, id_, type_, payload, stage=stage, wait=wait)


async def send(
    client: Client,
    session: UUID | None,
    type_: str,
    payload: Mapping[str, Any],
    *,
    stage: str | None = None,
    wait: bool = True,
) -> None:
    """Send a command, wait until no proposals are being written, and show a stage of the session; the current
    one if none is given. With ``wait`` false, it does not wait, and prints only the id of a new session."""
    done = await client.send_command(type_, payload, session_id=session)
    if session is None:
        typer.echo(f"Session {done.session_id}")
    if wait:
        show(await at_rest(client, done.session_id), stage)


def stage_in(paths: Sequence[str]) -> str | None:
    """The stage of the first path; None if the path begins with no stage."""
    first = paths[0].partition(".")[0]
    return first if first in get_args(StageName) else None
