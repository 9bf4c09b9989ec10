"""Bad input: each is refused in a clear form, or taken as plain text. Nothing is a 500."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.http_service import Caller, HttpService, a_request

PATH = "/api/v1/stories"


def named(name: str) -> dict[str, Any]:
    return a_request(characters=[{"name": name}])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "INVALID_JSON"),
        (b"{", 400, "INVALID_JSON"),
        (b"\xff\xfe\x00", 400, "INVALID_JSON"),
        (b'{"title": "\xc3\x28"}', 400, "INVALID_JSON"),
        (b'{"seed": NaN}', 400, "INVALID_JSON"),
        (b"[" * 50_000 + b"]" * 50_000, 400, "INVALID_JSON"),
        (b'{"looks":' * 100 + b"1" + b"}" * 100, 400, "INVALID_JSON"),
        (b'{"seed": ' + b"9" * 10_000 + b"}", 400, "INVALID_JSON"),
        (b"[]", 422, "INVALID_INPUT"),
        (b"null", 422, "INVALID_INPUT"),
        (b'"story"', 422, "INVALID_INPUT"),
        (b"7", 422, "INVALID_INPUT"),
        (b"{}", 422, "INVALID_INPUT"),
        (a_request(scene_count=0), 422, "INVALID_INPUT"),
        (a_request(scene_count=99), 422, "INVALID_INPUT"),
        (a_request(scene_count="4"), 422, "INVALID_INPUT"),
        (a_request(seed=10**30), 422, "INVALID_INPUT"),
        (a_request(themes=["x" * 80] * 11), 422, "INVALID_INPUT"),
        (a_request(themes=["x" * 1_000_000]), 422, "INVALID_INPUT"),
        (a_request(themes=["courage"] * 90_000), 422, "INVALID_INPUT"),
        (a_request(themes=["x" * (1 << 20)]), 413, "BODY_TOO_LARGE"),
        (named(""), 422, "INVALID_INPUT"),
        (named(" \u0000\u0007 "), 422, "INVALID_INPUT"),
        (named("x" * 201), 422, "INVALID_INPUT"),
        (a_request(character_ids=["not an id"]), 422, "INVALID_INPUT"),
        (a_request(character_ids=["\u0000"]), 422, "INVALID_INPUT"),
        (a_request(character_ids=[{"$ne": 1}]), 422, "INVALID_INPUT"),
    ],
)
async def test_bad_body_is_refused_with_a_code(
    maya: Caller, body: bytes | dict[str, Any], status: int, code: str
) -> None:
    answered = await maya("POST", PATH, body)
    assert (answered.status, answered.code) == (status, code)
    if code == "INVALID_INPUT":
        problems = answered.json["data"]["errors"]
        assert problems
        assert all(set(problem) == {"path", "message"} for problem in problems)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{7*7}} ${7*7} <%= 7*7 %> #{7*7}", "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}"),
        ("Robert'); DROP TABLE stories;--", "Robert'); DROP TABLE stories;--"),
        ("Ma\u0000ya\u001b[31m", "Ma ya [31m"),
        ("Maya\ud800", "Maya"),
        ("Zoe\u0308", "Zoë"),
        ("🦊" * 200, "🦊" * 200),
        ("%s %d %n \\u0000", "%s %d %n \\u0000"),
        ("مايا \u202e", "مايا \u202e"),
    ],
)
async def test_odd_name_is_kept_as_plain_text(maya: Caller, name: str, kept: str) -> None:
    story_id = await maya.make_story(characters=[{"name": name}], title=name[:200])
    story = (await maya("GET", f"{PATH}/{story_id}")).data
    assert story["brief"]["characters"][0]["name"] == kept
    assert story["title"] == kept


async def test_unknown_field_is_warned_of_even_if_it_is_odd(maya: Caller) -> None:
    body = a_request(**{"x\ud800\u0000y": 1, "mood": "sunny", "story_type": "opera"})
    answered = await maya("POST", PATH, body)
    assert answered.status == 201
    warnings = answered.data["warnings"]
    assert [warning.split(" is ")[0] for warning in warnings] == [
        "The field x y", "The field mood", "The story_type 'opera'",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "headers",
    [
        {"Idempotency-Key": ""},
        {"Idempotency-Key": "x" * 256},
        {"Idempotency-Key": "ключ"},
        {"Idempotency-Key": "a\tb"},
    ],
)
async def test_idempotency_key_that_cannot_be_kept_is_refused(maya: Caller, headers: dict[str, str]) -> None:
    answered = await maya("POST", PATH, a_request(), headers=headers)
    assert (answered.status, answered.code) == (422, "INVALID_IDEMPOTENCY_KEY")


@pytest.mark.parametrize(
    "id_", ["x", "%00", "%ff", "..", "0", "' OR 1=1", "{id}", "urn:uuid:" + "0" * 32, "🦊", "a" * 5000]
)
async def test_what_is_no_id_is_not_found(maya: Caller, id_: str) -> None:
    for method, rest in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/status")):
        answered = await maya(method, f"{PATH}/{id_}{rest}")
        assert answered.status == 404, (method, rest, answered.body)
        assert answered.code in ("STORY_NOT_FOUND", "ROUTE_NOT_FOUND")


@pytest.mark.parametrize("asset", ["nothing", "%00", "..%2f..%2fetc", "COVER", "a" * 200, "cover.png"])
async def test_what_is_no_asset_is_not_found(maya: Caller, asset: str) -> None:
    story_id = await maya.make_story()
    answered = await maya("GET", f"{PATH}/{story_id}/assets/{asset}")
    assert (answered.status, answered.code) == (404, "ASSET_NOT_FOUND")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is empty"),
        (b'{"title": "Up"', "at line 1, column 15"),
        (b'{"title": "\xc3\x28"}', "byte 11"),
        (b'{"title": "Up", "seed": NaN}', "a number is"),
        (b'{"title": "' + b"x" * (1 << 20) + b'"}', "at most 1 MiB"),
    ],
)
async def test_what_is_wrong_with_a_body_and_where_is_said(maya: Caller, body: bytes, said: str) -> None:
    assert said in (await maya("POST", PATH, body)).json["message"]


async def test_a_websocket_that_is_asked_without_an_upgrade_says_how(maya: Caller) -> None:
    answered = await maya("GET", "/api/v1/ws")
    assert (answered.status, answered.code) == (400, "BAD_REQUEST")
    assert "storytroupe.v1" in answered.json["message"]


async def test_the_stream_of_an_unknown_story_says_what_is_unknown(maya: Caller) -> None:
    answered = await maya("GET", f"{PATH}/{uuid4()}/events")
    assert (answered.status, answered.code) == (404, "STORY_NOT_FOUND")


async def test_unknown_path_and_wrong_method_have_the_documented_form(maya: Caller) -> None:
    missing = await maya("GET", "/api/v1/nothing")
    assert (missing.status, missing.code) == (404, "ROUTE_NOT_FOUND")
    assert "/docs" in missing.json["message"]
    wrong = await maya("PUT", PATH)
    assert (wrong.status, wrong.code) == (405, "METHOD_NOT_ALLOWED")
    assert wrong.json["message"] == "This path does not allow PUT. It allows GET, HEAD, POST."
    assert set(wrong.headers["Allow"].split(",")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "x-unknown", "identity, GZIP"])
@pytest.mark.parametrize(
    "asked", [("POST", PATH), ("GET", "/"), ("PUT", PATH), ("POST", "/nowhere"), ("POST", "/studio/session")]
)
async def test_packed_body_is_refused_wherever_it_is_sent(
    http_service: HttpService, asked: tuple[str, str], encoding: str
) -> None:
    bomb = gzip.compress(b" " * (8 << 20))
    for who in (http_service.somebody(), http_service.nobody()):
        answered = await who(*asked, bomb, headers={"Content-Encoding": encoding})
        assert (answered.status, answered.code) == (415, "CONTENT_ENCODING_UNSUPPORTED")
        assert answered.headers["Connection"] == "close"


async def test_body_that_is_told_to_be_plain_is_taken(maya: Caller) -> None:
    headers = {"Content-Encoding": "identity"}
    assert (await maya("POST", PATH, a_request(), headers=headers)).status == 201


async def raw(http_service: HttpService, request: bytes) -> bytes:
    """The first line of what is answered to some bytes."""
    address = urlsplit(http_service.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(request)
    await writer.drain()
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return line


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/v1/stories/\xc3\x28 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/v1/stories HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n",
        b"GET /api/v1/stories?token=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-ID: \xff\xff\r\n\r\n",
        b"GET //evil HTTP/1.1\r\nHost: x\r\n\r\n",
        b"NONSENSE / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
    ],
)
async def test_bytes_that_are_hardly_http_do_no_harm(http_service: HttpService, request_: bytes) -> None:
    line = await raw(http_service, request_)
    assert line.startswith((b"HTTP/1.1 2", b"HTTP/1.0 4", b"HTTP/1.1 4")), line


async def test_odd_bytes_in_a_key_are_refused(http_service: HttpService, maya: Caller) -> None:
    body = json.dumps(a_request()).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {maya.token}\r\n"
        f"Content-Length: {len(body)}\r\nIdempotency-Key: "
    )
    line = await raw(http_service, head.encode() + b"\xff\xfe\r\n\r\n" + body)
    assert line.startswith(b"HTTP/1.1 422")


async def test_client_that_leaves_in_the_middle_of_its_body_does_no_harm(
    http_service: HttpService, maya: Caller
) -> None:
    address = urlsplit(http_service.url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {maya.token}\r\n"
    writer.write(head.encode() + b'Content-Length: 1000\r\n\r\n{"characters"')
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await maya("GET", PATH)).data["items"] == []
