"""``storytroupe users``: what operators do with the people who make stories."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from service.access.tokens import Tokens
from service.cli.app import app
from service.devstack.stack import Stack
from service.errors import StorytroupeError

SECRET = "a secret of the tests, long enough to be one"
Say = Callable[..., str]


@pytest.fixture
def say(module_database: str, stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Runs a command of ``users``, and gives what it says, or raises what it ends with."""
    for name, value in {
        "DATABASE_URL": module_database,
        "REDIS_URL": stack.redis_url,
        "STORYTROUPE_FILES_DIR": str(tmp_path),
        "STORYTROUPE_JWT_SECRET": SECRET,
        "COLUMNS": "200",
    }.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: object) -> str:
        result = CliRunner().invoke(app, ["users", *map(str, arguments)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return run


def test_user_is_put_on_a_tier_given_packs_and_shown(say: Say) -> None:
    user = uuid4()
    assert str(user) not in say("list")
    say("set-tier", user, "individual")
    say("grant", user, "story_pack_5")
    assert "15 stories from all packs" in say("grant", user, "story_pack_10")
    shown = say("show", user)
    assert "individual" in shown
    assert "0 stories this month, of 45; 0 of 15 from packs." in shown
    assert str(user) in say("list")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("set-tier", "{}", "golden"), "tier 'golden' does not exist"),
        (("grant", "{}", "story_pack_7"), "user does not exist"),
        (("show", "{}"), "user does not exist"),
        (("forget", "{}"), "--confirm"),
        (("forget", "{}", "--confirm", "{}"), "user .* does not exist"),
    ],
)
def test_what_cannot_be_says_why(say: Say, arguments: tuple[str, ...], why: str) -> None:
    user = str(uuid4())
    with pytest.raises(StorytroupeError, match=why):
        say(*(argument.format(user) for argument in arguments))


def test_pack_that_there_is_not_is_named(say: Say) -> None:
    user = uuid4()
    say("set-tier", user, "free")
    with pytest.raises(StorytroupeError, match="pack 'story_pack_7' does not exist"):
        say("grant", user, "story_pack_7")


def test_tiers_that_there_are_are_named(say: Say) -> None:
    with pytest.raises(StorytroupeError, match="The tiers are: free, individual, unlimited"):
        say("set-tier", uuid4(), "golden")


def test_token_needs_the_secret_alone(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    user = uuid4()
    assert Tokens(SECRET, "storytroupe", "storytroupe").verify(say("token", user).strip()).user_id == user


def test_token_mints_an_id_of_its_own(say: Say) -> None:
    ids = set()
    for _ in range(2):
        told, token = say("token").split("\n")[:2]
        user_id = Tokens(SECRET, "storytroupe", "storytroupe").verify(token).user_id
        assert told == f"user {user_id}", "it is said on standard error, for whoever makes the next one"
        ids.add(user_id)
    assert len(ids) == 2


def test_token_is_good_for_what_was_asked(say: Say) -> None:
    user = uuid4()
    tokens = Tokens(SECRET, "storytroupe", "storytroupe")
    identity = tokens.verify(say("token", user, "--scope", "operator", "--days", "1").strip())
    assert (identity.user_id, identity.operator) == (user, True)


def test_signed_out_user_is_shown_so(say: Say) -> None:
    user = uuid4()
    say("set-tier", user, "free")
    assert "withdrawn" in say("sign-out", user)
    (row,) = [line for line in say("list", "--limit", "1").splitlines() if str(user) in line]
    assert len(re.findall(r"\b\d{4}-\d\d-\d\d\b", row)) == 2, "since when, and when it was signed out"


def test_who_is_forgotten_is_not_listed(say: Say) -> None:
    user = uuid4()
    say("set-tier", user, "free")
    assert "is forgotten" in say("forget", user, "--confirm", user)
    assert str(user) not in say("list")
