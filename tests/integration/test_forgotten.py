"""What is left on the disk of a user who was forgotten: nothing, after what is documented."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from service.access.tokens import Tokens
from service.db.roles import Login
from service.devstack.postgres import postgres_url
from service.devstack.stack import Record
from service.devstack.sweeper import SWEPT
from service.devstack.temporary import temporary_folder
from service.devstack.valkey import valkey_url
from service.streams.client import connect
from tests.integration.test_http_references import a_picture
from tests.integration.test_up import Up, running_up
from tests.servers import copy_folder, eventually

#: What stands nowhere but in this child's things.
NAME, WISH, TITLE = "Quorlanda", "vexillimbus", "Zwiebelfisch-Parade"
BOOK = {
    "characters": [{"name": NAME, "age": 6, "description": f"wishes for a {WISH}"}],
    "title": TITLE,
    "scene_count": 1,
    "instructions": f"There shall be a {WISH}. " * 30,
    "seed": 7,
}
#: Without a word or a picture of its own yet.
BARE = {**BOOK, "generateAssets": False}


@dataclass
class Child:
    """A user of a running `up`."""

    up: Up
    id: UUID

    async def ask(self, method: str, path: str, body: Any = None, data: bytes | None = None) -> Any:
        secret = (self.up.data / "secret").read_text()
        token = Tokens(secret, "storytroupe", "storytroupe").issue(self.id, ttl=timedelta(hours=1))
        headers = {"Authorization": f"Bearer {token}"}
        sent = {"json": body} if data is None else {"data": data}
        async with self.up.http.request(method, self.up.url + path, headers=headers, **sent) as answer:
            assert answer.ok, await answer.text()
            told = await answer.json()
            return told.get("data", told)

    async def keep_hero(self) -> None:
        """A character with a picture."""
        hero = (await self.ask("POST", "/api/v1/characters", {"name": NAME}))["id"]
        await self.ask("POST", f"/api/v1/characters/{hero}/references?declared=drawing", data=a_picture())

    async def make_book(self) -> str:
        """The id of a finished book."""
        story = (await self.ask("POST", "/api/v1/stories", BOOK))["id"]
        while True:
            told = await self.ask("GET", f"/api/v1/stories/{story}/status?wait=20")
            if told["overall"] != "generating":
                assert told["overall"] in ("ready", "complete"), told
                return str(story)


def found(folder: Path, words: Sequence[str]) -> list[str]:
    """The files that hold one of the words, or are named by it."""
    sought = [word.encode() for word in words]
    hits = []
    for path in folder.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        name = str(path.relative_to(folder))
        if any(word in held for word in sought) or any(word in name for word in words):
            hits.append(name)
    return hits


async def checkpoint(up: Up) -> None:
    """What was written is on the disk, as it is after some minutes anyway."""
    record = Record.model_validate_json((up.data / "stack.json").read_bytes())
    assert record.postgres_sockets is not None
    login = Login(record.superuser, record.superuser_password)
    connection = await asyncpg.connect(postgres_url(login, up.data / record.postgres_sockets))
    await connection.execute("ANALYZE")
    await connection.execute("CHECKPOINT")
    await connection.close()


async def streamed(up: Up) -> str:
    """All that the streams of Valkey hold."""
    record = Record.model_validate_json((up.data / "stack.json").read_bytes())
    assert record.sockets is not None
    async with connect(valkey_url(record.password, up.data / record.sockets)) as client:
        streams = [key async for key in client.scan_iter(_type="stream")]
        return "".join([str(await client.xrange(key)) for key in streams])


@pytest.fixture
def folder(pristine_folder: Path) -> Iterator[Path]:
    with temporary_folder() as folder:
        copy_folder(pristine_folder, folder / "data")
        yield folder


@pytest.fixture
async def up(folder: Path) -> AsyncIterator[Up]:
    async with running_up(folder / "data", STORYTROUPE_IMAGE_SIZE="256x256") as up:
        yield up


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)], ids=["asked", "whole"])
async def test_nothing_of_a_forgotten_child_is_left_on_the_disk(up: Up, folder: Path, whole: bool) -> None:
    """A hero with a picture, and a book that was asked for; or the whole book."""
    child = Child(up, uuid4())
    await child.keep_hero()
    story = await child.make_book() if whole else (await child.ask("POST", "/api/v1/stories", BARE))["id"]
    traces = [NAME, WISH, TITLE, story]
    await checkpoint(up)
    assert any("base" in name for name in found(folder, traces)), "they are in the tables"
    assert any("pg_wal" in name for name in found(folder, traces)), "and in the log"
    assert found(folder, [f"user_{child.id}"])
    assert story in await streamed(up), "and in the events stream"
    await child.ask("DELETE", "/api/v1/account", {"confirm": str(child.id)})
    log = folder / "up.log"
    await eventually(lambda: SWEPT in log.read_text())
    assert found(folder / "data", [NAME, WISH, TITLE]) == [], "while it runs"
    assert [word for word in (*traces, str(child.id)) if word in await streamed(up)] == []
    await up.stop()
    assert up.process.returncode == 0
    assert found(folder, [NAME, WISH, TITLE]) == [], "after a clean end"
    assert list((folder / "data" / "files").iterdir()) == [], "folders are named by ids"


async def test_what_was_deleted_before_the_end_is_swept_at_the_end(up: Up, folder: Path) -> None:
    child = Child(up, uuid4())
    # Two of the same title: the planner takes a note of what is frequent.
    stories = [(await child.ask("POST", "/api/v1/stories", BARE))["id"] for _ in range(2)]
    await checkpoint(up)
    assert found(folder, [TITLE])
    for story in stories:
        await child.ask("DELETE", f"/api/v1/stories/{story}")
    await up.stop()
    assert SWEPT in (folder / "up.log").read_text()
    assert found(folder, [NAME, WISH, TITLE]) == []


async def test_an_end_without_deletions_sweeps_nothing(up: Up, folder: Path) -> None:
    await Child(up, uuid4()).ask("GET", "/api/v1/account")
    await up.stop()
    assert SWEPT not in (folder / "up.log").read_text()
    assert (folder / "data" / "swept.json").exists()
