"""Tokens of another issuer: its keys by URL, their rotation, and what must not pass for one of them."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.access.key_set import KeySet
from service.access.tokens import Identity, Issuer, Tokens
from service.background.key_watch import KeyWatch
from service.errors import SetupProblem, StorytroupeError, Unauthorized, Unavailable
from tests.stubs.issuer import AUDIENCE, NAME, a_token, an_issuer, jwk, private_key
from tests.stubs.issuer import Issuer as Stub

SECRET = "a secret of the tests, long enough to be one"
USER = uuid4()
KINDS = ("RS256", "ES256", "EdDSA")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class KeyEnvironment:
    """A verifier with the keys of a stub issuer."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        self.clock = Clock()
        self.keys = KeySet(stub.url, cooldown=30, grace=600, clock=self.clock)
        self.tokens = Tokens(SECRET, "storytroupe", AUDIENCE, other=Issuer(NAME, AUDIENCE, self.keys))

    async def admit(self, token: str) -> Identity:
        await self.tokens.seek_key(token)
        return self.tokens.verify(token)

    async def refusal(self, token: str) -> StorytroupeError:
        with pytest.raises((Unauthorized, Unavailable)) as refused:
            await self.admit(token)
        return refused.value

    def later(self, seconds: float) -> None:
        self.clock.now += seconds


@pytest.fixture
async def environment() -> AsyncIterator[KeyEnvironment]:
    async with an_issuer(*(jwk(kind, kind) for kind in KINDS)) as stub:
        yield KeyEnvironment(stub)


@pytest.mark.parametrize("kind", KINDS)
async def test_token_of_each_kind_is_good(environment: KeyEnvironment, kind: str) -> None:
    identity = await environment.admit(a_token(USER, kind, key_id=kind, scope="read operator"))
    assert (identity.user_id, identity.operator) == (USER, True)


async def test_own_tokens_stay_good_beside_them_and_ask_nobody(environment: KeyEnvironment) -> None:
    own = environment.tokens.issue(USER, ttl=timedelta(hours=1))
    assert (await environment.admit(own)).user_id == USER
    assert environment.stub.asked == 0


async def test_fifty_at_once_make_one_fetch(environment: KeyEnvironment) -> None:
    token = a_token(USER, "ES256", key_id="ES256")
    await asyncio.gather(*(environment.admit(token) for _ in range(50)))
    await environment.admit(a_token(USER, "RS256", key_id="RS256"))
    assert environment.stub.asked == 1


async def test_new_key_is_found_and_the_old_one_keeps_a_grace(environment: KeyEnvironment) -> None:
    old, new = a_token(USER, "ES256", key_id="ES256"), a_token(USER, "ES256", key_id="next", number=1)
    await environment.admit(old)
    environment.stub.keys = [jwk("next", "ES256", 1)]
    environment.later(31)
    assert (await environment.admit(new)).user_id == USER
    assert environment.stub.asked == 2
    environment.later(590)
    await environment.keys.refresh()
    assert (await environment.admit(old)).user_id == USER
    environment.later(590)
    await environment.keys.refresh()
    assert (await environment.refusal(old)).code == "TOKEN_INVALID"
    assert (await environment.admit(new)).user_id == USER


async def test_unknown_keys_make_one_fetch_a_cool_down(environment: KeyEnvironment) -> None:
    await environment.admit(a_token(USER, "ES256", key_id="ES256"))
    for number in range(20):
        error = await environment.refusal(a_token(USER, "ES256", key_id=f"made up {number}"))
        assert (error.code, "does not know" in error.message) == ("TOKEN_INVALID", True)
    assert environment.stub.asked == 1
    environment.later(31)
    for _ in range(20):
        await environment.refusal(a_token(USER, "ES256", key_id="made up"))
    assert environment.stub.asked == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, None), (302, None), (200, b"{"), (200, b"[]"), (200, b'{"keys":1}'), (200, b"x" * 300_000)],
)
async def test_keys_stay_good_while_the_issuer_is_away(
    environment: KeyEnvironment, status: int, body: bytes | None
) -> None:
    token = a_token(USER, "EdDSA", key_id="EdDSA")
    await environment.admit(token)
    environment.stub.status, environment.stub.body = status, body
    environment.later(100_000)
    await environment.keys.refresh()
    assert environment.stub.asked == 2
    assert (await environment.admit(token)).user_id == USER


async def test_issuer_that_was_never_there_is_told_apart_from_a_bad_token(
    environment: KeyEnvironment,
) -> None:
    environment.stub.status = 503
    token = a_token(USER, "ES256", key_id="ES256")
    error = await environment.refusal(token)
    assert (error.code, error.temporary) == ("KEYS_UNAVAILABLE", True)
    environment.stub.status = 200
    environment.later(31)
    assert (await environment.admit(token)).user_id == USER


async def test_who_cannot_wait_is_told_to_come_back_and_finds_the_key_then(
    environment: KeyEnvironment,
) -> None:
    """As a websocket: its greeting is judged at once."""
    token = a_token(USER, "ES256", key_id="ES256")
    watch = KeyWatch(environment.keys)
    with pytest.raises(Unavailable):
        environment.tokens.verify(token)
    await watch.run_once()
    assert environment.tokens.verify(token).user_id == USER
    environment.later(31)
    with pytest.raises(Unavailable):
        environment.tokens.verify(a_token(USER, "ES256", key_id="next", number=1))
    await watch.run_once()
    with pytest.raises(Unauthorized):
        environment.tokens.verify(a_token(USER, "ES256", key_id="next", number=1))


