"""What operators are told who ask for what cannot be: what is wrong, and what to do next."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from service.cli.app import app
from service.devstack.stack import Stack
from service.errors import StorytroupeError
from tests.cases import for_each

NOBODY = str(uuid4())


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings, and a folder on which nothing runs."""
    for name in ("DATABASE_URL", "REDIS_URL", "STORYTROUPE_JWT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@for_each(
    ("arguments", "advice"),
    [
        (["stats"], "DATABASE_URL"),
        (["migrate"], "storytroupe up"),
        (["serve"], "openssl rand"),
        (["serve", "--roles", "dragon"], "http, actors, relay, reconcile"),
        (["drain"], "storytroupe stats"),
        (["dead", "redrive"], "storytroupe dead list"),
        (["dead", "list", "--group", "dragon"], "content, direction"),
        (["dead", "redrive", "--all", "--group", "dragon"], "content, direction"),
        (["users", "token", NOBODY], "DATABASE_URL"),
        (["users", "forget", NOBODY], "--confirm"),
    ],
)
def test_what_lacks_is_said_with_what_to_do(arguments: list[str], advice: str) -> None:
    with pytest.raises(StorytroupeError, match=advice):
        CliRunner().invoke(app, arguments, catch_exceptions=False)


@for_each(
    "arguments",
    [
        ["up", "--port", "99999"],
        ["serve", "--port", "-1"],
        ["doctor", "--port", "99999"],
        ["watch", "dragon"],
        ["drain", "dragon"],
        ["users", "show", "dragon"],
        ["users", "token", NOBODY, "--days", "0"],
        ["dead", "list", "--limit", "0"],
        ["dragon"],
    ],
)
def test_argument_that_cannot_be_is_a_fault_of_use(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


@pytest.fixture
def _service(module_database: str, stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", module_database)
    monkeypatch.setenv("REDIS_URL", stack.redis_url)
    monkeypatch.setenv("STORYTROUPE_FILES_DIR", str(tmp_path))


@pytest.mark.usefixtures("_service")
@pytest.mark.parametrize("arguments", [["--all"], [NOBODY]])
def test_drain_of_nobody_says_where_they_are_shown(arguments: list[str]) -> None:
    with pytest.raises(StorytroupeError, match=r"process does not exist.*storytroupe stats"):
        CliRunner().invoke(app, ["drain", *arguments], catch_exceptions=False)
