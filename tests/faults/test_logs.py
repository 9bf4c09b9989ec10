"""A failed job is found in the logs of three processes: from its story, its own id and its request."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from tests.factories import USER
from tests.faults.environment import FaultEnvironment
from tests.faults.http_child import SECRET, headers
from tests.servers import eventually

#: What each line of an attempt bears.
FIELDS = {"aggregate", "job", "asset", "user", "group", "attempt", "worker", "request_id"}
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Service:
    """Three processes with a role or two each, whose logs are JSON, and a client."""

    environment: FaultEnvironment
    session: aiohttp.ClientSession
    url: str

    async def post(self, path: str, request_id: str, body: Any) -> Any:
        """Ask under an id. Returns what is in the envelope."""
        sent = {"X-Request-ID": request_id}
        async with self.session.post(f"{self.url}{path}", json=body, headers=sent) as answer:
            assert answer.ok, await answer.text()
            assert answer.headers["X-Request-ID"] == request_id
            return (await answer.json())["data"]

    async def make(self, request_id: str) -> UUID:
        body = {"characters": [{"name": "Maya", "age": 6}], "scene_count": 1}
        return UUID((await self.post("/api/v1/stories", request_id, body))["id"])

    def lines(self) -> list[Line]:
        """All that the three have logged, of which each line is a JSON object."""
        logs = [Path(child.config.log) for child in self.environment.children]
        assert len(logs) == 3
        return [json.loads(line) for log in logs for line in log.read_text().splitlines()]

    def of(self, text: str) -> list[Line]:
        """What a search for an id finds."""
        return [line for line in self.lines() if text in json.dumps(line)]

    async def failure(self, text: str) -> Line:
        """The one line of a failed job to which an id leads."""
        await eventually(lambda: bool(self._failures(text)))
        (line,) = self._failures(text)
        assert line.keys() >= FIELDS, line
        return line

    def _failures(self, text: str) -> list[Line]:
        return [line for line in self.of(text) if line["event"] == "job.failed"]


@pytest.fixture
async def service(environment: FaultEnvironment) -> Any:
    child = await environment.child(roles=["http"], jwt_secret=SECRET)
    await environment.child(roles=["actors"], attempts={"content": 1})
    await environment.child(roles=["relay", "reconcile"])
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(headers=headers(), timeout=timeout) as session:
        yield Service(environment, session, f"http://127.0.0.1:{child.port}")


async def content_of(environment: FaultEnvironment, story_id: UUID) -> UUID:
    job: UUID = await environment.value(
        "SELECT id FROM jobs WHERE aggregate_id = $1 AND name = 'content'", story_id
    )
    return job


def is_whole(line: Line, story_id: UUID, job: UUID, request_id: str) -> None:
    said = {name: line[name] for name in ("aggregate", "job", "asset", "user", "group", "request_id")}
    assert said == {
        "aggregate": str(story_id),
        "job": str(job),
        "asset": "content",
        "user": str(USER),
        "group": "content",
        "request_id": request_id,
    }


async def test_failed_job_is_found_from_each_of_its_ids(
    service: Service, figure: Callable[[str], None]
) -> None:
    environment = service.environment
    environment.stub.refuse("content", (400, ""))
    story_id = await service.make("the-first-request")
    job = await content_of(environment, story_id)
    for id_ in (str(story_id), str(job), "the-first-request"):
        line = await service.failure(id_)
        is_whole(line, story_id, job, "the-first-request")
        worker = next(child for child in environment.children if child.config.settings["roles"] == ["actors"])
        assert (line["code"], line["attempt"], line["worker"]) == ("PROVIDER_REJECTED", 1, worker.worker_id)
        assert line["reason"] and line["level"] == "error"
    of_attempt = [line for line in service.of(str(job)) if line["event"].startswith("attempt.")]
    assert [line["event"] for line in of_attempt] == ["attempt.failed"]
    assert all(line.keys() >= FIELDS for line in of_attempt)
    # The request's own line leads on to the story, and to whoever asked.
    (asked,) = [line for line in service.of("the-first-request") if line["event"] == "request"]
    assert (asked["aggregate"], asked["user"]) == (str(story_id), str(USER))
    figure("from the story's, the job's and the request's id: one line in the logs of 3 processes")


async def test_newest_request_is_the_one_that_lines_bear(service: Service) -> None:
    environment = service.environment
    environment.stub.refuse("content", (400, ""), (400, ""))
    story_id = await service.make("the-first")
    job = await content_of(environment, story_id)
    await service.failure("the-first")
    await service.post(f"/api/v1/stories/{story_id}/resume", "the-second", {})
    is_whole(await service.failure("the-second"), story_id, job, "the-second")
    kept = "SELECT request_id FROM runs WHERE aggregate_id = $1"
    assert await environment.value(kept, story_id) == "the-second"


async def test_job_that_another_process_gave_up_is_found_there(environment: FaultEnvironment) -> None:
    """Its own process is silent: the one that ends it says so, with all the fields."""
    child = await environment.child(roles=["http"], jwt_secret=SECRET)
    # Hung, it is past its deadline; and no renewal of its own ends it earlier.
    await environment.child(roles=["actors"], job_deadline_seconds=1.0)
    sweeper = await environment.child(roles=["relay", "reconcile"])
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(headers=headers(), timeout=timeout) as session:
        service = Service(environment, session, f"http://127.0.0.1:{child.port}")
        with environment.stub.gate("content"):
            story_id = await service.make("never-heard-of")
            line = await service.failure("never-heard-of")
    is_whole(line, story_id, await content_of(environment, story_id), "never-heard-of")
    assert (line["code"], line["attempt"]) == ("JOB_TIMEOUT", 1)
    assert "JOB_TIMEOUT" in sweeper.words(), "the sweeper's log has it"
    assert line["worker"], "the attempt's worker is named, though the job has none any more"