async def test_token_without_a_key_id_is_good_where_there_is_one_key_of_its_kind(
    environment: KeyEnvironment,
) -> None:
    assert (await environment.admit(a_token(USER, "RS256", key_id=None))).user_id == USER
    environment.stub.keys.append(jwk("second", "RS256", 1))
    environment.later(31)
    await environment.keys.refresh()
    assert (await environment.refusal(a_token(USER, "RS256", key_id=None))).code == "TOKEN_INVALID"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "storytroupe"}, "TOKEN_INVALID"),
        ({"iss": NAME + "x"}, "TOKEN_INVALID"),
        ({"aud": "another"}, "TOKEN_INVALID"),
        ({"exp": datetime.now(UTC) - timedelta(hours=1)}, "TOKEN_EXPIRED"),
        ({"nbf": datetime.now(UTC) + timedelta(hours=1)}, "TOKEN_INVALID"),
    ],
)
async def test_claims_are_checked_as_for_own_tokens(
    environment: KeyEnvironment, claims: dict[str, Any], code: str
) -> None:
    assert (await environment.refusal(a_token(USER, "ES256", key_id="ES256", **claims))).code == code


async def test_other_issuers_name_on_an_own_signature_is_refused(environment: KeyEnvironment) -> None:
    claims = {"sub": str(USER), "iss": NAME, "aud": AUDIENCE, "exp": datetime.now(UTC) + timedelta(hours=1)}
    assert (await environment.refusal(jwt.encode(claims, SECRET, algorithm="HS256"))).code == "TOKEN_INVALID"


def forged(algorithm: str, key: bytes, **header: Any) -> str:
    """A token with that header, signed by HMAC with these bytes as no honest library would."""
    import hashlib
    import hmac

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"sub": str(USER), "iss": NAME, "aud": AUDIENCE, "exp": 4_000_000_000}
    said = f"{part({'alg': algorithm, 'typ': 'JWT', **header})}.{part(claims)}"
    signature = hmac.new(key, said.encode(), hashlib.sha256).digest()
    return f"{said}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


async def test_public_key_is_no_secret(environment: KeyEnvironment) -> None:
    """HS256 over the public key's bytes, in every form in which it is to be had."""
    public = private_key("RS256").public_key()
    forms = [
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        json.dumps(jwk("RS256", "RS256")).encode(),
    ]
    for key in forms:
        for algorithm in ("HS256", "RS256", "none", "EdDSA"):
            token = forged(algorithm, key, kid="RS256")
            assert (await environment.refusal(token)).code == "TOKEN_INVALID"


@pytest.mark.parametrize("alg", KINDS)
async def test_key_of_one_kind_does_not_serve_another(environment: KeyEnvironment, alg: str) -> None:
    for kind in KINDS:
        if kind == alg:
            continue
        token = a_token(USER, kind, key_id=alg)
        assert (await environment.refusal(token)).code == "TOKEN_INVALID"


async def test_what_a_token_says_of_its_keys_is_not_read(environment: KeyEnvironment) -> None:
    """Neither a key that it brings, nor a place where there is one; nor what it calls critical."""
    async with an_issuer(jwk("evil", "ES256", 7)) as evil:
        brought = {"jku": evil.url, "x5u": evil.url, "jwk": jwk("evil", "ES256", 7)}
        token = a_token(USER, "ES256", key_id="evil", number=7, headers=brought)
        assert (await environment.refusal(token)).code == "TOKEN_INVALID"
        assert evil.asked == 0
    critical = a_token(USER, "ES256", key_id="ES256", headers={"crit": ["exp"]})
    assert (await environment.refusal(critical)).code == "TOKEN_INVALID"


async def test_keys_that_prove_nothing_are_passed_over(environment: KeyEnvironment) -> None:
    """Symmetric, short, private, meant for encryption, or for another algorithm."""
    short: dict[str, Any] = json.loads(
        jwt.algorithms.RSAAlgorithm.to_jwk(generate_private_key(65537, 1024).public_key())
    )
    good = jwk("k", "RS256")
    environment.stub.keys = [
        {"kty": "oct", "k": base64.urlsafe_b64encode(SECRET.encode()).decode(), "kid": "k", "alg": "HS256"},
        {**short, "kid": "k"},
        {**good, "d": "AQAB"},
        {**good, "use": "enc"},
        {**good, "alg": "RS512"},
        {**good, "key_ops": ["encrypt"]},
        {**good, "n": "!"},
        "not a key",  # type: ignore[list-item]
    ]
    assert (await environment.refusal(a_token(USER, "RS256", key_id="k"))).code == "TOKEN_INVALID"
    environment.stub.keys.append(good)
    environment.later(31)
    assert (await environment.admit(a_token(USER, "RS256", key_id="k"))).user_id == USER


@pytest.mark.parametrize(
    "url", ["http://issuer.example/keys", "file:///etc/passwd", "issuer.example", "https://"]
)
def test_keys_come_by_https_or_from_this_machine(url: str) -> None:
    with pytest.raises(SetupProblem, match="https"):
        KeySet(url)
