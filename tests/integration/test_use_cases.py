"""What can be done with stories without HTTP: by a user's door alone."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from actors.registry import REGISTRY
from service.db.characters import insert_character
from service.domain.story import Character
from service.errors import Conflict, InvalidInput, NotFound, QuotaExceeded
from service.stories import editing, images, remaking, removal
from service.stories.creation import CreatedStory, NamesUnknown, StoryInput, create
from service.stories.queries import get_story, live_status
from tests.factories import a_brief
from tests.http_service import Caller, HttpService


async def make(http_service: HttpService, user: Caller, wanted: StoryInput | None = None) -> CreatedStory:
    wanted = wanted or StoryInput(a_brief(scene_count=1))
    async with http_service.database.as_user(user.user_id) as connection:
        return await create(connection, user.user_id, wanted, request_id="by-hand")


async def test_story_is_created_without_a_request(http_service: HttpService, maya: Caller) -> None:
    created = await make(http_service, maya)
    shown = (await maya("GET", f"/api/v1/stories/{created.id}")).data
    assert (shown["status"], shown["title"]) == ("generating", "Untitled Story")
    assert shown["asset_generation_status"] == created.state
    run = (await maya("GET", f"/api/v1/stories/{created.id}/generation-status")).json
    assert run["task_id"] == str(created.task_id)
    assert (await http_service.begin(str(created.id), "content")).aggregate_id == created.id


async def test_kept_heroes_come_before_those_that_are_described(
    http_service: HttpService, maya: Caller
) -> None:
    async with http_service.database.as_user(maya.user_id) as connection:
        kept = (await insert_character(connection, maya.user_id, Character(name="Tom", age=7)))["id"]
    created = await make(http_service, maya, StoryInput(a_brief(), character_ids=[kept]))
    assert [hero.name for hero in created.brief.characters] == ["Tom", "Maya"]


async def test_what_an_input_names_must_be_the_users(http_service: HttpService, maya: Caller) -> None:
    with pytest.raises(NotFound) as unknown:
        await make(http_service, maya, StoryInput(a_brief(), library_id=uuid4()))
    assert unknown.value.code == "LIBRARY_NOT_FOUND"
    with pytest.raises(NamesUnknown) as both:
        await make(http_service, maya, StoryInput(a_brief(), character_ids=[uuid4()], library_id=uuid4()))
    assert [error.code for error in both.value.unknown] == ["CHARACTER_NOT_FOUND", "LIBRARY_NOT_FOUND"]


async def test_stories_beyond_the_quota_are_not_written(http_service: HttpService) -> None:
    user = http_service.somebody()
    await http_service.set_tier(user, "free")
    created = await make(http_service, user)
    with pytest.raises(QuotaExceeded):
        for _ in range(100):
            await make(http_service, user)
    listed = (await user("GET", "/api/v1/stories?limit=100")).data["items"]
    assert str(created.id) in {story["id"] for story in listed}
    assert len(listed) == (await user("GET", "/api/v1/account")).data["quota"]["storyLimit"]


async def test_story_is_cancelled_resumed_and_deleted_without_a_request(
    http_service: HttpService, maya: Caller
) -> None:
    story = (await make(http_service, maya)).id
    async with http_service.database.as_user(maya.user_id) as connection:
        settled, row = await removal.cancel(connection, REGISTRY.kinds, story)
    assert settled.published
    assert live_status(row)["assets"]["content"]["status"] == "cancelled"
    async with http_service.database.as_user(maya.user_id) as connection:
        row = await remaking.resume_story(connection, REGISTRY.kinds, maya.user_id, story)
    assert live_status(row)["assets"]["content"]["status"] == "generating"
    keys = await removal.delete(
        lambda: http_service.database.as_user(maya.user_id),
        database=http_service.database,
        kinds=REGISTRY.kinds,
        user_id=maya.user_id,
        story_id=story,
    )
    assert keys == []
    async with http_service.database.as_user(maya.user_id) as connection:
        with pytest.raises(NotFound):
            await get_story(connection, story)


async def test_changes_say_what_they_need(http_service: HttpService, maya: Caller) -> None:
    story = (await make(http_service, maya)).id
    async with http_service.database.as_user(maya.user_id) as connection:
        with pytest.raises(InvalidInput):
            await remaking.regenerate(connection, maya.user_id, story, ["scene_9"])
        with pytest.raises(Conflict) as unwritten:
            await editing.edit(connection, story, editing.TextEdit(title="Maya Runs"))
        with pytest.raises(NotFound) as unknown:
            await images.newest_job(connection, UUID(int=1))
    assert (unwritten.value.code, unknown.value.code) == ("CONTENT_MISSING", "STORY_NOT_FOUND")
