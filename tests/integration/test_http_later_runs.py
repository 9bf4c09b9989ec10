"""Regenerating assets, editing the text and image jobs, on the HTTP service without actors."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from service.domain.story import StoryContent
from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from tests.factories import a_content
from tests.http_service import Answered, Caller, HttpService

PICTURES = ("cover", "scene_1", "scene_2")
MAKES = ("character_sheet", *PICTURES)


async def a_book(http_service: HttpService, user: Caller) -> str:
    """A finished book of two scenes, as its actors would have made it."""
    story = await user.make_story(scene_count=2)
    await write(http_service, story, a_content(2))
    await end(http_service, story, "direction")
    for name in (*MAKES, "audio"):
        await http_service.finish(user, story, name, f"{name} one".encode(), "image/png")
    await end(http_service, story, "activities")
    for name in ("pdf", "epub"):
        await http_service.finish(user, story, name, f"{name} one".encode(), "application/pdf")
    return story


async def write(http_service: HttpService, story: str, content: StoryContent) -> None:
    patch = {"content": content.model_dump(mode="json"), "title": content.title}
    await end(http_service, story, "content", result={"data": content.public()}, patch=patch)


async def end(http_service: HttpService, story: str, name: str, **said: Any) -> None:
    job = await http_service.begin(story, name)
    moved = Move(
        job.id, JobStatus.READY, attempt=job.attempt, result=said.get("result"), patch=said.get("patch")
    )
    assert await http_service.services.settler.settle(moved, job.worker_id)


async def whole(user: Caller, story: str) -> Any:
    return (await user("GET", f"/api/v1/stories/{story}")).data


async def stale(user: Caller, story: str) -> set[str]:
    assets = (await whole(user, story))["asset_generation_status"]["assets"]
    return {name for name, asset in assets.items() if asset.get("stale")}


async def open_names(http_service: HttpService, story: str) -> set[str]:
    rows = await http_service.database.pool.fetch(
        "SELECT name FROM jobs WHERE aggregate_id = $1 AND ended_at IS NULL", UUID(story)
    )
    return {row["name"] for row in rows}


async def events(http_service: HttpService, story: str) -> list[Any]:
    return list(
        await http_service.database.pool.fetch(
            "SELECT version, type, data FROM domain_events WHERE aggregate_id = $1 ORDER BY version",
            UUID(story),
        )
    )


async def regenerate(user: Caller, story: str, *names: str, **more: Any) -> Answered:
    return await user("POST", f"/api/v1/stories/{story}/assets/regenerate", {"assetTypes": names, **more})


async def edit(user: Caller, story: str, **body: Any) -> Answered:
    return await user("PATCH", f"/api/v1/stories/{story}/content", body)


async def draw(user: Caller, story: str, **look: Any) -> Answered:
    return await user("POST", f"/api/v1/stories/{story}/images/generate", look)


async def test_regenerating_makes_what_was_asked_for_and_marks_what_was_made_from_it(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    answered = await regenerate(maya, story, "cover")
    assert answered.status == 202
    assert await open_names(http_service, story) == {"cover"}
    assert set(answered.data["stale"]) == {"scene_1", "scene_2", "pdf", "epub"}
    cover = answered.data["asset_generation_status"]["assets"]["cover"]
    assert (cover["status"], "url" in cover) == ("pending", True)
    assert answered.data["status"] == "generating"


async def test_a_cascade_makes_all_that_was_made_from_it(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    answered = await regenerate(maya, story, "cover", cascade=True)
    assert await open_names(http_service, story) == {*PICTURES, "pdf", "epub"}
    assert answered.data["stale"] == []


async def test_what_is_remade_is_stale_no_more(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    await regenerate(maya, story, "scene_1")
    await http_service.finish(maya, story, "scene_1", b"scene_1 two", "image/png")
    assert await stale(maya, story) == {"pdf", "epub"}
    await regenerate(maya, story, "pdf")
    await http_service.finish(maya, story, "pdf", b"pdf two", "application/pdf")
    assert await stale(maya, story) == {"epub"}
    assert (await whole(maya, story))["status"] == "ready"


async def test_whoever_merges_the_events_has_the_storys_state(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    await regenerate(maya, story, "scene_1")
    await maya("POST", f"/api/v1/stories/{story}/cancel")
    await regenerate(maya, story, "cover")
    await http_service.finish(maya, story, "cover", b"cover two", "image/png")
    await edit(maya, story, beats=[{"index": 2, "text": "Something else."}])
    told = await events(http_service, story)
    assert [event["version"] for event in told] == list(range(1, len(told) + 1))
    merged: dict[str, Any] = {}
    for event in told:
        merged |= event["data"].get("assets", {})
    row = await http_service.database.pool.fetchrow(
        "SELECT asset_generation_status AS state FROM stories WHERE id = $1", UUID(story)
    )
    assert merged == row["state"]["assets"]


async def test_a_cancelled_regenerate_leaves_the_book_as_it_was(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    before = await whole(maya, story)
    await regenerate(maya, story, "cover", cascade=True)
    await maya("POST", f"/api/v1/stories/{story}/cancel")
    after = await whole(maya, story)
    assert after["asset_generation_status"] == before["asset_generation_status"]
    assert after["status"] == "ready"


async def test_what_is_being_made_is_not_made_twice(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    await regenerate(maya, story, "audio")
    again = await regenerate(maya, story, "audio")
    assert (again.status, again.code) == (409, "RUN_IN_PROGRESS")
    assert (await regenerate(maya, story, "activities")).status == 202


async def test_fifty_regenerates_with_one_key_are_one_run(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    path, body = f"/api/v1/stories/{story}/assets/regenerate", {"asset_types": ["audio"]}
    asked = [maya("POST", path, body, headers={"Idempotency-Key": "once"}) for _ in range(10)]
    answers = await asyncio.gather(*asked)
    assert {answer.status for answer in answers} == {202}
    assert len({answer.body for answer in answers}) == 1


@pytest.mark.parametrize(
    "body", [{}, {"assetTypes": []}, {"assetTypes": ["scene_9"]}, {"assetTypes": ["audio"], "cascade": 7}]
)
async def test_a_regenerate_that_makes_no_sense_is_refused(
    http_service: HttpService, maya: Caller, body: Any
) -> None:
    story = await a_book(http_service, maya)
    answered = await maya("POST", f"/api/v1/stories/{story}/assets/regenerate", body)
    assert (answered.status, answered.code) == (422, "INVALID_INPUT")


async def test_later_runs_cost_no_credit(http_service: HttpService) -> None:
    user = http_service.somebody()
    story = await a_book(http_service, user)
    for _ in range(3):
        assert (await regenerate(user, story, "content")).status == 202
        await write(http_service, story, a_content(2))
    used = (await user("GET", "/api/v1/account")).data["quota"]["storiesUsed"]
    assert used == 1


async def test_an_edited_sentence_marks_only_what_shows_it(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    answered = await edit(maya, story, beats=[{"index": 2, "text": "Maya sat down."}])
    assert answered.status == 200
    assert set(answered.data["stale"]) == {"scene_2", "audio", "activities", "pdf", "epub"}
    assert answered.data["task_id"] is None
    shown = await whole(maya, story)
    assert [beat["text"] for beat in shown["content"]["beats"]] == ["Maya took step 1.", "Maya sat down."]
    content = shown["asset_generation_status"]["assets"]["content"]
    assert content["data"]["beats"][1]["text"] == "Maya sat down."
    assert "content.edited" in [event["type"] for event in await events(http_service, story)]


async def test_a_rebuild_makes_only_what_the_sentence_touches(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    answered = await edit(maya, story, beats=[{"index": 2, "text": "Maya sat down."}], rebuild=True)
    assert await open_names(http_service, story) == {"direction", "scene_2", "audio", "pdf", "epub"}
    assert set(answered.data["stale"]) == {"activities"}
    scenes = await http_service.database.pool.fetchval(
        "SELECT input -> 'scenes' FROM jobs WHERE aggregate_id = $1 AND name = 'direction'"
        " ORDER BY created_at DESC LIMIT 1",
        UUID(story),
    )
    assert scenes == [2]


async def test_a_picture_that_follows_an_edit_is_read_anew_first(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    await edit(maya, story, beats=[{"index": 1, "text": "Maya sat down."}])
    await regenerate(maya, story, "scene_1")
    assert await open_names(http_service, story) == {"direction", "scene_1"}
    await end(http_service, story, "direction", result={})
    assert "cover" not in await stale(maya, story)


async def test_an_edit_of_an_older_version_is_refused(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    version = (await whole(maya, story))["version"]
    changed = await edit(maya, story, title="A", expected_version=version)
    assert changed.status == 200
    late = await edit(maya, story, title="B", expected_version=version)
    assert (late.status, late.code) == (409, "VERSION_CONFLICT")
    assert late.json["data"]["version"] == changed.data["version"]


async def test_an_edit_that_changes_nothing_tells_nobody(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    before = (await whole(maya, story))["version"]
    answered = await edit(maya, story, beats=[{"index": 1, "text": "Maya took step 1."}], rebuild=True)
    assert (answered.data["version"], answered.data["task_id"]) == (before, None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"beats": [{"index": 9, "text": "x"}]},
        {"beats": [{"index": 1, "text": "  "}]},
        {"beats": [{"index": 1, "text": "x"}, {"index": 1, "text": "y"}]},
    ],
)
async def test_an_edit_that_makes_no_sense_is_refused(
    http_service: HttpService, maya: Caller, body: Any
) -> None:
    story = await a_book(http_service, maya)
    assert (await edit(maya, story, **body)).code == "INVALID_INPUT"


async def test_an_earlier_picture_is_listed_served_and_brought_back(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    await regenerate(maya, story, "cover")
    await http_service.finish(maya, story, "cover", b"cover two", "image/png")
    path = f"/api/v1/stories/{story}/assets/cover"
    listed = (await maya("GET", f"{path}/versions")).data["items"]
    assert [(one["version"], one["current"]) for one in listed] == [(2, True), (1, False)]
    assert (await maya("GET", path)).body == b"cover two"
    assert (await maya("GET", f"{path}?version=1")).body == b"cover one"
    restored = await maya("POST", f"{path}/versions/1/restore", {})
    assert restored.status == 200
    assert (await maya("GET", path)).body == b"cover one"
    state = restored.data["asset_generation_status"]["assets"]
    assert state["cover"]["hash"] == listed[1]["hash"]
    assert state["scene_1"]["stale"] is True
    assert (await maya("GET", f"{path}?version=7")).code == "VERSION_NOT_FOUND"


async def test_only_the_newest_unused_versions_are_kept(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    path = f"/api/v1/stories/{story}/assets/cover"
    for number in range(2, 9):
        await regenerate(maya, story, "cover")
        await http_service.finish(maya, story, "cover", f"cover {number}".encode(), "image/png")
    await regenerate(maya, story, "cover")
    listed = (await maya("GET", f"{path}/versions")).data["items"]
    assert [one["version"] for one in listed] == [8, 7, 6, 5, 4, 3]
    assert (await maya("GET", f"{path}?version=2")).status == 404


async def test_a_second_image_job_is_refused_with_the_running_one(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    answers = await asyncio.gather(*(draw(maya, story, style="ink") for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [202, 409, 409, 409, 409]
    made = next(answer for answer in answers if answer.status == 202)
    refused = next(answer for answer in answers if answer.status == 409)
    assert refused.code == "IMAGE_JOB_RUNNING"
    assert refused.json["data"]["job"]["id"] == made.data["id"]
    assert refused.json["data"]["age_seconds"] >= 0
    assert refused.json["data"]["clear"]["path"].endswith("/images/clear")
    assert await open_names(http_service, story) == {*PICTURES, "pdf", "epub"}


async def test_the_first_build_holds_the_image_job(http_service: HttpService, maya: Caller) -> None:
    story = await maya.make_story()
    assert (await draw(maya, story)).code == "IMAGE_JOB_RUNNING"


async def test_a_silent_image_job_gives_way_and_one_that_lives_does_not(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    first = (await draw(maya, story)).data["id"]
    await http_service.begin(story, "cover")
    age = "UPDATE story_generation_tasks SET started_at = now() - interval '6 minutes' WHERE task_id = $1"
    await http_service.database.pool.execute(age, UUID(first))
    assert (await draw(maya, story)).status == 409
    await http_service.database.pool.execute(
        "UPDATE jobs SET heard_at = now() - interval '6 minutes', started_at = now() - interval '7 minutes'"
        " WHERE run_id = $1",
        UUID(first),
    )
    second = await draw(maya, story)
    assert second.status == 202
    assert second.data["id"] != first


async def test_an_image_job_that_waits_for_a_provider_is_not_silent(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    await draw(maya, story)
    job = await http_service.begin(story, "cover")
    waits = {"code": "INSUFFICIENT_QUOTA", "message": "Add credit."}
    later = Move(job.id, JobStatus.RETRYING, attempt=job.attempt, error=waits, delay=3600.0)
    assert await http_service.services.settler.settle(later, job.worker_id)
    age = "UPDATE story_generation_tasks SET started_at = now() - interval '9 minutes' WHERE story_id = $1"
    await http_service.database.pool.execute(age, UUID(story))
    await http_service.database.pool.execute(
        "UPDATE jobs SET heard_at = now() - interval '9 minutes', started_at = now() - interval '9 minutes'"
        " WHERE id = $1",
        job.id,
    )
    assert (await draw(maya, story)).code == "IMAGE_JOB_RUNNING"
    # While it waits, the service that other tests share reports a blocked provider.
    assert (await maya("POST", f"/api/v1/stories/{story}/cancel")).status == 200


async def test_an_image_job_that_stands_in_line_is_not_silent(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    await draw(maya, story)
    age = "UPDATE story_generation_tasks SET started_at = now() - interval '6 minutes' WHERE story_id = $1"
    await http_service.database.pool.execute(age, UUID(story))
    old = "UPDATE jobs SET updated_at = now() - interval '6 minutes' WHERE aggregate_id = $1"
    await http_service.database.pool.execute(old, UUID(story))
    assert (await draw(maya, story)).code == "IMAGE_JOB_RUNNING"


async def test_ten_who_ask_at_once_clear_no_image_job_that_waits_in_line(
    http_service: HttpService, maya: Caller
) -> None:
    """A busy service: each story's pictures have stood in line for longer than a silent job may."""
    stories = [await maya.make_story() for _ in range(3)]
    for story in stories:
        await write(http_service, story, a_content(4))
        for table, columns in (("story_generation_tasks", "started_at"), ("jobs", "updated_at")):
            key = "story_id" if table == "story_generation_tasks" else "aggregate_id"
            old = f"UPDATE {table} SET {columns} = now() - interval '9 minutes' WHERE {key} = $1"  # noqa: S608
            await http_service.database.pool.execute(old, UUID(story))
    asked = await asyncio.gather(*(draw(maya, story) for story in stories for _ in range(10)))
    assert {(answer.status, answer.code) for answer in asked} == {(409, "IMAGE_JOB_RUNNING")}
    cancelled = "SELECT count(*) FROM jobs WHERE aggregate_id = ANY($1) AND status = 'cancelled'"
    assert await http_service.database.pool.fetchval(cancelled, [UUID(story) for story in stories]) == 0


