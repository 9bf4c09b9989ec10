"""What the service says of itself, and what every answer bears."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import uuid4

import asyncpg
import pytest

from service.background.leases import Lease
from service.background.nudges import Nudges
from service.db.pool import Database
from service.domain.traits import registry
from service.http.app.routes import ROUTES
from service.runtime.operations import ask_to_drain
from service.settings import ROLES
from tests.http_service import Caller, HttpService, a_request

LISTS = ("/api/v1/stories", "/api/v1/characters", "/api/v1/libraries", "/api/v1/account")


async def test_process_that_lives_says_so(http_service: HttpService) -> None:
    answered = await http_service.nobody()("GET", "/healthz")
    assert (answered.status, answered.json) == (200, {"status": "ok"})


async def test_process_that_serves_is_ready(http_service: HttpService) -> None:
    answered = await http_service.nobody()("GET", "/readyz")
    told = answered.json
    warnings = told.pop("warnings")
    assert (answered.status, told) == (200, {"ready": True, "reasons": {}, "stopped": []})
    assert "No process has the role relay: clients get no events, and webhooks wait." in warnings


async def test_role_that_a_process_has_and_keeps_is_not_warned_of(http_service: HttpService) -> None:
    lease = Lease(http_service.database, Nudges(http_service.database), seconds=60.0, roles=ROLES, slots={})
    await lease.start()
    try:
        assert (await http_service.nobody()("GET", "/readyz")).json["warnings"] == []
        assert await ask_to_drain(http_service.database, lease.worker_id) is not None
        warned = (await http_service.nobody()("GET", "/readyz")).json["warnings"]
        assert len(warned) == len(ROLES), "one that was asked to go is no holder"
    finally:
        await lease.stop()


async def test_process_that_does_not_serve_says_why(http_service: HttpService) -> None:
    async def reasons() -> Mapping[str, str]:
        return {"redis": "Redis does not answer."}

    async with http_service.beside(ready=reasons) as unready:
        answered = await unready.nobody()("GET", "/readyz")
    assert answered.status == 503
    told = {"ready": False, "reasons": {"redis": "Redis does not answer."}, "stopped": [], "warnings": []}
    assert answered.json == told


async def test_metrics_are_in_prometheus_form(http_service: HttpService, maya: Caller) -> None:
    await maya.make_story()
    async with http_service.beside() as fresh:
        answered = await fresh.somebody(scopes=("operator",))("GET", "/metrics")
    assert answered.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answered.body.decode().splitlines()
    sample = re.compile(r'storytroupe_\w+(\{\w+="\w*"(,\w+="\w*")*\})? \d+(\.\d+)?(e-?\d+)?')
    assert all(line.startswith(("# HELP ", "# TYPE ")) or sample.fullmatch(line) for line in lines)
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert int(values['storytroupe_jobs{group="content",status="queued"}']) > 0
    assert int(values["storytroupe_outbox_pending"]) > 0
    assert values["storytroupe_running_attempts"] == "3"
    assert values["storytroupe_late_writes_refused_total"] == "2"
    assert values["storytroupe_websockets"] == "0"
    assert float(values["storytroupe_oldest_queued_seconds"]) > 0


async def test_registry_of_traits_is_public_and_in_order(http_service: HttpService) -> None:
    answered = await http_service.nobody()("GET", "/api/v1/traits")
    assert [item["id"] for item in answered.data["items"]] == list(registry())
    assert answered.headers["Cache-Control"] == "public, max-age=3600"


async def test_description_covers_every_route_and_its_references_hold(http_service: HttpService) -> None:
    document = (await http_service.nobody()("GET", "/api/openapi.json")).json
    described = {(method.upper(), path) for path, ways in document["paths"].items() for method in ways}
    assert described == {(route.method, re.sub(r":[^}]*", "", route.path)) for route in ROUTES}
    text = (await http_service.nobody()("GET", "/api/openapi.json")).body.decode()
    for name in re.findall(r'"#/components/schemas/([^"]+)"', text):
        assert name in document["components"]["schemas"]
    ids = [way["operationId"] for ways in document["paths"].values() for way in ways.values()]
    assert len(set(ids)) == len(ids)
    story = document["paths"]["/api/v1/stories"]["post"]
    assert story["requestBody"]["content"]["application/json"]["schema"]
    assert "security" not in story
    assert document["paths"]["/healthz"]["get"]["security"] == []


@pytest.mark.parametrize("path", ["/", "/docs", "/web/page.css", "/web/docs.js"])
async def test_page_needs_nothing_from_elsewhere(http_service: HttpService, path: str) -> None:
    answered = await http_service.nobody()("GET", path)
    assert answered.status == 200
    assert not re.findall(rb"(?:src|href|url|import|fetch)\W+https?://", answered.body)
    assert "default-src 'none'" in answered.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/web/",
        "/web/nothing",
        "/web/../settings.py",
        "/web/%2e%2e/settings.py",
        "/web/%2fetc/passwd",
        "/web/%00",
        "/web/%ff",
        f"/web/{'a' * 300}",
        f"/web/fonts/{'a' * 300}",
        f"/web/{'a/' * 3_000}",
    ],
)
async def test_only_the_studios_files_are_served(http_service: HttpService, path: str) -> None:
    answered = await http_service.nobody()("GET", path)
    assert answered.status == 404
    assert answered.code in ("ROUTE_NOT_FOUND", "FILE_NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    [route.path for route in ROUTES if "{" not in route.path and route.method == "GET" and route.head],
)
async def test_slash_at_the_end_and_head_make_no_difference(
    http_service: HttpService, maya: Caller, path: str
) -> None:
    plain = await maya("GET", path)
    slashed = await maya("GET", f"{path.rstrip('/')}/")
    head = await maya("HEAD", path)
    assert plain.status == slashed.status == head.status
    assert plain.status < 500
    assert plain.headers["Content-Type"] == slashed.headers["Content-Type"] == head.headers["Content-Type"]
    assert head.body == b""


async def test_slash_at_the_end_of_a_story_makes_no_difference(maya: Caller) -> None:
    story_id = (await maya("POST", "/api/v1/stories/", a_request())).data["id"]
    for rest in ("", "/status", "/generation-status"):
        path = f"/api/v1/stories/{story_id}{rest}"
        assert (await maya("GET", f"{path}/")).body == (await maya("GET", path)).body
    assert (await maya("POST", f"/api/v1/stories/{story_id}/cancel/")).data["status"] == "cancelled"
    assert (await maya("DELETE", f"/api/v1/stories/{story_id}/")).status == 200


async def test_every_answer_bears_an_id_and_says_no_more_than_it_must(
    http_service: HttpService, maya: Caller
) -> None:
    for path in ("/api/v1/account", "/api/v1/nothing", "/", "/metrics"):
        answered = await maya("GET", path, headers={"X-Request-ID": "trace-1.a_b"})
        assert answered.headers["X-Request-ID"] == "trace-1.a_b"
        assert answered.headers["X-Content-Type-Options"] == "nosniff"
        assert answered.headers["X-Frame-Options"] == "DENY"
        assert answered.headers["Server"] == "storytroupe"
    for odd in ("x" * 65, "a b", "<script>"):
        answered = await maya("GET", "/healthz", headers={"X-Request-ID": odd})
        assert re.fullmatch(r"[0-9a-f]{16}", answered.headers["X-Request-ID"])


async def test_fault_of_our_own_says_nothing_of_its_cause(http_service: HttpService, maya: Caller) -> None:
    async def broken() -> Mapping[str, str]:
        raise RuntimeError("the password is swordfish")

    async with http_service.beside(ready=broken) as faulty:
        answered = await faulty.somebody(maya.user_id)("GET", "/readyz")
    assert (answered.status, answered.code) == (500, "INTERNAL")
    assert b"swordfish" not in answered.body
    assert answered.json["data"] == {"request_id": answered.headers["X-Request-ID"]}


async def test_database_that_is_away_is_unavailable_never_a_fault(
    http_service: HttpService, maya: Caller
) -> None:
    gone = await Database.connect(http_service.database.url, size=1)
    await gone.close()
    async with http_service.beside(database=gone) as cut:
        user = cut.somebody(maya.user_id, scopes=("operator",))
        asked = [("GET", path, None) for path in LISTS]
        asked += [("GET", f"/api/v1/stories/{uuid4()}", None), ("GET", "/metrics", None)]
        for method, path, body in [*asked, ("POST", "/api/v1/stories", a_request())]:
            answered = await user(method, path, body)
            assert (answered.status, answered.code) == (503, "UNAVAILABLE"), (method, path)
            assert answered.headers["Retry-After"] == "1"


async def test_database_that_is_slow_is_unavailable_never_a_fault(
    http_service: HttpService, maya: Caller
) -> None:
    await maya.make_story()
    blocker = await asyncpg.connect(http_service.database.url)
    # Connections of its own: those of the others must not lose their patience, too.
    slow = await Database.connect(
        f"{http_service.database.url}?statement_timeout=200ms", size=2, acquire_seconds=0.2
    )
    try:
        async with blocker.transaction(), http_service.beside(database=slow) as waiting:
            await blocker.execute("SELECT 1 FROM users WHERE id = $1 FOR UPDATE", maya.user_id)
            answered = await waiting.somebody(maya.user_id)("POST", "/api/v1/stories", a_request())
        assert (answered.status, answered.code) == (503, "UNAVAILABLE")
        assert await slow.pool.fetchval("SHOW statement_timeout") == "200ms"
    finally:
        await slow.close()
        await blocker.close()
