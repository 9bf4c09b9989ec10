"""Stories by HTTP: made, listed, read, cancelled, deleted."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.api import responses as answers
from service.background.nudges import JOBS_CANCELLED, OUTBOX, QUEUE
from service.settings import Settings
from tests.http_service import Caller, HttpService, a_request


def heard(http_service: HttpService, *topics: str) -> list[str]:
    """Nudges as they are sent from now on."""
    told: list[str] = []
    for topic in topics:
        http_service.services.nudges.on(topic, partial(told.append, topic))
    return told


async def test_story_is_made_with_all_of_its_jobs(http_service: HttpService, maya: Caller) -> None:
    told = heard(http_service, QUEUE, OUTBOX)
    answered = await maya("POST", "/api/v1/stories", a_request(scene_count=2))
    assert answered.status == 201
    story = answered.data
    assert story["status"] == "generating"
    assert story["realtimeChannel"] == f"stories:id={story['id']}"
    assert list(story["asset_generation_status"]["assets"]) == [
        "content", "cover", "scene_1", "scene_2", "audio", "activities", "pdf", "epub",
    ]  # fmt: skip
    assert story["asset_generation_status"]["assets"]["content"]["status"] == "generating"
    assert story["asset_generation_status"]["assets"]["cover"]["status"] == "pending"
    assert story["warnings"] == []
    assert sorted(set(told)) == [OUTBOX, QUEUE]
    rows = await http_service.database.pool.fetch(
        "SELECT name, status, run_id FROM jobs WHERE aggregate_id = $1", UUID(story["id"])
    )
    assert {row["name"]: row["status"] for row in rows} == {
        "content": "queued", "direction": "pending", "character_sheet": "pending", "cover": "pending",
        "scene_1": "pending", "scene_2": "pending", "audio": "pending", "activities": "pending",
        "pdf": "pending", "epub": "pending",
    }  # fmt: skip
    assert {str(row["run_id"]) for row in rows} == {story["task_id"]}


async def test_story_without_assets_is_text_alone(maya: Caller) -> None:
    answered = await maya("POST", "/api/v1/stories", a_request(generateAssets=False))
    assert list(answered.data["asset_generation_status"]["assets"]) == ["content"]


async def test_an_extra_is_planned_and_its_name_is_checked(http_service: HttpService, maya: Caller) -> None:
    answered = await maya("POST", "/api/v1/stories", a_request(scene_count=1, extras=["colouring_page"]))
    story = answered.data
    assert list(story["asset_generation_status"]["assets"])[-2:] == ["epub", "colouring_page"]
    needs = await http_service.database.pool.fetch(
        "SELECT n.name FROM jobs j JOIN job_needs e ON e.job_id = j.id JOIN jobs n ON n.id = e.need_id "
        "WHERE j.aggregate_id = $1 AND j.name = 'colouring_page' ORDER BY n.name",
        UUID(story["id"]),
    )
    assert [row["name"] for row in needs] == ["content", "scene_1"]
    refused = await maya("POST", "/api/v1/stories", a_request(extras=["poster"]))
    assert refused.status == 422
    (problem,) = refused.json["data"]["errors"]
    assert problem["path"] == "extras.0" and "colouring_page" in problem["message"]


async def test_whole_story_is_read_in_the_documented_form(maya: Caller) -> None:
    story_id = await maya.make_story(title="The Kite", budget_usd=1.5, validation="strict")
    answered = await maya("GET", f"/api/v1/stories/{story_id}")
    story = answered.data
    answers.Story.model_validate(story | {"realtime_channel": story.pop("realtimeChannel")})
    assert (story["title"], story["content"], story["version"]) == ("The Kite", None, 1)
    assert story["cost"] == {"usd": 0.0, "set_aside_usd": 0.0, "calls": 0, "budget_usd": 1.5}
    assert story["brief"]["characters"][0]["name"] == "Maya"
    assert story["brief"]["validation"] == "strict"
    assert answered.headers["Cache-Control"] == "private, no-cache"


async def test_text_of_a_story_is_shown_without_its_staging(http_service: HttpService, maya: Caller) -> None:
    story_id = await maya.make_story()
    content = {
        "title": "Up", "summary": "A kite.", "cover_alt": "x",
        "beats": [{"index": 1, "text": "Up it went.", "alt": "A kite", "staging": {"place": "hill"}}],
    }  # fmt: skip
    await http_service.database.pool.execute(
        "UPDATE stories SET content = $2 WHERE id = $1", UUID(story_id), content
    )
    assert (await maya("GET", f"/api/v1/stories/{story_id}")).data["content"] == {
        "title": "Up", "summary": "A kite.", "language": "en", "cover_alt": "x",
        "beats": [{"index": 1, "text": "Up it went.", "alt": "A kite"}],
    }  # fmt: skip


async def test_progress_of_what_runs_is_live(http_service: HttpService, maya: Caller) -> None:
    story_id = await maya.make_story()
    job = await http_service.begin(story_id, "content")
    await http_service.database.pool.execute("UPDATE jobs SET progress = 42 WHERE id = $1", job.id)
    story = (await maya("GET", f"/api/v1/stories/{story_id}")).data
    assert story["asset_generation_status"]["assets"]["content"]["progress"] == 42
    status = (await maya("GET", f"/api/v1/stories/{story_id}/status")).json
    assert status["status"] == "GENERATING_OUTLINE"
    assert status["progress"] == 42 // 9


async def test_stories_are_paged_from_the_newest(maya: Caller) -> None:
    made = [await maya.make_story(title=f"Story {number}", generateAssets=False) for number in range(5)]
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await maya("GET", f"/api/v1/stories?limit=2{cursor}")).data
        seen += [item["title"] for item in page["items"]]
        assert len(page["items"]) <= 2
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [f"Story {number}" for number in range(4, -1, -1)]
    assert len(made) == 5


async def test_list_of_exactly_one_page_has_no_next(maya: Caller) -> None:
    for _ in range(2):
        await maya.make_story(generateAssets=False)
    page = (await maya("GET", "/api/v1/stories?limit=2")).data
    assert (len(page["items"]), page["next_cursor"]) == (2, None)


async def test_stories_can_be_filtered_by_one_status(maya: Caller) -> None:
    kept, stopped = await maya.make_story(), await maya.make_story()
    await maya("POST", f"/api/v1/stories/{stopped}/cancel")
    for status, expected in (("generating", [kept]), ("cancelled", [stopped]), ("ready", [])):
        items = (await maya("GET", f"/api/v1/stories?status={status}")).data["items"]
        assert [item["id"] for item in items] == expected


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("limit=²", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=é", "cursor"),
        ("cursor=MjAyNnxhYmM", "cursor"),
        ("status=partial", "status"),
        ("status=%00", "status"),
    ],
)
async def test_wrong_query_is_refused_by_its_name(maya: Caller, query: str, path: str) -> None:
    answered = await maya("GET", f"/api/v1/stories?{query}")
    assert (answered.status, answered.code, answered.paths) == (422, "INVALID_INPUT", [path])


async def test_cancel_ends_every_open_job_and_may_be_repeated(
    http_service: HttpService, maya: Caller
) -> None:
    told = heard(http_service, JOBS_CANCELLED)
    story_id = await maya.make_story(scene_count=1)
    first = await maya("POST", f"/api/v1/stories/{story_id}/cancel")
    assert first.status == 200
    assert first.data["status"] == "cancelled"
    state = first.data["asset_generation_status"]
    assert state["overall"] == "cancelled"
    assert {asset["status"] for asset in state["assets"].values()} == {"cancelled"}
    assert told == [JOBS_CANCELLED]
    again = await maya("POST", f"/api/v1/stories/{story_id}/cancel")
    assert again.data == first.data
    run = (await maya("GET", f"/api/v1/stories/{story_id}/generation-status")).json
    assert run["status"] == "CANCELLED"


async def test_cancel_keeps_what_is_ready(http_service: HttpService, maya: Caller) -> None:
    story_id = await maya.make_story(scene_count=1)
    await http_service.finish(maya, story_id, "cover", b"a picture", "image/png")
    state = (await maya("POST", f"/api/v1/stories/{story_id}/cancel")).data["asset_generation_status"]
    assert state["assets"]["cover"]["status"] == "ready"
    assert state["assets"]["content"]["status"] == "cancelled"


async def test_cancel_is_told_in_the_next_versions(http_service: HttpService, maya: Caller) -> None:
    story_id = await maya.make_story(generateAssets=False)
    version = (await maya("POST", f"/api/v1/stories/{story_id}/cancel")).data["version"]
    events = await http_service.database.pool.fetch(
        "SELECT version, type FROM domain_events WHERE aggregate_id = $1 ORDER BY version", UUID(story_id)
    )
    assert [(row["version"], row["type"]) for row in events] == [
        (1, "story.created"), (2, "asset.cancelled"), (3, "story.cancelled"),
    ]  # fmt: skip
    assert version == 3


async def test_delete_takes_the_rows_and_the_files(http_service: HttpService, maya: Caller) -> None:
    story_id = await maya.make_story()
    await http_service.finish(maya, story_id, "cover", b"a picture", "image/png")
    key = await http_service.database.pool.fetchval(
        "SELECT key FROM asset_versions WHERE story_id = $1", UUID(story_id)
    )
    assert await http_service.services.store.has(key)
    told = heard(http_service, JOBS_CANCELLED)
    answered = await maya("DELETE", f"/api/v1/stories/{story_id}")
    assert answered.data == {"id": story_id, "deleted": True}
    assert JOBS_CANCELLED in told
    assert not await http_service.services.store.has(key)
    left = "SELECT count(*) FROM jobs WHERE aggregate_id = $1"
    assert await http_service.database.pool.fetchval(left, UUID(story_id)) == 0
    assert (await maya("GET", f"/api/v1/stories/{story_id}")).status == 404
    assert (await maya("DELETE", f"/api/v1/stories/{story_id}")).code == "STORY_NOT_FOUND"


async def test_characters_that_are_kept_join_those_that_are_described(maya: Caller) -> None:
    ids = [(await maya("POST", "/api/v1/characters", {"name": name})).data["id"] for name in ("Ada", "Bo")]
    request = a_request(character_ids=ids[::-1], characters=[{"name": "Cy"}])
    story_id = (await maya("POST", "/api/v1/stories", request)).data["id"]
    brief = (await maya("GET", f"/api/v1/stories/{story_id}")).data["brief"]
    assert [character["name"] for character in brief["characters"]] == ["Bo", "Ada", "Cy"]
    assert [character["id"] for character in brief["characters"]] == [*ids[::-1], None]


async def test_unknown_character_is_named(maya: Caller) -> None:
    missing = str(uuid4())
    answered = await maya("POST", "/api/v1/stories", {"characterId": missing})
    assert (answered.status, answered.code) == (404, "CHARACTER_NOT_FOUND")
    assert answered.json["data"] == {"ids": [missing]}


async def test_unknown_library_is_not_found(maya: Caller) -> None:
    answered = await maya("POST", "/api/v1/stories", a_request(library_id=str(uuid4())))
    assert (answered.status, answered.code) == (404, "LIBRARY_NOT_FOUND")


async def test_story_goes_to_the_library_that_is_named(maya: Caller) -> None:
    (library,) = (await maya("GET", "/api/v1/libraries")).data["items"]
    assert library["is_default"]
    story_id = await maya.make_story(library_id=library["id"])
    assert (await maya("GET", f"/api/v1/stories/{story_id}")).data["library_id"] == library["id"]


async def test_priority_needs_an_operator(http_service: HttpService, maya: Caller) -> None:
    refused = await maya("POST", "/api/v1/stories", a_request(priority="urgent"))
    assert (refused.status, refused.code) == (403, "FORBIDDEN")
    operator = http_service.somebody(maya.user_id, scopes=("operator",))
    story_id = await operator.make_story(priority="urgent")
    priorities = await http_service.database.pool.fetch(
        "SELECT DISTINCT priority FROM jobs WHERE aggregate_id = $1", UUID(story_id)
    )
    assert [row["priority"] for row in priorities] == ["urgent"]


async def test_third_story_of_a_free_user_is_refused_with_the_ways_up(http_service: HttpService) -> None:
    user = http_service.somebody()
    made = [await user.make_story() for _ in range(2)]
    refused = await user("POST", "/api/v1/stories", a_request())
    assert (refused.status, refused.code) == (403, "QUOTA_EXCEEDED")
    assert refused.json == {
        "success": False,
        "error": "Quota exceeded",
        "code": "QUOTA_EXCEEDED",
        "message": "You've reached your story limit. Upgrade to create more stories.",
        "data": {
            "tier": "free",
            "storiesUsed": 2,
            "storyLimit": 2,
            "upgradeOptions": ["individual", "story_pack_5", "story_pack_10"],
        },
    }
    assert len((await user("GET", "/api/v1/stories")).data["items"]) == len(made)


async def test_story_cancelled_or_deleted_before_its_text_gives_its_credit_back(
    http_service: HttpService,
) -> None:
    user = http_service.somebody()
    first, second = await user.make_story(), await user.make_story()
    await user("POST", f"/api/v1/stories/{first}/cancel")
    await user("DELETE", f"/api/v1/stories/{second}")
    quota = (await user("GET", "/api/v1/account")).data["quota"]
    assert (quota["storiesUsed"], quota["storyLimit"]) == (0, 2)
    await user.make_story()


async def test_story_deleted_after_its_text_stays_counted(http_service: HttpService) -> None:
    user = http_service.somebody()
    story_id = await user.make_story()
    await http_service.finish(user, story_id, "content", b"text", "application/pdf")
    await user("DELETE", f"/api/v1/stories/{story_id}")
    assert (await user("GET", "/api/v1/account")).data["quota"]["storiesUsed"] == 1


async def test_free_user_cannot_slip_past_the_limit_by_asking_at_once(http_service: HttpService) -> None:
    user = http_service.somebody()
    answered = await asyncio.gather(*(user("POST", "/api/v1/stories", a_request()) for _ in range(12)))
    assert sorted(one.status for one in answered) == [201, 201] + [403] * 10


async def test_first_requests_of_a_user_share_one_library(maya: Caller) -> None:
    await asyncio.gather(*(maya.make_story(generateAssets=False) for _ in range(12)))
    assert len((await maya("GET", "/api/v1/libraries")).data["items"]) == 1
    assert len((await maya("GET", "/api/v1/stories")).data["items"]) == 12


async def test_full_backlog_says_when_to_come_back(http_service: HttpService, maya: Caller) -> None:
    await maya.make_story()
    async with http_service.beside(settings=Settings(max_backlog=1)) as full:
        refused = await full.somebody(maya.user_id)("POST", "/api/v1/stories", a_request())
    assert (refused.status, refused.code) == (429, "OVERLOADED")
    assert int(refused.headers["Retry-After"]) > 0


async def test_user_that_was_deleted_is_made_again(http_service: HttpService) -> None:
    user = http_service.somebody()
    await user.make_story()
    await http_service.database.pool.execute("DELETE FROM users WHERE id = $1", user.user_id)
    answered = await user("POST", "/api/v1/stories", a_request())
    assert (answered.status, answered.code) == (503, "UNAVAILABLE")
    await user.make_story()


@pytest.mark.parametrize("path", ["/stories", "/stories/"])
async def test_old_path_answers_flat(maya: Caller, path: str) -> None:
    answered = await maya("POST", path, a_request())
    assert answered.status == 201
    body: dict[str, Any] = json.loads(answered.body)
    assert set(body) == {"story_id", "status", "status_message", "warnings", "warning_details"}
    assert (body["status"], body["warnings"]) == ("PENDING", [])
    status = (await maya("GET", f"/stories/{body['story_id']}/status")).json
    assert (status["status"], status["status_message"]) == ("PENDING", body["status_message"])
    assert set(status) == {"status", "status_message"}


async def test_pollers_of_a_cancelled_story_stop(maya: Caller) -> None:
    story_id = await maya.make_story()
    await maya("POST", f"/api/v1/stories/{story_id}/cancel")
    status = (await maya("GET", f"/api/v1/stories/{story_id}/status")).json
    assert (status["status"], status["overall"]) == ("FAILED", "cancelled")


async def test_run_is_told_by_its_columns(maya: Caller) -> None:
    answered = await maya("POST", "/api/v1/stories", a_request())
    story_id, task_id = answered.data["id"], answered.data["task_id"]
    assert (await maya("GET", f"/api/v1/stories/{story_id}/generation-status")).json == {
        "task_id": task_id,
        "story_id": story_id,
        "user_id": str(maya.user_id),
        "status": "PENDING",
        "current_step": "generating_text",
        "retry_attempts": 0,
        "last_error": None,
        "progress": 0,
    }
