"""Heads of requests that are nearly right."""

from __future__ import annotations

import random

_PATHS = ("/healthz", "/", "/api/v1/stories", "/api/v1/account", "/docs", "/web/app.js", "/api/v1/ws")
_METHODS = ("GET", "POST", "PUT", "HEAD", "OPTIONS", "PATCH", "DELETE", "CONNECT", "TRACE", "PRI", "GOT", "")
_HEADERS = (
    "Content-Length: 4", "Content-Length: +4", "Content-Length: 99999999999999999999",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked", "Content-Encoding: gzip", "Content-Type: application/json",
    "Content-Type: multipart/form-data; boundary=x", "Content-Type: ;;;", "Expect: 100-continue", "Expect: x",
    "Connection: close", "Connection: upgrade", "Upgrade: websocket", "Upgrade: h2c", "Range: bytes=0-",
    "Range: bytes=9-1", "If-None-Match: *", "Cookie: a=b; c", "Accept: \x7f", "X-Request-ID: a b",
    "Last-Event-ID: -1", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Protocol: storytroupe.v1", "Origin: http://[", "Host: [::1", "Host:", "Host: a:b:c",
    "Accept-Encoding: \xff", "Idempotency-Key: \xe9", "Authorization: Bearer", "Authorization: Basic x",
    " folded: yes", "\tfolded", "NoColon", ": empty", "A\x00B: c", "If-Modified-Since: 99", "Date: x",
)  # fmt: skip
_QUERIES = (
    "",
    "?",
    "?token=a",
    "?limit=%",
    "?limit=\xff",
    "?a[]=1&&;",
    "?%00",
    "?cursor=..%2f",
    "?wait=1e9",
    "#x",
)
_VERSIONS = (*["HTTP/1.1"] * 20, "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "http/1.1", "")


def mutated_head(chance: random.Random, token: str) -> bytes:
    """A head without the empty line at its end."""
    path = chance.choice(_PATHS) + chance.choice(_QUERIES)
    if chance.random() < 0.1:
        path = chance.choice(("http://x" + path, "*", "//" + path, "x:1", "http://[" + path, path * 300))
    method = chance.choice(_METHODS) if chance.random() < 0.3 else "GET"
    lines = [f"{method} {path} {chance.choice(_VERSIONS)}"]
    if chance.random() < 0.97:
        lines.append("Host: x")
    if chance.random() < 0.6:
        lines.append(f"Authorization: Bearer {token}")
    lines += chance.choices(_HEADERS, k=chance.choice((0, 0, 1, 1, 2, 3)))
    return _torn(chance, bytearray("\r\n".join(lines).encode("latin-1")))


def _torn(chance: random.Random, head: bytearray) -> bytes:
    """The head with a few bytes changed, left out, doubled, or moved."""
    for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
        at = chance.randrange(len(head)) if head else 0
        match chance.randrange(5):
            case 0 if head:
                head[at] = chance.randrange(256)
            case 1:
                head[at:at] = bytes([chance.randrange(256)])
            case 2:
                del head[at : at + chance.randrange(1, 9)]
            case 3:
                head[at:at] = chance.choice((b"\r\n", b"\n", b"\r", b"\x00", b"\r\n\r\n", b"%", b" ")) * 2
            case _:
                head[at:at] = head[at : at + chance.choice((10, 100, 40_000))] * chance.choice((2, 50))
    return bytes(head[:60_000])
