"""Shows a story on the console: as progress bars and text in a terminal, and as plain lines otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from service.client.view import StoryView

_COLOURS = {
    "ready": "green",
    "failed": "red",
    "cancelled": "yellow",
    "skipped": "yellow",
    "generating": "cyan",
}
#: How many of the newest words are shown. More words would push the bars out of a small terminal.
_WORDS_SHOWN = 480


class Display(Protocol):
    """Shows a story while it is made."""

    def show(self, view: StoryView) -> None:
        """Show the current state of the view."""
        ...


@contextmanager
def display_on(console: Console) -> Iterator[Display]:
    """Yield the display for this type of console. The display ends when the block ends."""
    if not console.is_terminal:
        yield Lines(console)
        return
    bars = Bars()
    with Live(bars, console=console, refresh_per_second=12):
        yield bars


class Lines:
    """A display that prints one line for each change of an asset's status."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._printed: dict[str, str] = {}

    def show(self, view: StoryView) -> None:
        """Print a line for each asset whose status has changed."""
        for name, state in view.assets.items():
            status = state["status"]
            if self._printed.get(name) != status:
                self._printed[name] = status
                self._console.print(
                    f"{name}: {_status_line(status, state.get('error'))}", markup=False, soft_wrap=True
                )


class Bars:
    """A display with a progress bar for each asset, below the text that is being written."""

    def __init__(self) -> None:
        self._view = StoryView()
        self._tasks: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("[{task.fields[colour]}]{task.fields[status]}"),
        )

    def show(self, view: StoryView) -> None:
        """Update the bars, and show the newest words."""
        self._view = view
        for name, state in view.assets.items():
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(name, status="", colour="white")
            status = state["status"]
            self._progress.update(
                self._tasks[name],
                completed=100 if status == "ready" else state.get("progress", 0),
                status=escape(_status_line(status, state.get("error"))),
                colour=_COLOURS.get(status, "white"),
            )

    def __rich__(self) -> Group:
        title = Text(self._view.title or "A story is being made", style="bold")
        words = " ".join(text for _, text in sorted(self._view.words.items())) or self._view.summary
        if not words or self._view.final:
            return Group(title, self._progress)
        return Group(Panel(Text(_newest(words)), title=title, title_align="left"), self._progress)


def _newest(words: str) -> str:
    return words if len(words) <= _WORDS_SHOWN else "…" + words[-_WORDS_SHOWN:]


def _status_line(status: str, error: object) -> str:
    return f"{status} ({error})" if error and status in ("failed", "retrying") else status
