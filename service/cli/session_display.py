"""Shows a Genesis session on the console: live while proposals are written, and at rest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, Any
from uuid import UUID

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.padding import Padding
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from service.cli.session_values import Values, marks_of, names_in
from service.errors import NotFound

if TYPE_CHECKING:
    from service.api.responses import SessionDiff, SessionState
    from service.api.responses.genesis import StageState
    from service.client.api import Client

#: The fields that summarize a proposal, in order of preference. The first one that a proposal has is shown.
_HEADLINES = ("concept.logline", "theme.question", "world.summary", "plot.ending")
#: How many characters of a value are shown in a list of proposals.
_MOST_CHARACTERS = 400
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

    In a terminal the growing texts are shown meanwhile. A caller may cancel it: the service goes on, and a
    line says so.
    """
    state = await client.read_session(session)
    console = Console(stderr=True)
    try:
        while state.is_pending:
            if console.is_terminal:
                await _watch(client, state, console)
            else:
                await _wait(client, state)
            state = await client.read_session(session)
    except asyncio.CancelledError:
        console.print(
            f"The service goes on with the proposals. To see them: storytroupe genesis show {short(session)}",
            soft_wrap=True,
        )
        raise
    return state


async def _wait(client: Client, state: SessionState) -> None:
    async for event in client.session_events(state.id, since=state.version, types=["generation.ended"]):
        if event.name == "generation.ended":
            return


async def _watch(client: Client, state: SessionState, console: Console) -> None:
    """Show the growing headline of each proposal until the round has ended."""
    texts: dict[str, str] = {}
    stages = ", ".join(name for name, stage in state.stages.items() if stage.status == "proposing")
    spinner = Spinner("dots", f"Writing proposals: {stages}. Ctrl-C leaves; the service goes on.")
    with Live(spinner, console=console, transient=True, refresh_per_second=12) as live:
        events = client.session_events(state.id, since=state.version, types=["tick", "generation.ended"])
        async for event in events:
            if event.name == "generation.ended":
                return
            values = event.data.get("data", {}).get("values") if event.name == "tick" else None
            if values:
                texts[str(event.data.get("key"))] = headline(values)
                written = (Text(f"\n{number}  {text}…") for number, text in enumerate(texts.values(), 1))
                live.update(Group(spinner, *written))


def numbered(state: SessionState, stage: str | None = None) -> Mapping[str, str]:
    """The ids of the open proposals of a stage, by their number on the console, from 1. Without ``stage``,
    they are those of the current stage."""
    open_ = _open(state.stages[stage or state.current_stage])
    return {str(number): id_ for number, (id_, _) in enumerate(open_, 1)}


def show(state: SessionState, stage: str | None = None) -> None:
    """Print the stages of a session, one of them completely, its findings, and the next commands."""
    console = Console(highlight=False)
    name = stage or state.current_stage
    title = f"[bold]{escape(state.title or 'Untitled')}[/]"
    _print(console, f"{title}  {state.status}, version {state.version}")
    console.print(_overview(state, name))
    lines = (
        *_accepted(state, name),
        *_proposals(state, name),
        *_findings(state),
        *_failures(state),
        *_next(state, name),
    )
    for line in lines:
        _print(console, line)


def _print(console: Console, line: str) -> None:
    """Print a line. In a terminal, a long line is wrapped between words, and its indent is kept."""
    if not console.is_terminal:
        console.print(line, soft_wrap=True)
        return
    text = line.lstrip(" \n")
    space = line[: len(line) - len(text)]
    console.print("\n" * space.count("\n"), end="")
    console.print(Padding(text, (0, 0, 0, len(space) - space.count("\n"))))


def show_proposal(state: SessionState, stage: str | None, number: int) -> None:
    """Print all values of a proposal. Raises ``NotFound`` if the stage has no open proposal with the
    number."""
    console = Console(highlight=False)
    name = stage or state.current_stage
    open_ = _open(state.stages[name])
    if number > len(open_):
        raise NotFound(f"The stage {name} has {len(open_)} open proposals.", code="PROPOSAL_NOT_FOUND")
    _, proposal = open_[number - 1]
    for line in _whole(_proposed(state, name, proposal), {}):
        _print(console, line)
    for note in proposal.get("notes", ()):
        _print(console, f"\nNote: {escape(note)}")


def show_changes(found: SessionDiff, other: UUID | None) -> None:
    """Print the differences between two versions, by path."""
    console = Console(highlight=False)
    second = f"{short(other)} at version {found.after}" if other else f"version {found.after}"
    _print(console, f"- {short(found.session_id)} at version {found.before}")
    _print(console, f"+ {second}")
    for path, sides in found.changes.items():
        _print(console, f"\n[bold]{path}[/]")
        for sign, side, colour in (("-", "before", "red"), ("+", "after", "green")):
            if side in sides:
                _print(console, f"  [{colour}]{sign} {escape(_text(sides[side]))}[/]")
    if not found.changes:
        _print(console, "\nNothing differs.")
    else:
        there = f"--other {short(found.session_id)} " if other else ""
        copy = f"copy {short(found.other)} PATH {there}--from {found.before}"
        _print(console, f"\nTo bring a value of - over: storytroupe genesis {copy}")


