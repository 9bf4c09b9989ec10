"""Stub providers over real sockets."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection


@dataclass(frozen=True, slots=True)
class Providers:
    """The stubs in a process of their own, and how to ask for their ledger."""

    openai_url: str
    elevenlabs_url: str
    pipe: Connection

    async def pictures_since(self, began: float) -> list[tuple[float, float]]:
        """When each picture was begun and done, by the provider's clock, which is the machine's."""
        self.pipe.send("pictures")
        spans: list[tuple[float, float]] = await asyncio.to_thread(self.pipe.recv)
        return [span for span in spans if span[0] >= began]


@asynccontextmanager
async def open_providers(factor: float) -> AsyncIterator[Providers]:
    """Stubs that take the source document's times, times a factor."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, factor), daemon=True)
    process.start()
    try:
        openai_url, elevenlabs_url = await asyncio.to_thread(ours.recv)
        yield Providers(openai_url, elevenlabs_url, ours)
    finally:
        ours.send("end")
        await asyncio.to_thread(process.join, 10)


def _serve(pipe: Connection, factor: float) -> None:
    from tests.stubs.elevenlabs_server import ElevenLabsStub
    from tests.stubs.openai_server import OpenAIStub
    from tests.stubs.provider_stub import opened

    async def serve() -> None:
        async with (
            opened(OpenAIStub(factor)) as openai,
            opened(ElevenLabsStub(factor, slots=1000)) as voice,
        ):
            pipe.send((openai.base_url, voice.url))
            while await asyncio.to_thread(pipe.recv) == "pictures":
                pipe.send([(call.began, call.ended) for call in openai.of("image")])

    asyncio.run(serve())
