"""Combines all commands, and converts errors to one line of output and an exit code.

Command modules import large packages inside the functions of the commands, so that ``--help`` does not load
database drivers.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from service.cli import (
    database,
    doctor,
    operators,
    services,
    serving,
    session_verify,
    stories,
    studio,
    users,
)
from service.cli.help_text import examples
from service.errors import StorytroupeError, Unauthorized

_TOKENS = "`storytroupe users token USER` makes a token. `up` writes a new token to DATA/token at each start."
_END = (
    "Settings are environment variables, for example STORYTROUPE_TEXT_PROVIDER. docs/reference/settings.md "
    "lists them all; `storytroupe doctor` checks them.\n\n"
    + examples(
        "storytroupe up",
        "storytroupe create --hero 'Maya, 6, glasses' --theme courage",
        "storytroupe COMMAND --help",
        interrupted="130: it was interrupted. `up`, `serve` and `services` end with 0 then.",
    )
)

app = typer.Typer(
    name="storytroupe",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_END,
)
for module in (serving, database, studio, stories, session_verify, services, operators, users, doctor):
    app.add_typer(module.commands)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"storytroupe {version('storytroupe')}")
        raise typer.Exit


@app.callback()
def storytroupe(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version, and exit."),
    ] = False,
) -> None:
    """Turn a few words about a child's heroes into an illustrated, narrated storybook, live."""


def main() -> None:
    """Run the command line. A ``StorytroupeError`` is printed as one line on standard error, with exit code
    1."""
    try:
        app()
    except Unauthorized as error:
        typer.echo(f"storytroupe: {error.message} {_TOKENS}", err=True)
        sys.exit(1)
    except StorytroupeError as error:
        typer.echo(f"storytroupe: {error.message}", err=True)
        sys.exit(1)