def short(session: UUID) -> str:
    """The first characters of an id, which the commands take instead of the id."""
    return str(session)[:8]


def headline(values: Mapping[str, Any]) -> str:
    """Return the value that summarizes a proposal."""
    found = [values[path] for path in _HEADLINES if path in values]
    people = ", ".join(names_in(values).values())
    return str(next(iter([*found, people, *values.values()]), ""))


def _overview(state: SessionState, focus: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for name, stage in state.stages.items():
        stale = f"{len(stage.stale)} stale" if stage.stale else ""
        table.add_row(">" if name == focus else "", name, stage.status, stale)
    return table


def _accepted(state: SessionState, name: str) -> Iterator[str]:
    stage = state.stages[name]
    values = {path: one["value"] for path, one in stage.fields.items()}
    marks = marks_of(name, values, stage.locks, stage.stale)
    yield from _whole(Values(name, values, stage.order, _names(state)), marks)


def _names(state: SessionState) -> dict[str, str]:
    """A name for each id of an accepted element."""
    return names_in(
        {
            f"{name}.{path}": one["value"]
            for name, stage in state.stages.items()
            for path, one in stage.fields.items()
        }
    )


def _whole(values: Values, marks: Mapping[str, str]) -> Iterator[str]:
    """A line for each value. The values of an element follow a line with the path of the element."""
    for name, text in values.plain():
        yield f"  {values.stage}.{name}{marks.get(name, '')}: {escape(text)}"
    for path, fields in values.elements():
        yield f"  {values.stage}.{path}"
        for name, text in fields:
            yield f"    {name}{marks.get(f'{path}.{name}', '')}: {escape(text)}"


def _proposed(state: SessionState, name: str, proposal: Mapping[str, Any]) -> Values:
    given = proposal["values"]
    values = {path.partition(".")[2]: value for path, value in given.items()}
    return Values(name, values, proposal.get("order", {}), _names(state) | names_in(given))


def _text(value: Any) -> str:
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)


def _open(stage: StageState) -> Sequence[tuple[str, Mapping[str, Any]]]:
    found = [(id_, one) for id_, one in stage.proposals.items() if one["status"] == "open"]
    return sorted(found, key=lambda item: item[1].get("index", 0))


def _proposals(state: SessionState, name: str) -> Iterator[str]:
    """The open proposals in short: their fields, and a line for each element."""
    if open_ := _open(state.stages[name]):
        yield "\nProposals"
    for number, (_, one) in enumerate(open_, 1):
        values = _proposed(state, name, one)
        head = str(one["values"].get("concept.title") or headline(one["values"]))
        yield f"\n  [bold]{number}  {escape(head)}[/]"
        for field, text in values.plain():
            if text != head:
                yield f"     {field}: {escape(shorten(text, _MOST_CHARACTERS, placeholder='…'))}"
        for collection, lines in values.in_lines():
            yield f"     {collection}:"
            for line in lines:
                yield f"       {escape(shorten(line, _MOST_CHARACTERS, placeholder='…'))}"
    if open_:
        yield f"\n  To read all of one: storytroupe genesis show {short(state.id)} {name} --proposal 1"


def _findings(state: SessionState) -> Iterator[str]:
    if state.findings:
        yield "\nTo look at"
    for found in state.findings:
        yield f"  {found.id}  {found.severity}: {escape(found.message)}"
        for cited in found.citations:
            yield f"    {cited.path}: {escape(cited.quote)}"


def _failures(state: SessionState) -> Iterator[str]:
    """The rounds that have failed, with the reason."""
    for name, job in state.jobs.items():
        if job.get("status") == "failed":
            error = job.get("error") or {}
            why = ": ".join(str(error[key]) for key in ("code", "message") if error.get(key))
            yield f"\n[red]The round {escape(name)} has failed.[/] {escape(why)}"


def _next(state: SessionState, name: str) -> Iterator[str]:
    """The commands that the session allows now. A command for a stage is for the stage that is shown."""
    allowed = {one.command_type for one in state.available_actions if one.stage in (None, name)}
    if not _open(state.stages[name]):
        allowed.discard("SELECT_PROPOSAL")
    if wanted := [type_ for type_ in _TYPED if type_ in allowed]:
        yield "\nNext"
    if state.status == "finished":
        yield f"\nNext\n  storytroupe genesis export {short(state.id)} --format docx   save the novel"
    for type_ in wanted:
        typed = _TYPED[type_].format(id=short(state.id), stage=name)
        if type_ == "SELECT_PROPOSAL" and name != state.current_stage:
            typed += f" --stage {name}"
        yield f"  storytroupe genesis {escape(typed)}   {_MEANT[type_]}"
