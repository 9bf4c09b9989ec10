"""An asset's bytes: whole, in parts, and not at all where the client has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest

from service.http.resources.assets import content_type, disposition
from service.storage.files import FileStore
from tests.http_service import Answered, Caller, HttpService

PICTURE = bytes(range(256)) * 4


@dataclass
class Cover:
    """A cover that is ready."""

    user: Caller
    story_id: str
    hash: str

    async def get(self, query: str = "", *, method: str = "GET", **headers: str) -> Answered:
        path = f"/api/v1/stories/{self.story_id}/assets/cover{query}"
        return await self.user(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.fixture
async def cover(http_service: HttpService, maya: Caller) -> Cover:
    story_id = await maya.make_story()
    return Cover(maya, story_id, await http_service.finish(maya, story_id, "cover", PICTURE, "image/png"))


async def test_picture_comes_whole_with_its_hash(cover: Cover) -> None:
    answered = await cover.get()
    assert (answered.status, answered.body) == (200, PICTURE)
    assert answered.headers["Content-Type"] == "image/png"
    assert answered.headers["ETag"] == f'"{cover.hash}"'
    assert answered.headers["Accept-Ranges"] == "bytes"
    assert answered.headers["Cache-Control"] == "private, no-cache"


async def test_url_of_the_story_may_be_kept_for_ever(cover: Cover) -> None:
    story = (await cover.user("GET", f"/api/v1/stories/{cover.story_id}")).data
    url = story["asset_generation_status"]["assets"]["cover"]["url"]
    answered = await cover.user("GET", url)
    assert answered.body == PICTURE
    assert answered.headers["Cache-Control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["?v=", "?v=0000000000000000", "?v=0"])
async def test_address_of_another_version_is_not_kept(cover: Cover, query: str) -> None:
    assert (await cover.get(query)).headers["Cache-Control"] == "private, no-cache"


async def test_head_tells_the_size_and_sends_nothing(cover: Cover) -> None:
    answered = await cover.get(method="HEAD")
    assert (answered.status, answered.body) == (200, b"")
    assert answered.headers["Content-Length"] == str(len(PICTURE))
    assert answered.headers["ETag"] == f'"{cover.hash}"'
    part = await cover.get(method="HEAD", Range="bytes=0-9")
    assert (part.status, part.headers["Content-Length"]) == (206, "10")


@pytest.mark.parametrize("tags", ['"{}"', 'W/"{}"', '"other", "{}"', "*"])
async def test_client_that_has_the_bytes_gets_none(cover: Cover, tags: str) -> None:
    answered = await cover.get(If_None_Match=tags.format(cover.hash))
    assert (answered.status, answered.body) == (304, b"")
    assert answered.headers["ETag"] == f'"{cover.hash}"'


async def test_client_that_has_other_bytes_gets_these(cover: Cover) -> None:
    assert (await cover.get(If_None_Match='"other"')).body == PICTURE


@pytest.mark.parametrize(
    ("asked", "part", "told"),
    [
        ("bytes=0-9", slice(0, 10), "bytes 0-9/1024"),
        ("bytes=1000-", slice(1000, None), "bytes 1000-1023/1024"),
        ("bytes=-24", slice(1000, None), "bytes 1000-1023/1024"),
        ("bytes=1023-5000", slice(1023, None), "bytes 1023-1023/1024"),
        ("bytes=-5000", slice(0, None), "bytes 0-1023/1024"),
    ],
)
async def test_part_of_the_bytes_can_be_had(cover: Cover, asked: str, part: slice, told: str) -> None:
    answered = await cover.get(Range=asked)
    assert (answered.status, answered.body) == (206, PICTURE[part])
    assert answered.headers["Content-Range"] == told


@pytest.mark.parametrize(
    "asked", ["bytes=", "bytes=-", "bytes=9-2", "bytes=0-1,5-6", "lines=1-2", "x", "bytes=٠-١"]
)
async def test_range_that_is_none_is_passed_over(cover: Cover, asked: str) -> None:
    answered = await cover.get(Range=asked)
    assert (answered.status, answered.body) == (200, PICTURE)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
async def test_range_beyond_the_end_cannot_be_had(cover: Cover, asked: str) -> None:
    answered = await cover.get(Range=asked)
    assert (answered.status, answered.code) == (416, "RANGE_NOT_SATISFIABLE")
    assert answered.headers["Content-Range"] == "bytes */1024"


async def test_part_of_other_bytes_is_the_whole(cover: Cover) -> None:
    assert (await cover.get(Range="bytes=0-9", If_Range='"other"')).body == PICTURE
    assert (await cover.get(Range="bytes=0-9", If_Range=f'"{cover.hash}"')).body == PICTURE[:10]


async def test_newer_picture_has_another_hash(http_service: HttpService, cover: Cover) -> None:
    await http_service.database.pool.execute(
        "UPDATE jobs SET status = 'queued', completed_at = NULL, ended_at = NULL "
        "WHERE aggregate_id = $1 AND name = 'cover'",
        cover.story_id,
    )
    newer = await http_service.finish(cover.user, cover.story_id, "cover", b"newer", "image/png")
    answered = await cover.get(f"?v={cover.hash[:16]}")
    assert (answered.body, answered.headers["ETag"]) == (b"newer", f'"{newer}"')
    assert answered.headers["Cache-Control"] == "private, no-cache"


async def test_asset_that_is_not_made_yet_is_not_found(maya: Caller) -> None:
    story_id = await maya.make_story()
    answered = await maya("GET", f"/api/v1/stories/{story_id}/assets/pdf")
    assert (answered.status, answered.code) == (404, "ASSET_NOT_FOUND")


async def test_book_is_named_for_its_title(http_service: HttpService, maya: Caller) -> None:
    story_id = await maya.make_story(title='Zoë/und "der" Drache')
    await http_service.finish(maya, story_id, "pdf", b"%PDF-", "application/pdf")
    path = f"/api/v1/stories/{story_id}/assets/pdf"
    shown = (await maya("GET", path)).headers["Content-Disposition"]
    assert shown.startswith('inline; filename="Zoe und der Drache.pdf"; ')
    assert unquote(shown).endswith("filename*=UTF-8''Zoë und der Drache.pdf")
    saved = (await maya("GET", f"{path}?download")).headers["Content-Disposition"]
    assert saved.startswith("attachment; ")


@pytest.mark.parametrize("title", ["", "../..", "🦊", "a\r\nSet-Cookie: x", "x" * 500, "con|:*?<>"])
def test_name_of_a_file_is_safe_in_a_header(title: str) -> None:
    header = disposition(title, "pdf", download=True)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert len(header) < 1000


def test_name_of_a_file_turns_no_letters_round() -> None:
    """Else ``fdp.exe`` backwards is shown as ``exe.pdf``."""
    header = disposition("a\u202eb\u2066c\u200fd\u061ce", "pdf", download=True)
    assert unquote(header).endswith("filename*=UTF-8''a b c d e.pdf")


async def test_a_row_that_names_a_file_of_another_gives_nothing(
    http_service: HttpService, cover: Cover, stranger: Caller
) -> None:
    """Whoever wrote it there: the bytes of a file go to whose folder it is in."""
    story_id = await stranger.make_story()
    hash_ = await http_service.finish(stranger, story_id, "cover", b"other", "image/png")
    await http_service.database.pool.execute(
        "UPDATE asset_versions SET key = v.key FROM (SELECT key FROM asset_versions WHERE story_id = $2) AS v"
        " WHERE story_id = $1",
        story_id,
        UUID(str(cover.story_id)),
    )
    answered = await stranger("GET", f"/api/v1/stories/{story_id}/assets/cover")
    assert (answered.status, answered.code) in ((404, "FILE_NOT_FOUND"), (503, "FILE_LOST")), hash_
    assert (await cover.user("GET", f"/api/v1/stories/{cover.story_id}/assets/cover")).status == 200


async def test_files_elsewhere_are_redirected_to(http_service: HttpService, cover: Cover) -> None:
    assert isinstance(http_service.services.store, FileStore)
    store = FileStore(http_service.services.store._folder, cdn_base_url="https://cdn.example")
    async with http_service.beside(store=store) as distributed:
        user = distributed.somebody(cover.user.user_id)
        answered = await user("GET", f"/api/v1/stories/{cover.story_id}/assets/cover")
    assert answered.status == 302
    expected = f"https://cdn.example/user_{user.user_id}/story_{cover.story_id}/cover-{cover.hash[:16]}.png"
    assert answered.headers["Location"] == expected


async def test_file_that_the_store_has_lost_is_made_again(
    http_service: HttpService, cover: Cover, tmp_path: Any
) -> None:
    async with http_service.beside(store=FileStore(tmp_path)) as without:
        user = without.somebody(cover.user.user_id)
        answered = await user("GET", f"/api/v1/stories/{cover.story_id}/assets/cover")
    assert (answered.status, answered.code) == (503, "FILE_LOST")


async def test_another_store_has_nothing_made_again(
    http_service: HttpService, maya: Caller, tmp_path: Any
) -> None:
    """A disk that is not mounted, or a wrong bucket, must not have every book paid for again."""
    story_id = await maya.make_story(scene_count=10)
    for number in range(1, 10):
        await http_service.finish(maya, story_id, f"scene_{number}", PICTURE, "image/png")
    await http_service.finish(maya, story_id, "audio", PICTURE, "audio/mpeg")
    before = await http_service.jobs_of(story_id)
    async with http_service.beside(store=FileStore(tmp_path)) as unmounted:
        user = unmounted.somebody(maya.user_id)
        answered = await user("GET", f"/api/v1/stories/{story_id}/assets/audio")
        assert (answered.status, answered.code) == (503, "FILE_LOST")
        assert await http_service.jobs_of(story_id) == before
    await http_service.services.store.delete(await http_service.key_of(story_id, "audio"))
    assert (await maya("GET", f"/api/v1/stories/{story_id}/assets/audio")).code == "FILE_LOST"
    assert len(await http_service.jobs_of(story_id)) > len(before), "in its own store, one file is made again"


async def test_earlier_version_that_was_lost_is_not_there(http_service: HttpService, cover: Cover) -> None:
    """Nothing would make it again, so nobody is told to come back."""
    await http_service.database.pool.execute(
        "UPDATE asset_versions SET current = false WHERE story_id = $1", UUID(cover.story_id)
    )
    await http_service.services.store.delete(await http_service.key_of(cover.story_id, "cover"))
    answered = await cover.get("?version=1")
    assert (answered.status, answered.code) == (404, "FILE_NOT_FOUND")


@pytest.mark.parametrize(
    ("media_type", "header"),
    [("text/plain", "text/plain; charset=utf-8"), ("image/png", "image/png")],
)
def test_texts_name_their_encoding(media_type: str, header: str) -> None:
    assert content_type(media_type) == header
