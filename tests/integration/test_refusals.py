"""Every route by everybody who may not use it: refused, in the documented form, without effect."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import io
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image

from actors.registry import REGISTRY
from service.access.key_set import KeySet
from service.access.personal_data import tables_of
from service.access.studio_key import StudioKey
from service.access.tokens import Issuer, Tokens
from service.http.app.keys import REVOCATIONS
from service.http.app.routes import ROUTES, Route
from service.http.docs.examples import example_of
from service.settings import Settings
from tests.http_service import HOUR, SECRET, Answered, Caller, HttpService
from tests.stubs.issuer import AUDIENCE, NAME, a_token, an_issuer, jwk, private_key

#: Who asks for no token, by design; whatever else is public is a mistake.
PUBLIC = {
    "/", "/docs", "/docs/live", "/web/{file:.+}", "/web/fonts/{file:.+}", "/studio/session", "/healthz",
    "/readyz", "/api/openapi.json", "/api/asyncapi.json", "/api/novel.schema.json", "/api/v1/traits",
    "/api/v1/ws",
}  # fmt: skip
PRIVATE = [route for route in ROUTES if route.private is not None]
ADMIN = [route for route in PRIVATE if route.path.startswith(("/api/v1/admin/", "/metrics"))]
_AT_ONCE = 24


def test_routes_without_a_token_are_those_that_were_meant() -> None:
    assert {route.path for route in ROUTES if route.public is not None} == PUBLIC


@dataclass(frozen=True)
class Trial:
    """A request of the matrix, and what came of it."""

    route: Route
    kind: str
    answered: Answered

    def __str__(self) -> str:
        asked = f"{self.route.method} {self.route.path} by {self.kind}"
        return f"{asked}: {self.answered.status} {self.answered.body[:200]!r}"


class Court:
    """Asks every route, many at once."""

    def __init__(self, http_service: HttpService) -> None:
        self.http_service = http_service
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def ask(self, route: Route, kind: str, token: str | None, parts: Mapping[str, Any]) -> Trial:
        caller = Caller(self.http_service.session, self.http_service.url, uuid4(), token)
        async with self._slots:
            return Trial(route, kind, await caller(route.method, path_of(route, parts), body_of(route)))

    async def all(self, routes: list[Route], tokens: Mapping[str, str | None]) -> list[Trial]:
        trials = (self.ask(route, kind, token, {}) for route in routes for kind, token in tokens.items())
        return await asyncio.gather(*trials)


def path_of(route: Route, parts: Mapping[str, Any]) -> str:
    """The route's path, with ids that nobody has for parts that are not given."""
    given = {"asset": "cover", "version": 1, **parts}
    return re.sub(r"{(\w+)[^}]*}", lambda part: str(given.get(part[1], uuid4())), route.path)


def body_of(route: Route) -> Any:
    """A body that is right, so that nothing but the caller is wrong."""
    if route.body is not None:
        return example_of(route.body)
    return a_picture() if route.takes else None


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 80), "teal").save(out, "PNG")
    return out.getvalue()


