"""Pictures and tokens that are nearly good: never a fault of ours, and no traceback in the log.

Some of each with every run, 20,000 of each with ``--faults=long``; of pictures, 1,000 by HTTP as well.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from service.errors import InvalidInput
from service.settings import Settings
from service.storage.pictures import plain_picture
from tests.http_service import SECRET, Answered, Caller, HttpService
from tests.stubs.mutants import pictures, signed, tokens

log = logging.getLogger(__name__)

_SEED = 11
_AT_ONCE = 4
#: How many are tried in the long form.
_MANY = pytest.param(20_000, marks=pytest.mark.long)

#: What a token says, for each case: all else is as it should be.
CLAIMS: tuple[dict[str, Any], ...] = (
    {"exp": 10**18}, {"exp": 10**12}, {"exp": float("inf")}, {"exp": float("nan")}, {"exp": True},
    {"exp": "x"}, {"exp": -(10**18)}, {"exp": []}, {"iat": -(10**18)}, {"iat": 10**18}, {"iat": -1},
    {"iat": "1"}, {"iat": None},
    {"iat": False}, {"nbf": -(10**18)}, {"nbf": 10**18}, {"nbf": "0"}, {"nbf": True}, {"nbf": float("nan")},
    {"sub": 1}, {"sub": ""}, {"sub": "\ud800"}, {"aud": [[]]}, {"iss": []},
)  # fmt: skip


@pytest.fixture(scope="module")
async def patient(http_service: HttpService) -> AsyncIterator[HttpService]:
    """A face that lets anybody ask as often as they like."""
    async with http_service.beside(settings=Settings(rate_per_second=0, uploads_per_user=16)) as patient:
        yield patient


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing is logged as a fault, by us or by the server."""
    with capture_logs() as logs:
        yield
    loud = [each for each in logs if each["log_level"] in ("error", "critical") or each.get("exc_info")]
    heard = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert (loud, heard) == ([], [])


async def ask_all(
    cases: Iterator[Any], ask: Callable[[Any], Awaitable[Answered]]
) -> Counter[tuple[int, str]]:
    """Ask of each case, some at once. Returns how often there was each status and code."""
    seen: Counter[tuple[int, str]] = Counter()

    async def some() -> None:
        for case in cases:
            answered = await ask(case)
            code = answered.code if answered.status >= 400 else ""
            seen[answered.status, code] += 1
            assert answered.status < 500, (case, answered.body)

    await asyncio.gather(*(some() for _ in range(_AT_ONCE)))
    return seen


@pytest.mark.parametrize("count", [300, _MANY])
@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_pictures_with_changed_bytes_are_decoded_or_refused(count: int) -> None:
    seen = Counter[str]()
    for data in pictures(count, _SEED):
        try:
            plain_picture(data)
            seen["decoded"] += 1
        except InvalidInput as refused:
            seen[refused.code] += 1
    log.info("%d pictures decoded: %s", count, dict(seen))
    assert seen["decoded"] > count / 10 < seen["PICTURE_UNREADABLE"]


# Each is decoded by a process of its own, and a user has one such process at a time.
@pytest.mark.parametrize("count", [28, pytest.param(1_000, marks=pytest.mark.long)])
@pytest.mark.timeout(3600)
async def test_pictures_with_changed_bytes_are_taken_or_refused(
    patient: HttpService, quiet: None, count: int
) -> None:
    asks: list[Callable[[bytes], Awaitable[Answered]]] = []
    for _ in range(_AT_ONCE):
        user = patient.somebody()
        made = await user("POST", "/api/v1/characters", {"name": "Ada"})
        path = f"/api/v1/characters/{made.data['id']}/references?declared=drawing"
        asks.append(partial(user, "POST", path))
    turn = itertools.cycle(asks)
    seen = await ask_all(pictures(count, _SEED), lambda data: next(turn)(data))
    log.info("%d pictures: %s", count, dict(seen))
    # A character takes four that differ.
    assert {201, 422} <= {status for status, _ in seen} <= {201, 409, 422}
    assert sum(seen.values()) == count


@pytest.mark.parametrize("count", [300, _MANY])
@pytest.mark.timeout(3600)
async def test_tokens_with_changed_parts_are_good_or_refused(
    patient: HttpService, quiet: None, count: int
) -> None:
    claims = {"sub": str(uuid4()), "iss": "storytroupe", "aud": "storytroupe"}
    nobody = patient.nobody()

    def ask(token: str) -> Awaitable[Answered]:
        return nobody("GET", "/api/v1/libraries", headers={"Authorization": f"Bearer {token}"})

    seen = await ask_all(tokens(count, _SEED, SECRET, claims), ask)
    log.info("%d tokens: %s", count, dict(seen))
    assert {status for status, _ in seen} == {200, 401}
    assert sum(seen.values()) == count


@pytest.mark.parametrize("claims", CLAIMS, ids=str)
async def test_claims_that_cannot_be_are_refused(
    patient: HttpService, quiet: None, claims: dict[str, Any]
) -> None:
    good = {"sub": "maya", "iss": "storytroupe", "aud": "storytroupe", "exp": 4_000_000_000}
    token = signed({"alg": "HS256"}, good | claims, SECRET)
    answered = await patient.nobody()("GET", "/api/v1/account", headers={"Authorization": f"Bearer {token}"})
    assert answered.status == 401
    assert answered.code in ("TOKEN_INVALID", "TOKEN_EXPIRED")


async def test_signed_url_that_lacks_its_signature_is_refused(
    maya: Caller, http_service: HttpService, quiet: None
) -> None:
    story_id = await maya.make_story()
    path = f"/api/v1/stories/{story_id}/assets/cover"
    user = f"user={maya.user_id}"
    for query in (f"{user}&{user}&exp=1&xsig=1", f"{user}&exp=1&exp=1&xsig=1", f"{user}&exp=1&sig=%ff%ed"):
        answered = await http_service.nobody()("GET", f"{path}?{query}")
        assert (answered.status, answered.code) == (401, "LINK_INVALID"), query
