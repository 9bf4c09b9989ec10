"""The commands that documents show do what the documents say; the client's own test runs their Python."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.main import get_command

from service.cli.app import app
from tests.docs.pages import ROOT, blocks
from tests.integration.provider_books import Works
from tests.integration.test_cli import storytroupe
from tests.integration.test_first_book import token

PAGES = sorted(
    path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)
SHOWN_URL = "http://127.0.0.1:8080"


def url_of(works: Works) -> str:
    return str(works.client.make_url("")).rstrip("/")


def token_of(works: Works) -> str:
    return token(works.settings)["Authorization"].removeprefix("Bearer ")


async def run(*command: str, cwd: Path, **environment: str) -> tuple[int | None, str]:
    """The exit code of a command, and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, env={**os.environ, **environment}, stdout=-1, stderr=-2
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def follow_to_the_end(command: str, cwd: Path) -> None:
    """Read a stream, which goes on, until it tells of the story's end."""
    process = await asyncio.create_subprocess_exec("bash", "-c", command, cwd=cwd, stdout=-1, stderr=-3)
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            if line.startswith(b"event: story.ready") or b'"overall":"ready"' in line:
                return
    finally:
        process.kill()
        await process.wait()
    raise AssertionError("The stream has ended.")


@pytest.fixture
async def works(provider_works: Works) -> Works:
    await provider_works.renew()
    return provider_works


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_curl_of_the_api_page_makes_follows_and_fetches_a_book(works: Works, tmp_path: Path) -> None:
    (block,) = [block for block in blocks("docs/api.md") if block.text.startswith("TOKEN=")]
    setting, make, follow, fetch = (
        block.text.replace("\\\n", " ").replace(SHOWN_URL, url_of(works)).splitlines()
    )
    (tmp_path / "data").mkdir()
    (tmp_path / "data/token").write_text(token_of(works))
    _, made = await run("bash", "-c", f"{setting}; {make}", cwd=tmp_path)
    id_ = json.loads(made)["data"]["id"]
    await follow_to_the_end(f"{setting}; exec {follow.replace('/ID/', f'/{id_}/')}", tmp_path)
    await run("bash", "-c", f"{setting}; {fetch.replace('/ID/', f'/{id_}/')}", cwd=tmp_path)
    assert (tmp_path / "book.pdf").read_bytes().startswith(b"%PDF")


async def test_command_of_the_readme_is_understood(works: Works) -> None:
    """With ``--estimate`` it makes nothing."""
    (line,) = [block.text for block in blocks("README.md") if "storytroupe create" in block.text]
    arguments = shlex.split(line)[1:]
    code, out, err = await storytroupe(
        *arguments, "--estimate", STORYTROUPE_API_URL=url_of(works), STORYTROUPE_TOKEN=token_of(works)
    )
    assert (code, err) == (0, "")
    assert "$" in out


def test_commands_that_pages_name_exist() -> None:
    named = {
        (page, name)
        for page in PAGES
        for name in re.findall(
            r"(?:`|^|/)storytroupe ([a-z][a-z-]+)", (ROOT / page).read_text("utf-8"), re.MULTILINE
        )
    }
    known = set(getattr(get_command(app), "commands"))  # noqa: B009
    assert named
    assert {one for one in named if one[1] not in known} == set()


def test_json_of_pages_is_json() -> None:
    for page in PAGES:
        for block in blocks(page, "json"):
            json.loads(block.text)
