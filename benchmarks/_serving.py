"""Processes of the service, as an operator starts them."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks._providers import Providers
from service.devstack.stack import Stack

_MAIN = "from service.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Serving:
    """A process that is ready: where it listens, and its id."""

    url: str
    pid: int

    @property
    def processor_seconds(self) -> float:
        """What it has used of the processor so far."""
        # The name in brackets may have spaces; the 14th and 15th fields are times in ticks.
        user, system = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def environment(stack: Stack, folder: Path, secret: str, providers: Providers) -> dict[str, str]:
    """Settings for real clients before stub providers; files in the folder, no limit of requests."""
    return {
        "DATABASE_URL": stack.database_url,
        "REDIS_URL": stack.redis_url,
        "OPENAI_BASE_URL": providers.openai_url,
        "OPENAI_API_KEY": "none",
        "ELEVENLABS_BASE_URL": providers.elevenlabs_url,
        "ELEVENLABS_API_KEY": "none",
        "STORYTROUPE_TEXT_PROVIDER": "openai",
        "STORYTROUPE_IMAGE_PROVIDER": "openai",
        "STORYTROUPE_SPEECH_PROVIDER": "elevenlabs",
        "STORYTROUPE_FILES_DIR": str(folder / "files"),
        "STORYTROUPE_JWT_SECRET": secret,
        "STORYTROUPE_RATE_PER_SECOND": "0",
        "STORYTROUPE_LOG_LEVEL": "warning",
    }


@asynccontextmanager
async def open_process(roles: str, environment: Mapping[str, str]) -> AsyncIterator[Serving]:
    """A `storytroupe serve` with some roles until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _MAIN, "serve", "--roles", roles, "--port", "0",
        env={**os.environ, **environment}, stdout=PIPE, stderr=DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        while not (line := (await process.stdout.readline()).decode()).startswith("ready"):
            if not line:
                raise SystemExit(f"The process with {roles} did not start.")
        yield Serving(line.removeprefix("ready").strip(), process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
