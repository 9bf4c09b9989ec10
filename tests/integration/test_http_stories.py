"""Stories by HTTP."""

from __future__ import annotations

from tests.http_face import Caller, a_request


async def test_story_is_made_with_all_of_its_jobs(maya: Caller) -> None:
    answered = await maya("POST", "/api/v1/stories", a_request(scene_count=2))
    assert answered.status == 201
    story = answered.data
    assert story["status"] == "generating"
    assert story["realtimeChannel"] == f"stories:id={story['id']}"
    assert list(story["asset_generation_status"]["assets"]) == [
        "content", "cover", "scene_1", "scene_2", "audio", "activities", "pdf",
    ]  # fmt: skip
    assert story["warnings"] == []
