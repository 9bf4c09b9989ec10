"""The worst bodies that a route lets in, by family: made for the route's own model, so that they reach
whatever looks at its fields, and as large as a body may be."""

from __future__ import annotations

import gzip
import json
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel

from service.api.sanitize import length
from service.genesis.commands import CommandBody
from service.genesis.payloads import MOST_CHANGES, MOST_MATERIAL
from service.http.app.application import MAX_BODY
from service.http.io.bodies import AT_ONCE, MOST_VALUES

#: What a text may be full of. Each is repeated to the length that is wanted.
TEXTS: Mapping[str, str] = {
    "marks of alternating classes": "\u0301\u0316",
    "marks that are made of two": "\u0f73",
    "as many marks as are permitted": "a" + "\u0301\u0316" * 15,
    "Hangul jamo": "\u1100\u1161\u11a8",
    "characters that become three": "\U0001d160",
    "a long word": "x",
    "a long word of other letters": "ж",
    "invisible characters": "\u200d",
    "control characters": "\u0085",
}
#: What a list may be full of.
ENTRIES: Mapping[str, Any] = {
    "heroes": {"name": "a"},
    "empty objects": {},
    "empty texts": "",
    "misspelt traits": "manual_wheelchiar",
    "numbers": 7,
    "ids": "00000000-0000-4000-8000-000000000001",
    "URLs that take long to sign": "/api/v1/stories/x/assets/y?" + "&".join(["%e9=%e9%e9"] * 39),
}
#: Those of which some are tried in each run; the others in the whole.
_BRIEF_FEW = ("empty texts", "misspelt traits")
_BRIEF_MOST = ("empty texts", "ids", "URLs that take long to sign")
#: Code points for a character, at the most.
_EACH = 5
_ROOM = MAX_BODY - 200


@dataclass(frozen=True)
class Hostile:
    """A request's body, and what it is told to be. ``brief``: it stands for its family."""

    family: str
    data: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    brief: bool = False


def bodies_for(model: type[BaseModel] | None, *, whole: bool) -> Iterator[Hostile]:
    """Of every family some, or with ``whole`` all; for no model those that do not depend on one."""
    if model is not None:
        yield from _texts(model, whole)
        yield from _lists(model, whole)
    if model is CommandBody:
        yield from _commands(whole)
    yield from (hostile for hostile in _values() if hostile.brief or whole)


