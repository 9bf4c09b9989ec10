"""Files that another host gives: a bucket by signed links, a CDN by its address; neither gets our token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from service.client.api import connect
from service.settings import Settings
from service.storage.files import FileStore
from service.storage.s3 import S3Store, open_s3
from tests.http_service import Caller, HttpService
from tests.stubs.s3_server import S3Server, settings_for

PDF = b"%PDF-1.7 a book"


@pytest.fixture(scope="module")
async def bucket(s3_bucket: S3Server) -> AsyncIterator[S3Store]:
    """The settings' store in a real S3 server."""
    async with open_s3(settings_for(s3_bucket)) as store:
        yield store


async def a_book(http_service: HttpService, maya: Caller) -> str:
    """The path of a story's PDF that is in the service's store."""
    story_id = await maya.make_story(title="Maya's Book")
    await http_service.finish(maya, story_id, "pdf", PDF, "application/pdf")
    return f"/api/v1/stories/{story_id}/assets/pdf"


async def test_file_in_a_bucket_is_given_by_a_signed_link(
    http_service: HttpService, maya: Caller, bucket: S3Store
) -> None:
    async with http_service.beside(store=bucket) as beside:
        user = beside.somebody(maya.user_id)
        path = await a_book(beside, user)
        led = await user("GET", path)
        assert (led.status, led.headers["Cache-Control"]) == (302, "no-store")
        async with http_service.session.get(led.headers["Location"]) as answer:
            assert (answer.status, await answer.read()) == (200, PDF)
        signed = (await user("POST", "/api/v1/links", {"urls": [path]})).data["links"][path]
        async with http_service.session.get(URL(f"{beside.url}{signed}&download=1", encoded=True)) as answer:
            assert await answer.read() == PDF
            assert 'filename="Maya\'s Book.pdf"' in answer.headers["Content-Disposition"]
        head = await user("HEAD", path)
        assert (head.status, head.headers["Content-Length"]) == (200, str(len(PDF)))
        known = await user("GET", path, headers={"If-None-Match": head.headers["ETag"]})
        assert known.status == 304
        assert (await http_service.somebody()("GET", path)).status == 404


async def test_fault_38_an_object_that_was_removed_is_not_linked_to(
    http_service: HttpService, maya: Caller, bucket: S3Store
) -> None:
    async with http_service.beside(store=bucket) as beside:
        user = beside.somebody(maya.user_id)
        path = await a_book(beside, user)
        row = await http_service.database.pool.fetchrow(
            "SELECT key FROM asset_versions v JOIN stories s ON s.id = v.story_id "
            "WHERE s.creator_user_id = $1 AND v.name = 'pdf' ORDER BY v.created_at DESC LIMIT 1",
            maya.user_id,
        )
        assert row is not None
        await bucket.delete(row["key"])
        told = await user("GET", path)
        assert (told.status, told.code) == (503, "FILE_LOST")


async def test_our_token_goes_to_no_other_host(
    http_service: HttpService, maya: Caller, tmp_path: Path
) -> None:
    asked: list[Any] = []

    async def give(request: web.Request) -> web.Response:
        asked.append(request.headers)
        return web.Response(body=PDF, content_type="application/pdf")

    app = web.Application()
    app.router.add_get("/{path:.*}", give)
    async with TestServer(app, host="127.0.0.2") as cdn:
        store = FileStore(tmp_path, cdn_base_url=str(cdn.make_url("/")))
        async with http_service.beside(store=store) as beside:
            user = beside.somebody(maya.user_id)
            path = await a_book(beside, user)
            assert user.token is not None
            async with connect(beside.url, user.token) as client:
                story_id = path.split("/")[4]
                saved = await client.download(story_id, "pdf", tmp_path / "book")
    assert saved.read_bytes() == PDF
    assert len(asked) == 1
    assert "Authorization" not in asked[0]


async def test_page_may_show_what_the_bucket_has_and_nothing_else(http_service: HttpService) -> None:
    settings = Settings(s3_bucket="books", s3_endpoint_url="https://s3.example:9000")
    async with http_service.beside(settings=settings) as beside:
        policy = (await beside.nobody()("GET", "/")).headers["Content-Security-Policy"]
    for kind in ("img-src", "media-src"):
        (part,) = [part for part in policy.split("; ") if part.startswith(kind)]
        assert "https://s3.example:9000" in part
    assert "connect-src 'self';" in policy
