"""The studio in Debian's Chromium: a real service with providers that the tests pace, and visitors to it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect
from pydantic import SecretStr

from service.access.studio_key import StudioKey
from service.access.tokens import Tokens
from service.access.users import LOCAL_USER
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.process.data_folder import adopt_data_folder
from service.process.start import open_process
from service.settings import Settings
from tests.browser.genesis_plan import SPARK, Plan
from tests.browser.paced_providers import PacedProviders
from tests.servers import fresh_database

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("STORYTROUPE_REQUIRE_BROWSER") == "1"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: A machine that is busy with other tests is slow; a page that never gets there is what fails.
expect.set_options(timeout=60_000)
#: Ends of a story, as events.
ENDS = frozenset({"story.ready", "story.partial", "story.failed", "story.cancelled"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium these tests are left out, unless they are insisted on."""
    if CHROMIUM is None and not REQUIRED:
        left_out = pytest.mark.skip(reason="Chromium is not installed")
        for item in items:
            if "tests/browser" in item.nodeid:
                item.add_marker(left_out)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if CHROMIUM is None and not REQUIRED:
        line = "THE STUDIO WAS NOT TESTED: no Chromium here (apt-get install chromium; see .ci/run)."
        terminalreporter.write_line(line, red=True, bold=True)


@dataclass
class Studio:
    """The running service, and what leads it."""

    url: str
    providers: PacedProviders
    tokens: Tokens
    http: aiohttp.ClientSession
    key: StudioKey

    def token(self, user_id: UUID) -> str:
        return self.tokens.issue(user_id, ttl=timedelta(hours=1))

    async def request(self, user_id: UUID, method: str, path: str, body: Any = None) -> Any:
        """What the service answers a user, out of its envelope."""
        headers = {"Authorization": f"Bearer {self.token(user_id)}"}
        async with self.http.request(method, self.url + path, json=body, headers=headers) as response:
            answer = await response.json()
            assert response.ok, answer
            return answer["data"]

    async def make_story(self, user_id: UUID, **changes: Any) -> str:
        """The id of a new story."""
        request = {"characters": [{"name": "Maya", "age": 6}], "scene_count": 2, "seed": 7, **changes}
        return str((await self.request(user_id, "POST", "/api/v1/stories", request))["id"])

    async def end_of(self, user_id: UUID, story_id: str) -> str:
        """Wait until a story has ended; says how."""
        return await self.told(user_id, story_id, ENDS)

    async def told(self, user_id: UUID, story_id: str, events: Collection[str]) -> str:
        """Wait until one of these events is in a story's log; says which."""
        socket = self.http.ws_connect(
            f"{self.url}/api/v1/ws?token={self.token(user_id)}", protocols=("storytroupe.v1",)
        )
        async with socket as ws:
            channel = f"stories:id={story_id}"
            await ws.send_json({"type": "subscribe", "id": 1, "channel": channel, "since": 0})
            async for message in ws:
                frame = message.json()
                if frame["type"] == "ping":
                    await ws.send_json({"type": "pong"})
                for event in (frame, *frame.get("events", ())):
                    if event.get("event") in events:
                        return str(event["event"])
        raise AssertionError(f"The socket closed before {sorted(events)}.")


@pytest.fixture(scope="session")
async def studio(stack: Stack, template_database: str) -> AsyncIterator[Studio]:
    """One service for all tests, with a user for each."""
    secret = "a secret of the browser's tests, long enough"
    tokens = Tokens(secret, "storytroupe", "storytroupe")
    providers = PacedProviders()
    with temporary_folder() as files:
        async with fresh_database(stack, template_database) as database:
            settings = Settings(
                database_url=database,
                redis_url=stack.redis_url,
                redis_namespace="studio",
                files_dir=files,
                jwt_secret=SecretStr(secret),
                image_size="256x256",
                cpu_processes=1,
            )
            await adopt_data_folder(settings, LOCAL_USER)
            key = StudioKey()
            async with (
                open_process(
                    settings, providers=lambda _settings, _cpu: providers.providers(), studio_key=key
                ) as process,
                TestServer(_app(process.app)) as server,
                aiohttp.ClientSession() as http,
            ):
                yield Studio(str(server.make_url("")).rstrip("/"), providers, tokens, http, key)


def _app(app: aiohttp.web.Application | None) -> aiohttp.web.Application:
    assert app is not None
    return app


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium with an empty folder for its user data."""
    assert CHROMIUM is not None, "STORYTROUPE_REQUIRE_BROWSER=1, and there is no Chromium."
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@dataclass
class Visitor:
    """Someone in front of a page; what the page complains of is kept."""

    studio: Studio
    page: Page
    user_id: UUID
    complaints: list[str] = field(default_factory=list)

    async def open(self, route: str) -> Page:
        """Go to a page of the studio: ``/``, ``/new``, ``/stories/ID``, ``/read/ID``."""
        await self.page.goto(f"{self.studio.url}/#{route}")
        return self.page

    def hear(self, message: ConsoleMessage) -> None:
        # Chromium reports every answer of 4xx here; what the page makes of it is what counts.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


#: ``visitor = await visit(user_id)``, with options of the browser's context.
Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture
async def visit(studio: Studio, browser: Browser) -> AsyncIterator[Visit]:
    """Visitors with tokens of their own; at the end no page may have complained."""
    visitors: list[Visitor] = []

    async def come(user_id: UUID | None = None, *, known: bool = True, **options: Any) -> Visitor:
        user_id = user_id or uuid4()
        context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(60_000)
        page = await context.new_page()
        if known:
            token = studio.token(user_id)
            await page.add_init_script(f"sessionStorage['storytroupe.token'] = {token!r}")
        visitor = Visitor(studio, page, user_id)
        page.on("console", visitor.hear)
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitors.append(visitor)
        return visitor

    yield come
    for visitor in visitors:
        await visitor.page.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@dataclass(frozen=True)
class Book:
    """A finished book, for those who only read it."""

    user_id: UUID
    id: str
    story: dict[str, Any]


@pytest.fixture(scope="session")
async def book(studio: Studio) -> Book:
    """One finished book of two scenes."""
    user_id = uuid4()
    story_id = await studio.make_story(user_id)
    assert await studio.end_of(user_id, story_id) == "story.ready"
    return Book(user_id, story_id, await studio.request(user_id, "GET", f"/api/v1/stories/{story_id}"))


@pytest.fixture
async def plan(studio: Studio) -> Plan:
    """A guided session whose concepts wait for a choice."""
    plan = Plan(studio, uuid4())
    await plan.send("START_GENESIS", inspiration=SPARK, chapters=4, seed=7)
    await plan.at_rest()
    return plan


@asynccontextmanager
async def closed(*gates: Any) -> AsyncIterator[None]:
    """Gates of the providers closed for the block, and open again after it."""
    for gate in gates:
        gate.close()
    try:
        yield
    finally:
        for gate in gates:
            gate.open()
