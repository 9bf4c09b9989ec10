"""``create`` and ``watch`` against a service that does what the API promises."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from rich.console import Console

from service.api.fields import read_as
from service.api.requests import StoryRequest
from service.cli.display import Bars, display_on
from service.cli.request import compose_request, parse_hero
from service.cli.saving import save_story
from service.client.api import connect
from service.client.following import follow_library, follow_story
from service.client.view import StoryView
from service.errors import InvalidInput, NotFound, Unauthorized, Unavailable
from tests.servers import NOWHERE, eventually
from tests.stubs.service_api import CHANNEL, STORY_ID, TOKEN, StubService, stub_service

USER_ID = "0b2c1d7e-6f1a-4b5e-8a9d-3c4b5a697887"
LIBRARY = f"users:id={USER_ID}"
MAIN = "from service.cli import main; main()"


def _assets(**statuses: str) -> dict[str, Any]:
    return {"assets": {name: {"status": status, "progress": 0} for name, status in statuses.items()}}


def _event(version: int, **data: Any) -> dict[str, Any]:
    return {"type": "event", "channel": CHANNEL, "version": version, "event": "asset.ready", "data": data}


def _snapshot(version: int, **state: Any) -> dict[str, Any]:
    return {
        "type": "subscribed",
        "id": 1,
        "channel": CHANNEL,
        "version": version,
        "mode": "snapshot",
        "state": {"overall": "generating", **state},
        "events": [],
    }


def _resumed(*events: dict[str, Any], version: int) -> dict[str, Any]:
    frame = _snapshot(version)
    return {**frame, "mode": "resumed", "state": None, "events": list(events)}


async def begin_and_drain(stub: StubService, socket: web.WebSocketResponse) -> None:
    """A snapshot, some news, and a server that goes away."""
    await stub.hear(socket)
    await socket.send_json({"type": "welcome", "connection": "c", "ping_seconds": 25, "limits": {}})
    await socket.send_json(_snapshot(1, title="The Kite", **_assets(content="generating", cover="pending")))
    await socket.send_json(
        {"type": "tick", "channel": CHANNEL, "key": "content.page.1", "data": {"text": "Up"}}
    )
    await socket.send_json(
        {"type": "tick", "channel": CHANNEL, "key": "cover.progress", "data": {"progress": 33}}
    )
    await socket.send_json({"type": "ping"})
    assert await stub.hear(socket) == {"type": "pong"}
    await socket.send_json(_event(2, **_assets(content="ready")))
    await socket.send_json({"type": "bye", "code": 4001, "retry_ms": 10})
    await socket.close(code=4001)


async def resume_with_a_gap(stub: StubService, socket: web.WebSocketResponse) -> None:
    """What was missed; then an event out of turn, which must be asked for; then the end."""
    await stub.hear(socket)
    await socket.send_json(_resumed(_event(3, **_assets(cover="ready")), version=3))
    await socket.send_json(_event(3, overall="failed"))  # told already
    await socket.send_json(_event(5, **_assets(pdf="failed")))
    await socket.send_json(_event(6, overall="partial"))
    await stub.hear(socket)
    missed = (
        _event(4, **_assets(audio="ready")),
        _event(5, **_assets(pdf="failed")),
        _event(6, overall="partial"),
    )
    await socket.send_json(_resumed(*missed, version=6))
    await socket.receive()


async def turn_away(stub: StubService, socket: web.WebSocketResponse) -> None:
    await stub.hear(socket)
    await socket.close(code=4503, message=b"The token was withdrawn.")


async def stay_silent(stub: StubService, socket: web.WebSocketResponse) -> None:
    await stub.hear(socket)
    await socket.send_json(_snapshot(1, **_assets(content="generating")))
    await socket.receive()


async def deny(stub: StubService, socket: web.WebSocketResponse) -> None:
    asked = await stub.hear(socket)
    refusal = {
        "type": "error",
        "id": asked["id"],
        "code": "NOT_FOUND",
        "message": "The story does not exist.",
        "temporary": False,
    }
    await socket.send_json(refusal)
    await socket.receive()


async def _follow(stub: StubService, seen: list[tuple[int, dict[int, str]]] | None = None) -> StoryView:
    def note(view: StoryView) -> None:
        if seen is not None:
            seen.append((view.version or 0, dict(view.words)))

    async with asyncio.timeout(60), connect(stub.url, TOKEN) as client:
        return await follow_story(client, STORY_ID, note).until_the_end()


async def test_watcher_comes_back_where_it_was_and_heals_gaps() -> None:
    async with stub_service(begin_and_drain, resume_with_a_gap) as stub:
        seen: list[tuple[int, dict[int, str]]] = []
        view = await _follow(stub, seen)
    assert [ask.get("since") for ask in stub.subscriptions] == [None, 2, 3]
    assert view.overall == "partial"
    assert {name: state["status"] for name, state in view.assets.items()} == {
        "content": "ready",
        "cover": "ready",
        "audio": "ready",
        "pdf": "failed",
    }
    assert (1, {1: "Up"}) in seen
    versions = [version for version, _ in seen]
    assert versions == sorted(versions)


def _library(*stories: str) -> dict[str, Any]:
    found = [{"id": id_, "created_at": f"2026-01-0{number}"} for number, id_ in enumerate(stories, 1)]
    return {**_snapshot(0), "channel": LIBRARY, "state": {"stories": found}}


async def show_a_library_and_drain(stub: StubService, socket: web.WebSocketResponse) -> None:
    """Two stories, one of which changes, and one that goes."""
    await stub.hear(socket)
    await socket.send_json(_library("a", "b"))
    changed = {"id": "b", "created_at": "2026-01-02", "title": "The Kite"}
    await socket.send_json({"type": "tick", "channel": LIBRARY, "key": "story.b", "data": changed})
    await socket.send_json({"type": "tick", "channel": LIBRARY, "key": "story.a", "data": None})
    await socket.send_json({"type": "bye", "code": 4001, "retry_ms": 10})
    await socket.close(code=4001)


async def show_another_library(stub: StubService, socket: web.WebSocketResponse) -> None:
    await stub.hear(socket)
    await socket.send_json(_library("b", "c"))
    await socket.receive()


async def test_library_is_followed_through_a_drain() -> None:
    seen: list[list[str]] = []
    async with (
        stub_service(show_a_library_and_drain, show_another_library) as stub,
        connect(stub.url, TOKEN) as client,
    ):
        follower = follow_library(
            client, USER_ID, lambda view: seen.append([story["id"] for story in view.stories])
        )
        following = asyncio.create_task(follower.until_the_end())
        await eventually(lambda: ["c", "b"] in seen)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert [ask["channel"] for ask in stub.subscriptions] == [LIBRARY, LIBRARY]
    assert seen[:3] == [["b", "a"], ["b", "a"], ["b"]]


async def test_watcher_does_not_come_back_when_it_was_sent_away() -> None:
    async with stub_service(turn_away) as stub:
        with pytest.raises(Unauthorized, match="withdrawn"):
            await _follow(stub)


async def test_watcher_of_an_unknown_story_is_told_so() -> None:
    async with stub_service(deny) as stub:
        with pytest.raises(NotFound, match="The story does not exist"):
            await _follow(stub)


async def test_nobody_at_the_address_is_said_at_once() -> None:
    stub = StubService()
    stub.url = NOWHERE
    with pytest.raises(Unavailable, match="storytroupe up"):
        await _follow(stub)


def _finished(stub: StubService) -> None:
    stub.story |= {
        "title": "Älva & the Kite!",
        "asset_generation_status": {
            "overall": "partial",
            "assets": {
                "content": {"status": "ready", "data": {}},
                "cover": {"status": "ready", "url": "/x"},
                "scene_1": {"status": "failed", "url": None},
                "audio": {"status": "ready", "url": "/y"},
                "pdf": {"status": "ready", "url": "/z"},
            },
        },
    }
    stub.files = {"cover": ("image/png", b"picture"), "pdf": ("application/pdf", b"pages")}


async def test_ready_files_are_saved_and_the_token_stays_with_the_service(tmp_path: Path) -> None:
    async with stub_service() as stub:
        _finished(stub)
        async with connect(stub.url, TOKEN) as client:
            paths = await save_story(client, STORY_ID, tmp_path)
    folder = tmp_path / "alva-the-kite"
    assert {path.name: path.parent for path in paths} == dict.fromkeys(
        ("story.json", "cover.png", "audio.mp3", "book.pdf"), folder
    )
    assert (folder / "cover.png").read_bytes() == b"picture"
    assert (folder / "audio.mp3").read_bytes() == b"from the store"
    assert stub.elsewhere_tokens == [None]


async def test_another_story_of_the_same_title_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "alva-the-kite"
    folder.mkdir()
    (folder / "story.json").write_text('{"id": "another"}')
    async with stub_service() as stub:
        _finished(stub)
        async with connect(stub.url, TOKEN) as client:
            first, *_ = await save_story(client, STORY_ID, tmp_path)
            again, *_ = await save_story(client, STORY_ID, tmp_path)
    assert first == again == tmp_path / f"alva-the-kite-{STORY_ID[:8]}" / "story.json"
    assert (folder / "story.json").read_text() == '{"id": "another"}'


async def _start(*arguments: str, folder: Path, token: str = TOKEN) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MAIN, *arguments),
        cwd=folder,
        env={"PATH": os.defpath, "PYTHONPATH": str(Path(__file__).parents[2]), "STORYTROUPE_TOKEN": token},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _storytroupe(*arguments: str, folder: Path, token: str = TOKEN) -> tuple[int | None, str, str]:
    process = await _start(*arguments, folder=folder, token=token)
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_an_interrupted_watcher_says_how_to_come_back(tmp_path: Path) -> None:
    async with stub_service(stay_silent) as stub:
        process = await _start("watch", STORY_ID, "--url", stub.url, folder=tmp_path)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"content: generating\n"
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert process.returncode == 130
    assert (
        err.decode()
        == f"The service goes on with the story. To follow it again: storytroupe watch {STORY_ID}\n"
    )


async def test_an_estimate_is_told_and_nothing_is_made(tmp_path: Path) -> None:
    async with stub_service() as stub:
        stub.warnings = ["!"]
        asked = ("--hero", "Maya, 6", "--budget", "1.5", "--extra", "colouring_page", "--estimate")
        code, out, err = await _storytroupe("create", "--url", stub.url, *asked, folder=tmp_path)
    assert (code, err) == (0, "storytroupe: !\n")
    wanted = {"characters": [{"name": "Maya", "age": 6}], "budget_usd": 1.5, "extras": ["colouring_page"]}
    assert stub.estimated == [wanted]
    assert stub.asked == []
    assert out.endswith("About $0.70, at most $2.10; 240 s or more.\n")


async def test_a_file_is_a_story_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "ours.txt").write_text("Maya saw a boat.\n---\nIt was red.\n", "utf-8")
    (tmp_path / "latin.txt").write_bytes("Bär".encode("latin-1"))
    async with stub_service() as stub:
        ask = ("create", "--url", stub.url, "--hero", "Maya", "--no-watch", "--text")
        code, _, err = await _storytroupe(*ask, "ours.txt", "--text-mode", "light", folder=tmp_path)
        assert code == 0, err
        assert stub.asked[-1]["text"] == {"mode": "light", "pages": ["Maya saw a boat.", "It was red."]}
        for file, said in (("latin.txt", "is not text in UTF-8"), ("none.txt", "cannot be read")):
            code, _, err = await _storytroupe(*ask, file, folder=tmp_path)
            assert code == 1
            assert said in err


async def test_create_asks_watches_and_saves(tmp_path: Path) -> None:
    async with stub_service(begin_and_drain, resume_with_a_gap) as stub:
        _finished(stub)
        hero = (
            "--hero",
            "Maya, 6, glasses, laughs loudly",
            "--theme",
            "courage",
            "--scenes",
            "2",
            "--seed",
            "0",
        )
        code, out, err = await _storytroupe("create", "--url", stub.url, *hero, folder=tmp_path)
    assert (code, err) == (0, "")
    assert stub.asked == [
        {
            "characters": [{"name": "Maya", "age": 6, "traits": ["glasses"], "description": "laughs loudly"}],
            "themes": ["courage"],
            "scene_count": 2,
            "seed": 0,
        }
    ]
    assert "cover: ready" in out
    assert "pdf: failed" in out
    assert "books/alva-the-kite/book.pdf" in out
    record = json.loads((tmp_path / "books/alva-the-kite/story.json").read_text())
    assert record["id"] == STORY_ID


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """The data folder of an `up` that runs, as it seems. Its path is short enough for a socket."""
    data = tmp_path / "data"
    (data / "sockets").mkdir(parents=True, mode=0o700)
    (data / "postgres-sockets").mkdir(mode=0o700)
    places = {"sockets": "sockets", "postgres_sockets": "postgres-sockets"}
    (data / "stack.json").write_text(json.dumps({"password": "", "cluster": "postgres", **places}))
    (data / "token").write_text(TOKEN)
    return data


async def test_create_finds_the_service_by_the_data_folder(noted: Path, tmp_path: Path) -> None:
    """By its socket; what its books lead to is elsewhere, and is told no token."""
    async with stub_service(begin_and_drain, resume_with_a_gap, socket=noted / "sockets/http.sock") as stub:
        _finished(stub)
        (noted / "url").write_text(NOWHERE)
        code, out, err = await _storytroupe("create", "--hero", "Maya", folder=tmp_path, token="")
        assert (code, err) == (0, ""), out
        assert stub.asked == [{"characters": [{"name": "Maya"}]}]
        assert stub.elsewhere_tokens == [None]


async def test_another_address_is_told_no_token_of_the_data_folder(noted: Path, tmp_path: Path) -> None:
    async with (
        stub_service(socket=noted / "sockets/http.sock") as inside,
        stub_service() as stranger,
    ):
        (noted / "url").write_text(inside.url)
        asked = ("create", "--hero", "Maya", "--no-watch", "--url")
        code, _, err = await _storytroupe(*asked, stranger.url, folder=tmp_path, token="")
        assert code == 1
        assert "users token" in err
        assert (await _storytroupe(*asked, inside.url, folder=tmp_path, token=""))[0] == 0
    assert (stranger.asked, len(inside.asked)) == ([], 1)


async def test_without_a_service_nobody_is_asked(tmp_path: Path) -> None:
    code, out, err = await _storytroupe("create", "--hero", "Maya", folder=tmp_path, token="")
    assert (code, out) == (1, "")
    assert err.startswith("storytroupe: No `storytroupe up` runs on data: start it")


async def test_what_will_not_be_honoured_is_told_once_and_before_anything_is_made(tmp_path: Path) -> None:
    async with stub_service() as stub:
        stub.warnings = ["No dragons."]
        stub.created["warnings"] = ["No dragons.", "No fire."]
        code, _, err = await _storytroupe(
            "create", "--url", stub.url, "--hero", "Maya", "--no-watch", folder=tmp_path
        )
        refused = await _storytroupe(
            "create", "--url", stub.url, "--hero", "Maya", "--seed", "13", folder=tmp_path
        )
    assert (code, err) == (0, "storytroupe: No dragons.\nstorytroupe: No fire.\n")
    assert refused[0] == 1 and refused[2].startswith("storytroupe: No dragons.\n")
    assert len(stub.estimated) == 2


async def test_what_the_service_refuses_is_one_line_and_exit_1(tmp_path: Path) -> None:
    async with stub_service() as stub:
        code, out, err = await _storytroupe(
            "create", "--url", stub.url, "--hero", "Maya", "--scenes", "12", folder=tmp_path
        )
    assert (code, out) == (1, "")
    assert err == "storytroupe: The request is not valid. scene_count: Too many. Also seed: Too small.\n"


def test_hero_is_read_in_any_order() -> None:
    assert parse_hero("Rusty, animal: fox, he/him, limb difference: left paw, Assistance-Dog, shy, 3") == {
        "name": "Rusty",
        "kind": "animal",
        "species": "fox",
        "pronouns": "he/him",
        "traits": [{"id": "limb_difference", "detail": "left paw"}, "assistance_dog"],
        "description": "shy",
        "age": 3,
    }


@pytest.mark.parametrize(
    ("typed", "meant"), [("wheelchair", "manual_wheelchair or power_"), ("glases", "glasses")]
)
def test_hero_with_a_trait_misspelt_is_refused_with_what_was_meant(typed: str, meant: str) -> None:
    with pytest.raises(InvalidInput, match=meant):
        parse_hero(f"Maya, {typed}")


def test_request_is_the_file_with_what_was_typed_on_top() -> None:
    source = {"characters": [{"name": "Ada"}], "scene_count": 3, "themes": ["sea"], "seed": 9}
    body = compose_request(source, ["Maya, 6"], {"scene_count": 5, "themes": [], "seed": None, "title": None})
    assert body == {
        "characters": [{"name": "Ada"}, {"name": "Maya", "age": 6}],
        "scene_count": 5,
        "themes": ["sea"],
        "seed": 9,
    }


def test_request_is_one_that_the_service_takes() -> None:
    heroes = [
        "Maya, 6, she/her, manual_wheelchair, laughs loudly",
        "Rusty, animal: fox, limb_difference: left paw",
    ]
    options = {
        "themes": ["courage"],
        "story_type": "bedtime",
        "scene_count": 4,
        "age_range": "5-8",
        "seed": 0,
    }
    taken = read_as(StoryRequest, compose_request({}, heroes, options))
    maya, rusty = (character.character() for character in taken.characters)
    assert maya.has("manual_wheelchair")
    assert (rusty.kind, rusty.species, rusty.traits[0].detail) == ("animal", "fox", "left paw")
    assert (taken.scene_count, taken.age_range, taken.seed) == (4, "5-8", 0)


def test_request_without_a_hero_is_refused() -> None:
    with pytest.raises(InvalidInput, match="needs a hero"):
        compose_request({}, [], {"scene_count": 4})


def _shown(view: StoryView) -> str:
    console = Console(record=True, width=100, file=io.StringIO())
    bars = Bars()
    bars.show(view)
    console.print(bars)
    return console.export_text()


def test_terminal_shows_the_newest_words_and_a_bar_for_each_asset() -> None:
    view = StoryView()
    view.start(
        1, {"overall": "generating", "title": "The Kite", **_assets(content="generating", cover="pending")}
    )
    view.tick("content.page.2", {"text": "Down it came."})
    view.tick("content.page.1", {"text": "Long ago. " * 100})
    view.tick("content.progress", {"progress": 40})
    shown = _shown(view)
    assert "The Kite" in shown
    assert "came." in shown  # the line may break before it
    assert "40% generating" in shown
    assert "0% pending" in shown
    assert len(shown.splitlines()) < 12


def test_assets_are_in_the_order_in_which_a_book_is_made() -> None:
    view = StoryView()
    view.start(
        1, _assets(pdf="pending", scene_10="pending", cover="pending", scene_2="pending", epub="pending")
    )
    view.apply(2, _assets(content="ready"))
    assert list(view.assets) == ["content", "cover", "scene_2", "scene_10", "pdf", "epub"]


def test_terminal_shows_the_summary_once_the_words_are_written() -> None:
    view = StoryView()
    view.start(1, _assets(content="generating"))
    view.tick("content.page.1", {"text": "Long ago"})
    view.apply(2, {"assets": {"content": {"status": "ready", "data": {"summary": "A kite comes home."}}}})
    assert "A kite comes home." in _shown(view)
    assert "Long ago" not in _shown(view)


def test_terminal_shows_an_error_letter_for_letter() -> None:
    view = StoryView()
    view.start(1, {"assets": {"cover": {"status": "failed", "error": "refused [bold] prompt"}}})
    assert "failed (refused [bold] prompt)" in _shown(view)


def test_a_pipe_gets_one_line_for_each_change() -> None:
    console = Console(record=True, file=io.StringIO())
    view = StoryView()
    view.start(1, _assets(cover="pending"))
    with display_on(console) as display:
        display.show(view)
        view.tick("cover.progress", {"progress": 50})
        display.show(view)
        view.apply(2, _assets(cover="ready"))
        display.show(view)
    assert console.export_text().splitlines() == ["cover: pending", "cover: ready"]
