"""Quota: credits are reserved, committed and given back; tiers and packs are data."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from service.access import people
from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from service.runtime.job_rows import HEAD_START
from tests.http_service import Answered, Caller, HttpService, a_request

#: Whether anybody waits for the transaction that asks.
WAITED_FOR = """
SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))
"""


async def make(user: Caller) -> Answered:
    return await user("POST", "/api/v1/stories", a_request(generateAssets=False))


async def made(user: Caller) -> str:
    answered = await make(user)
    assert answered.status == 201, answered.body
    return str(answered.data["id"])


async def standing(user: Caller) -> tuple[int, int | None]:
    """What was used, and the limit."""
    quota = (await user("GET", "/api/v1/account")).data["quota"]
    return quota["storiesUsed"], quota["storyLimit"]


async def grant(http_service: HttpService, user: Caller, pack: str) -> None:
    async with http_service.database.as_owner() as connection:
        await people.grant_pack(connection, user.user_id, pack)


async def end_text(http_service: HttpService, story_id: str, to: JobStatus) -> None:
    """The text's job ends as its actor would end it."""
    job = await http_service.begin(story_id, "content")
    error = {"code": "PROVIDER_REFUSED", "message": "No."} if to is JobStatus.FAILED else None
    assert await http_service.services.settler.settle(
        Move(job.id, to, attempt=job.attempt, error=error), job.worker_id
    )


async def put_back(http_service: HttpService, user: Caller, interval: str) -> None:
    """As if all of the user's stories had been made so long ago."""
    await http_service.database.pool.execute(
        "UPDATE quota_entries SET created_at = created_at - $2::text::interval WHERE user_id = $1",
        user.user_id,
        interval,
    )


async def status_of(http_service: HttpService, story_id: str) -> str:
    status: str = await http_service.database.pool.fetchval(
        "SELECT status FROM quota_entries WHERE story_id = $1", UUID(story_id)
    )
    return status


async def test_a_hundred_at_once_on_the_last_credit_make_one_story(http_service: HttpService) -> None:
    user = http_service.somebody()
    await made(user)
    answered = await asyncio.gather(*(make(user) for _ in range(100)))
    assert sorted(one.status for one in answered) == [201] + [403] * 99
    assert {one.code for one in answered if one.status == 403} == {"QUOTA_EXCEEDED"}
    assert len((await user("GET", "/api/v1/stories")).data["items"]) == 2
    assert await standing(user) == (2, 2)


async def test_refusal_has_the_documented_form(http_service: HttpService) -> None:
    user = http_service.somebody()
    await made(user)
    await made(user)
    answered = await make(user)
    assert (answered.status, answered.json) == (
        403,
        {
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
        },
    )


async def test_credit_is_committed_with_the_text(http_service: HttpService) -> None:
    user = http_service.somebody()
    story = await made(user)
    assert await status_of(http_service, story) == "reserved"
    await end_text(http_service, story, JobStatus.READY)
    assert await status_of(http_service, story) == "committed"
    await user("DELETE", f"/api/v1/stories/{story}")
    assert await standing(user) == (1, 2)


@pytest.mark.parametrize("way", ["failed", "cancelled", "deleted"])
async def test_credit_comes_back_where_there_is_no_text(http_service: HttpService, way: str) -> None:
    user = http_service.somebody()
    story = await made(user)
    assert await standing(user) == (1, 2)
    if way == "failed":
        await end_text(http_service, story, JobStatus.FAILED)
    elif way == "cancelled":
        await user("POST", f"/api/v1/stories/{story}/cancel")
    else:
        await user("DELETE", f"/api/v1/stories/{story}")
    assert await status_of(http_service, story) == "refunded"
    assert await standing(user) == (0, 2)


async def test_cancel_after_the_text_gives_nothing_back(http_service: HttpService) -> None:
    user = http_service.somebody()
    answered = await user("POST", "/api/v1/stories", a_request())
    story = answered.data["id"]
    await end_text(http_service, story, JobStatus.READY)
    await user("POST", f"/api/v1/stories/{story}/cancel")
    assert await standing(user) == (1, 2)


