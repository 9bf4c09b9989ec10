"""All that is kept about a user: to be had whole, and to be deleted whole."""

from __future__ import annotations

import asyncio
import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest

from service.access import people
from service.access.personal_data import tables_of
from service.access.revocations import Revocations, mark_of
from service.db.discarded import delete_discarded, note_folder
from service.errors import Unavailable
from service.storage.store import character_key, story_folder, story_key
from tests.http_service import HOUR, SECRET, TOKENS, Caller, HttpService, Stubborn

POLICIES = """SELECT c.relname FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)"""
#: Where an id may stand: every column of every table, as a text.
COLUMNS = """SELECT table_name, column_name FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name IN
    (SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)"""


async def somebody_with_everything(http_service: HttpService) -> Caller:
    """A user with a story, its files, a character, a webhook, and answers that are kept."""
    user = http_service.somebody()
    await http_service.set_tier(user, "unlimited")
    story = await user.make_story()
    await http_service.finish(user, story, "cover", b"a picture", "image/png")
    for path, body in (
        ("characters", {"name": "Ada"}),
        ("webhooks", {"url": "https://example.org/hook", "events": ["*"]}),
        ("libraries", {"name": "Bedtime"}),
    ):
        answered = await user("POST", f"/api/v1/{path}", body, headers={"Idempotency-Key": path})
        assert answered.status == 201, answered.body
    return user


async def mentions(http_service: HttpService, text: str) -> list[str]:
    """The columns of all tables in which a text stands anywhere."""
    found = []
    for row in await http_service.database.pool.fetch(COLUMNS):
        table, column = row
        query = f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE $1'  # noqa: S608
        if await http_service.database.pool.fetchval(query, f"%{text}%"):
            found.append(f"{table}.{column}")
    return found


def opened(archive: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(archive))


def rows_of(archive: zipfile.ZipFile, table: str) -> list[Any]:
    return [json.loads(line) for line in archive.read(f"rows/{table}.ndjson").splitlines()]


async def test_export_holds_every_row_and_file(http_service: HttpService) -> None:
    user = await somebody_with_everything(http_service)
    answered = await user("GET", "/api/v1/account/export")
    assert (answered.status, answered.headers["Content-Type"]) == (200, "application/zip")
    archive = opened(answered.body)
    assert archive.testzip() is None
    (me,) = rows_of(archive, "users")
    assert me["id"] == str(user.user_id)
    (story,) = rows_of(archive, "stories")
    (file,) = rows_of(archive, "asset_versions")
    assert archive.read(f"files/{file['key']}") == b"a picture"
    assert {row["aggregate_id"] for row in rows_of(archive, "domain_events")} == {story["id"]}
    for table in tables_of(http_service.services.kinds):
        query = f"SELECT count(*) FROM {table}"  # noqa: S608
        async with http_service.database.as_user(user.user_id) as connection:
            assert len(rows_of(archive, table)) == await connection.fetchval(query), table


async def test_export_holds_no_secret_and_nothing_of_others(http_service: HttpService) -> None:
    user, other = await somebody_with_everything(http_service), await somebody_with_everything(http_service)
    archive = opened((await user("GET", "/api/v1/account/export")).body)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    secret = await http_service.database.pool.fetchval(
        "SELECT secret FROM webhooks WHERE user_id = $1", user.user_id
    )
    assert secret.encode() not in everything
    assert str(other.user_id).encode() not in everything


async def test_export_names_the_files_that_the_store_has_lost(http_service: HttpService) -> None:
    user = await somebody_with_everything(http_service)
    key = await http_service.database.pool.fetchval(
        "SELECT v.key FROM asset_versions v JOIN stories s ON s.id = v.story_id WHERE s.creator_user_id = $1",
        user.user_id,
    )
    await http_service.services.store.delete(key)
    archive = opened((await user("GET", "/api/v1/account/export")).body)
    assert archive.read("MISSING.txt").decode() == key


async def test_one_export_of_a_user_at_a_time(http_service: HttpService) -> None:
    user = await somebody_with_everything(http_service)
    answered = await asyncio.gather(*(user("GET", "/api/v1/account/export") for _ in range(5)))
    assert {one.status for one in answered} == {200, 409}
    assert (await user("GET", "/api/v1/account/export")).status == 200


async def test_export_knows_every_table_with_rows_of_users(http_service: HttpService) -> None:
    assert {row["relname"] for row in await http_service.database.pool.fetch(POLICIES)} == set(
        tables_of(http_service.services.kinds)
    )


