"""Signed URLs: what they are bound to, and when they end."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.access.links import Links
from service.errors import Unauthorized
from tests.cases import for_each

USER, STORY = UUID(int=1), UUID(int=2)
SOON = 1_800_000_060
PATH = f"/api/v1/stories/{STORY}/assets/cover"
URL = f"{PATH}?v=0123456789abcdef"


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def links(clock: Clock, signed_out: dict[UUID, datetime] | None = None, key: bytes = b"k" * 32) -> Links:
    return Links(key, ({} if signed_out is None else signed_out).get, clock=clock)


def verified(by: Links, url: str) -> UUID:
    parts = urlsplit(url)
    return by.verify(parts.path, parts.query)


def refusal(by: Links, url: str) -> str:
    with pytest.raises(Unauthorized) as refused:
        verified(by, url)
    return str(refused.value.code)


def test_link_stands_for_its_user_until_it_ends() -> None:
    clock = Clock()
    by = links(clock)
    url = by.sign(USER, URL, SOON)
    assert url.startswith(f"{URL}&user={USER}&exp=1800000060&sig=")
    assert verified(by, url) == USER
    clock.now += 60
    assert verified(by, url) == USER
    clock.now += 1
    assert refusal(by, url) == "LINK_EXPIRED"


@for_each(
    ("old", "new"),
    [
        ("cover", "scene_1"),
        (str(STORY), str(UUID(int=3))),
        ("v=0123456789abcdef", "v=0123456789abcdee"),
        ("v=0123456789abcdef", "version=1"),
        ("v=0123456789abcdef&", ""),
        (str(USER), str(UUID(int=3))),
        ("exp=1800000060", "exp=1900000060"),
        ("exp=1800000060", "exp=-1"),
        ("exp=1800000060", "exp=" + "9" * 5000),
        ("user=", "who="),
        ("sig=", "sig=A"),
        ("?", "?version=2&"),
        ("?", "?sig=x&"),
        ("?", "?" + "a=1&" * 60),
    ],
)
def test_link_that_was_changed_is_refused(old: str, new: str) -> None:
    by = links(Clock())
    url = by.sign(USER, URL, SOON)
    assert old in url
    assert refusal(by, url.replace(old, new, 1)) == "LINK_INVALID"


def test_part_of_one_value_cannot_move_into_the_next() -> None:
    by = links(Clock())
    url = by.sign(USER, f"{PATH}?v=a%0A{USER}", SOON)
    assert verified(by, url) == USER
    assert refusal(by, url.replace("%0A", "&v=", 1)) == "LINK_INVALID"


def test_how_the_file_is_saved_is_the_holders_choice() -> None:
    by = links(Clock())
    assert verified(by, by.sign(USER, URL, SOON) + "&download=1") == USER


def test_link_may_be_signed_again() -> None:
    clock = Clock()
    by = links(clock)
    url = by.sign(USER, URL, SOON)
    clock.now += 120
    again = by.sign(USER, url, SOON + 120)
    assert (again.count("sig="), verified(by, again)) == (1, USER)


def test_link_ends_with_its_users_next_sign_out() -> None:
    clock, signed_out = Clock(), dict[UUID, datetime]()
    by = links(clock, signed_out)
    url = by.sign(USER, URL, SOON)
    signed_out[USER] = datetime.now(UTC)
    assert refusal(by, url) == "LINK_INVALID"
    assert verified(by, by.sign(USER, URL, SOON)) == USER


def test_link_of_another_service_is_refused() -> None:
    clock = Clock()
    assert refusal(links(clock), links(clock, key=b"x" * 32).sign(USER, URL, SOON)) == "LINK_INVALID"


@given(st.integers(60, 7 * 86_400), st.floats(0, 4e9))
def test_links_that_are_made_soon_after_each_other_are_the_same(seconds: int, now: float) -> None:
    clock = Clock()
    clock.now = now
    by = links(clock)
    assert now + seconds <= by.expiry(seconds) <= now + 1.5 * seconds + 1
    ends = set()
    for _ in range(10):
        ends.add(by.expiry(seconds))
        clock.now += seconds / 20
    assert len(ends) <= 2
