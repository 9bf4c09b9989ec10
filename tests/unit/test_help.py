"""Each command says what it does, with examples and exit codes; each option and argument has a help text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest
import typer
from typer.core import TyperCommand
from typer.testing import CliRunner

from service.cli.app import app
from tests.cases import for_each

pytestmark = pytest.mark.slow

ROOT = typer.main.get_command(app)
#: What typer itself adds.
OWN = {"help", "install_completion", "show_completion"}


def commands(
    command: object = ROOT, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], TyperCommand]]:
    """Every command that runs something, by the words that call it."""
    inner = getattr(command, "commands", None)
    if inner is None:
        assert isinstance(command, TyperCommand)
        yield path, command
    for name, one in (inner or {}).items():
        yield from commands(one, (*path, name))


COMMANDS = dict(commands())


@for_each("path", COMMANDS, ids=" ".join)
def test_command_and_all_that_it_takes_have_a_help(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help
    assert command.help.strip().endswith(".")
    for parameter in command.params:
        if parameter.name not in OWN:
            text = getattr(parameter, "help", None)
            assert text, parameter.name
            assert text.strip()[-1] in ".:", parameter.name


@for_each("path", COMMANDS, ids=" ".join)
def test_help_ends_with_examples_that_can_be_read_and_exit_codes(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    lines = (command.epilog or "").split("\n\n")
    at = lines.index("Exit codes:")
    assert lines[0] == "Examples:"
    assert {"0:", "1:", "2:"} <= {line[:2] for line in lines[at + 1 :]}
    for line in lines[1:at]:
        words = [word for word in shlex.split(line) if not re.fullmatch(r"[A-Z_]+=.*", word)]
        assert tuple(words[: len(path) + 1]) == ("storytroupe", *path)
        command.make_context(path[-1], words[len(path) + 1 :], resilient_parsing=False)


@for_each("path", [(), ("dead",), ("users",), *COMMANDS], ids=" ".join)
def test_help_is_printed(path: tuple[str, ...]) -> None:
    printed = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "100"})
    assert printed.exit_code == 0
    assert "Usage:" in printed.output