async def test_who_is_forgotten_is_nowhere_any_more(http_service: HttpService, maya: Caller) -> None:
    """By a search through every column of every table, and through the files."""
    await maya.make_story()
    async with http_service.beside() as here:
        user = await somebody_with_everything(here)
        link = (await user("POST", "/api/v1/links", {"urls": [await cover_of(user)]})).data["links"]
        before = await mentions(http_service, str(user.user_id))
        assert {"users.id", "stories.creator_user_id", "asset_versions.key"} <= set(before)
        answered = await user("DELETE", "/api/v1/account", {"confirm": str(user.user_id)})
        assert answered.data == {"id": str(user.user_id), "deleted": True}
        assert await mentions(http_service, str(user.user_id)) == []
        assert files_of(http_service, user) == []
        assert (await user("GET", "/api/v1/account")).code == "TOKEN_REVOKED"
        opened_by = await here.nobody()("GET", next(iter(link.values())))
        assert (opened_by.status, opened_by.code) == (401, "LINK_INVALID")
    assert (await maya("GET", "/api/v1/stories")).data["items"]


def files_of(http_service: HttpService, user: Caller) -> list[Path]:
    folder: Path = http_service.services.store._folder / f"user_{user.user_id}"  # type: ignore[attr-defined]
    return [path for path in folder.rglob("*") if path.is_file()]


async def cover_of(user: Caller) -> str:
    (story,) = (await user("GET", "/api/v1/stories")).data["items"]
    return str(story["cover_url"])


async def test_token_of_one_who_was_forgotten_makes_nobody_anew(http_service: HttpService) -> None:
    """In a process that has not heard of it yet."""
    user = await somebody_with_everything(http_service)
    await people.forget(http_service.database, user.user_id)
    answered = await user("GET", "/api/v1/stories")
    assert answered.status in (200, 401, 404, 503)
    assert (await user("POST", "/api/v1/stories", {"themes": ["courage"]})).status in (401, 404, 422, 503)
    assert await mentions(http_service, str(user.user_id)) in ([], ["discarded_files.key"])


async def test_who_comes_back_is_made_anew_by_a_process_that_knew_them(http_service: HttpService) -> None:
    """Another process forgot them; a minute has gone by since."""
    async with http_service.beside() as here:
        user = here.somebody()
        assert (await user("GET", "/api/v1/account")).status == 200
        elsewhere = http_service.somebody(user.user_id)
        assert (await elsewhere("DELETE", "/api/v1/account", {"confirm": str(user.user_id)})).status == 200
        while (told := await user("GET", "/api/v1/account")).status != 401:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert told.code == "TOKEN_REVOKED"
        await http_service.database.pool.execute(
            "UPDATE sign_outs SET at = at - interval '2 minutes' WHERE user_mark = $1", mark_of(user.user_id)
        )
        # Tokens of the same second are withdrawn, too.
        while (back := await here.somebody(user.user_id)("GET", "/api/v1/account")).status == 401:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert back.status == 200


@pytest.mark.parametrize("ending", ["sign-out", "forget"])
async def test_token_of_a_clock_that_is_ahead_does_not_outlive_its_withdrawal(
    http_service: HttpService, ending: str
) -> None:
    user = http_service.somebody()
    ahead = datetime.now(UTC) + timedelta(seconds=25)
    claims = {"sub": str(user.user_id), "iss": "storytroupe", "aud": "storytroupe", "exp": ahead + HOUR}
    user.token = jwt.encode({**claims, "iat": ahead}, SECRET)
    if ending == "sign-out":
        answered = await user("POST", "/api/v1/account/sign-out")
    else:
        answered = await user("DELETE", "/api/v1/account", {"confirm": str(user.user_id)})
    assert answered.status == 200
    # A later withdrawal, by a clock that is right, takes nothing back.
    await people.withdraw_tokens(http_service.database, user.user_id)
    # Nor does one that lies ahead hide those of others from a process that reads what is new.
    revocations = Revocations(http_service.database, TOKENS)
    await revocations.refresh()
    other = uuid4()
    at = await people.withdraw_tokens(http_service.database, other)
    await revocations.refresh()
    assert revocations.refuses(user.user_id, ahead.replace(microsecond=0))
    assert not revocations.refuses(user.user_id, ahead + timedelta(seconds=1))
    assert revocations.since(other) == at


@pytest.mark.parametrize(
    "body", [{}, {"confirm": "yes"}, {"confirm": "00000000-0000-4000-8000-000000000000"}]
)
async def test_nobody_is_forgotten_by_mistake(maya: Caller, body: dict[str, str]) -> None:
    await maya.make_story()
    answered = await maya("DELETE", "/api/v1/account", body)
    assert (answered.status, answered.paths) == (422, ["confirm"])
    assert len((await maya("GET", "/api/v1/stories")).data["items"]) == 1


