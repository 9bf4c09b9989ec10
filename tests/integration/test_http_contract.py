"""The API keeps to its own description, whatever is sent, and nobody reaches another's things.

``--contract=long`` sends thousands of cases.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from uuid import uuid4

import pytest

from service.db.sql import load
from service.settings import Settings
from tests.fuzzing import Who, calls, fuzz
from tests.http_genesis import a_wait, start
from tests.http_service import Caller, HttpService
from tests.integration.test_http_later_runs import a_book
from tests.novels import a_novel

#: Cases of each call by each user.
SHORT, LONG = 2, 100
#: They end the user who calls them, and so are tried elsewhere; the socket has its own frames.
APART = {
    "POST /api/v1/account/sign-out",
    "DELETE /api/v1/account",
    "GET /api/v1/ws",
}


@dataclass
class Household:
    """A user with one of everything, all of it marked with a word of their own."""

    caller: Caller
    word: str
    ids: dict[str, list[str]]


async def settle_in(http_service: HttpService, word: str) -> Household:
    """A household with something of everything."""
    user = http_service.somebody()
    await http_service.set_tier(user, "unlimited")
    character = (await user("POST", "/api/v1/characters", {"name": f"{word} Ada"})).data["id"]
    library = (await user("POST", "/api/v1/libraries", {"name": f"{word} library"})).data["id"]
    hook = {"url": f"https://example.org/{word}", "events": ["*"]}
    webhook = (await user("POST", "/api/v1/webhooks", hook)).data["id"]
    book = await a_book(http_service, user)
    await user("PATCH", f"/api/v1/stories/{book}/content", {"title": f"{word} book"})
    fresh = await user.make_story(title=f"{word} fresh", library_id=library, character_ids=[character])
    await http_service.database.pool.fetch(load("events")["mark_sent"], await outbox(http_service, user), [])
    session = await start(user, inspiration=f"{word} spark")
    await session.set(title=f"{word} novel")
    wait = await a_wait(http_service, session)
    novel = await a_novel(http_service.database, user.user_id, uuid4(), uuid4(), title=f"{word} novel")
    await user("PATCH", f"/api/v1/novels/{novel}/chapters/1", {"text": f"{word} lamp"})
    delivery = (await user("GET", f"/api/v1/webhooks/{webhook}/deliveries")).data["items"][0]["id"]
    stories = [book, fresh]
    return Household(
        user,
        word,
        {
            "stories": stories,
            "story_id": stories,
            "characters": [character],
            "character_ids": [character],
            "character_id": [character],
            "libraries": [library],
            "library_id": [library],
            "webhooks": [webhook],
            "genesis": [session.id],
            "session_id": [session.id],
            "other": [session.id],
            "correlation_id": [wait],
            "novels": [str(novel)],
            "number": ["1", "2"],
            "delivery": [delivery],
            "asset": ["content", "cover", "pdf", "scene_1", "audio"],
            "version": ["1", "2"],
        },
    )


async def outbox(http_service: HttpService, user: Caller) -> list[int]:
    rows = await http_service.database.pool.fetch(
        "SELECT o.id FROM event_outbox o JOIN aggregates a ON a.id = o.aggregate_id WHERE a.user_id = $1",
        user.user_id,
    )
    return [row["id"] for row in rows]


async def everything(http_service: HttpService, user: Caller) -> dict[str, list[str]]:
    """Every row of every table that this user can see."""
    tables = await http_service.database.pool.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity"
        " AND has_table_privilege('storytroupe_user', oid, 'SELECT')"
    )
    async with http_service.database.as_user(user.user_id) as connection:
        return {
            row["relname"]: [
                found[0]
                for found in await connection.fetch(
                    f"SELECT to_jsonb(t)::text FROM {row['relname']} t ORDER BY 1"  # noqa: S608
                )
            ]
            for row in tables
        }


def sends(sender: Household, other: Household) -> Who:
    ids = {name: [*own, *own, *other.ids[name]] for name, own in sender.ids.items()}
    bearer = {"Authorization": f"Bearer {sender.caller.token}"}
    return Who(sender.word, bearer, ids, never=[other.word])


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> int:
    return LONG if request.config.getoption("--contract") == "long" else SHORT


@pytest.mark.timeout(1800)
# The service, in another thread, draws random numbers while cases are drawn here.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module")
async def test_every_answer_is_as_described_and_nobody_reaches_anothers_things(
    http_service: HttpService, cases: int
) -> None:
    async with http_service.beside(settings=Settings(rate_per_second=0)) as calm:
        document = (await calm.nobody()("GET", "/api/openapi.json")).json
        wanted = calls(document, APART)
        ada, ben = await settle_in(calm, "amaranth"), await settle_in(calm, "belladonna")
        for sender, other in ((ada, ben), (ben, ada)):
            before = await everything(calm, other.caller)
            who = sends(sender, other)
            for call in wanted:
                await asyncio.to_thread(fuzz, calm.url, call, who, cases=cases)
            assert await everything(calm, other.caller) == before
            sys.stdout.write(who.report())
            assert who.cases >= len(wanted)
        operator = await oversees(calm, ada)
        for call in wanted:
            if "/admin/" in call.label:
                await asyncio.to_thread(fuzz, calm.url, call, operator, cases=cases)
        assert {status for _, status in operator.statuses} >= {200, 404}


async def oversees(http_service: HttpService, household: Household) -> Who:
    """An operator, who sees everyone's things."""
    user = http_service.somebody(scopes=("operator",))
    jobs = await http_service.database.pool.fetch(
        "SELECT id FROM jobs WHERE user_id = $1 LIMIT 5", household.caller.user_id
    )
    workers = await http_service.database.pool.fetch("SELECT id FROM workers LIMIT 2")
    ids = {
        "job": [str(row["id"]) for row in jobs],
        "workers": [str(row["id"]) for row in workers],
        "users": [str(household.caller.user_id)],
        "user_id": [str(household.caller.user_id)],
        "name": ["content", "pdf"],
        "group": ["content"],
        "tier": ["free", "individual"],
        "pack": ["story_pack_5"],
    }
    return Who("operator", {"Authorization": f"Bearer {user.token}"}, ids)
