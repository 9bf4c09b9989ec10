"""Processes of the service, as an operator starts them."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

_MAIN = "from service.cli import main; main()"


@asynccontextmanager
async def open_process(roles: str, environment: Mapping[str, str]) -> AsyncIterator[str]:
    """A `storytroupe serve` with some roles until the block ends; gives what it says when it is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _MAIN, "serve", "--roles", roles, "--port", "0",
        env={**os.environ, **environment}, stdout=PIPE, stderr=DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        while not (line := (await process.stdout.readline()).decode()).startswith("ready"):
            if not line:
                raise SystemExit(f"The process with {roles} did not start.")
        yield line.removeprefix("ready").strip()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
