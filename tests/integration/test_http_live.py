"""Changes as they happen, through the whole face."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import jwt
import pytest
from structlog.testing import capture_logs

from service.http.app.keys import SOCKETS, STREAMS
from service.hub.limits import Limits
from tests.http_service import HOUR, SECRET, Caller, HttpService
from tests.stubs.line import connect


async def next_event(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The next event of a stream that is more than a comment."""
    fields: dict[str, str] = {}
    while True:
        line = (await response.content.readline()).decode().rstrip("\n")
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            return fields


async def test_stream_of_a_story_begins_with_where_it_stands(http_service: HttpService, maya: Caller) -> None:
    story_id = await maya.make_story()
    url = f"{http_service.url}/api/v1/stories/{story_id}/events"
    async with http_service.session.get(f"{url}?token={maya.token}") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-cache, no-transform"
        assert response.headers["X-Accel-Buffering"] == "no"
        assert "retry" in await next_event(response)
        snapshot = await next_event(response)
    assert snapshot["id"] == "1"
    assert json.loads(snapshot["data"])["state"]["overall"] == "generating"


async def test_stream_gives_what_was_missed(http_service: HttpService, maya: Caller) -> None:
    story_id = await maya.make_story(generateAssets=False)
    await maya("POST", f"/api/v1/stories/{story_id}/cancel")
    headers = {"Authorization": f"Bearer {maya.token}", "Last-Event-ID": "1"}
    url = f"{http_service.url}/api/v1/stories/{story_id}/events"
    async with http_service.session.get(url, headers=headers) as response:
        await next_event(response)
        missed = [await next_event(response) for _ in range(2)]
    assert [event["id"] for event in missed] == ["2", "3"]
    assert json.loads(missed[1]["data"])["event"] == "story.cancelled"


@pytest.mark.parametrize("number", ["9" * 16, "9" * 6_000, "0" * 6_000 + "9" * 17, "1" + "0" * 5_000, "²"])
async def test_last_event_id_that_is_no_version_is_refused(
    http_service: HttpService, maya: Caller, number: str
) -> None:
    story_id = await maya.make_story(generateAssets=False)
    for path in (f"/api/v1/stories/{story_id}/events", "/api/v1/account/events"):
        refused = await maya("GET", path, headers={"Last-Event-ID": number})
        assert (refused.status, refused.code) == (422, "INVALID_INPUT")


async def test_path_is_logged_only_in_part(http_service: HttpService) -> None:
    with capture_logs() as logs:
        await http_service.nobody()("GET", "/" + "x" * 7_000)
    written = str(logs)
    assert "x" * 100 in written
    assert "x" * 201 not in written


async def test_socket_without_a_token_is_cut_off_after_some_frames(http_service: HttpService) -> None:
    """With one it may send more; that it floods is told to nobody."""
    for token, count in (
        (None, Limits().greeting_frames),
        (http_service.somebody().token, Limits().frames_burst),
    ):
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        async with connect(http_service) as line:
            await line.say(
                f"GET /api/v1/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{bearer}"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                "Sec-WebSocket-Protocol: storytroupe.v1\r\n\r\n".encode()
            )
            assert (await line.hear())[0] == 101
            # Parts of one message: no session counts them.
            await line.say(b"\x01\x80\0\0\0\0" + b"\x00\x80\0\0\0\0" * (count - 1))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await line.reader.readuntil(b"the end")
            await line.say(b"\x00\x80\0\0\0\0" * 300)
            # No frame that says why.
            assert b"\x88" not in await line.ended()


async def test_stream_of_a_library_tells_each_story_as_it_is_now(
    http_service: HttpService, maya: Caller
) -> None:
    first = await maya.make_story(generateAssets=False)
    headers = {"Authorization": f"Bearer {maya.token}"}
    async with http_service.session.get(
        f"{http_service.url}/api/v1/account/events", headers=headers
    ) as response:
        await next_event(response)
        snapshot = await next_event(response)
        assert "id" not in snapshot
        stories = json.loads(snapshot["data"])["state"]["stories"]
        assert [story["id"] for story in stories] == [first]
        await maya("POST", f"/api/v1/stories/{first}/cancel")
        http_service.services.hub.doubt()
        told = json.loads((await next_event(response))["data"])
    assert (told["key"], told["data"]["overall"]) == (f"story.{first}", "cancelled")


async def test_stream_with_an_odd_last_event_is_refused(maya: Caller) -> None:
    story_id = await maya.make_story()
    answered = await maya("GET", f"/api/v1/stories/{story_id}/events?last_event_id=x")
    assert (answered.status, answered.code) == (422, "INVALID_INPUT")
    assert answered.paths == ["last_event_id"]


async def test_stream_has_no_head(maya: Caller) -> None:
    story_id = await maya.make_story()
    for path in (f"/api/v1/stories/{story_id}/events", "/api/v1/ws"):
        assert (await maya("HEAD", path)).status == 405


async def test_socket_asks_for_an_upgrade(maya: Caller) -> None:
    answered = await maya("GET", "/api/v1/ws")
    assert (answered.status, answered.code) == (400, "BAD_REQUEST")


