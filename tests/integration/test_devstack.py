"""The development stack: what a machine, a user or a crash may do to it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio

from service.devstack.children import birth, spawn
from service.devstack.places import choose_account, reachable_programs, strays
from service.devstack.programs import PostgresPrograms, find_postgres, find_valkey
from service.devstack.sockets import place_sockets
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.devstack.valkey import ValkeyServer
from service.errors import SetupProblem
from tests.servers import copy_folder, eventually, quick_stack

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs PostgreSQL as itself")

HOLDER = """
import asyncio, pathlib, sys
from service.devstack.stack import Stack
async def main():
    async with Stack(pathlib.Path(sys.argv[1]), postgres_settings={"fsync": "off"}) as stack:
        print(stack.postgres.pid, stack.valkey.pid, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@contextmanager
def _changed(file: Path, text: str) -> Iterator[None]:
    """A file that says something else while the block runs."""
    former = file.read_text()
    file.write_text(text)
    try:
        yield
    finally:
        file.write_text(former)


async def _answer(stack: Stack) -> object:
    connection = await asyncpg.connect(stack.database_url)
    try:
        return await connection.fetchval("SELECT upper('é') || current_database()")
    finally:
        await connection.close()


def _command_line(pid: int) -> str:
    return subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout


@pytest.fixture
def closed_folder(folder: Path) -> Path:
    """A folder that only its owner may enter, as a home often is."""
    folder.chmod(0o700)
    return folder


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 20 MB, on which no cluster fits."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", folder], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", folder], check=True)


async def test_first_start_makes_a_utf8_database_and_the_second_finds_it_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    folder = folder / ("a" * 60) / ("b c" * 20)  # longer than the path of a socket may be
    async with quick_stack(folder) as stack:
        assert await _answer(stack) == "Éstorytroupe"
        connection = await asyncpg.connect(stack.database_url)
        await connection.execute("CREATE TABLE kept ()")
        await connection.close()
        former = stack.database_url, stack.redis_url
    async with quick_stack(folder) as stack:
        assert (stack.database_url, stack.redis_url) == former
        connection = await asyncpg.connect(stack.database_url)
        assert await connection.fetchval("SELECT to_regclass('kept')") == "kept"
        await connection.close()


async def test_a_folder_in_use_is_refused_with_the_holders_pid(made_folder: Path) -> None:
    async with quick_stack(made_folder) as stack:
        with pytest.raises(SetupProblem, match=f"already runs on .*process {os.getpid()}"):
            await Stack(made_folder).__aenter__()
        assert await _answer(stack) == "Éstorytroupe"


async def test_servers_end_with_a_killed_parent_and_start_again(made_folder: Path) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, made_folder, stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    pids = [int(pid) for pid in (await holder.stdout.readline()).split()]
    assert all(birth(pid) for pid in pids)
    holder.kill()
    await holder.wait()
    await eventually(lambda: not any(birth(pid) for pid in pids))
    async with quick_stack(made_folder) as stack:
        assert await _answer(stack) == "Éstorytroupe"


async def test_a_server_left_over_is_ended_before_its_successor_starts(folder: Path) -> None:
    def server() -> ValkeyServer:
        return ValkeyServer(
            find_valkey(),
            folder / "valkey",
            password="secret",
            sockets=place_sockets(folder / "sockets", None, None),
            log=folder / "valkey.log",
            mark=folder / "valkey.pid",
            settings={},
        )

    former, successor = server(), server()
    await former.start()
    async with redis.asyncio.Redis.from_url(former.url) as client:
        await client.set("kept", "1")
    await successor.start()
    try:
        assert not former.running
        async with redis.asyncio.Redis.from_url(successor.url) as client:
            assert await client.get("kept") is None
    finally:
        await successor.stop()


async def test_a_pid_file_that_names_a_stranger_does_not_stop_it(made_folder: Path) -> None:
    cluster = made_folder / "postgres"
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n0\n5432\n\n127.0.0.1\n0 0\nready\n")
    async with quick_stack(made_folder) as stack:
        assert await _answer(stack) == "Éstorytroupe"


async def test_a_dead_server_is_started_again_while_supervised(made_folder: Path) -> None:
    async with quick_stack(made_folder) as stack:
        former = stack.redis_url
        supervision = asyncio.create_task(stack.supervise())
        await stack.valkey.kill()
        await eventually(lambda: stack.valkey.running)
        assert stack.redis_url == former
        supervision.cancel()


async def test_what_valkey_is_told_is_never_on_the_disk(made_folder: Path) -> None:
    former = made_folder / "valkey" / "appendonlydir"
    former.mkdir(parents=True)
    for file in (former / "appendonly.aof.1.incr.aof", made_folder / "valkey" / "dump.rdb"):
        file.write_bytes(b"the words of a former version")
    (made_folder / "valkey.unreadable").mkdir()
    async with quick_stack(made_folder) as stack:
        async with redis.asyncio.Redis.from_url(stack.redis_url) as client:
            await client.set("words", "a secret wish")
        assert list((made_folder / "valkey").iterdir()) == []
        await stack.valkey.restart()
    assert list((made_folder / "valkey").iterdir()) == []
    assert not (made_folder / "valkey.unreadable").exists()


@pytest.mark.parametrize("former", [0o755, 0o777])
async def test_a_data_folder_is_its_owners_alone(pristine_folder: Path, folder: Path, former: int) -> None:
    copy_folder(pristine_folder, data := folder / "data")
    data.chmod(former)
    (data / "logs").chmod(former)
    (data / "token").write_text("secret")
    (data / "token").chmod(0o644)
    async with quick_stack(data) as stack:
        assert await _answer(stack) == "Éstorytroupe"
    _is_closed(data)


