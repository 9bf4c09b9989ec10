"""Processes of the service, as an operator starts them."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from benchmarks._providers import Providers
from service.access.tokens import Tokens
from service.devstack.stack import Stack
from service.process.data_folder import adopt_data_folder
from service.settings import Settings

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


def bare(stack: Stack) -> dict[str, str]:
    """What every process needs: these servers, a secret, and no limit of requests."""
    return {
        "DATABASE_URL": stack.database_url,
        "DATABASE_HTTP_URL": stack.database_http_url,
        "REDIS_URL": stack.redis_url,
        "STORYTROUPE_JWT_SECRET": secrets.token_urlsafe(48),
        "STORYTROUPE_RATE_PER_SECOND": "0",
        "STORYTROUPE_LOG_LEVEL": "warning",
    }


def environment(stack: Stack, folder: Path, providers: Providers) -> dict[str, str]:
    """The same, with files in the folder and real clients before stub providers."""
    return bare(stack) | {
        "OPENAI_BASE_URL": providers.openai_url,
        "OPENAI_API_KEY": "none",
        "ELEVENLABS_BASE_URL": providers.elevenlabs_url,
        "ELEVENLABS_API_KEY": "none",
        "STORYTROUPE_TEXT_PROVIDER": "openai",
        "STORYTROUPE_IMAGE_PROVIDER": "openai",
        "STORYTROUPE_SPEECH_PROVIDER": "elevenlabs",
        "STORYTROUPE_FILES_DIR": str(folder / "files"),
    }


def bearer_of(variables: Mapping[str, str], user_id: UUID) -> str:
    """What a user sends as ``Authorization``."""
    tokens = Tokens(variables["STORYTROUPE_JWT_SECRET"], "storytroupe", "storytroupe")
    return f"Bearer {tokens.issue(user_id, ttl=timedelta(hours=1))}"


async def new_bearer(variables: Mapping[str, str]) -> str:
    """The same of a new user without limits."""
    settings = Settings.model_validate(
        {
            "database_url": variables["DATABASE_URL"],
            "redis_url": variables["REDIS_URL"],
            "jwt_secret": variables["STORYTROUPE_JWT_SECRET"],
        }
    )
    user_id = uuid4()
    await adopt_data_folder(settings, user_id)
    return bearer_of(variables, user_id)


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
