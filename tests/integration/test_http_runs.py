"""Resuming a story, and what operators see and do."""

from __future__ import annotations

from uuid import UUID

from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from tests.http_service import Caller, HttpService


async def fail(http_service: HttpService, story: str, asset: str) -> UUID:
    """Give an asset up, as its actor would when its budget is spent."""
    job = await http_service.begin(story, asset)
    error = {"code": "PROVIDER_REJECTED", "message": "It cannot be drawn."}
    moved = Move(job.id, JobStatus.FAILED, attempt=job.attempt, error=error, counts="failure")
    assert await http_service.services.settler.settle(moved, job.worker_id)
    return job.id


def operator(http_service: HttpService) -> Caller:
    return http_service.somebody(scopes=("operator",))


async def states(user: Caller, story: str) -> dict[str, str]:
    answered = await user("GET", f"/api/v1/stories/{story}")
    assets = answered.data["asset_generation_status"]["assets"]
    return {name: asset["status"] for name, asset in assets.items()}


async def test_a_resume_makes_what_failed_and_keeps_what_is_ready(http_service: HttpService) -> None:
    user = http_service.somebody()
    story = await user.make_story(scene_count=1)
    await http_service.finish(user, story, "audio", b"sound", "audio/mpeg")
    await fail(http_service, story, "content")
    assert (await states(user, story))["cover"] == "skipped"
    answered = await user("POST", f"/api/v1/stories/{story}/resume")
    assert answered.status == 200
    assert answered.data["status"] == "generating"
    now = await states(user, story)
    assert (now["audio"], now["content"], now["cover"]) == ("ready", "generating", "pending")


async def test_a_cancelled_story_goes_on_with_the_same_task(http_service: HttpService) -> None:
    user = http_service.somebody()
    story = await user.make_story()
    before = (await user("GET", f"/api/v1/stories/{story}/generation-status")).json
    await user("POST", f"/api/v1/stories/{story}/cancel")
    await user("POST", f"/api/v1/stories/{story}/resume")
    after = (await user("GET", f"/api/v1/stories/{story}/generation-status")).json
    assert after["task_id"] == before["task_id"]
    assert after["status"] in ("PENDING", "IN_PROGRESS")


async def test_a_resume_reserves_the_credit_again_that_was_given_back(http_service: HttpService) -> None:
    user = http_service.somebody()
    first = await user.make_story()
    await user("POST", f"/api/v1/stories/{first}/cancel")
    await user.make_story()
    await user.make_story()
    answered = await user("POST", f"/api/v1/stories/{first}/resume")
    assert (answered.status, answered.code) == (403, "QUOTA_EXCEEDED")
    assert (await states(user, first))["content"] == "cancelled"


async def test_there_is_nothing_to_resume_while_all_is_well(http_service: HttpService) -> None:
    user = http_service.somebody()
    story = await user.make_story()
    answered = await user("POST", f"/api/v1/stories/{story}/resume")
    assert (answered.status, answered.code) == (409, "NOTHING_TO_RESUME")


async def test_nobody_resumes_the_story_of_another(http_service: HttpService) -> None:
    story = await http_service.somebody().make_story()
    assert (await http_service.somebody()("POST", f"/api/v1/stories/{story}/resume")).status == 404


async def test_operators_see_depths_and_pause_a_queue(http_service: HttpService) -> None:
    await http_service.somebody().make_story()
    queues = {
        q["name"]: q for q in (await operator(http_service)("GET", "/api/v1/admin/queues")).data["items"]
    }
    assert queues["content"]["queued"] >= 1
    assert queues["content"]["oldest_seconds"] >= 0
    paused = await operator(http_service)("POST", "/api/v1/admin/queues/content/pause")
    assert paused.data["paused"] is True
    assert (await operator(http_service)("POST", "/api/v1/admin/queues/content/unpause")).data[
        "paused"
    ] is False
    assert (
        await operator(http_service)("POST", "/api/v1/admin/queues/cooking/pause")
    ).code == "QUEUE_NOT_FOUND"


async def test_a_dead_letter_is_listed_and_set_going_again(http_service: HttpService) -> None:
    user = http_service.somebody()
    story = await user.make_story(scene_count=1)
    job_id = str(await fail(http_service, story, "content"))
    listed = (await operator(http_service)("GET", "/api/v1/admin/dead?group=content&limit=1")).data["items"]
    assert (listed[0]["job_id"], listed[0]["code"]) == (job_id, "PROVIDER_REJECTED")
    redriven = await operator(http_service)("POST", "/api/v1/admin/dead/redrive", {"job_ids": [job_id]})
    assert redriven.data["job_ids"] == [job_id]
    now = await states(user, story)
    assert (now["content"], now["cover"]) == ("generating", "pending")
    again = await operator(http_service)("POST", "/api/v1/admin/dead/redrive", {"job_ids": [job_id]})
    assert again.data["job_ids"] == []
