"""Another user of this machine, who listens where our servers did, or leaves a folder for us."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which

import asyncpg
import pytest
import redis.asyncio

from service.access.tokens import OPERATOR, Tokens
from service.access.users import LOCAL_USER
from service.db.roles import Login
from service.devstack.children import spawn
from service.devstack.places import choose_account
from service.devstack.postgres import Logins, PostgresServer
from service.devstack.programs import find_postgres
from service.devstack.sockets import place_sockets
from service.devstack.stack import Stack, recall_urls
from service.devstack.temporary import temporary_folder
from service.errors import SetupProblem
from tests.integration.test_up import command, running_up
from tests.servers import QUICK, copy_folder, quick_stack

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may act as another user")

_MALLORY = 54_321
_ENTER = """
import os, socket, sys
os.setgroups([]); os.setgid(54321); os.setuid(54321)
for act in ("connect", "bind"):
    with socket.socket(socket.AF_UNIX) as place:
        try:
            getattr(place, act)(sys.argv[1])
        except OSError as refused:
            print(type(refused).__name__)
        else:
            print("let in")
"""


@pytest.fixture
def data(pristine_folder: Path) -> Iterator[Path]:
    with temporary_folder() as folder:
        copy_folder(pristine_folder, made := folder / "data")
        yield made


def _tried_by_a_stranger(path: Path) -> list[str]:
    """What comes of connecting, and of listening, there."""
    done = subprocess.run([sys.executable, "-c", _ENTER, path], capture_output=True, text=True, check=True)
    return done.stdout.split()


async def test_the_servers_listen_at_no_port(data: Path) -> None:
    async with quick_stack(data) as stack:
        connection = await asyncpg.connect(stack.postgres.admin_url())
        assert await connection.fetchval("SHOW listen_addresses") == ""
        await connection.close()
        async with redis.asyncio.Redis.from_url(stack.redis_url) as client:
            assert await client.config_get("port") == {"port": "0"}


@as_root
async def test_a_stranger_enters_no_folder_of_sockets_even_when_its_server_is_gone(data: Path) -> None:
    async with quick_stack(data) as stack:
        paths = (stack.postgres.sockets / ".s.PGSQL.5432", stack.sockets / "valkey.sock")
        for path in paths:
            assert path.is_socket()
            assert _tried_by_a_stranger(path) == ["PermissionError"] * 2
        await stack.postgres.kill()
        await stack.valkey.kill()
        for path in paths:
            path.unlink(missing_ok=True)
            assert _tried_by_a_stranger(path) == ["PermissionError"] * 2


async def test_what_a_killed_server_left_in_its_folder_does_not_stop_the_next(data: Path) -> None:
    async with quick_stack(data) as stack:
        await stack.postgres.kill()
        account = choose_account(data / "postgres")
        other = spawn([which("sleep") or "", "600"], log=data / "other.log", account=account)
        # A lock of which another program has the process id by now.
        (stack.postgres.sockets / ".s.PGSQL.5432.lock").write_text(f"{other.pid}\n/\n0\n5432\n")
        try:
            await stack.postgres.start()
        finally:
            other.signal(signal.SIGKILL)
            await other.wait()
        assert stack.postgres.running


async def test_passwords_that_went_over_ports_are_made_anew(data: Path) -> None:
    path = data / "stack.json"
    record = json.loads(path.read_text())
    names = ("password", "superuser_password", "owner_password", "http_password")
    del record["sockets"], record["postgres_sockets"]
    path.write_text(json.dumps({**record, "postgres_port": 20_000, "valkey_port": 20_001}))
    assert recall_urls(data) is None, "anybody may listen there"
    for _ in range(2):
        async with quick_stack(data) as stack:
            for url, name in (
                (stack.postgres.admin_url(), "superuser_password"),
                (stack.database_url, "owner_password"),
                (stack.database_http_url, "http_password"),
            ):
                with pytest.raises(asyncpg.InvalidPasswordError):
                    await asyncpg.connect(url, password=record[name])
        found = json.loads(path.read_text())
        assert not {found[name] for name in names} & {record[name] for name in names}


@asynccontextmanager
async def _hanging_up(path: Path) -> AsyncIterator[None]:
    def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_unix_server(hang_up, path):
        yield


async def test_a_server_that_hangs_up_has_not_answered(data: Path) -> None:
    """And is waited for, or told of in one line."""
    account = choose_account(data / "postgres")
    sockets, login = place_sockets(data / "postgres-sockets", None, account), Login("postgres", "secret")
    server = PostgresServer(
        find_postgres(),
        data / "postgres",
        logins=Logins(login, "", login, login),
        account=account,
        sockets=sockets,
        log=data / "log",
        mark=data / "mark",
        settings=QUICK,
    )
    async with _hanging_up(sockets / ".s.PGSQL.5432"):
        assert not await server.answers()


def test_a_remembered_place_that_is_open_to_others_is_not_used(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(data.parent))
    home = data / ("a" * 90)
    first = place_sockets(home, None, None)
    assert place_sockets(home, first, None) == first
    assert place_sockets(data / ("b" * 90), first, None) != first, "it is another folder's"
    first.chmod(0o777)
    assert place_sockets(home, first, None) != first


async def test_no_password_is_sent_to_a_folder_that_is_open_to_others(data: Path) -> None:
    async with quick_stack(data) as stack:
        assert recall_urls(data) is not None
        stack.sockets.chmod(0o755)
        with pytest.raises(SetupProblem, match="Other users can enter"):
            recall_urls(data)


@as_root
@pytest.mark.parametrize("planted", ["", "secret", "stack.json", "token", "sockets", "postgres"])
async def test_what_a_stranger_made_is_not_trusted(data: Path, planted: str) -> None:
    if planted in ("secret", "token"):
        (data / planted).write_text("known to a stranger, who wrote it")
    os.chown(data / planted, _MALLORY, _MALLORY)
    with pytest.raises(SetupProblem, match=r"belongs to another user \(54321\).* chown") as caught:
        await Stack(data).__aenter__()
    assert "\n" not in caught.value.message


@asynccontextmanager
async def _listening(port: int) -> AsyncIterator[list[bytes]]:
    """Whoever comes to a port that has become free, and what is said there."""
    said: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.append(await reader.read(2000))
        writer.close()

    async with await asyncio.start_server(hear, "127.0.0.1", port):
        yield said


# Who is killed leaves the token and the address behind, which is the worse of the two.
@pytest.mark.parametrize("number", [pytest.param(signal.SIGTERM, marks=pytest.mark.long), signal.SIGKILL])
async def test_who_takes_the_port_of_an_up_that_has_ended_is_told_nothing(
    data: Path, number: signal.Signals
) -> None:
    async with running_up(data) as up:
        port = int(up.url.rpartition(":")[2])
        await up.stop(number)
        assert (data / "token").exists() == (data / "url").exists() == (number is signal.SIGKILL)
        async with _listening(port) as said:
            for asked in (("create", "--hero", "Maya"), ("watch", str(LOCAL_USER))):
                code, out, err = await command(*asked, "--data", str(data))
                assert (code, out) == (1, "")
                assert err.startswith("storytroupe: No ")
        assert said == []


async def test_the_noted_token_lives_a_day_and_an_operators_of_old_is_withdrawn(data: Path) -> None:
    (data / "secret").write_text(secret := "a secret of thirty-two bytes or more")
    tokens = Tokens(secret, "storytroupe", "storytroupe")
    former = tokens.issue(LOCAL_USER, scopes=(OPERATOR,), ttl=timedelta(days=366))
    (data / "token").write_text(former)
    async with running_up(data) as up:
        # Who was signed out is read by a loop, which has just begun.
        for _ in range(600):
            if await up.status("/api/v1/account", former) == 401:
                break
            await asyncio.sleep(0.1)
        else:
            pytest.fail("the former token is still good")
        token = (data / "token").read_text()
        assert await up.status("/api/v1/account", token) == 200
        identity = tokens.verify(token)
        assert not identity.operator
        assert identity.expires_at - datetime.now(UTC) <= timedelta(hours=24)
