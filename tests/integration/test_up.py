"""``up`` as a process of its own: what it prints, who is let in, and what its folder shows to others."""

from __future__ import annotations

import asyncio
import re
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from service.devstack.ports import choose_port
from service.devstack.temporary import temporary_folder
from tests.integration.test_cli import ENVIRONMENT, MAIN
from tests.servers import copy_folder


@dataclass
class Up:
    """A running `up`, what it printed, and how to ask it."""

    process: asyncio.subprocess.Process
    data: Path
    lines: list[str]
    http: aiohttp.ClientSession

    @property
    def url(self) -> str:
        return self.lines[0].removeprefix("ready ")

    @property
    def key(self) -> str:
        return self.lines[1].rpartition("#key=")[2]

    async def session(self, key: str) -> tuple[int, Any]:
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with self.http.post(f"{self.url}/studio/session", json={"key": key}, headers=headers) as answer:
            return answer.status, await answer.json()

    async def status(self, path: str, token: str = "") -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.http.get(self.url + path, headers=headers) as answer:
            return answer.status

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        await self.process.wait()


@asynccontextmanager
async def running_up(data: Path, *options: str, **environment: str) -> AsyncIterator[Up]:
    """`up` on a data folder, on a free port, from its second line to the block's end."""
    log = (data.parent / "up.log").open("ab")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MAIN, "up", "--port", "0", "--data", str(data), *options),
        env={**ENVIRONMENT, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
    )
    assert process.stdout is not None
    try:
        lines = [(await process.stdout.readline()).decode().strip() for _ in range(2)]
        assert lines[1], (data.parent / "up.log").read_text()
        async with aiohttp.ClientSession() as http:
            yield Up(process, data, lines, http)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        log.close()


@pytest.fixture(scope="module")
def data(pristine_folder: Path) -> Any:
    """A data folder that was left open to all."""
    with temporary_folder() as folder:
        copy_folder(pristine_folder, made := folder / "data")
        made.chmod(0o755)
        (made / "files").mkdir(mode=0o755)
        yield made


@pytest.fixture(scope="module")
async def up(data: Path) -> AsyncIterator[Up]:
    async with running_up(data) as running:
        yield running


async def command(*arguments: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MAIN, *arguments),
        env=ENVIRONMENT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_up_prints_where_it_is_and_then_the_studios_url(up: Up) -> None:
    assert re.fullmatch(r"ready http://127\.0\.0\.1:\d+", up.lines[0])
    assert up.lines[1] == f"studio {up.url}/#key={up.key}"
    assert len(up.key) >= 43
    assert await up.status("/") == 200


async def test_nobody_is_let_in_without_what_is_printed(up: Up) -> None:
    assert (await up.session("x" * 43))[0] == 403
    status, answer = await up.session(up.key)
    assert status == 200
    assert await up.status("/api/v1/account", answer["data"]["token"]) == 200
    assert await up.status("/api/v1/account") == 401


async def test_studio_url_prints_it_again(up: Up) -> None:
    code, out, err = await command("studio-url", "--data", str(up.data))
    assert (code, out, err) == (0, f"{up.url}/#key={up.key}\n", "")


async def test_metrics_are_for_the_operator(up: Up) -> None:
    _, answer = await up.session(up.key)
    assert await up.status("/metrics") == 401
    assert await up.status("/metrics", answer["data"]["token"]) == 403
    assert await up.status("/metrics", (up.data / "token").read_text()) == 403
    code, token, _ = await command("users", "token", "--scope", "operator", "--data", str(up.data))
    assert (code, await up.status("/metrics", token.strip())) == (0, 200)


async def test_others_see_nothing_of_the_data_folder(up: Up) -> None:
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in up.data.rglob("*")}
    assert {path: oct(mode) for path, mode in found.items() if mode & 0o077} == {}
    assert found[up.data / "studio.json"] == found[up.data / "token"] == 0o600
    assert stat.S_IMODE(up.data.stat().st_mode) in (0o700, 0o711)


async def test_the_key_is_in_no_log_and_in_one_file(up: Up) -> None:
    assert (await up.session(up.key))[0] == 200
    files = [path for path in (*up.data.parent.glob("up.log"), *up.data.rglob("*")) if path.is_file()]
    assert [path.name for path in files if up.key.encode() in path.read_bytes()] == ["studio.json"]


async def test_the_key_ends_with_its_run(up: Up) -> None:
    """The last of this file: it ends the others' run."""
    killed = up.key
    await up.stop(signal.SIGKILL)
    assert (up.data / "studio.json").exists()
    code, out, err = await command("studio-url", "--data", str(up.data))
    assert (code, out) == (1, "")
    assert err.startswith("storytroupe: No `storytroupe up` runs on ")
    apart = choose_port(None)
    address = {"STORYTROUPE_METRICS_ADDRESS": f"127.0.0.1:{apart}"}
    async with running_up(up.data, "--host", "0.0.0.0", **address) as later:
        assert re.fullmatch(r"ready http://127\.0\.0\.1:\d+", later.lines[0])
        assert (await later.session(killed))[0] == 403
        assert (await later.session(later.key))[0] == 200
        _, out, _ = await command("studio-url", "--data", str(up.data))
        first, *others = out.splitlines()
        assert first == later.lines[1].removeprefix("studio ")
        for url in others:
            async with later.http.get(url) as answer:
                assert answer.status == 200
        for path, status in (("/metrics", 200), ("/", 404), ("/api/v1/account", 404)):
            async with later.http.get(f"http://127.0.0.1:{apart}{path}") as answer:
                assert answer.status == status
                assert ("storytroupe_jobs" in await answer.text()) == (status == 200)
        await later.stop()
        assert later.process.returncode == 0
    assert not (up.data / "studio.json").exists()
