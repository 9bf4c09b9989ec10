"""Books made with the real providers before stub servers, in one process, for tests of the pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from service.background.scheduler import Scheduler
from service.db.pool import Database
from service.domain.report import MadeCall
from service.process.core import Core
from service.process.start import open_process
from service.providers.prices import Counts, PriceTable
from service.settings import Settings
from service.stories.queries import calls_of
from tests.factories import USER
from tests.integration.test_first_book import Book, token
from tests.stubs.elevenlabs_server import ElevenLabsStub
from tests.stubs.openai_server import OpenAIStub
from tests.stubs.provider_stub import Call, opened

MAYA = {"name": "Maya", "age": 6, "kind": "child", "traits": ["manual_wheelchair"]}
#: Makes a user who may make as much as they like.
UNLIMITED = """
INSERT INTO users (id, tier) VALUES ($1, 'unlimited') ON CONFLICT (id) DO UPDATE SET tier = 'unlimited'
"""
_DUE = "UPDATE jobs SET run_at = clock_timestamp() WHERE status = 'retrying' AND run_at IS NOT NULL"
KINDS = {"content": "story", "picture": "image", "verdict": "verdicts", "narration": "speech"}


@dataclass(frozen=True, slots=True)
class Works:
    """A process with the stubs of its providers."""

    settings: Settings
    core: Core
    client: TestClient[Any, Any]
    database: Database
    openai: OpenAIStub
    elevenlabs: ElevenLabsStub

    async def renew(self) -> None:
        """As new, for the next test: the stubs, and a user who may make as much as they like."""
        await self.database.pool.execute(UNLIMITED, USER)
        for stub in (self.openai, self.elevenlabs):
            stub.renew()

    async def make(self, **changes: Any) -> Book:
        """Ask for a book and follow it to its end."""
        book = await self.begin(**changes)
        await book.follow()
        return book

    async def begin(self, **changes: Any) -> Book:
        """Ask for a book, with ``headers`` beside the token."""
        headers = token(self.settings) | changes.pop("headers", {})
        body = {"characters": [MAYA], "scene_count": 1, "seed": 7, **changes}
        async with self.client.post("/api/v1/stories", json=body, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            created = (await answer.json())["data"]
        return Book(self.client, self.database, headers, created)

    @asynccontextmanager
    async def no_waiting(self) -> AsyncIterator[None]:
        """Retries are due at once: their times are moved, as if it were later."""
        hurrying = asyncio.create_task(self._hurry())
        try:
            yield
        finally:
            hurrying.cancel()
            await asyncio.gather(hurrying, return_exceptions=True)

    async def _hurry(self) -> None:
        scheduler = Scheduler(self.database, self.core.settler)
        while True:
            await self.database.pool.execute(_DUE)
            await scheduler.run_once()
            await asyncio.sleep(0.03)

    def of_operator(self) -> dict[str, str]:
        """The headers of an operator's request."""
        return token(self.settings, uuid4(), scopes=("operator",))

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What the service answers the owner of the books, out of its envelope."""
        async with self.client.request(method, path, json=body, headers=token(self.settings)) as answer:
            told = await answer.json()
            assert answer.ok, told
            return told["data"]

    async def ledger(self, book: Book) -> list[MadeCall]:
        """Our own rows of a book's calls."""
        async with self.database.as_owner() as connection:
            return await calls_of(connection, UUID(book.story["id"]))

    async def errors(self, book: Book) -> dict[str, dict[str, str]]:
        """The errors of a book's jobs by their names."""
        rows = await self.database.pool.fetch(
            "SELECT name, error FROM jobs WHERE aggregate_id = $1 AND error IS NOT NULL",
            UUID(book.story["id"]),
        )
        return {row["name"]: row["error"] for row in rows}

    def seen(self) -> list[Call]:
        """The calls that the providers saw."""
        return [*self.openai.calls, *self.elevenlabs.of("speech")]


def dollars(calls: Sequence[Call]) -> Decimal:
    """What the providers would bill for these calls, by our prices."""
    prices = PriceTable()
    return sum((_bill(prices, call) for call in calls if call.billed), Decimal(0))


def _bill(prices: PriceTable, call: Call) -> Decimal:
    counts = Counts(
        input_tokens=call.counts.get("input", 0),
        image_tokens=call.counts.get("image", 0),
        output_tokens=call.counts.get("output", 0),
        characters=call.counts.get("characters", 0),
    )
    return prices.usage(call.model, counts).cost_usd


Stubs = tuple[OpenAIStub, ElevenLabsStub]


@asynccontextmanager
async def open_stubs() -> AsyncIterator[Stubs]:
    """The providers, which outlive processes."""
    async with opened(OpenAIStub()) as openai, opened(ElevenLabsStub()) as elevenlabs:
        yield openai, elevenlabs


@asynccontextmanager
async def open_works(
    stubs: Stubs,
    database_url: str,
    redis_url: str,
    files: Path,
    namespace: str,
    changes: Mapping[str, Any] | None = None,
) -> AsyncIterator[Works]:
    """A process whose every provider is a stub's."""
    openai, elevenlabs = stubs
    async with AsyncExitStack() as stack:
        values: dict[str, Any] = {
            "database_url": database_url,
            "redis_url": redis_url,
            "redis_namespace": namespace,
            "files_dir": files,
            "jwt_secret": SecretStr("a secret of thirty-two bytes at least"),
            "text_provider": "openai",
            "image_provider": "openai",
            "speech_provider": "elevenlabs",
            "openai_api_key": SecretStr("sk-ours"),
            "openai_base_url": openai.base_url,
            "elevenlabs_api_key": SecretStr("el-ours"),
            "elevenlabs_base_url": elevenlabs.url,
            "provider_cooldown_seconds": 0.2,
            "cpu_processes": 1,
        }
        settings = Settings.model_validate(values | dict(changes or {}))
        process = await stack.enter_async_context(open_process(settings))
        assert process.app is not None
        client: TestClient[Any, Any] = TestClient(TestServer(process.app))
        await stack.enter_async_context(client)
        yield Works(settings, process.core, client, process.core.database, openai, elevenlabs)
