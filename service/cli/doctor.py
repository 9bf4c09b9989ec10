"""The command ``doctor``, which says what this machine has, what is missing, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from service.cli.help_text import examples
from service.cli.running import load_settings, run
from service.cli.services import DataDir

commands = typer.Typer()

_MARKS = {"ok": ("✓", "green"), "note": ("·", "yellow"), "lack": ("✗", "red")}


@commands.command(
    epilog=examples(
        "storytroupe doctor",
        "STORYTROUPE_TEXT_PROVIDER=openai storytroupe doctor --data data",
        done="nothing is missing.",
        failed="something is missing, or a setting is not valid.",
    )
)
def doctor(
    data: DataDir = Path("data"),
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port to check. Default: STORYTROUPE_PORT, or 8080."),
    ] = None,
) -> None:
    """Check this machine and the settings. Prints what is available, what is missing, and what to do."""
    from service.cli.checkup import Finding, examine

    def show(finding: Finding) -> None:
        mark, colour = _MARKS[finding.level]
        advice = f"\n    {finding.advice}" if finding.advice else ""
        console.print(Text(f"{mark} ", style=colour), f"{finding.part}: {finding.found}{advice}", sep="")

    console = Console(soft_wrap=True, highlight=False, markup=False)
    settings = load_settings()
    findings = run(examine(settings, data, port or settings.port))
    for finding in findings:
        show(finding)
    lacks = sum(finding.level == "lack" for finding in findings)
    console.print(f"{lacks} to repair before Storytroupe can work." if lacks else "Nothing is missing.")
    raise typer.Exit(1 if lacks else 0)
