"""The command line as a process: its output, its exit codes, and how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio

from service.devstack.stack import Stack

MAIN = "from service.cli import main; main()"
ENVIRONMENT = {
    "PATH": os.defpath,
    "PYTHONPATH": str(Path(__file__).parents[2]),
    # Each drawing process takes seconds of a processor to start.
    "STORYTROUPE_CPU_PROCESSES": "1",
}


@asynccontextmanager
async def running(*arguments: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MAIN, *arguments),
        env={**ENVIRONMENT, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def storytroupe(*arguments: str, **environment: str) -> tuple[int | None, str, str]:
    async with running(*arguments, **environment) as process:
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def _urls(process: asyncio.subprocess.Process) -> dict[str, str]:
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(3)]
    return dict(line.split("=", 1) for line in lines)


async def _answer(urls: dict[str, str]) -> None:
    connection = await asyncpg.connect(urls["DATABASE_URL"])
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()
    async with redis.asyncio.Redis.from_url(urls["REDIS_URL"]) as client:
        assert await client.ping()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_services_answer_until_a_signal_and_end_cleanly(
    number: signal.Signals, made_folder: Path
) -> None:
    async with running("services", "--data", str(made_folder)) as process:
        urls = await _urls(process)
        await _answer(urls)
        process.send_signal(number)
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert "database system is shut down" in (made_folder / "logs" / "postgres.log").read_text()
    with pytest.raises(OSError):
        await asyncpg.connect(urls["DATABASE_URL"])


async def test_services_on_a_folder_in_use_say_so_in_one_line(made_folder: Path) -> None:
    async with Stack(made_folder):
        code, out, err = await storytroupe("services", "--data", str(made_folder))
    assert (code, out) == (1, "")
    assert err.startswith("storytroupe: Storytroupe already runs on ")
    assert err.count("\n") == 1


async def test_doctor_finds_all_that_is_needed(stack: Stack, tmp_path: Path) -> None:
    servers = {"DATABASE_URL": stack.database_url, "REDIS_URL": stack.redis_url}
    code, out, _ = await storytroupe("doctor", "--data", str(tmp_path / "new"), "--port", "0", **servers)
    assert "✗" not in out
    assert "at DATABASE_URL" in out
    assert "at REDIS_URL" in out
    assert code == 0


async def test_doctor_says_what_lacks_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, out, _ = await storytroupe(
        *("doctor", "--data", str(tmp_path / "file" / "data")),
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        STORYTROUPE_TEXT_PROVIDER="openai",
    )
    assert code == 1
    assert "✗ PostgreSQL: DATABASE_URL does not work" in out
    assert "Set OPENAI_API_KEY, or choose offline." in out
    assert "✗ data folder" in out
    assert "4 to repair" in out


async def test_a_bad_setting_is_named_in_one_line() -> None:
    code, out, err = await storytroupe("doctor", STORYTROUPE_PORT="eighty")
    assert (code, out) == (1, "")
    assert "STORYTROUPE_PORT: Input should be a valid integer" in err
    assert err.count("\n") == 1


async def test_version_is_the_packages() -> None:
    code, out, _ = await storytroupe("--version")
    assert (code, out) == (0, f"storytroupe {version('storytroupe')}\n")


async def test_port_that_was_asked_for_and_is_taken_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = await storytroupe("up", "--port", str(port), "--data", str(tmp_path / "data"))
    assert (code, out) == (1, "")
    assert err == f"storytroupe: Port {port} is taken: stop what uses it, or give another --port.\n"
    assert not (tmp_path / "data").exists()
