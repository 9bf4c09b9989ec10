"""What 0.1.0 left when it was killed goes on with this version: nothing is lost or paid for twice.

``first_release.sql`` has the rows of a service of 0.1.0 (commit 31b3dc6, revision 0004) with real clients
before the stub providers of this folder's neighbours, which was killed with SIGKILL. Books have one scene.
Before that:

* Maya's book was finished, and so were Noor's and Ilya's.
* The voice refused Juno's narration: the book is partial, its narration a dead letter.
* The writer refused Otto's text: the book failed.
* Then no check of a picture was answered any more. Bela's book was begun, a sentence of Noor's edited with
  ``rebuild``, and new pictures of Ilya's asked for. When nothing else moved, each of the three waited for the
  check of a picture that was drawn and paid for; then came the end.

Maya's, Juno's and Ilya's books are one user's, whose webhook led nowhere all the time; the others a second
user's. ``answers.json`` has what the API of 0.1.0 answered about the books that stood still, with
``cover_alt`` and ``language``, which are answered since; ``files`` has what was in the store, by the hash in
its key. For PDFs and EPUBs the test puts any bytes there. Hosts and
secrets were replaced; of the outbox, the newest row of each book that was under way is left, as of events
that were not relayed yet.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest

from service.access.tokens import OPERATOR
from service.db import sql
from service.db.migrate import is_current, migrate
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from tests.factories import STRANGER, USER
from tests.integration.provider_books import Works, open_stubs, open_works
from tests.integration.test_first_book import token
from tests.integration.test_webhooks import Receiver, receiving
from tests.servers import fresh_database

_HERE = Path(__file__).parent
_MIGRATIONS = Path(sql.__file__).parent / "migrations" / "sql"

_ROWS = (_HERE / "first_release.sql").read_text("utf-8")
_OPEN = "SELECT count(*) FROM jobs WHERE ended_at IS NULL"
ANSWERS: dict[str, Any] = json.loads((_HERE / "answers.json").read_text("utf-8"))
MAYA = UUID("db7d060d-ba1a-4d0d-ab16-9929275f2933")
NOOR = UUID("db4d15e4-01c8-4180-8273-69d6ef8cc8d5")
ILYA = UUID("209460e0-cde9-4aa7-81d6-d9bc4c4b8346")
JUNO = UUID("75d2bad0-cef0-4ff5-bec1-7e397248418b")
OTTO = UUID("51dda923-ca7f-437e-9b35-30160429fce5")
BELA = UUID("e003f8bf-197f-463b-a91d-c29ff4775642")
OWNERS = {MAYA: USER, ILYA: USER, JUNO: USER, NOOR: STRANGER, OTTO: STRANGER, BELA: STRANGER}


#: How calls ended, by key and try.
Ledger: TypeAlias = dict[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Upgraded:
    """This version, after all that was under way has ended. ``ledger`` has the calls of 0.1.0."""

    works: Works
    receiver: Receiver
    ledger: Ledger

    async def ask(self, method: str, path: str, user: UUID, *, scopes: tuple[str, ...] = ()) -> Any:
        """What the service answers, out of its envelope where there is one."""
        headers = token(self.works.settings, user, scopes)
        async with self.works.client.request(method, path, headers=headers) as answer:
            told = await answer.json()
            assert answer.ok, told
            return told.get("data", told)

    async def new_calls(self) -> list[asyncpg.Record]:
        """The calls that this version made."""
        rows = await self.works.database.pool.fetch("SELECT * FROM provider_calls ORDER BY id")
        return [row for row in rows if (row["key"], row["try"]) not in self.ledger]


async def _load(url: str, receiver: Receiver) -> Ledger:
    """Make the database as 0.1.0 left it, but with a webhook that leads somewhere."""
    connection = await asyncpg.connect(url)
    try:
        for file in sorted(_MIGRATIONS.glob("000[1-4]_*.sql")):
            await connection.execute(file.read_text("utf-8"))
        await connection.execute(
            "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
            "INSERT INTO alembic_version VALUES ('0004_gauges_by_index')"
        )
        await connection.execute(_ROWS)
        await connection.execute("UPDATE webhooks SET url = $1", receiver.url)
        rows = await connection.fetch("SELECT key, try, outcome FROM provider_calls")
        return {(row["key"], row["try"]): row["outcome"] for row in rows}
    finally:
        await connection.close()


def _stored(key: str) -> bytes:
    """What was stored under a key."""
    kept = _HERE / "files" / key.rpartition("-")[2]
    return kept.read_bytes() if kept.exists() else key.encode()


def _fill_store(folder: Path) -> None:
    """Put every file there whose key is in the database."""
    for key in set(re.findall(r"user_[\w/-]+\.(?:jpg|mp3|pdf|epub)", _ROWS)):
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_stored(key))


@pytest.fixture(scope="module")
async def upgraded(stack: Stack) -> AsyncIterator[Upgraded]:
    """What 0.1.0 left, under this version."""
    with temporary_folder() as files:
        async with (
            receiving() as receiver,
            fresh_database(stack, "template1") as url,
            open_stubs() as stubs,
        ):
            ledger = await _load(url, receiver)
            await migrate(url)
            assert await is_current(url)
            _fill_store(files)
            changes = {"lease_seconds": 3.0, "webhook_private_addresses": True}
            async with open_works(stubs, url, stack.redis_url, files, "upgrade", changes) as works:
                upgraded = Upgraded(works, receiver, ledger)
                await _until_the_end(works)
                yield upgraded


async def _until_the_end(works: Works) -> None:
    """Wait until nothing is to be made any more."""
    async with asyncio.timeout(240):
        while await works.database.pool.fetchval(_OPEN):  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.1)


def _without_new_fields(now: Any, before: Any) -> Any:
    """An answer of this version, without the fields that 0.1.0 did not have."""
    if isinstance(before, dict):
        return {name: _without_new_fields(now[name], value) for name, value in before.items()}
    if isinstance(before, list):
        return [_without_new_fields(*pair) for pair in zip(now, before, strict=True)]
    return now


#: On a machine that does much else, what was under way takes its time.
pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("path", ANSWERS)
async def test_books_that_stood_still_are_answered_as_before(upgraded: Upgraded, path: str) -> None:
    owner = OWNERS[UUID(path.split("/")[4])]
    answer = await upgraded.ask("GET", path, owner)
    assert _without_new_fields(answer, ANSWERS[path]) == ANSWERS[path]


async def test_files_of_a_finished_book_are_those_that_were_stored(upgraded: Upgraded) -> None:
    assets = ANSWERS[f"/api/v1/stories/{MAYA}"]["asset_generation_status"]["assets"]
    headers = token(upgraded.works.settings, USER)
    for asset in assets.values():
        if "url" in asset:
            async with upgraded.works.client.get(asset["url"], headers=headers) as answer:
                assert await answer.read() == _stored(asset["key"])


@pytest.mark.parametrize("story_id", [BELA, NOOR, ILYA])
async def test_what_was_under_way_ends(upgraded: Upgraded, story_id: UUID) -> None:
    path, owner = f"/api/v1/stories/{story_id}", OWNERS[story_id]
    story = await upgraded.ask("GET", path, owner)
    run = await upgraded.ask("GET", f"{path}/generation-status", owner)
    assert (story["status"], story["asset_generation_status"]["overall"]) == ("ready", "ready")
    assert {asset["status"] for asset in story["asset_generation_status"]["assets"].values()} == {"ready"}
    assert (run["status"], run["progress"]) == ("COMPLETED", 100)


async def test_an_image_job_ends(upgraded: Upgraded) -> None:
    job = await upgraded.ask("GET", f"/api/v1/stories/{ILYA}/images/job", USER)
    assert (job["status"], job["progress"]) == ("completed", 100)


async def test_versions_go_on_without_a_gap(upgraded: Upgraded) -> None:
    rows = await upgraded.works.database.pool.fetch(
        "SELECT a.version, count(*) AS events, max(e.version) AS newest"
        " FROM aggregates a JOIN domain_events e ON e.aggregate_id = a.id GROUP BY a.id"
    )
    assert len(rows) == len(OWNERS)
    assert all(row["version"] == row["events"] == row["newest"] for row in rows)


async def test_nothing_is_paid_for_twice(upgraded: Upgraded) -> None:
    """Each of the three checks whose answers were lost is made once more, and what was never begun once."""
    made = await upgraded.new_calls()
    assert not {call["key"] for call in made} & {
        key for (key, _), end in upgraded.ledger.items() if end == "ok"
    }
    assert len(upgraded.works.seen()) == len(made)
    steps = {
        story_id: Counter(call["step"] for call in made if call["aggregate_id"] == story_id)
        for story_id in (MAYA, BELA, NOOR, ILYA)
    }
    # This version describes each picture of a page that it looks at.
    a_picture = Counter(("picture", "moderation", "safety", "verdict", "alt"))
    the_lost = Counter(("verdict", "alt"))
    of_a_sheet = Counter(("verdict",))
    # Of Bela's book the cover and the scene were still to be drawn, of Ilya's the scene.
    assert steps == {
        MAYA: Counter(),
        BELA: of_a_sheet + a_picture + a_picture,
        NOOR: the_lost,
        ILYA: the_lost + a_picture,
    }


async def test_webhooks_hear_what_they_had_not_heard(upgraded: Upgraded) -> None:
    pending = "SELECT count(*) FROM webhook_deliveries WHERE aggregate_id <> $1 AND status <> 'delivered'"
    async with asyncio.timeout(120):
        while await upgraded.works.database.pool.fetchval(pending, JUNO):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    told = [json.loads(body) for _, body in upgraded.receiver.heard]
    heard = Counter((UUID(one["data"]["id"]), one["type"]) for one in told)
    assert heard[MAYA, "story.created"] == heard[MAYA, "story.ready"] == heard[JUNO, "story.partial"] == 1
    # Of its first build, which the receiver had not heard, and of the pictures that were made now.
    assert heard[ILYA, "story.ready"] == 2


async def test_dead_letters_are_listed_and_go_on_when_they_are_redriven(upgraded: Upgraded) -> None:
    dead = (await upgraded.ask("GET", "/api/v1/admin/dead", STRANGER, scopes=(OPERATOR,)))["items"]
    assert {(UUID(job["aggregate_id"]), job["name"]) for job in dead} == {(OTTO, "content"), (JUNO, "audio")}
    (narration,) = (job["job_id"] for job in dead if job["name"] == "audio")
    await upgraded.ask("POST", f"/api/v1/admin/dead/{narration}/redrive", STRANGER, scopes=(OPERATOR,))
    await _until_the_end(upgraded.works)
    story = await upgraded.ask("GET", f"/api/v1/stories/{JUNO}", USER)
    assert story["asset_generation_status"]["overall"] == "ready"
    made = Counter(call["step"] for call in await upgraded.new_calls() if call["aggregate_id"] == JUNO)
    assert made == {"narration": 1}