async def test_socket_takes_the_same_tokens_and_keeps_the_same_walls(
    http_service: HttpService, maya: Caller, stranger: Caller
) -> None:
    story_id = await maya.make_story()
    ask = {"type": "subscribe", "id": 1, "channel": f"stories:id={story_id}"}
    answers: list[dict[str, Any]] = []
    for user in (maya, stranger):
        async with http_service.session.ws_connect(
            f"{http_service.url}/api/v1/ws", protocols=["storytroupe.v1"]
        ) as ws:
            await ws.send_json({"type": "hello", "token": user.token})
            assert (await ws.receive_json())["type"] == "welcome"
            await ws.send_json(ask)
            answers.append(await ws.receive_json())
    assert (answers[0]["type"], answers[0]["version"]) == ("subscribed", 1)
    assert (answers[1]["type"], answers[1]["code"]) == ("error", "NOT_FOUND")


async def test_end_of_the_service_sends_every_listener_away(http_service: HttpService, maya: Caller) -> None:
    story_id = await maya.make_story()
    async with http_service.beside() as ending:
        ws = await ending.session.ws_connect(f"{ending.url}/api/v1/ws", protocols=["storytroupe.v1"])
        await ws.send_json({"type": "hello", "token": maya.token})
        assert (await ws.receive_json())["type"] == "welcome"
        stream = await ending.session.get(f"{ending.url}/api/v1/stories/{story_id}/events?token={maya.token}")
        await next_event(stream)
        assert (len(ending.app[SOCKETS]), len(ending.app[STREAMS])) == (1, 1)
    assert (await ws.receive_json())["type"] == "bye"
    assert (await ws.receive()).data == 4001
    await stream.content.read()
    assert stream.content.at_eof()
    await ws.close()
    stream.close()


async def test_who_is_signed_out_is_sent_away_and_needs_a_newer_token(
    http_service: HttpService, maya: Caller, stranger: Caller
) -> None:
    story_id = await maya.make_story()
    async with (
        http_service.beside() as here,
        here.session.ws_connect(f"{here.url}/api/v1/ws", protocols=["storytroupe.v1"]) as ws,
        here.session.ws_connect(f"{here.url}/api/v1/ws", protocols=["storytroupe.v1"]) as other,
        here.session.get(f"{here.url}/api/v1/stories/{story_id}/events?token={maya.token}") as stream,
    ):
        for socket, user in ((ws, maya), (other, stranger)):
            await socket.send_json({"type": "hello", "token": user.token})
            assert (await socket.receive_json())["type"] == "welcome"
        user = here.somebody(maya.user_id)
        assert (await user("POST", "/api/v1/account/sign-out")).status == 200
        assert (await ws.receive(timeout=60)).data == 4503
        await stream.content.read()
        assert (await user("GET", "/api/v1/account")).code == "TOKEN_REVOKED"
        await other.send_json({"type": "unsubscribe", "id": 1, "channel": f"stories:id={story_id}"})
        assert (await other.receive_json())["code"] == "NOT_SUBSCRIBED"
        later = datetime.now(UTC) + timedelta(seconds=5)
        newer = jwt.encode(
            {
                "sub": str(maya.user_id),
                "iss": "storytroupe",
                "aud": "storytroupe",
                "iat": later,
                "exp": later + HOUR,
            },
            SECRET,
        )
        async with here.session.get(
            f"{here.url}/api/v1/account", headers={"Authorization": f"Bearer {newer}"}
        ) as answer:
            assert answer.status == 200


async def test_protocol_is_described_for_programs_and_for_people(http_service: HttpService) -> None:
    document = (await http_service.nobody()("GET", "/api/asyncapi.json")).json
    assert document["asyncapi"] == "3.0.0"
    assert document["channels"]["socket"]["address"] == "/api/v1/ws"
    page = await http_service.nobody()("GET", "/docs/live")
    assert page.status == 200
    assert b"/web/protocol.js" in page.body


async def test_plain_request_of_the_websocket_is_told_what_to_ask_for(maya: Caller) -> None:
    answered = await maya("GET", "/api/v1/ws")
    assert answered.status == 400
    assert answered.json["code"] == "BAD_REQUEST"
    assert "storytroupe.v1" in answered.json["message"]


async def test_upgrade_is_agreed_to_without_a_word_in_the_log(
    http_service: HttpService, maya: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"{http_service.url}/api/v1/ws?token={maya.token}"
    async with http_service.session.ws_connect(url, protocols=["storytroupe.v1"]) as socket:
        assert socket.protocol == "storytroupe.v1"
        assert (await socket.receive_json())["type"] == "welcome"
    assert [one for one in caplog.records if one.name.startswith("aiohttp")] == []


async def test_frame_without_a_mask_ends_the_websocket(http_service: HttpService, maya: Caller) -> None:
    url = f"{http_service.url}/api/v1/ws?token={maya.token}"
    async with http_service.session.ws_connect(url, protocols=["storytroupe.v1"]) as socket:
        assert (await socket.receive_json())["type"] == "welcome"
        assert socket._writer.transport is not None
        socket._writer.transport.write(b"\x81\x02{}")
        assert (await socket.receive(timeout=60)).type is not aiohttp.WSMsgType.TEXT
        assert socket.closed
