"""Pictures and tokens that are nearly good, from a seed: the same ones each time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import random
import time
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

#: Where each form keeps what a camera noted.
_MARKS = {"JPEG": b"Exif\0\0", "PNG": b"eXIf", "WEBP": b"EXIF"}
_HEAD_BYTES = 280
_EDGES = (0, 1, 2, 7, 127, 128, 254, 255)

_CLAIMS = ("exp", "iat", "nbf", "sub", "iss", "aud", "scope", "jti")
_HEADERS = ("alg", "typ", "kid", "crit", "b64", "zip", "cty", "jku", "jwk", "x5u", "x5c", "enc")
_LARGE = (10**18, -(10**18), 2**63, 10**300, 10**15, 1e308, float("inf"), float("-inf"), float("nan"))
_SMALL: tuple[Any, ...] = (
    0,
    -1,
    1.5,
    True,
    False,
    None,
    "",
    "x",
    "١",
    "\ud800",
    "\0",
    "9" * 5000,
    [],
    {},
    [[]],
    [1],
    [None],
    {"a": []},
)
_RAW = (
    "[" * 3000,
    '{"a":' * 700,
    "9" * 5000,
    "null",
    "1",
    '"x"',
    "[]",
    "{}",
    "",
    "\ufeff{}",
    '{"a":1,"a":2}',
)


def pictures(count: int, seed: int) -> Iterator[bytes]:
    """Pictures whose metadata, or now and then another part, was changed in some bytes."""
    chance = random.Random(seed)
    whole = {form: _noted(form) for form in _MARKS}
    for number in range(count):
        form = list(_MARKS)[number % len(_MARKS)]
        data = bytearray(whole[form])
        begun = 0 if number % 10 == 9 else data.find(_MARKS[form])
        for _ in range(chance.choice((1, 2, 3, 8, 30))):
            place = begun + chance.randrange(_HEAD_BYTES)
            data[place % len(data)] = chance.choice((*_EDGES, chance.randrange(256)))
        yield bytes(data)


def _noted(form: str) -> bytes:
    """A picture with all kinds of notes."""
    exif = Image.Exif()
    exif.update({0x010E: "Ada", 0x0112: 6, 0x011A: 72.0, 0x013B: "Maya", 0x0214: (0.0, 255.0, 0.0, 255.0)})
    exif[0x8769] = {0x9000: b"0230", 0x9003: "2020:01:01 00:00:00", 0x920A: 50.0, 0xA005: {1: "R98"}}
    exif[0x8825] = {1: "N", 2: (1.0, 2.0, 3.0), 5: b"\x00"}
    out = io.BytesIO()
    Image.new("RGB", (100, 80), "teal").save(out, form, exif=exif)
    return out.getvalue()


def tokens(count: int, seed: int, secret: str, claims: Mapping[str, Any]) -> Iterator[str]:
    """Tokens with strange claims and heads that are signed as they should be, and good ones that were
    changed afterwards."""
    chance = random.Random(seed)
    strange = (*_LARGE, *_SMALL)
    for number in range(count):
        head: Any = {"alg": "HS256", "typ": "JWT"}
        said: Any = dict(claims) | {"exp": int(time.time()) + 600}
        match number % 5:
            case 0 | 1:
                said |= {
                    chance.choice(_CLAIMS): chance.choice(strange) for _ in range(chance.choice((1, 1, 2)))
                }
            case 2:
                head |= {chance.choice(_HEADERS): chance.choice(strange)}
            case 3:
                head, said = chance.choice(((head, chance.choice(_RAW)), (chance.choice(_RAW), said)))
        token = signed(head, said, secret)
        yield _changed(token, chance) if number % 5 == 4 else token


def signed(head: Any, claims: Any, secret: str) -> str:
    """A token of these; what is text already is taken as it is."""
    parts = (part if isinstance(part, str) else json.dumps(part) for part in (head, claims))
    text = ".".join(_base64(part.encode("utf-8", "surrogatepass")) for part in parts)
    return f"{text}.{_base64(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _changed(token: str, chance: random.Random) -> str:
    letters = list(token)
    for _ in range(chance.choice((1, 2, 5))):
        letters[chance.randrange(len(letters))] = chance.choice(".-_=~+/ Aa0{}[]")
    return "".join(letters[: chance.choice((None, chance.randrange(1, len(letters))))]).strip() or "x"
