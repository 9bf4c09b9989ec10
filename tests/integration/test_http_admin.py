"""What operators see and do by HTTP: jobs, dead letters, processes, users and spend."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from service.background.drain_watch import DrainWatch
from service.background.nudges import DRAIN
from service.db.sql import load
from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from tests.http_service import Caller, HttpService, a_request

ERROR = {"code": "PROVIDER_REJECTED", "message": "No."}


@pytest.fixture
def operator(http_service: HttpService) -> Caller:
    return http_service.somebody(scopes=("operator",))


async def fail(http_service: HttpService, story: str, name: str = "content") -> str:
    """Claim a job and give it up. Returns its id."""
    job = await http_service.begin(story, name)
    failed = Move(job.id, JobStatus.FAILED, attempt=job.attempt, error=ERROR)
    assert await http_service.services.settler.settle(failed, job.worker_id)
    return str(job.id)


async def call(http_service: HttpService, user: Caller, story: str, job: str, **columns: Any) -> None:
    """A row of the ledger."""
    values = {"step": "picture", "model": "gpt-image", "outcome": "failed", "cost": 0.25}
    values = values | {"provider": "openai"} | columns
    await http_service.database.pool.execute(
        "INSERT INTO provider_calls (key, try, aggregate_id, user_id, job_id, attempt, worker_id, step,"
        " model, outcome, cost_usd, provider) VALUES ($1, 1, $2, $3, $4, 1, $4, $5, $6, $7, $8, $9)",
        str(uuid4()),
        UUID(story),
        user.user_id,
        UUID(job),
        values["step"],
        values["model"],
        values["outcome"],
        values["cost"],
        values["provider"],
    )


async def test_job_is_shown_with_its_history_and_calls(http_service: HttpService, operator: Caller) -> None:
    user = http_service.somebody()
    story = await user.make_story(scene_count=1)
    job = await fail(http_service, story)
    await call(http_service, user, story, job)
    shown = (await operator("GET", f"/api/v1/admin/jobs/{job}")).data
    assert (shown["name"], shown["status"], shown["attempt"], shown["error"]) == (
        "content",
        "failed",
        1,
        ERROR,
    )
    assert [event["event"] for event in shown["history"]] == [
        "story.created",
        "asset.started",
        "asset.failed",
    ]
    assert shown["history"][-1]["state"]["status"] == "failed"
    assert [(made["step"], made["usd"]) for made in shown["calls"]] == [("picture", 0.25)]
    assert (await operator("GET", f"/api/v1/admin/jobs/{uuid4()}")).code == "JOB_NOT_FOUND"
    assert (await operator("GET", "/api/v1/admin/jobs/one")).code == "JOB_NOT_FOUND"


@pytest.mark.parametrize("name", ["direction", "character_sheet"])
async def test_job_that_makes_no_asset_has_its_history(
    http_service: HttpService, operator: Caller, name: str
) -> None:
    job = await fail(http_service, await http_service.somebody().make_story(scene_count=1), name)
    shown = (await operator("GET", f"/api/v1/admin/jobs/{job}")).data
    told = [(event["event"], event["state"]["status"]) for event in shown["history"]]
    assert told == [("asset.started", "generating"), ("asset.failed", "failed")]


async def test_job_names_the_newest_request_of_its_run(http_service: HttpService, operator: Caller) -> None:
    user = http_service.somebody()
    await http_service.set_tier(user, "unlimited")

    async def ask(path: str, request_id: str, body: Any, by: Caller = user) -> Any:
        answered = await by("POST", path, body, headers={"X-Request-ID": request_id})
        assert answered.status < 300, answered.body
        return answered.data

    async def request_of(story: str, name: str) -> str:
        page = (await operator("GET", f"/api/v1/admin/jobs?story_id={story}")).data["items"]
        newest = next(job for job in page if job["name"] == name)
        shown = (await operator("GET", f"/api/v1/admin/jobs/{newest['id']}")).data
        assert shown["request_id"] == newest["request_id"]
        return str(shown["request_id"])

    story = (await ask("/api/v1/stories", "made", a_request(scene_count=1)))["id"]
    path = f"/api/v1/stories/{story}"
    assert await request_of(story, "content") == "made"
    job = await fail(http_service, story)
    await ask(f"{path}/resume", "resumed", {})
    assert await request_of(story, "content") == "resumed"
    await fail(http_service, story)
    await ask(f"/api/v1/admin/dead/{job}/redrive", "redriven", None, operator)
    assert await request_of(story, "content") == "redriven"
    await fail(http_service, story)
    await ask("/api/v1/admin/dead/redrive", "redriven-too", {"job_ids": [job]}, operator)
    assert await request_of(story, "content") == "redriven-too"
    await fail(http_service, story)
    await ask(f"{path}/assets/regenerate", "again", {"assetTypes": ["content"]})
    assert await request_of(story, "content") == "again"
    bare = (await ask("/api/v1/stories", "made-bare", a_request(scene_count=1, generateAssets=False)))["id"]
    await ask(f"/api/v1/stories/{bare}/images/generate", "pictures", {})
    assert (await request_of(bare, "cover"), await request_of(bare, "content")) == ("pictures", "made-bare")


async def test_jobs_are_listed_by_what_they_are(http_service: HttpService, operator: Caller) -> None:
    user = http_service.somebody()
    story = await user.make_story(scene_count=1)
    job = await fail(http_service, story)
    of_story = f"/api/v1/admin/jobs?story_id={story}&limit=4"
    seen: list[str] = []
    page = (await operator("GET", of_story)).data
    while True:
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        page = (await operator("GET", f"{of_story}&cursor={page['next_cursor']}")).data
    assert len(seen) == len(set(seen)) == 9
    for query, expected in (
        (f"status=failed&user_id={user.user_id}", [job]),
        (f"status=failed&group=pdf&user_id={user.user_id}", []),
        (f"group=content&user_id={user.user_id}", [job]),
        (f"status=queued&user_id={user.user_id}", []),
    ):
        items = (await operator("GET", f"/api/v1/admin/jobs?{query}")).data["items"]
        assert [item["id"] for item in items] == expected
    assert (await operator("GET", "/api/v1/admin/jobs?status=asleep")).paths == ["status"]


async def test_one_dead_letter_is_set_going_again(http_service: HttpService, operator: Caller) -> None:
    story = await http_service.somebody().make_story(scene_count=1)
    job = await fail(http_service, story)
    redriven = await operator("POST", f"/api/v1/admin/dead/{job}/redrive")
    assert (redriven.status, redriven.data["status"], redriven.data["failures"]) == (200, "queued", 0)
    assert (await operator("POST", f"/api/v1/admin/dead/{job}/redrive")).code == "JOB_NOT_FOUND"


async def test_dead_letters_are_set_going_by_the_batch(http_service: HttpService, operator: Caller) -> None:
    user = http_service.somebody()
    await http_service.set_tier(user, "unlimited")
    for _ in range(3):
        await fail(http_service, await user.make_story(generateAssets=False))
    dead = len((await operator("GET", "/api/v1/admin/dead?group=content&limit=100")).data["items"])
    answered = (await operator("POST", "/api/v1/admin/dead/redrive", {"group": "content", "limit": 2})).data
    assert (len(answered["job_ids"]), answered["remaining"]) == (2, dead - 2)


async def test_batch_passes_over_a_story_whose_pictures_are_being_made(
    http_service: HttpService, operator: Caller
) -> None:
    user = http_service.somebody()
    await http_service.set_tier(user, "unlimited")
    busy, other = await user.make_story(scene_count=1), await user.make_story(generateAssets=False)
    stuck, free = await fail(http_service, busy), await fail(http_service, other)
    again = {"assetTypes": ["content", "cover"]}
    assert (await user("POST", f"/api/v1/stories/{busy}/assets/regenerate", again)).status == 202
    answered = await operator("POST", "/api/v1/admin/dead/redrive", {"job_ids": [stuck, free]})
    assert (answered.status, answered.data["job_ids"]) == (200, [free])
    alone = await operator("POST", f"/api/v1/admin/dead/{stuck}/redrive")
    assert (alone.status, alone.code) == (409, "IMAGE_JOB_RUNNING")


@pytest.mark.parametrize(
    "body", [{}, {"limit": 101}, {"limit": 2, "job_ids": [str(uuid4())]}, {"group": "pdf"}]
)
async def test_redrive_says_which(operator: Caller, body: dict[str, Any]) -> None:
    assert (await operator("POST", "/api/v1/admin/dead/redrive", body)).status == 422


async def test_queue_tells_its_rate_and_how_long_it_takes(
    http_service: HttpService, operator: Caller
) -> None:
    user = http_service.somebody()
    story = await user.make_story(scene_count=1)
    await http_service.finish(user, story, "audio", b"sound", "audio/mpeg")
    queues = {q["name"]: q for q in (await operator("GET", "/api/v1/admin/queues")).data["items"]}
    assert queues["audio"]["ready_a_minute"] >= 0.2
    waiting = queues["audio"]["queued"] + queues["audio"]["in_flight"]
    expected = waiting / queues["audio"]["ready_a_minute"] * 60
    assert queues["audio"]["eta_seconds"] == pytest.approx(expected, rel=1e-6)
    assert queues["pdf"]["eta_seconds"] is None or queues["pdf"]["ready_a_minute"] > 0


async def test_process_that_is_asked_to_go_learns_of_it(http_service: HttpService, operator: Caller) -> None:
    id_ = uuid4()
    await http_service.database.pool.execute(
        load("workers")["register"], id_, "here", 1, ["actors"], {}, 600.0, None
    )
    watch = DrainWatch(http_service.database, lambda: id_)
    await watch.run_once()
    assert not watch.asked.is_set()
    http_service.services.nudges.on(DRAIN, watch.nudge)
    await watch.start()
    answered = await operator("POST", f"/api/v1/admin/workers/{id_}/drain")
    assert answered.status == 202
    assert answered.data["drain_asked_at"] is not None
    await watch.asked.wait()
    await watch.stop()
    assert (await operator("POST", f"/api/v1/admin/workers/{uuid4()}/drain")).code == "WORKER_NOT_FOUND"


async def test_user_is_put_on_a_tier_and_granted_a_pack(http_service: HttpService, operator: Caller) -> None:
    user = http_service.somebody()
    await user("GET", "/api/v1/account")
    path = f"/api/v1/admin/users/{user.user_id}"
    listed = (await operator("GET", "/api/v1/admin/users?limit=1")).data
    assert (listed["items"][0]["id"], listed["items"][0]["tier"]) == (str(user.user_id), "free")
    assert listed["next_cursor"] is not None
    assert (await operator("PATCH", path, {"tier": "individual"})).data["quota"]["storyLimit"] == 30
    granted = await operator("POST", f"{path}/packs", {"pack": "story_pack_5"})
    assert (granted.data["extra_stories"], granted.data["quota"]["storyLimit"]) == (5, 35)
    assert (await user("GET", "/api/v1/account")).data["tier"] == "individual"
    assert (await operator("PATCH", path, {"tier": "golden"})).code == "TIER_NOT_FOUND"
    assert (await operator("POST", f"{path}/packs", {"pack": "story_pack_6"})).code == "PACK_NOT_FOUND"
    assert (await operator("GET", f"/api/v1/admin/users/{uuid4()}")).code == "USER_NOT_FOUND"


async def test_spend_is_added_up_by_what_is_asked(http_service: HttpService, operator: Caller) -> None:
    user = http_service.somebody()
    story = await user.make_story()
    job = str(uuid4())
    await call(http_service, user, story, job, cost=1000.5)
    spoken = {"step": "narration", "model": "eleven", "provider": "elevenlabs"}
    await call(http_service, user, story, job, cost=2000.25, outcome="unknown", **spoken)
    await call(http_service, user, story, job, cost=0, model="storytroupe-vector-1", provider="offline")

    async def lines(by: str, rest: str = "") -> dict[str, Any]:
        answered = (await operator("GET", f"/api/v1/admin/spend?by={by}{rest}")).data
        return {line.pop("key"): line for line in answered["items"]}

    assert (await lines("user"))[str(user.user_id)] == {"calls": 3, "unknown": 1, "usd": 3000.75}
    assert (await lines("provider"))["elevenlabs"]["usd"] >= 2000.25
    assert (await lines("provider"))["offline"] == {"calls": 1, "unknown": 0, "usd": 0}
    assert {"openai", "elevenlabs"} <= (await lines("provider")).keys()
    assert (await lines("model"))["eleven"] == {"calls": 1, "unknown": 1, "usd": 2000.25}
    assert sum(line["usd"] for line in (await lines("day")).values()) >= 3000.75
    assert await lines("step", "&before=2020-01-01T00:00:00Z") == {}
    assert (await operator("GET", "/api/v1/admin/spend?by=colour")).paths == ["by"]
