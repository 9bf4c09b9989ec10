"""How a process leaves while a paid call is under way: what it says, and that a second signal ends it."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import aiohttp

from service.access.tokens import Tokens
from tests.servers import eventually
from tests.stubs.openai_server import OpenAIStub
from tests.stubs.provider_stub import Fault, opened

_MAIN = "from service.cli import main; main()"
#: A signal that comes sooner after the first is taken for the same one.
_APART_SECONDS = 1.2


@asynccontextmanager
async def writing(
    database: str, redis_url: str, folder: Path
) -> AsyncIterator[tuple[asyncio.subprocess.Process, OpenAIStub]]:
    """A process that waits for a text which a provider never gives."""
    secret = secrets.token_urlsafe(32)
    async with opened(OpenAIStub()) as stub:
        stub.fail("story", Fault("hang"))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _MAIN, "serve", "--port", "0"),
            env={
                "PATH": os.defpath,
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "DATABASE_URL": database,
                "REDIS_URL": redis_url,
                "STORYTROUPE_REDIS_NAMESPACE": f"leaving-{uuid4()}",
                "STORYTROUPE_FILES_DIR": str(folder),
                "STORYTROUPE_JWT_SECRET": secret,
                "STORYTROUPE_CPU_PROCESSES": "1",
                "STORYTROUPE_TEXT_PROVIDER": "openai",
                "OPENAI_BASE_URL": stub.base_url,
                "OPENAI_API_KEY": "none",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            url = (await line(process, "ready ")).removeprefix("ready ")
            token = Tokens(secret, "storytroupe", "storytroupe").issue(uuid4(), ttl=timedelta(minutes=5))
            async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
                body = {"characters": [{"name": "Maya"}], "scene_count": 1}
                async with session.post(f"{url}/api/v1/stories", json=body) as answer:
                    assert answer.status == 201, await answer.text()
            await eventually(lambda: bool(stub.of("story")))
            yield process, stub
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def line(process: asyncio.subprocess.Process, beginning: str) -> str:
    """The next line that begins so."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        async for raw in process.stdout:
            if (text := raw.decode().strip()).startswith(beginning):
                return text
    raise AssertionError(f"It ended without saying {beginning!r}.")


async def test_process_that_leaves_says_what_it_waits_for_and_ends_at_a_second_signal(
    database: str, redis_url: str, tmp_path: Path
) -> None:
    async with writing(database, redis_url, tmp_path) as (process, stub):
        process.send_signal(signal.SIGTERM)
        said = await line(process, "Waiting for ")
        assert said.startswith("Waiting for 1 paid call, 310 s at the most.")
        process.send_signal(signal.SIGTERM)  # as where a shell and `make` both pass a signal on
        await asyncio.sleep(_APART_SECONDS)
        assert process.returncode is None, "one signal that came twice has ended it"
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            assert await process.wait() == 128 + signal.SIGTERM
    assert len(stub.of("story")) == 1