async def test_clearing_a_first_build_leaves_its_voice_and_a_later_job_ends_the_book(
    http_service: HttpService, maya: Caller
) -> None:
    story = await maya.make_story(scene_count=2)
    assert (await draw(maya, story)).code == "IMAGE_JOB_RUNNING"
    assert (await maya("POST", f"/api/v1/stories/{story}/images/clear", {})).data["cleared"] == 1
    assert await open_names(http_service, story) == {"content", "direction", "audio", "activities"}
    assert (await draw(maya, story)).status == 202
    await write(http_service, story, a_content(2))
    await end(http_service, story, "direction")
    await made(http_service, maya, story, "character_sheet")
    await http_service.finish(maya, story, "audio", b"voice", "audio/mpeg")
    await end(http_service, story, "activities")
    for name in (*PICTURES, "pdf", "epub"):
        await made(http_service, maya, story, name)
    assert await open_names(http_service, story) == set()
    shown = await whole(maya, story)
    assert {asset["status"] for asset in shown["asset_generation_status"]["assets"].values()} == {"ready"}
    assert shown["asset_generation_status"]["overall"] == "ready"
    assert (await maya("GET", f"/stories/{story}/status")).json["status"] == "COMPLETE"


async def test_clearing_ends_the_job_and_leaves_the_book(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    await draw(maya, story)
    cleared = await maya("POST", f"/api/v1/stories/{story}/images/clear", {})
    assert (cleared.status, cleared.data["cleared"]) == (200, 1)
    assert (cleared.data["job"]["status"], cleared.data["job"]["error"]) == (
        "failed",
        "The image job was cleared.",
    )
    assert (await maya("POST", f"/api/v1/stories/{story}/images/clear")).data["cleared"] == 0
    assert (await whole(maya, story))["status"] == "ready"
    assert (await draw(maya, story)).status == 202


async def test_the_documents_own_paths_answer_flat(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    made = await maya(
        "POST", "/api/generate_images", {"story_id": story, "style": "ink", "instructions": "more rain"}
    )
    assert (made.status, made.json["status"], made.json["story_id"]) == (202, "processing", story)
    again = await maya("POST", "/api/generate_images/", {"story_id": story})
    assert again.code == "IMAGE_JOB_RUNNING"
    cleared = await maya("POST", "/api/clear_image_job", {"story_id": story})
    assert (cleared.status, cleared.json["cleared"]) == (200, 1)
    inputs = await http_service.database.pool.fetch(
        "SELECT input FROM jobs WHERE aggregate_id = $1 AND input ? 'style'", UUID(story)
    )
    assert len(inputs) == 3
    assert all(
        (one["input"]["style"], one["input"]["instructions"]) == ("ink", "more rain") for one in inputs
    )


async def test_a_picture_made_again_keeps_the_look_it_was_last_asked_for(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    await draw(maya, story, style="ink")
    for name in PICTURES:
        await http_service.finish(maya, story, name, f"{name} ink".encode(), "image/png")
    for name in ("pdf", "epub"):
        await http_service.finish(maya, story, name, f"{name} ink".encode(), "application/pdf")
    job = await maya("GET", f"/api/v1/stories/{story}/images/job")
    assert (job.data["status"], job.data["progress"]) == ("completed", 100)
    await regenerate(maya, story, "scene_2")
    style = await http_service.database.pool.fetchval(
        "SELECT input ->> 'style' FROM jobs WHERE aggregate_id = $1 AND ended_at IS NULL", UUID(story)
    )
    assert style == "ink"


async def test_a_resume_of_the_build_leaves_the_pictures_to_a_later_image_job(
    http_service: HttpService, maya: Caller
) -> None:
    story = await maya.make_story(scene_count=2)
    await write(http_service, story, a_content(2))
    await maya("POST", f"/api/v1/stories/{story}/cancel")
    drawn = {"direction", *MAKES}
    assert (await draw(maya, story)).status == 202
    assert await open_names(http_service, story) == {*drawn, "pdf", "epub"}
    assert (await maya("POST", f"/api/v1/stories/{story}/resume")).status == 200
    rows = await http_service.database.pool.fetch(
        "SELECT name FROM jobs WHERE aggregate_id = $1 AND ended_at IS NULL", UUID(story)
    )
    assert sorted(row["name"] for row in rows) == sorted([*drawn, "pdf", "epub", "audio", "activities"])


async def test_a_resume_of_pictures_waits_for_a_later_image_job(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    await regenerate(maya, story, "cover")
    await maya("POST", f"/api/v1/stories/{story}/cancel")
    assert (await regenerate(maya, story, "scene_1")).status == 202
    answered = await maya("POST", f"/api/v1/stories/{story}/resume")
    assert (answered.status, answered.code) == (409, "IMAGE_JOB_RUNNING")


async def test_an_image_job_says_how_far_it_is(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    await draw(maya, story)
    path = f"/api/v1/stories/{story}/images/job"
    assert (await maya("GET", path)).data["progress"] == 0
    cover = await http_service.begin(story, "cover")
    report = "UPDATE jobs SET progress = 70 WHERE id = $1"
    await http_service.database.pool.execute(report, cover.id)
    assert (await maya("GET", path)).data["progress"] == 70 // 3
    await http_service.finish(maya, story, "scene_1", b"scene_1 two", "image/png")
    assert (await maya("GET", path)).data["progress"] == 170 // 3


async def test_a_cleared_image_job_is_not_gone_on_with(http_service: HttpService, maya: Caller) -> None:
    story = await a_book(http_service, maya)
    await draw(maya, story)
    await maya("POST", f"/api/v1/stories/{story}/images/clear", {})
    assert (await maya("POST", f"/api/v1/stories/{story}/resume")).code == "NOTHING_TO_RESUME"


async def test_a_rebuild_that_is_cancelled_is_stale_and_can_be_gone_on_with(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    changed = await edit(maya, story, beats=[{"index": 2, "text": "Maya sat down."}], rebuild=True)
    await maya("POST", f"/api/v1/stories/{story}/cancel")
    assert await stale(maya, story) == {"scene_2", "audio", "activities", "pdf", "epub"}
    assert (await maya("POST", f"/api/v1/stories/{story}/resume")).status == 200
    assert await open_names(http_service, story) == {"direction", "scene_2", "audio", "pdf", "epub"}
    run = await maya("GET", f"/api/v1/stories/{story}/generation-status")
    assert run.json["task_id"] == changed.data["task_id"]


async def test_a_resume_beside_what_is_in_line_leaves_it_there(
    http_service: HttpService, maya: Caller
) -> None:
    story = await maya.make_story(scene_count=2)
    await write(http_service, story, a_content(2))
    activities = await http_service.begin(story, "activities")
    failed = Move(
        activities.id, JobStatus.FAILED, attempt=activities.attempt, error={"code": "X", "message": "No."}
    )
    assert await http_service.services.settler.settle(failed, activities.worker_id)
    for name in ("direction", *MAKES):
        await (
            end(http_service, story, name) if name == "direction" else made(http_service, maya, story, name)
        )
    waiting = "SELECT status FROM jobs WHERE aggregate_id = $1 AND name = 'pdf'"
    assert await http_service.database.pool.fetchval(waiting, UUID(story)) == "queued"
    assert (await maya("POST", f"/api/v1/stories/{story}/resume")).status == 200
    pdf = await http_service.database.pool.fetchval(
        "SELECT id FROM jobs WHERE aggregate_id = $1 AND name = 'pdf'", UUID(story)
    )
    worker = (await http_service.begin(story, "audio")).worker_id
    assert worker is not None
    assert [job.name for job in await http_service.services.settler.claim([pdf], worker)] == ["pdf"]


async def made(http_service: HttpService, user: Caller, story: str, name: str) -> None:
    await http_service.finish(user, story, name, f"{name} one".encode(), "image/png")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v1/stories/{id}/assets/regenerate", {"assetTypes": ["audio"]}),
        ("PATCH", "/api/v1/stories/{id}/content", {"title": "Mine"}),
        ("GET", "/api/v1/stories/{id}/assets/cover/versions", None),
        ("POST", "/api/v1/stories/{id}/assets/cover/versions/1/restore", {}),
        ("POST", "/api/v1/stories/{id}/images/generate", {}),
        ("POST", "/api/v1/stories/{id}/images/clear", {}),
        ("GET", "/api/v1/stories/{id}/images/job", None),
        ("POST", "/api/generate_images", {"story_id": "{id}"}),
        ("POST", "/api/clear_image_job", {"story_id": "{id}"}),
    ],
)
async def test_the_story_of_another_is_not_there(
    http_service: HttpService, maya: Caller, stranger: Caller, method: str, path: str, body: Any
) -> None:
    story = await maya.make_story()
    if body and "story_id" in body:
        body = {"story_id": story}
    answered = await stranger(method, path.format(id=story), body)
    assert (answered.status, answered.code) == (404, "STORY_NOT_FOUND")
