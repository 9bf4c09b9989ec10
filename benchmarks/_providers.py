"""Stub providers over real sockets."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection


@asynccontextmanager
async def open_providers(factor: float) -> AsyncIterator[tuple[str, str]]:
    """The URLs of stubs that take the source document's times, times a factor, in a process of their own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, factor), daemon=True)
    process.start()
    try:
        yield await asyncio.to_thread(ours.recv)
    finally:
        ours.send("end")
        await asyncio.to_thread(process.join, 10)


def _serve(pipe: Connection, factor: float) -> None:
    from tests.stubs.elevenlabs_server import ElevenLabsHouse
    from tests.stubs.openai_server import OpenAIHouse
    from tests.stubs.provider_house import opened

    async def serve() -> None:
        async with (
            opened(OpenAIHouse(factor)) as openai,
            opened(ElevenLabsHouse(factor, slots=1000)) as voice,
        ):
            pipe.send((openai.base_url, voice.url))
            await asyncio.to_thread(pipe.recv)

    asyncio.run(serve())