async def test_files_that_cannot_be_deleted_now_are_deleted_later(http_service: HttpService) -> None:
    user = await somebody_with_everything(http_service)
    assert files_of(http_service, user)

    async def refuse(_key: str) -> None:
        raise Unavailable

    await people.forget(http_service.database, user.user_id)
    await delete_discarded(http_service.database, refuse)
    assert files_of(http_service, user)
    await delete_discarded(http_service.database, http_service.services.store.delete)
    assert not files_of(http_service, user)
    assert await mentions(http_service, str(user.user_id)) == []


async def test_files_of_a_story_that_cannot_be_deleted_now_are_deleted_later(
    http_service: HttpService,
) -> None:
    """With the story their keys would be forgotten, and no farewell of the user would find them."""
    async with http_service.beside(store=Stubborn(http_service.services.store)) as here:
        user = here.somebody()
        story_id = await user.make_story()
        await here.finish(user, story_id, "cover", b"a cover", "image/png")
        assert (await user("DELETE", f"/api/v1/stories/{story_id}")).status == 200
    assert files_of(http_service, user)
    await delete_discarded(http_service.database, http_service.services.store.delete)
    assert not files_of(http_service, user)


LATER = "UPDATE discarded_files SET at = at - interval '1 hour' WHERE key LIKE '%/'"


async def straggle(http_service: HttpService, user: Caller, story_id: str) -> None:
    """An actor stores a file for a story that is gone by now, and dies before it can look."""
    stored = story_key(user.user_id, UUID(story_id), "scene_1", b"late", "image/png")
    await http_service.services.store.put(stored.key, b"late", "image/png")


async def test_file_that_was_being_stored_at_the_storys_end_goes_an_hour_later(
    http_service: HttpService, maya: Caller
) -> None:
    story_id, kept = await maya.make_story(), await maya.make_story()
    assert (await maya("DELETE", f"/api/v1/stories/{story_id}")).status == 200
    await note_folder(http_service.database, story_folder(maya.user_id, UUID(kept)))  # whose deletion failed
    for one in (story_id, kept):
        await straggle(http_service, maya, one)
    await delete_discarded(http_service.database, http_service.services.store.delete)
    assert len(files_of(http_service, maya)) == 2
    await http_service.database.pool.execute(LATER)
    await delete_discarded(http_service.database, http_service.services.store.delete)
    assert [kept in str(path) for path in files_of(http_service, maya)] == [True], (
        "a story that is there keeps its files"
    )


async def test_picture_that_was_being_stored_at_the_characters_end_goes_too(
    http_service: HttpService, maya: Caller
) -> None:
    id_ = (await maya("POST", "/api/v1/characters", {"name": "Ada"})).data["id"]
    assert (await maya("DELETE", f"/api/v1/characters/{id_}")).status == 200
    stored = character_key(maya.user_id, UUID(id_), b"late", "image/jpeg")
    await http_service.services.store.put(stored.key, b"late", "image/jpeg")
    await http_service.database.pool.execute(LATER)
    await delete_discarded(http_service.database, http_service.services.store.delete)
    assert files_of(http_service, maya) == []


async def test_who_is_forgotten_in_mid_work_is_nowhere_an_hour_later(http_service: HttpService) -> None:
    user = http_service.somebody()
    story_id = await user.make_story()
    await http_service.begin(story_id, "content")
    assert (await user("DELETE", "/api/v1/account", {"confirm": str(user.user_id)})).status == 200
    await straggle(http_service, user, story_id)
    await http_service.database.pool.execute(LATER)
    await delete_discarded(http_service.database, http_service.services.store.delete)
    assert files_of(http_service, user) == []
    assert await mentions(http_service, str(user.user_id)) == []


async def test_stories_and_forgetting_at_once_leave_nothing_behind(http_service: HttpService) -> None:
    """Whatever is made meanwhile is gone with the rest, or was refused."""
    user = await somebody_with_everything(http_service)

    async def make() -> int:
        answered = await user("POST", "/api/v1/stories", {"characters": [{"name": "Bo"}]})
        return answered.status

    made = [asyncio.create_task(make()) for _ in range(10)]
    await asyncio.gather(*(people.forget(http_service.database, user.user_id) for _ in range(3)))
    statuses = set(await asyncio.gather(*made))
    assert statuses <= {201, 401, 404, 503}, statuses
    await people.forget(http_service.database, user.user_id)
    left = [
        place
        for place in await mentions(http_service, str(user.user_id))
        if not re.match("discarded_files", place)
    ]
    assert left == []