async def test_months_stories_come_back_with_the_month(http_service: HttpService) -> None:
    user = http_service.somebody()
    await http_service.set_tier(user, "individual")
    for _ in range(3):
        await made(user)
    assert await standing(user) == (3, 30)
    await put_back(http_service, user, "1 month")
    assert await standing(user) == (0, 30)


async def test_free_stories_do_not_come_back(http_service: HttpService) -> None:
    user = http_service.somebody()
    await made(user)
    await made(user)
    await put_back(http_service, user, "1 year")
    assert (await make(user)).code == "QUOTA_EXCEEDED"


async def test_stories_of_packs_are_used_once_and_not_each_month(http_service: HttpService) -> None:
    user = http_service.somebody()
    await http_service.set_tier(user, "individual")
    await grant(http_service, user, "story_pack_5")
    await asyncio.gather(*(made(user) for _ in range(34)))
    assert await standing(user) == (34, 35)
    await put_back(http_service, user, "1 month")
    assert await standing(user) == (4, 35)
    answered = await asyncio.gather(*(make(user) for _ in range(33)))
    assert sorted(one.status for one in answered) == [201] * 31 + [403] * 2
    await put_back(http_service, user, "1 month")
    assert await standing(user) == (5, 35)


async def test_story_that_goes_on_in_another_month_counts_there(http_service: HttpService) -> None:
    user = http_service.somebody()
    await http_service.set_tier(user, "individual")
    story = await made(user)
    await user("POST", f"/api/v1/stories/{story}/cancel")
    await put_back(http_service, user, "1 month")
    assert (await user("POST", f"/api/v1/stories/{story}/resume")).status == 200
    assert await standing(user) == (1, 30)


async def test_smaller_tier_leaves_what_was_bought(http_service: HttpService) -> None:
    user = http_service.somebody()
    await http_service.set_tier(user, "individual")
    for _ in range(4):
        await made(user)
    await grant(http_service, user, "story_pack_5")
    await http_service.set_tier(user, "free")
    assert await standing(user) == (2, 7)
    for _ in range(5):
        await made(user)
    assert (await make(user)).code == "QUOTA_EXCEEDED"


async def test_unlimited_user_takes_nothing_from_packs(http_service: HttpService) -> None:
    user = http_service.somebody()
    await http_service.set_tier(user, "unlimited")
    await grant(http_service, user, "story_pack_5")
    await made(user)
    await http_service.set_tier(user, "free")
    assert await standing(user) == (1, 7)


async def test_credit_is_found_by_the_tier_that_came_while_it_was_waited_for(
    http_service: HttpService,
) -> None:
    user = http_service.somebody()
    await made(user)
    await made(user)
    async with http_service.database.as_owner() as connection:
        await people.set_tier(connection, user.user_id, "unlimited")
        waiting = asyncio.create_task(make(user))
        while not await connection.fetchval(WAITED_FOR):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (await waiting).status == 201
    assert await standing(user) == (3, None)


async def test_stories_stand_in_line_by_weight_and_priority(http_service: HttpService) -> None:
    """The first jobs of stories have the places that the settlement gives to all others."""
    user = http_service.somebody(scopes=("operator",))
    await http_service.set_tier(user, "unlimited")
    pool = http_service.database.pool
    await pool.execute("UPDATE users SET weight = 2 WHERE id = $1", user.user_id)
    for priority in ("normal", "normal", "high"):
        await user("POST", "/api/v1/stories", a_request(priority=priority))
    rows = await pool.fetch(
        "SELECT j.rank - g.vtime AS place FROM jobs j JOIN actor_groups g ON g.name = j.grp"
        " WHERE j.user_id = $1 AND j.rank IS NOT NULL ORDER BY j.created_at",
        user.user_id,
    )
    # Where the line stands others have brought about: a difference of two fractions is not exact.
    assert [row["place"] for row in rows] == pytest.approx([0.5, 1.0, 1.5 - HEAD_START["high"] / 2])
    tag = "SELECT f.tag - g.vtime FROM fair_tags f JOIN actor_groups g ON g.name = f.grp WHERE f.user_id = $1"
    assert await pool.fetchval(tag, user.user_id) == pytest.approx(1.5)
