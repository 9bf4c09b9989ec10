"""Shows a Genesis session on the console: live while proposals are written, and at rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import shorten
from typing import TYPE_CHECKING, Any
from uuid import UUID

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from service.api.responses import SessionState
    from service.api.responses.genesis import StageState
    from service.client.api import Client

#: The fields that summarize a proposal, in order of preference. The first one that a proposal has is shown.
_HEADLINES = ("concept.logline", "theme.question", "world.summary", "plot.ending")
#: What a person types for an action, if it has a command of its own.
_TYPED = {
    "SELECT_PROPOSAL": "choose {id} NUMBER",
    "SUBMIT_FEEDBACK": "say {id} {stage} 'TEXT'",
    "EDIT_STAGE": "set {id} PATH VALUE",
    "LOCK_FIELDS": "lock {id} PATH",
    "CONFIRM_STAGE": "confirm {id} {stage}",
    "FINISH_GENESIS": "finish {id}",
}
_MEANT = {
    "SELECT_PROPOSAL": "accept a proposal, or blend two or three",
    "SUBMIT_FEEDBACK": "ask for other proposals",
    "EDIT_STAGE": "write a value yourself",
    "LOCK_FIELDS": "keep a value from every change",
    "CONFIRM_STAGE": "end this stage, and begin the next",
    "FINISH_GENESIS": "make the planned novel",
}


async def at_rest(client: Client, session: UUID) -> SessionState:
    """Wait until no proposals are being written, and return the state of the session.

    In a terminal the growing texts are shown meanwhile. A caller may cancel it.
    """
    state = await client.read_session(session)
    console = Console(stderr=True)
    while state.is_pending:
        if console.is_terminal:
            await _watch(client, state, console)
        else:
            await _wait(client, state)
        state = await client.read_session(session)
    return state


async def _wait(client: Client, state: SessionState) -> None:
    async for event in client.session_events(state.id, since=state.version, types=["generation.ended"]):
        if event.name == "generation.ended":
            return


async def _watch(client: Client, state: SessionState, console: Console) -> None:
    """Show the growing headline of each proposal until the round has ended."""
    texts: dict[str, str] = {}
    with Live(console=console, transient=True, refresh_per_second=12) as live:
        events = client.session_events(state.id, since=state.version, types=["tick", "generation.ended"])
        async for event in events:
            if event.name == "generation.ended":
                return
            values = event.data.get("data", {}).get("values") if event.name == "tick" else None
            if values:
                texts[str(event.data.get("key"))] = headline(values)
                live.update(Text("\n\n".join(f"… {text}" for text in texts.values())))


def numbered(state: SessionState) -> Mapping[str, str]:
    """The ids of the open proposals of the current stage, by their number on the console, from 1."""
    open_ = _open(state.stages[state.current_stage])
    return {str(number): id_ for number, (id_, _) in enumerate(open_, 1)}


def show(state: SessionState, stage: str | None = None) -> None:
    """Print the stages of a session, one of them completely, its findings, and the next commands."""
    console = Console(highlight=False, soft_wrap=True)
    name = stage or state.current_stage
    console.print(f"[bold]{escape(state.title or 'Untitled')}[/]  {state.status}, version {state.version}")
    console.print(_overview(state, name))
    for line in _values(state.stages[name], name):
        console.print(line)
    for line in _proposals(state, name):
        console.print(line)
    for line in (*_findings(state), *_next(state)):
        console.print(line)


def headline(values: Mapping[str, Any]) -> str:
    """Return the value that summarizes a proposal."""
    found = [values[path] for path in _HEADLINES if path in values]
    return str(next(iter([*found, *values.values()]), ""))


def _overview(state: SessionState, focus: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for name, stage in state.stages.items():
        stale = f"{len(stage.stale)} stale" if stage.stale else ""
        table.add_row(">" if name == focus else "", name, stage.status, stale)
    return table


def _values(stage: StageState, name: str) -> Iterator[str]:
    for element, paths in groupby(stage.fields, key=_element):
        if element:
            yield f"  {name}.{element}"
        for path in paths:
            mark = " (locked)" if f"{name}.{path}" in stage.locks else ""
            label = path.removeprefix(f"{element}.") if element else f"{name}.{path}"
            yield f"{'    ' if element else '  '}{label}{mark}: {escape(_text(stage.fields[path]['value']))}"


def _element(path: str) -> str:
    """The element that a field belongs to, for example `people.c1`. Empty for a field of the stage itself."""
    return ".".join(path.split(".")[:2]) if path.count(".") >= 2 else ""


def _text(value: Any) -> str:
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)


def _open(stage: StageState) -> Sequence[tuple[str, Mapping[str, Any]]]:
    found = [(id_, one) for id_, one in stage.proposals.items() if one["status"] == "open"]
    return sorted(found, key=lambda item: item[1].get("index", 0))


def _proposals(state: SessionState, name: str) -> Iterator[str]:
    for number, (_, one) in enumerate(_open(state.stages[name]), 1):
        yield f"\n  [bold]{number}[/]  {escape(headline(one['values']))}"
        head = headline(one["values"])
        for path, value in list(one["values"].items())[:8]:
            if _text(value) != head:
                yield f"     {path.partition('.')[2]}: {escape(shorten(_text(value), 400, placeholder='…'))}"


def _findings(state: SessionState) -> Iterator[str]:
    if state.findings:
        yield "\nTo look at"
    for found in state.findings:
        yield f"  {found.id}  {found.severity}: {escape(found.message)}"
        for cited in found.citations:
            yield f"    {cited.path}: {escape(cited.quote)}"


def _next(state: SessionState) -> Iterator[str]:
    """The commands that the session allows now. A command for a stage is shown for the current stage."""
    allowed = {
        one.command_type for one in state.available_actions if one.stage in (None, state.current_stage)
    }
    if wanted := [type_ for type_ in _TYPED if type_ in allowed]:
        yield "\nNext"
    for type_ in wanted:
        typed = _TYPED[type_].format(id=state.id, stage=state.current_stage)
        yield f"  storytroupe genesis {escape(typed)}   {_MEANT[type_]}"
