"""Every store keeps to this: local files, and S3 before a real server."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import aioboto3
import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler
from botocore.config import Config
from pydantic import SecretStr

from service.cli.outside import check_services
from service.errors import NotFound, SetupProblem, Unavailable
from service.process.core import open_store
from service.settings import Settings
from service.storage.files import FileStore
from service.storage.s3 import CACHE_CONTROL, S3Store, open_s3
from service.storage.store import Store, story_folder, story_key
from tests.factories import USER
from tests.stubs.s3_server import BUCKET, S3Server, program, s3_server, settings_for


@pytest.fixture
async def s3(s3_bucket: S3Server) -> AsyncIterator[S3Store]:
    async with open_s3(settings_for(s3_bucket)) as store:
        yield store


STORES = ("files", "s3")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "files":
        return FileStore(tmp_path)
    found: Store = request.getfixturevalue("s3")
    return found


async def test_what_was_put_is_there_byte_for_byte(store: Store) -> None:
    data = bytes(range(256)) * 5000
    stored = story_key(USER, uuid4(), "cover", data, "image/png")
    assert not await store.has(stored.key)
    await store.put(stored.key, data, "image/png")
    assert await store.has(stored.key)
    assert await store.get(stored.key) == data


async def test_the_same_may_be_put_again(store: Store) -> None:
    stored = story_key(USER, uuid4(), "cover", b"again", "image/png")
    await store.put(stored.key, b"again", "image/png")
    await store.put(stored.key, b"again", "image/png")
    assert await store.get(stored.key) == b"again"


async def test_what_was_deleted_is_gone_and_deleting_nothing_is_no_error(store: Store) -> None:
    stored = story_key(USER, uuid4(), "cover", b"short", "image/png")
    await store.put(stored.key, b"short", "image/png")
    await store.delete(stored.key)
    assert not await store.has(stored.key)
    await store.delete(stored.key)


async def test_folder_is_deleted_with_all_that_is_in_it_and_nothing_beside(store: Store) -> None:
    gone, kept = uuid4(), uuid4()
    files = [story_key(USER, gone, name, name.encode(), "image/png") for name in ("cover", "scene_1")]
    beside = story_key(USER, kept, "cover", b"beside", "image/png")
    for stored in (*files, beside):
        await store.put(stored.key, b"any", "image/png")
    await store.delete(story_folder(USER, gone))
    assert [await store.has(stored.key) for stored in (*files, beside)] == [False, False, True]
    await store.delete(story_folder(USER, gone))


async def test_empty_folders_do_not_tell_who_was_here(tmp_path: Path) -> None:
    store, story = FileStore(tmp_path / "files"), uuid4()
    await store.put(story_key(USER, story, "cover", b"one", "image/png").key, b"one", "image/png")
    await store.delete(story_folder(USER, story))
    assert list((tmp_path / "files").iterdir()) == []


async def test_the_last_file_takes_its_folders_with_it(tmp_path: Path) -> None:
    store, story = FileStore(tmp_path / "files"), uuid4()
    files = [story_key(USER, story, name, b"one", "image/png").key for name in ("cover", "scene_1")]
    for key in files:
        await store.put(key, b"one", "image/png")
    await store.delete(files[0])
    assert await store.has(files[1])
    await store.delete(files[1])
    assert list((tmp_path / "files").iterdir()) == []


async def test_files_are_stored_while_folders_are_deleted_as_empty(tmp_path: Path) -> None:
    store, story = FileStore(tmp_path / "files"), uuid4()
    kept = story_key(USER, story, "kept", b"kept", "image/png").key
    passing = [story_key(USER, story, f"scene_{number}", b"gone", "image/png").key for number in range(8)]

    async def come_and_go(key: str) -> None:
        for _ in range(25):
            await store.put(key, b"gone", "image/png")
            await store.delete(key)

    await asyncio.gather(*map(come_and_go, passing))
    assert list((tmp_path / "files").iterdir()) == []
    await asyncio.gather(store.put(kept, b"kept", "image/png"), *map(come_and_go, passing))
    assert await store.get(kept) == b"kept"


async def test_what_was_never_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.get(f"user_{USER}/story_{uuid4()}/cover-0123456789abcdef.png")


@pytest.mark.parametrize("key", ["../outside", "a/../../outside", ""])
async def test_no_key_leads_out_of_the_store(store: Store, key: str) -> None:
    with pytest.raises(NotFound):
        await store.put(key, b"out", "image/png")


async def test_a_file_is_named_by_our_own_path_with_its_hash(store: Store) -> None:
    story_id = uuid4()
    stored = story_key(USER, story_id, "cover", b"one", "image/png")
    url = store.url(story_id, "cover", stored.key)
    assert url == f"/api/v1/stories/{story_id}/assets/cover?v={stored.hash[:16]}"


async def test_an_object_has_its_type_and_may_be_cached_for_a_year(s3: S3Store) -> None:
    stored = story_key(USER, uuid4(), "audio", b"sound", "audio/mpeg")
    await s3.put(stored.key, b"sound", "audio/mpeg")
    async with aiohttp.ClientSession() as session, session.get(await s3.link(stored.key)) as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == CACHE_CONTROL
        assert answer.headers["Content-Type"] == "audio/mpeg"
        assert await answer.read() == b"sound"


async def test_nobody_reads_an_object_without_its_link(s3: S3Store, s3_bucket: S3Server) -> None:
    stored = story_key(USER, uuid4(), "audio", b"secret", "audio/mpeg")
    await s3.put(stored.key, b"secret", "audio/mpeg")
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{s3_bucket.url}/{BUCKET}/{stored.key}") as answer,
    ):
        assert answer.status == 403


async def test_with_a_cdn_a_file_is_named_by_it(s3_bucket: S3Server) -> None:
    async with open_s3(settings_for(s3_bucket, cdn_base_url="https://cdn.example/")) as store:
        assert store.url(uuid4(), "cover", "user_1/x.png") == "https://cdn.example/user_1/x.png"


async def test_a_wrong_secret_is_told_at_the_start_and_not_shown(s3_bucket: S3Server) -> None:
    settings = settings_for(s3_bucket, aws_secret_access_key=SecretStr("not-the-secret"))
    with pytest.raises(SetupProblem, match="AWS_SECRET_ACCESS_KEY") as raised:
        async with open_s3(settings):
            pass
    assert "not-the-secret" not in f"{raised.value!r}{settings!r}"


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "bucket": ({"s3_bucket": "elsewhere"}, "set S3_BUCKET"),
    "key": ({"aws_access_key_id": "nobody"}, "set AWS_ACCESS_KEY_ID"),
    "secret": ({"aws_secret_access_key": SecretStr("not-the-secret")}, "set AWS_SECRET_ACCESS_KEY"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_doctor_says_which_of_the_stores_settings_is_wrong(s3_bucket: S3Server, wrong: str) -> None:
    changes, advice = WRONG[wrong]
    (check,) = await check_services(settings_for(s3_bucket, **changes))
    assert (check.name, check.state) == ("S3", "refused")
    assert advice in check.advice


@pytest.mark.parametrize(("code", "advice"), [("ExpiredToken", "has expired"), ("Slow", "Check S3_BUCKET")])
async def test_doctor_says_what_the_store_says_of_a_key(code: str, advice: str) -> None:
    async def refuse(_request: web.Request) -> web.Response:
        body = f"<Error><Code>{code}</Code><Message>No.</Message></Error>"
        return web.Response(status=403, body=body, content_type="application/xml")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    async with TestServer(app) as server:
        values = {"s3_bucket": "b", "s3_endpoint_url": str(server.make_url("/")), "aws_access_key_id": "k"}
        settings = Settings.model_validate({**values, "aws_secret_access_key": "s"})
        (check,) = await check_services(settings)
    assert advice in check.advice


async def test_a_good_bucket_is_told_to_be_there(s3_bucket: S3Server) -> None:
    (check,) = await check_services(settings_for(s3_bucket))
    assert check.state == "well"


@pytest.mark.usefixtures("s3_bucket")
async def test_a_store_that_goes_away_is_unavailable(tmp_path: Path) -> None:
    weed = program()
    assert weed is not None, "it runs for the others"
    async with s3_server(tmp_path, weed) as short_lived:
        session = aioboto3.Session(short_lived.access_key, short_lived.secret_key, region_name="us-east-1")
        once = Config(retries={"total_max_attempts": 1})
        async with session.client("s3", endpoint_url=short_lived.url, config=once) as client:
            await client.create_bucket(Bucket=BUCKET)
            store = S3Store(client, BUCKET)
            await store.put("user_1/x.png", b"x", "image/png")
            short_lived.kill()
            with pytest.raises(Unavailable):
                await store.get("user_1/x.png")
            with pytest.raises(Unavailable):
                await store.put("user_1/y.png", b"y", "image/png")


@asynccontextmanager
async def answering(handler: Handler, **changes: object) -> AsyncIterator[S3Store]:
    """A store before a server that answers as it likes, by the client of the settings."""
    app = web.Application(client_max_size=1 << 24)
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as server:
        values = {
            "s3_bucket": BUCKET,
            "s3_endpoint_url": str(server.make_url("/")),
            "aws_access_key_id": "key",
            "aws_secret_access_key": "secret",
        }
        async with open_s3(Settings.model_validate(values | changes)) as store:
            yield store


async def test_fault_37_what_is_not_whole_in_the_store_was_not_stored() -> None:
    async def forgetful(request: web.Request) -> web.Response:
        """Takes a file, and has but one byte of it afterwards."""
        await request.read()
        return web.Response(
            headers={"Content-Length": "1", "ETag": '"x"'} if request.method == "HEAD" else {}
        )

    async with answering(forgetful) as store:
        with pytest.raises(Unavailable, match="differs from the file that was sent"):
            await store.put("user_1/x.png", b"more than a byte", "image/png")


class Flaky:
    """A store whose next puts fail, in a way that may pass or in one that does not; ``tried`` counts them."""

    def __init__(self) -> None:
        self.failing = self.tried = 0
        self.passing = True
        self.store: Store

    def fails(self) -> bool:
        """One more try: whether it fails."""
        self.tried += 1
        return self.tried <= self.failing


class FlakyDisk(Flaky):
    """The disk is full, or not ours to write on."""

    def flush(self, _handle: int) -> None:
        if self.fails():
            raise OSError(errno.ENOSPC if self.passing else errno.EACCES, "the disk says no")


class FlakyServer(Flaky):
    """A server that keeps what it takes in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, tuple[bytes, str]] = {}

    async def answer(self, request: web.Request) -> web.Response:
        data = await request.read()
        if request.method == "PUT":
            if self.fails():
                return web.Response(status=503 if self.passing else 403)
            self.objects[request.path] = data, request.headers["x-amz-meta-sha256"]
            return web.Response()
        data, digest = self.objects.get(request.path, (b"", ""))
        size = {"Content-Length": str(len(data))} if request.method == "HEAD" else {}
        return web.Response(body=data or None, headers=size | {"x-amz-meta-sha256": digest})