def _texts(model: type[BaseModel], whole: bool) -> Iterator[Hostile]:
    """Each text as long as its field permits, and the whole body in its texts, or in one."""
    leaves = max(1, _json(_shaped(model, lambda _: "#")).count(b"#"))
    for name, pattern in TEXTS.items():
        counted = max(1, length(unicodedata.normalize("NFC", pattern)))
        room = _ROOM // len(pattern.encode())

        def permitted(most: int, pattern: str = pattern, counted: int = counted) -> str:
            return _filled(pattern, min(most * _EACH, most // counted * len(pattern)))

        if whole or name in ("as many marks as are permitted", "characters that become three"):
            yield Hostile(f"{name}, as permitted", _json(_shaped(model, permitted))[:MAX_BODY])
        if whole or name in ("marks of alternating classes", "a long word of other letters"):
            share = pattern * (room // leaves)
            body = _json(_shaped(model, lambda _, share=share: share))  # type: ignore[misc]
            yield Hostile(f"{name}, in every text", body[:MAX_BODY])
        if whole or name in ("marks of alternating classes", "Hangul jamo", "characters that become three"):
            yield Hostile(f"{name}, in one text", _json({"x": pattern * room}))


def _lists(model: type[BaseModel], whole: bool) -> Iterator[Hostile]:
    """Each list in turn as long as the body, and as long as the loop reads it."""
    schema = model.model_json_schema()
    for place, described in schema["properties"].items():
        if described.get("type") in ("array", "object"):
            yield from _list(place, described, whole)
    if "TraitBody" in schema.get("$defs", {}):
        # Each like several that there are, so that to guess which is meant takes the longest.
        near = [f"{number}manual_wheelchair"[:22] for number in range(MOST_VALUES // 5)]
        heroes = [{"name": "a", "traits": near[:39]}] * 4
        few_of_all = {"characters": heroes, "traits": near[:39]}
        yield Hostile("misspelt traits of four heroes", _json(few_of_all))
        many_of_all = {"characters": [{"name": "a", "traits": near}], "traits": near}
        yield Hostile("misspelt traits", _json(many_of_all))


def _list(place: str, described: Mapping[str, Any], whole: bool) -> Iterator[Hostile]:
    named = described["type"] == "object"
    permitted = described["maxProperties" if named else "maxItems"]
    for name, entry in ENTRIES.items():
        each = len(_json(entry)) + (11 if named else 1)
        counts = {
            # As many as the loop itself reads.
            min(MOST_VALUES // 2, AT_ONCE // each) - 10: name in _BRIEF_FEW,
            permitted: name in _BRIEF_MOST,
            # As many as are looked at, and as many as come in.
            min(MOST_VALUES - 10, _ROOM // each): name in _BRIEF_MOST,
            _ROOM // each: False,
        }
        for count in (count for count, brief in counts.items() if brief or whole):
            full: Any = {f"{n:06}": entry for n in range(count)} if named else [entry] * count
            yield Hostile(f"{count} {name} in {place}", _json({place: full}))


def _commands(whole: bool) -> Iterator[Hostile]:
    """Commands whose texts are as large as a session takes them."""
    session = "00000000-0000-4000-8000-000000000001"

    def command(type_: str, payload: Any, **more: Any) -> bytes:
        return _json({"command_id": session, "command_type": type_, "payload": payload, **more})

    brief = ("as many marks as are permitted", "a long word of other letters")
    for name, pattern in TEXTS.items():
        if not (whole or name in brief):
            continue
        text = _filled(pattern, MOST_MATERIAL // len(pattern.encode()) * len(pattern))
        yield Hostile(f"material of {name}", command("IMPORT_MATERIAL", {"text": text}, session_id=session))
        parts = [text[: len(text) // 10]] * 10
        yield Hostile(f"ten texts of {name}", command("START_GENESIS", {"material": parts}))
    change = {"op": "set", "path": "concept.premise", "value": "ж" * 2000}
    changes = {"stage": "concept", "changes": [change] * MOST_CHANGES}
    yield Hostile("as many changes as are permitted", command("EDIT_STAGE", changes, session_id=session))


@cache
def _values() -> tuple[Hostile, ...]:
    """What is no matter of fields."""
    return tuple(_each_value())


def _each_value() -> Iterator[Hostile]:
    half = _ROOM // 2
    yield Hostile("50,000 keys", _json({f"k{number:06}é": 1 for number in range(50_000)}), brief=True)
    few = {f"k{number:06}é": number for number in range(MOST_VALUES - 1)}
    yield Hostile("as many keys as are permitted", _json(few), {"Idempotency-Key": "few"}, brief=True)
    heroes = {"characters": [{"name": "a"}] * 8_000}
    yield Hostile("8,000 heroes", _json(heroes), brief=True)
    yield Hostile("the same key", b'{"a":1' + b',"a":1' * (_ROOM // 6) + b"}")
    yield Hostile("deep lists", b'{"a":' + b"[" * half + b"]" * half + b"}", brief=True)
    yield Hostile("deep objects", b'{"a":' * (_ROOM // 6) + b"1" + b"}" * (_ROOM // 6))
    yield Hostile("lists as deep as can be", b'{"a":[' + b"[" * 900 + b"]" * 900 + b"]}")
    yield Hostile("empty lists", b'{"a":[' + b"[]," * (_ROOM // 3) + b"1]}", brief=True)
    yield Hostile("a long number", b'{"a":' + b"9" * _ROOM + b"}")
    yield Hostile("long numbers", b'{"a":[' + b",".join([b"9" * 4000] * (_ROOM // 4001)) + b"]}", brief=True)
    yield Hostile("numbers as long as are permitted", _json({"a": [int("9" * 400)] * (_ROOM // 402)}))
    yield Hostile("a long fraction", b'{"a":1.' + b"3" * _ROOM + b"e-300}")
    yield Hostile("an escape after another", b'{"a":"' + b"\\u0301\\u0316" * (_ROOM // 12) + b'"}')
    yield Hostile("backslashes", b'{"a":"' + b"\\\\" * (half // 2) + b'"}')
    yield Hostile("quotes", b'"' * _ROOM)
    zipped = gzip.compress(b'{"a":"' + b"\xcc\x81\xcc\x96" * (_ROOM // 4) + b'"}')
    yield Hostile("zipped marks", zipped, {"Content-Encoding": "gzip"})
    # Six times as many bytes on the line as in the body.
    chunks = b"1\r\n[\r\n" * (_ROOM // 6) + b"0\r\n\r\n"
    yield Hostile("chunks of a byte", chunks, {"Transfer-Encoding": "chunked"})


def bombs() -> Iterator[Hostile]:
    """Bodies that are small on the line and large once they are inflated, and plain ones that are large:
    for every path, whether or not there is anything at it."""
    inflated = b" " * (64 << 20)
    yield Hostile("a deflated bomb", zlib.compress(inflated, 9), {"Content-Encoding": "deflate"})
    yield Hostile("a gzipped bomb", gzip.compress(inflated, 9), {"Content-Encoding": "gzip"})
    yield Hostile("a large plain body", b" " * (26 << 20))
    yield Hostile(
        "chunks of a byte", b"1\r\n \r\n" * (1 << 19) + b"0\r\n\r\n", {"Transfer-Encoding": "chunked"}
    )


def floods() -> Mapping[str, bytes]:
    """Frames of a websocket that are no message of the protocol, over and over: all masked by zeros."""
    begun = b"\x01\x80\0\0\0\0"
    return {
        "empty pings": b"\x89\x80\0\0\0\0" * 400_000,
        "empty pongs": b"\x8a\x80\0\0\0\0" * 400_000,
        "full pings": (b"\x89\xfd\0\0\0\0" + b"x" * 125) * 20_000,
        "empty parts of a message": begun + b"\x00\x80\0\0\0\0" * 400_000,
        "messages": b"\x81\x82\0\0\0\0{}" * 300_000,
    }


def forms() -> Iterator[Hostile]:
    """Multipart bodies: what is cheap to send and takes long to take apart."""
    room = 2 * MAX_BODY
    head = b"--x\r\nContent-Disposition: form-data; name=a\r\n"
    long = head + b"".join(b"X-%d: %s\r\n" % (number, b"y" * 8000) for number in range(100)) + b"\r\n\r\n"
    quoted = b'--x\r\nContent-Disposition: form-data; name="' + b'\\"' * 3900 + b'"\r\n\r\n\r\n'
    lines = head + b"".join(b"X-%d: y\r\n" % number for number in range(room // 10)) + b"\r\n"
    families: Mapping[str, bytes] = {
        "many parts": (head + b"\r\n\r\n") * (room // 50),
        "parts without a head": b"--x\r\n\r\n\r\n" * (room // 9),
        "parts with long heads": long * (room // len(long)),
        "parts with odd names": quoted * (room // len(quoted)),
        "a part with many lines of head": lines,
        "lines before the first part": b"y\n" * (room // 2),
        "empty lines in a part": head + b"\r\n" + b"\r\n" * (room // 2),
        "a part that never ends": head + b"\r\n" + b"y" * room,
        "parts within parts": b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * (room // 52),
    }
    for name, body in families.items():
        yield Hostile(name, body + b"\r\n--x--\r\n", {"Content-Type": "multipart/form-data; boundary=x"})


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _filled(pattern: str, length: int) -> str:
    return (pattern * (length // len(pattern) + 1))[:length]


def _shaped(model: type[BaseModel], text: Callable[[int], str]) -> dict[str, Any]:
    """A body that is taken, with all that the model has a place for and as many of each as it permits,
    and this text wherever people may write what they like."""
    schema = model.model_json_schema()
    known = {"": schema, **schema.get("$defs", {})}
    shaped: dict[str, Any] = _shape("", schema, known, text)
    return shaped


def _shape(
    name: str, schema: Mapping[str, Any] | Literal[True], known: Mapping[str, Any], text: Callable[[int], str]
) -> Any:
    """None for what had better be left out: ids, choices, and numbers that need not be."""
    if schema is True:
        return text(1000)
    if "$ref" in schema:
        return _shape(name, known[schema["$ref"].rpartition("/")[2]], known, text)
    if "anyOf" in schema:
        # The last that says something: an object where a text would do.
        ways = [way for way in schema["anyOf"] if way.get("type") != "null"]
        return _shape(name, ways[-1], known, text)
    match schema.get("type"):
        case "array":
            entry = _shape(name, schema["items"], known, text)
            return None if entry is None else [entry] * schema["maxItems"]
        case "object" if "properties" in schema:
            whole = {key: _shape(key, inner, known, text) for key, inner in schema["properties"].items()}
            return {key: value for key, value in whole.items() if value is not None}
        case "object":
            entry = _shape(name, schema["additionalProperties"], known, text)
            return {str(number): entry for number in range(schema["maxProperties"])}
        case "string" if schema.keys() & {"enum", "format", "pattern"}:
            return None
        case "string":
            # A short one may have to be a word that is known.
            return text(schema["maxLength"]) if schema.get("maxLength", 0) > 100 else "glasses"
        case "integer":
            return 1 if name == "index" else None
    return None
