"""A call that two attempts wait for: whose lines are whose."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog
from structlog.contextvars import merge_contextvars

from actors.registry import REGISTRY
from actors.runtime.calls import Calls
from service.jobs.jobs import Job
from service.providers.replies import Reply
from service.runtime.ledger import Ledger, Work
from service.telemetry.context import attempt_begins
from tests.faults.stub_actors import TextCodec
from tests.http_service import HttpService

WORK = Work("content", "a-model", "the same for both", provider="somebody")


async def test_call_is_of_the_attempt_that_began_it_and_the_other_says_so(http_service: HttpService) -> None:
    story = await http_service.somebody().make_story(generateAssets=False)
    first = await http_service.begin(story, "content")
    second = replace(first, attempt=first.attempt + 1)
    calls, begun, answered = (
        Calls(Ledger(http_service.database, kinds=REGISTRY.kinds)),
        asyncio.Event(),
        asyncio.Event(),
    )

    async def ask() -> Reply[str]:
        begun.set()
        await answered.wait()
        structlog.get_logger().info("provider.answered")
        return Reply("words", "a-model")

    async def attempt(job: Job) -> str:
        attempt_begins(job)
        return await calls.make(job, WORK, TextCodec(), ask)

    with structlog.testing.capture_logs(processors=[merge_contextvars]) as logs:
        one = asyncio.create_task(attempt(first))
        await begun.wait()
        other = asyncio.create_task(attempt(second))
        # It joins at its first step, and then waits like the first.
        await asyncio.sleep(0)
        answered.set()
        assert [await one, await other] == ["words", "words"]
    # Services of other tests may write lines of their own on the same loop.
    shared, made = (line for line in logs if line["event"] in ("call.shared", "provider.answered"))
    assert (shared["event"], shared["attempt"], shared["begun_as"]) == ("call.shared", 2, 1)
    assert (shared["job"], shared["begun_by"]) == (str(first.id), str(first.id))
    assert (made["event"], made["attempt"]) == ("provider.answered", 1)