@asynccontextmanager
async def flaky_store(
    kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch, **changes: object
) -> AsyncIterator[Flaky]:
    """Either store, as the settings open it."""
    if kind == "files":
        disk = FlakyDisk()
        monkeypatch.setattr(os, "fsync", disk.flush)
        async with open_store(Settings.model_validate({"files_dir": folder} | changes)) as disk.store:
            yield disk
        return
    server = FlakyServer()
    async with answering(server.answer, **changes) as server.store:
        yield server


@pytest.fixture(params=STORES)
async def flaky(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Flaky]:
    async with flaky_store(request.param, tmp_path, monkeypatch) as opened:
        yield opened


async def test_fault_37_a_put_is_tried_three_times_in_all(flaky: Flaky) -> None:
    flaky.failing = 2
    await flaky.store.put("user_1/x.png", b"data", "image/png")
    assert flaky.tried == 3
    assert await flaky.store.get("user_1/x.png") == b"data"


async def test_fault_37_after_the_third_try_a_put_is_given_up(flaky: Flaky) -> None:
    flaky.failing = 100
    with pytest.raises(Unavailable) as refused:
        await flaky.store.put("user_1/x.png", b"data", "image/png")
    assert (flaky.tried, refused.value.code) == (3, "STORE_FAILED")


async def test_a_put_that_is_refused_for_good_is_tried_once(flaky: Flaky) -> None:
    flaky.failing, flaky.passing = 100, False
    with pytest.raises(Unavailable):
        await flaky.store.put("user_1/x.png", b"data", "image/png")
    assert flaky.tried == 1


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("tries", [1, 4])
async def test_an_operator_says_how_often_a_put_is_tried(
    kind: str, tries: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with flaky_store(kind, tmp_path, monkeypatch, store_tries=tries) as flaky:
        flaky.failing = 100
        with pytest.raises(Unavailable):
            await flaky.store.put("user_1/x.png", b"data", "image/png")
    assert flaky.tried == tries


async def test_a_read_is_tried_three_times_too() -> None:
    asked: list[str] = []

    async def unwell(request: web.Request) -> web.Response:
        asked.append(request.method)
        # The bucket itself is there.
        return web.Response(status=500 if request.method == "GET" else 200)

    async with answering(unwell) as store:
        with pytest.raises(Unavailable):
            await store.get("user_1/x.png")
    assert asked == ["HEAD", "GET", "GET", "GET"]
