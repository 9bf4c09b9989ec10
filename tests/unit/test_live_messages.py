"""The models of the frames are what the hub writes and reads, and the AsyncAPI document is whole."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from service.http.docs.asyncapi import describe_live
from service.hub import frames
from service.hub.codes import CloseCode, ErrorCode
from service.hub.frames import Answer, EventFrame, TickFrame
from service.hub.limits import Limits
from service.hub.messages import HEARD, SAID, Message
from service.hub.protocol import _HANDLERS, Session
from service.runtime.channels import ChannelNames
from tests.cases import for_each
from tests.stubs.event_log import channel_name
from tests.stubs.kinds import KINDS

CHANNEL = channel_name(1)
EVENT = EventFrame(CHANNEL, 3, "2026-01-01T00:00:00+00:00", "asset.ready", {"assets": {}}, {})

WRITTEN = [
    frames.welcome("0123", Limits()),
    frames.PING,
    frames.bye(CloseCode.DRAINING, 300),
    frames.unsubscribed(7, CHANNEL),
    frames.error("a", ErrorCode.NOT_FOUND, CHANNEL),
    frames.error(None, ErrorCode.UNKNOWN_TYPE),
    *(frames.resync(CHANNEL, reason) for reason in ("slow", "behind", "lost", "rewound", "gone")),
    EVENT.payload,
    TickFrame(CHANNEL, "cover.progress", 1, b'{"progress":5}').payload,
    Answer(CHANNEL, 3, b'{"title":"x"}').payload(1),
    Answer(CHANNEL, 3, None, [EVENT]).payload(None),
]


def model_of(kind: str) -> type[Message]:
    (found,) = [model for model in (*SAID, *HEARD) if kind in str(model.model_fields["type"].annotation)
                and model.__name__.lower() == kind]  # fmt: skip
    return found


@for_each("payload", WRITTEN)
def test_what_the_hub_writes_is_as_its_model_says(payload: bytes) -> None:
    model_of(orjson.loads(payload)["type"]).model_validate_json(payload)


def test_every_kind_that_is_heard_is_among_those_that_were_tried() -> None:
    assert {orjson.loads(payload)["type"] for payload in WRITTEN} == {
        model.__name__.lower() for model in HEARD
    }


def test_the_protocol_reads_what_the_models_say() -> None:
    assert set(_HANDLERS) == {model.__name__.lower() for model in SAID}


@pytest.mark.parametrize(
    "message",
    [
        {"type": "subscribe", "id": 1, "channel": CHANNEL, "since": 4},
        {"type": "unsubscribe", "id": "a", "channel": CHANNEL},
        {"type": "auth", "token": "x"},
        {"type": "pong"},
    ],
)
def test_what_a_model_allows_the_protocol_takes(message: dict[str, Any]) -> None:
    model_of(message["type"]).model_validate(message)
    session = Session(Limits(), 0.0, names=ChannelNames(KINDS))
    session.receive(orjson.dumps({"type": "hello", "token": "x"}), 0.0)
    session.greeted("0123", None)
    session.channels.append(CHANNEL)
    answers = session.receive(orjson.dumps(message), 0.0)
    assert not any(b'"error"' in getattr(answer, "payload", b"") for answer in answers)


def test_every_reference_of_the_document_leads_somewhere() -> None:
    document = describe_live(version="1", kinds=KINDS)
    references = list(_references(document))
    assert len(references) > 30
    for reference in references:
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for item in value.values() for found in _references(item)]
    if isinstance(value, list):
        return [found for item in value for found in _references(item)]
    return []
