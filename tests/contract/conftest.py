"""Each protocol's suite runs over the offline provider and over the real one before a stub server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from service.providers.cpu import CpuPool
from service.providers.guard import Guard
from service.providers.openai.client import Link, open_client
from service.providers.prices import PriceTable
from tests.stubs.elevenlabs_server import ElevenLabsStub
from tests.stubs.openai_server import OpenAIStub
from tests.stubs.provider_stub import opened

#: A model that the table does not know: it must work as the newest does.
MODEL = "gpt-7-nova"
KEY = SecretStr("sk-a-secret-key-of-ours")


@pytest.fixture
async def stub() -> AsyncIterator[OpenAIStub]:
    """A stub of OpenAI for one test."""
    async with opened(OpenAIStub()) as stub:
        yield stub


@pytest.fixture
async def voice_stub() -> AsyncIterator[ElevenLabsStub]:
    """A stub of ElevenLabs for one test."""
    async with opened(ElevenLabsStub()) as stub:
        yield stub


@pytest.fixture
async def link(stub: OpenAIStub) -> AsyncIterator[Link]:
    """The real client before the stub."""
    async with open_client(KEY, stub.base_url) as client:
        yield Link(client, PriceTable(), {MODEL: Guard(MODEL)})


@pytest.fixture(scope="session")
def cpu() -> CpuPool:
    """Processes for the offline providers; they start when one is asked to draw."""
    return CpuPool(1)