def handmade(algorithm: str, key: bytes | None, **header: Any) -> str:
    """A token that no honest library would make: its algorithm and its signature as they are wanted."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"sub": str(uuid4()), "iss": NAME, "aud": AUDIENCE, "exp": 4_000_000_000, "scope": "operator"}
    said = f"{part({'alg': algorithm, 'typ': 'JWT', **header})}.{part(claims)}"
    signature = hmac.new(key, said.encode(), hashlib.sha256).digest() if key else b""
    return f"{said}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.fixture
async def court(http_service: HttpService) -> AsyncIterator[Court]:
    """A face that takes the tokens of another issuer, too."""
    async with an_issuer(jwk("k", "RS256"), jwk("e", "ES256")) as issuer:
        other = Issuer(NAME, AUDIENCE, KeySet(issuer.url))
        tokens = Tokens(SECRET, "storytroupe", AUDIENCE, other=other)
        async with http_service.beside(tokens=tokens) as beside:
            yield Court(beside)


async def bad_tokens(court: Court) -> dict[str, tuple[str | None, str]]:
    """Tokens that are not good, each with the code of its refusal."""
    ours = court.http_service.services.tokens
    elsewhere, unknown, forged = (
        Tokens(SECRET, "storytroupe", "else"),
        Tokens(SECRET, "else", AUDIENCE),
        Tokens("x" * 32, "storytroupe", AUDIENCE),
    )
    revoked = uuid4()
    withdrawn = ours.issue(revoked, scopes=("operator",), ttl=HOUR)
    await court.http_service.somebody(revoked)("POST", "/api/v1/account/sign-out")
    await court.http_service.app[REVOCATIONS].refresh()
    public = private_key("RS256").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    somebody = uuid4()
    return {
        "nobody": (None, "UNAUTHORIZED"),
        "no token": ("x", "TOKEN_INVALID"),
        "expired": (ours.issue(somebody, scopes=("operator",), ttl=-HOUR), "TOKEN_EXPIRED"),
        "expired, by the other issuer": (
            a_token(somebody, "RS256", key_id="k", exp=datetime.now(UTC) - HOUR), "TOKEN_EXPIRED"),
        "for another audience": (elsewhere.issue(somebody, ttl=HOUR), "TOKEN_INVALID"),
        "of another issuer": (unknown.issue(somebody, ttl=HOUR), "TOKEN_INVALID"),
        "by another secret": (forged.issue(somebody, ttl=HOUR), "TOKEN_INVALID"),
        "alg none": (handmade("none", None), "TOKEN_INVALID"),
        "alg None": (handmade("None", None), "TOKEN_INVALID"),
        "HS256 by the public key": (handmade("HS256", public, kid="k"), "TOKEN_INVALID"),
        "RS256 by the public key's HMAC": (handmade("RS256", public, kid="k"), "TOKEN_INVALID"),
        "another's key": (a_token(somebody, "ES256", key_id="e", number=9), "TOKEN_INVALID"),
        "unknown key": (a_token(somebody, "ES256", key_id="made up", number=9), "TOKEN_INVALID"),
        "too long": ("a" * 8000 + ".b.c", "TOKEN_INVALID"),
        "withdrawn": (withdrawn, "TOKEN_REVOKED"),
    }  # fmt: skip


async def test_no_route_is_open_to_a_token_that_is_not_good(court: Court) -> None:
    bad = await bad_tokens(court)
    trials = await court.all(PRIVATE, {kind: token for kind, (token, _) in bad.items()})
    assert len(trials) == len(PRIVATE) * len(bad)
    for trial in trials:
        assert (trial.answered.status, trial.answered.code) == (401, bad[trial.kind][1]), trial
        challenge = trial.answered.headers["WWW-Authenticate"]
        assert challenge.startswith('Bearer realm="storytroupe"'), trial
        assert ("invalid_token" in challenge) == (trial.kind != "nobody"), trial


async def test_token_of_the_other_issuer_opens_every_route(court: Court) -> None:
    """Else the matrix would prove nothing."""
    token = a_token(uuid4(), "RS256", key_id="k")
    account = Caller(court.http_service.session, court.http_service.url, uuid4(), token)
    assert (await account("GET", "/api/v1/account")).status == 200
    reading = [route for route in PRIVATE if route.method == "GET" and route.head]
    trials = await court.all(reading, {"a good one": token})
    assert not [str(trial) for trial in trials if trial.answered.status == 401]
    url = f"{court.http_service.url}/api/v1/ws"
    async with court.http_service.session.ws_connect(url, protocols=["storytroupe.v1"]) as socket:
        await socket.send_json({"type": "hello", "token": token})
        assert (await socket.receive_json(timeout=60))["type"] == "welcome"


async def test_operators_routes_are_open_to_operators_alone(court: Court) -> None:
    scopes = {"none": (), "others": ("admin", "operators", "Operator", "user:operator")}
    tokens = {kind: court.http_service.somebody(scopes=of).token for kind, of in scopes.items()}
    for trial in await court.all(ADMIN, tokens):
        assert (trial.answered.status, trial.answered.code) == (403, "FORBIDDEN"), trial
    operator = court.http_service.somebody(scopes=("operator",)).token
    reading = [route for route in ADMIN if route.method == "GET"]
    for trial in await court.all(reading, {"operator": operator}):
        assert trial.answered.status in (200, 404), trial


async def test_nothing_of_another_is_read_or_changed(court: Court) -> None:
    """By any route that names a thing: no otherwise than if it were not there."""
    http_service = court.http_service
    owner, stranger = http_service.somebody(), http_service.somebody()
    await http_service.set_tier(owner, "unlimited")
    things = await things_of(http_service, owner)
    before = await rows_of(http_service, owner.user_id)
    for kind, parts in things.items():
        routes = [route for route in PRIVATE if f"/{kind}/{{id}}" in route.path]
        assert routes, kind
        theirs = await asyncio.gather(*(court.ask(r, "a stranger", stranger.token, parts) for r in routes))
        missing = await asyncio.gather(*(court.ask(r, "a stranger", stranger.token, {}) for r in routes))
        for trial, nothing in zip(theirs, missing, strict=True):
            assert (trial.answered.status, nothing.answered.status) == (404, 404), trial
            assert without_ids(trial.answered.body) == without_ids(nothing.answered.body), trial
            assert trial.answered.code.endswith("NOT_FOUND"), trial
    assert await rows_of(http_service, owner.user_id) == before


def without_ids(body: bytes) -> str:
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", body.decode())


async def things_of(http_service: HttpService, owner: Caller) -> dict[str, dict[str, Any]]:
    """One of each kind that the owner has, with the parts of paths that name it."""
    story = await owner.make_story()
    await http_service.finish(owner, story, "cover", b"a picture", "image/png")
    character = (await owner("POST", "/api/v1/characters", {"name": "Ada"})).data["id"]
    picture = await owner("POST", f"/api/v1/characters/{character}/references?declared=drawing", a_picture())
    webhook = (await owner("POST", "/api/v1/webhooks", {"url": "https://example.org/", "events": ["*"]})).data
    library = (await owner("POST", "/api/v1/libraries", {"name": "Bedtime"})).data["id"]
    return {
        "stories": {"id": story},
        "characters": {"id": character, "reference": picture.data["id"]},
        "webhooks": {"id": webhook["id"], "delivery": await a_delivery(http_service, webhook["id"])},
        "libraries": {"id": library},
    }


async def a_delivery(http_service: HttpService, webhook_id: str) -> UUID:
    """A message that was given up."""
    made: UUID = await http_service.database.pool.fetchval(
        "INSERT INTO webhook_deliveries (webhook_id, user_id, aggregate_id, version, event, status, ended_at)"
        " SELECT id, user_id, gen_random_uuid(), 1, 'story.ready', 'dead', now() FROM webhooks WHERE id = $1"
        " RETURNING id",
        UUID(webhook_id),
    )
    return made


async def rows_of(http_service: HttpService, user_id: UUID) -> dict[str, list[Any]]:
    """All rows of a user."""
    pool = http_service.database.pool
    tables = tables_of(REGISTRY.kinds)
    return {table: [row[0] for row in await pool.fetch(query, user_id)] for table, query in tables.items()}


async def test_socket_is_closed_on_a_token_that_is_not_good(court: Court) -> None:
    bad = await bad_tokens(court)
    for kind, (token, _) in bad.items():
        if token is None or kind == "too long":
            continue
        url = f"{court.http_service.url}/api/v1/ws"
        async with court.http_service.session.ws_connect(url, protocols=["storytroupe.v1"]) as socket:
            await socket.send_json({"type": "hello", "token": token})
            closing = await socket.receive(timeout=60)
            # An issuer's key that is not known yet is looked for: come back.
            assert closing.data == 4500, (kind, closing)


async def test_link_of_another_opens_nothing_of_theirs(
    http_service: HttpService, maya: Caller, stranger: Caller
) -> None:
    """Anybody may sign any path, for themselves."""
    story = await maya.make_story()
    await http_service.finish(maya, story, "cover", b"a picture", "image/png")
    url = f"/api/v1/stories/{story}/assets/cover"
    own, others = [
        (await user("POST", "/api/v1/links", {"urls": [url]})).data["links"][url] for user in (maya, stranger)
    ]
    nobody = http_service.nobody()
    assert (await nobody("GET", own)).body == b"a picture"
    assert (await nobody("GET", others)).code == "ASSET_NOT_FOUND"
    forged = own.replace(str(maya.user_id), str(stranger.user_id))
    assert (await nobody("GET", forged)).code == "LINK_INVALID"
    for method, path in (("GET", f"/api/v1/stories/{story}"), ("DELETE", f"/api/v1/stories/{story}")):
        query = own.partition("?")[2]
        assert (await nobody(method, f"{path}?{query}")).status == 401


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/api/v1/stories/{id}/assets/cover",
        "//example.org/api/v1/stories/{id}/assets/cover",
        "/api/v1/stories/{id}", "/api/v1/account", "/api/v1/stories/{id}/assets/cover/versions", "", "[",
        "/api/v1/stories/{id}/assets/..%2f", "/api/v1/stories/{id}/assets/cover#x", "/api/v1/account/export",
        "/api/v1/stories/{id}/assets/cover?" + "a=1&" * 60, "/api/v1/stories/{id}/assets/co\tver",
        "/api/v1/stories/{id}/assets/cover\nfoo", "/api/v1/stories/{id}/assets/cover\u202e",
    ],
)  # fmt: skip
async def test_only_files_can_be_linked_to(stranger: Caller, url: str) -> None:
    answered = await stranger("POST", "/api/v1/links", {"urls": [url.format(id=uuid4())]})
    assert (answered.status, answered.paths) == (422, ["urls.0"])


async def test_user_who_asks_too_often_waits_and_others_do_not(http_service: HttpService) -> None:
    async with http_service.beside(settings=Settings(rate_per_second=0.01, rate_burst=3)) as slow:
        user, other = slow.somebody(), slow.somebody()
        answered = [await user("GET", "/api/v1/account") for _ in range(4)]
        assert [one.status for one in answered] == [200, 200, 200, 429]
        *_, last = answered
        standings = [re.fullmatch('"user";r=(.);t=([0-9]+)', one.headers["RateLimit"]) for one in answered]
        assert [(one[1], -(-int(one[2]) // 100)) for one in standings if one][:3] == [
            ("2", 1),
            ("1", 2),
            ("0", 3),
        ]
        assert last.code == "RATE_LIMITED"
        assert last.headers["RateLimit-Policy"] == '"user";q=3;w=300'
        assert 1 <= int(last.headers["Retry-After"]) <= 100
        assert (await other("GET", "/api/v1/account")).status == 200
        assert (await slow.nobody()("GET", "/healthz")).status == 200


async def test_heads_that_are_too_long_are_told_so(http_service: HttpService, stranger: Caller) -> None:
    for headers, path, status, code in (
        ({"X-Long": "x" * 17_000}, "/api/v1/account", 431, "HEADERS_TOO_LARGE"),
        ({f"X-{n}": "x" * 2_000 for n in range(10)}, "/api/v1/account", 431, "HEADERS_TOO_LARGE"),
        ({}, f"/api/v1/stories?cursor={'x' * 9_000}", 414, "URL_TOO_LONG"),
    ):
        answered = await stranger("GET", path, headers=headers)
        assert (answered.status, answered.code) == (status, code)


ORIGIN = "https://stories.example"
ASKED = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST",
         "Access-Control-Request-Headers": "authorization,content-type"}  # fmt: skip


async def test_pages_of_listed_origins_may_ask(http_service: HttpService) -> None:
    async with http_service.beside(settings=Settings(cors_origins=(ORIGIN,))) as here:
        preflight = await here.nobody()("OPTIONS", "/api/v1/stories", headers=ASKED)
        assert (preflight.status, preflight.headers["Access-Control-Allow-Origin"]) == (204, ORIGIN)
        assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in preflight.headers
        answered = await here.somebody()("GET", "/api/v1/account", headers={"Origin": ORIGIN})
        assert answered.headers["Access-Control-Allow-Origin"] == ORIGIN
        refused = await here.nobody()("GET", "/api/v1/account", headers={"Origin": ORIGIN})
        assert (refused.status, refused.headers["Access-Control-Allow-Origin"]) == (401, ORIGIN)
        async with here.session.ws_connect(
            f"{here.url}/api/v1/ws", protocols=["storytroupe.v1"], headers={"Origin": ORIGIN}
        ) as socket:
            await socket.send_json({"type": "hello", "token": here.somebody().token})
            assert (await socket.receive_json())["type"] == "welcome"


@pytest.mark.parametrize(
    "origin",
    [
        "https://stories.example.evil.org",
        "http://stories.example",
        "https://STORIES.example",
        "null",
        "https://x",
    ],
)
async def test_pages_of_other_origins_may_not(http_service: HttpService, origin: str) -> None:
    async with http_service.beside(settings=Settings(cors_origins=(ORIGIN,))) as here:
        preflight = await here.nobody()("OPTIONS", "/api/v1/stories", headers={**ASKED, "Origin": origin})
        assert (preflight.status, preflight.code) == (405, "METHOD_NOT_ALLOWED")
        answered = await here.somebody()("GET", "/api/v1/account", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answered.headers
        assert answered.headers["Vary"] == "Origin"


async def test_studio_is_open_to_no_other_origin(http_service: HttpService) -> None:
    key = StudioKey()
    async with http_service.beside(settings=Settings(cors_origins=("*",)), studio_key=key) as here:
        headers = {**ASKED, "Access-Control-Request-Method": "POST"}
        assert (await here.nobody()("OPTIONS", "/studio/session", headers=headers)).status == 405
        answered = await here.nobody()(
            "POST", "/studio/session", {"key": key.text}, headers={"Origin": ORIGIN}
        )
        assert answered.status == 403
        assert "Access-Control-Allow-Origin" not in answered.headers


@pytest.mark.parametrize(
    "origin", ["stories.example", "https://stories.example/", "https://a b", "*.example"]
)
def test_origin_that_cannot_be_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        Settings(cors_origins=(origin,))


async def test_content_policy_names_where_files_are(http_service: HttpService) -> None:
    settings = Settings(cdn_base_url="https://cdn.example/books", public_url="https://stories.example")
    async with http_service.beside(settings=settings) as here:
        headers = (await here.nobody()("GET", "/")).headers
    policy = headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert "https://cdn.example" in parts["img-src"].split()
    assert "https://cdn.example" in parts["media-src"].split()
    assert parts["script-src"] == "'self'"
    assert "unsafe" not in policy