async def test_a_new_data_folder_is_its_owners_alone(folder: Path) -> None:
    async with quick_stack(folder / "data"):
        _is_closed(folder / "data")


def _is_closed(data: Path) -> None:
    """Others see nothing of it. Where we are root, PostgreSQL's user may pass the folder itself."""
    assert data.stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)
    found = [path for path in data.rglob("*") if path.stat().st_mode & 0o077]
    assert found == []


async def test_no_password_no_entry(made_folder: Path) -> None:
    async with quick_stack(made_folder) as stack:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(stack.database_url, password="wrong")
        reader, writer = await asyncio.open_unix_connection(stack.sockets / "valkey.sock")
        writer.write(b"PING\r\n")
        assert (await reader.readline()).startswith(b"-NOAUTH")
        writer.close()
        await writer.wait_closed()


async def test_the_password_is_in_no_list_of_processes(made_folder: Path) -> None:
    async with quick_stack(made_folder) as stack:
        password = stack.redis_url.split(":")[2].partition("@")[0]
        for pid in (stack.postgres.pid, stack.valkey.pid):
            assert _command_line(pid)
            assert password not in _command_line(pid)
    assert (made_folder / "stack.json").stat().st_mode & 0o077 == 0


async def test_a_moved_folder_still_works(pristine_folder: Path, folder: Path) -> None:
    copy_folder(pristine_folder, moved := folder / "moved")
    async with quick_stack(moved) as stack:
        assert stack.postgres.files.is_relative_to(moved)
        assert await _answer(stack) == "Éstorytroupe"


@pytest.fixture
def closed_umask() -> Iterator[None]:
    """As `up` has it."""
    former = os.umask(0o077)
    yield
    os.umask(former)


@as_root
@pytest.mark.usefixtures("closed_umask")
async def test_data_below_a_closed_home_goes_to_an_open_place(closed_folder: Path) -> None:
    async with quick_stack(closed_folder / "data") as stack:
        cluster = stack.postgres.files
        assert not cluster.is_relative_to(closed_folder)
        assert await _answer(stack) == "Éstorytroupe"
    async with quick_stack(closed_folder / "data") as stack:
        assert stack.postgres.files == cluster
    assert cluster.parent not in strays()
    shutil.rmtree(closed_folder / "data")
    assert cluster.parent in strays()
    shutil.rmtree(cluster.parent)


@as_root
@pytest.mark.usefixtures("closed_umask")
async def test_programs_below_a_closed_home_are_copied_to_an_open_place(closed_folder: Path) -> None:
    programs = find_postgres()
    if programs.root is None:
        pytest.skip("PostgreSQL is this machine's own, which is never copied")
    for part in programs.parts:
        shutil.copytree(programs.root / part, closed_folder / part, copy_function=_link_or_copy)
    account = choose_account(closed_folder)
    folder = closed_folder / programs.folder.relative_to(programs.root)
    closed = PostgresPrograms(folder, closed_folder, programs.parts)
    copied = reachable_programs(closed, account)
    log = closed_folder / "log"
    try:
        assert await spawn([copied.initdb, "--version"], log=log, account=account).finish() == 0
        assert "PostgreSQL" in log.read_text()
        assert reachable_programs(closed, account) == copied
    finally:
        shutil.rmtree(copied.folder.parents[2])


async def test_too_little_disk_is_said_in_one_line(folder: Path) -> None:
    with pytest.raises(SetupProblem, match=r"MB are free at .*: free some space, or give another") as caught:
        await Stack(folder, minimum_free=1 << 60).__aenter__()
    assert "\n" not in caught.value.message


@as_root
async def test_a_disk_that_fills_up_is_said_in_one_line(small_disk: Path) -> None:
    with pytest.raises(SetupProblem, match="the disk is full: free some space"):
        await Stack(small_disk / "data", minimum_free=0).__aenter__()


async def test_a_file_for_a_folder_is_said_in_one_line(folder: Path) -> None:
    (folder / "data").touch()
    with pytest.raises(SetupProblem, match=r"data cannot be used .*: repair it, or give another --data"):
        await Stack(folder / "data").__aenter__()


async def test_another_versions_files_are_said_in_one_line(made_folder: Path) -> None:
    with (
        _changed(made_folder / "postgres" / "PG_VERSION", "9.6\n"),
        pytest.raises(SetupProblem, match="files were made by another version"),
    ):
        await Stack(made_folder).__aenter__()


async def test_a_record_of_another_folder_is_said_in_one_line(made_folder: Path) -> None:
    with (
        _changed(made_folder / "stack.json", '{"password": "another", "cluster": "postgres"}'),
        pytest.raises(SetupProblem, match=r"restore the stack\.json of this data folder"),
    ):
        await Stack(made_folder).__aenter__()


async def test_a_broken_record_is_said_in_one_line(made_folder: Path) -> None:
    with (
        _changed(made_folder / "stack.json", "{"),
        pytest.raises(SetupProblem, match=r"stack\.json cannot be read: restore it"),
    ):
        await Stack(made_folder).__aenter__()


async def test_an_interrupted_first_start_can_be_repeated(folder: Path) -> None:
    start = asyncio.create_task(Stack(folder).__aenter__())
    await eventually((folder / "postgres.part" / "PG_VERSION").exists)
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    async with quick_stack(folder) as stack:
        assert await _answer(stack) == "Éstorytroupe"


async def test_a_frozen_server_is_ended_all_the_same(made_folder: Path) -> None:
    async with quick_stack(made_folder) as stack:
        os.kill(stack.valkey.pid, signal.SIGSTOP)
        await stack.valkey.forget()
        assert not stack.valkey.running
