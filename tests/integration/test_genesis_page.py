"""Every example of docs/genesis.md is sent to a service with actors, in the page's order."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import textwrap
import time
import zipfile
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from service.access.tokens import Tokens
from service.client.api import connect
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.process.start import open_process
from service.settings import Settings
from tests.docs.pages import blocks
from tests.http_genesis import BASE
from tests.http_service import Caller
from tests.integration.test_cli import storytroupe
from tests.integration.test_hub_sse import Reader
from tests.servers import fresh_database, http_url

PAGE = "docs/genesis.md"
LISTED = "`storytroupe genesis list` lists your sessions; `start` begins one."
SHOWN = "`storytroupe genesis show ID` lists the proposals with their numbers."
SHOWN_URL = "http://127.0.0.1:8080"


@pytest.fixture(scope="module")
async def reader(stack: Stack, template_database: str) -> AsyncIterator[Caller]:
    """Somebody who follows the page, at a service that makes proposals offline."""
    with temporary_folder() as files:
        async with fresh_database(stack, template_database) as database:
            settings = Settings(
                database_url=database,
                database_http_url=http_url(stack, database),
                redis_url=stack.redis_url,
                redis_namespace="genesis-page",
                files_dir=files,
                jwt_secret=SecretStr("a secret that is long enough to be taken for one"),
            )
            async with open_process(settings) as process, aiohttp.ClientSession() as session:
                assert process.app is not None
                async with TestServer(process.app) as server:
                    user_id = uuid4()
                    token = Tokens.of(settings).issue(user_id, ttl=timedelta(hours=1))
                    yield Caller(session, str(server.make_url("")).rstrip("/"), user_id, token)


class Follower:
    """Sends the examples, with the ids of the answers so far."""

    def __init__(self, reader: Caller) -> None:
        self.reader = reader
        self.ids: dict[str, str] = {}
        self.link = ""

    def _named(self, text: str) -> str:
        for name, id_ in self.ids.items():
            text = re.sub(rf"(?<![A-Z_]){name}(?![A-Z_])", id_, text)
        return text

    async def send(self, body: Mapping[str, Any]) -> None:
        """A command, or an answer by a link."""
        await self._wait_for_proposals()
        given = json.loads(self._named(json.dumps(body)))
        if "command_type" in given:
            answered = await self.reader("POST", f"{BASE}/commands", given)
        else:
            outside = Caller(self.reader._session, self.reader.url, uuid4(), None)
            shown = await outside("GET", self.link)
            assert set(shown.data["proposals"]) >= set(given["proposal_ids"])
            answered = await outside("POST", self.link, given)
            assert (await outside("POST", self.link, given)).data == answered.data
        assert answered.status in (200, 201), (given, answered.body)
        self.ids["SESSION"] = answered.data["session_id"]

    async def ask(self, line: str) -> None:
        """A line with a method and a path."""
        await self._wait_for_proposals()
        method, path = self._named(line).split()
        if "/events/stream" in path:
            headers = {"Authorization": f"Bearer {self.reader.token}"}
            async with self.reader._session.get(self.reader.url + path, headers=headers) as response:
                assert await Reader(response).hear() is not None
            return
        answered = await self.reader(method, path)
        assert answered.status == 200, (line, answered.body)
        if path.endswith("/waits"):
            (wait,) = [one for one in answered.data["items"] if one["status"] == "open"]
            self.ids["CORRELATION"] = wait["correlation_id"]
        elif path.endswith("/link"):
            self.link = answered.data["url"]

    async def _wait_for_proposals(self) -> None:
        if "SESSION" not in self.ids:
            return
        until = time.monotonic() + 60
        while (state := (await self.reader("GET", f"{BASE}/{self.ids['SESSION']}/state")).data)["is_pending"]:
            assert time.monotonic() < until, state
            await asyncio.sleep(0.05)
        self.ids["VERSION"] = str(state["version"])
        proposals = state["stages"][state["current_stage"]]["proposals"]
        self.ids |= {"PROPOSAL": next(iter(proposals))} if proposals else {}


async def test_the_session_of_the_page_is_led_as_it_says(reader: Caller) -> None:
    follower = Follower(reader)
    for block in blocks(PAGE):
        if block.language == "json":
            await follower.send(json.loads(block.text))
        elif not block.language:
            for line in block.text.splitlines():
                await follower.ask(line)
    state = (await reader("GET", f"{BASE}/{follower.ids['SESSION']}/state")).data
    assert state["title"] == "The Keeper of the Dark"
    assert [name for name, stage in state["stages"].items() if stage["status"] == "confirmed"] == [
        "concept",
        "theme",
    ]


async def test_the_python_of_the_page_runs(reader: Caller) -> None:
    (block,) = blocks(PAGE, "python")
    found: dict[str, Any] = {}
    exec(f"async def example(client):\n{textwrap.indent(block.text, '    ')}", found)  # noqa: S102
    async with connect(reader.url, reader.token or "") as client:
        await found["example"](client)
        assert len((await client.list_sessions()).items) == 1


@pytest.mark.skipif(
    any(shutil.which(program) is None for program in ("curl", "jq", "openssl")),
    reason="curl, jq or openssl is not installed",
)
async def test_the_script_of_the_page_makes_a_novel(reader: Caller, tmp_path: Path) -> None:
    (block,) = blocks(PAGE, "sh")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/token").write_text(reader.token or "")
    script = block.text.replace(SHOWN_URL, reader.url).replace("sleep 1", "sleep 0.1")
    process = await asyncio.create_subprocess_exec(
        "bash", "-eu", "-c", script, cwd=tmp_path, stdout=-1, stderr=-2
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    made = [name for name in await asyncio.to_thread(os.listdir, tmp_path) if name.endswith(".docx")]
    assert len(made) == 1
    assert zipfile.is_zipfile(tmp_path / made[0])


async def test_a_session_is_led_from_the_terminal_to_a_novel(reader: Caller, tmp_path: Path) -> None:
    where = {"STORYTROUPE_API_URL": reader.url, "STORYTROUPE_TOKEN": reader.token or ""}

    async def genesis(*arguments: str) -> str:
        code, out, err = await storytroupe("genesis", *arguments, **where)
        assert (code, err) == (0, ""), err
        return out

    started = await genesis("start", "A clockmaker who sells hours", "--seed", "3")
    session = started.split()[1]
    assert f"storytroupe genesis choose {session[:8]} NUMBER" in started
    assert "concept.title" in await genesis("show", "last", "--proposal", "3")
    assert re.search(r"concept +drafting", await genesis("choose", session, "2"))
    titled = await genesis("set", session[:8], "concept.title", "The Whole Price")
    assert "concept.title: The Whole Price" in titled
    assert "concept.title (locked): The Whole Price" in await genesis("lock", session, "concept.title")
    again = await genesis("say", session, "concept", "with a lighthouse")
    assert "concept.title (locked): The Whole Price" in again
    assert re.search(r"theme +choosing", await genesis("confirm", session, "concept"))
    for stage in ("theme", "character", "world", "plot"):
        await genesis("choose", session, "1")
        shown = await genesis("confirm", session, stage)
    assert f"storytroupe genesis finish {session[:8]}" in shown
    await genesis("lock", session, "concept.title", "--off")
    branched = (await genesis("branch", session)).split()[1]
    await genesis("set", branched, "concept.title", "Half the Price")
    differing = await genesis("diff", branched, "--other", session)
    assert "- Half the Price" in differing
    assert "+ The Whole Price" in differing
    copied = await genesis("copy", session, "concept.title", "--other", branched)
    assert "concept.title: Half the Price" in copied
    back = await genesis("copy", branched, "concept.title", "--from", "1")
    assert "concept.title: The Whole Price" in back
    assert "Novel " in await genesis("finish", session, "--allow-stale", "--title", "The Whole Price")
    saved = (await genesis("export", session, "--out", str(tmp_path / "plan"))).strip()
    assert "# The Whole Price" in await asyncio.to_thread(Path(saved).read_text)
    assert session in await genesis("list", "--status", "finished")
    assert json.loads(await genesis("show", session, "--at", "1", "--json"))["version"] == 1
    code, _, err = await storytroupe("genesis", "show", str(uuid4()), **where)
    assert (code, err) == (1, f"storytroupe: The session does not exist. {LISTED}\n")
    code, _, err = await storytroupe("genesis", "choose", branched, "1", **where)
    assert (code, err) == (1, f"storytroupe: The stage has no open proposals. {SHOWN}\n")


def test_page_shows_no_other_examples() -> None:
    assert {block.language for block in blocks(PAGE)} == {"", "json", "python", "sh"}
