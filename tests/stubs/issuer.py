"""An issuer of tokens with its keys at a URL, which it can change, break and take away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

NAME, AUDIENCE = "https://issuer.example/", "storytroupe"
_ALGORITHMS: dict[str, Any] = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}


@cache
def private_key(algorithm: str, number: int = 0) -> Any:
    """A key of that kind; the same each time, since those of RSA take long to find."""
    if algorithm == "RS256":
        return generate_rsa(65537, 2048)
    return generate_private_key(SECP256R1()) if algorithm == "ES256" else Ed25519PrivateKey.generate()


def jwk(id_: str, algorithm: str, number: int = 0) -> dict[str, Any]:
    """The public half, as it stands in a set."""
    public = private_key(algorithm, number).public_key()
    entry: dict[str, Any] = json.loads(_ALGORITHMS[algorithm].to_jwk(public))
    entry.pop("key_ops", None)
    return {**entry, "kid": id_, "alg": algorithm, "use": "sig"}


def a_token(
    user_id: UUID, algorithm: str, *, key_id: str | None, number: int = 0, headers: Any = None, **claims: Any
) -> str:
    """A token of the issuer, with some claims changed."""
    now = datetime.now(UTC)
    said = {"sub": str(user_id), "iss": NAME, "aud": AUDIENCE, "iat": now, "exp": now + timedelta(hours=1)}
    header = {**({"kid": key_id} if key_id is not None else {}), **(headers or {})}
    key = private_key(algorithm, number)
    return jwt.encode({**said, **claims}, key, algorithm=algorithm, headers=header)


class Issuer:
    """``keys`` stand at ``url``. ``body`` is said in place of them, ``status`` with them; nobody is
    answered while ``release`` is clear."""

    def __init__(self) -> None:
        self.url = ""
        self.keys: list[dict[str, Any]] = []
        self.body: bytes | None = None
        self.status = 200
        self.asked = 0
        self.release = asyncio.Event()
        self.release.set()

    async def answer(self, _request: web.Request) -> web.Response:
        self.asked += 1
        await self.release.wait()
        body = json.dumps({"keys": self.keys}).encode() if self.body is None else self.body
        return web.Response(body=body, status=self.status, content_type="application/json")


@asynccontextmanager
async def an_issuer(*keys: dict[str, Any]) -> AsyncIterator[Issuer]:
    """An issuer on a free port."""
    issuer = Issuer()
    issuer.keys = list(keys)
    app = web.Application()
    app.router.add_get("/keys", issuer.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        issuer.url = f"http://127.0.0.1:{runner.addresses[0][1]}/keys"
        yield issuer
    finally:
        await runner.cleanup()
