"""Ticks: the newest of each key, none of a past attempt, none after the end."""

from __future__ import annotations

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from service.hub.entries import DurableEntry
from service.hub.frames import TickFrame
from service.hub.ticks import Ticks
from service.hub.wheel import TimerWheel
from service.stories.kind import StoryKind
from tests.stubs.event_log import channel_name

CHANNEL = channel_name(1)


def tick(
    key: str = "cover.progress", attempt: int = 1, body: bytes = b"1", channel: str = CHANNEL
) -> TickFrame:
    return TickFrame(channel, key, attempt, body)


def cover(status: str) -> dict[str, str]:
    return {"cover": status}


def test_the_newest_of_each_key_is_kept() -> None:
    ticks = Ticks()
    old, new, other = tick(body=b"1"), tick(body=b"2"), tick("content.page.1")
    assert [ticks.offer(each) for each in (old, new, other)] == [True, True, True]
    assert list(ticks.newest(CHANNEL)) == [new, other]
    assert ticks.is_newest(new)
    assert not ticks.is_newest(old)


def test_a_tick_of_an_earlier_attempt_is_dropped() -> None:
    ticks = Ticks()
    first = tick(attempt=1)
    ticks.offer(first)
    second = tick("cover.other", attempt=2)
    ticks.offer(second)
    assert list(ticks.newest(CHANNEL)) == [second]
    assert not ticks.offer(tick(attempt=1))


def test_the_end_of_an_asset_drops_its_ticks_and_those_that_come_late() -> None:
    ticks = Ticks()
    words = tick("content.page.1")
    ticks.offer(tick())
    ticks.offer(words)
    ticks.learn(CHANNEL, 5, cover("ready"), 1)
    assert list(ticks.newest(CHANNEL)) == [words]
    assert not ticks.offer(tick())
    assert not ticks.offer(tick(attempt=2))


def test_the_end_of_a_job_that_is_no_asset_drops_its_ticks_too() -> None:
    ticks = Ticks()
    ticks.offer(tick("direction.progress"))
    state = {"jobs": {"direction": {"status": "ready"}}, "attempt": 1}
    body = {"at": "2026-11-21T08:00:00Z", "event": "asset.ready", "data": state}
    ended = DurableEntry(CHANNEL, 5, orjson.dumps(body)).frame(StoryKind())
    ticks.learn(CHANNEL, 5, ended.statuses, ended.attempt)
    assert list(ticks.newest(CHANNEL)) == []
    assert not ticks.offer(tick("direction.progress"))


def test_an_asset_that_is_made_again_has_ticks_again() -> None:
    ticks = Ticks()
    ticks.offer(tick(attempt=3))
    ticks.learn(CHANNEL, 5, cover("failed"), 3)
    ticks.learn(CHANNEL, 6, cover("pending"), 0)
    ticks.learn(CHANNEL, 7, cover("generating"), 1)
    assert ticks.offer(tick(attempt=1))


def test_an_event_that_comes_again_does_not_bring_back_the_past() -> None:
    ticks = Ticks()
    ticks.learn(CHANNEL, 7, cover("ready"), 1)
    ticks.learn(CHANNEL, 6, cover("generating"), 1)
    assert not ticks.offer(tick())


def test_a_new_attempt_drops_the_ticks_of_the_last() -> None:
    ticks = Ticks()
    ticks.offer(tick(attempt=1))
    ticks.learn(CHANNEL, 4, cover("generating"), 2)
    assert list(ticks.newest(CHANNEL)) == []


def test_odd_states_are_left_alone() -> None:
    ticks = Ticks()
    kept = tick()
    ticks.offer(kept)
    odd: list[object] = [None, [], "x", {"cover": None}, {"cover": {"status": []}}]
    for version, assets in enumerate(odd, 1):
        ticks.learn(CHANNEL, version, StoryKind().statuses({"assets": assets}), "one")
    assert list(ticks.newest(CHANNEL)) == [kept]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.binary(max_size=40)), max_size=80))
def test_what_is_kept_is_bounded_and_counted(offers: list[tuple[int, int, bytes]]) -> None:
    ticks = Ticks(channels=4, size=800)
    for channel, key, body in offers:
        ticks.offer(tick(f"a.{key}", body=b'"%s"' % body.hex().encode(), channel=channel_name(channel)))
    kept = [each for number in range(10) for each in ticks.newest(channel_name(number))]
    assert len(ticks) <= 4
    assert ticks.size == sum(len(each.payload) for each in kept) <= 800


def test_a_forgotten_channel_leaves_nothing() -> None:
    ticks = Ticks()
    ticks.offer(tick())
    ticks.forget(CHANNEL)
    assert (ticks.size, len(ticks), list(ticks.newest(CHANNEL))) == (0, 0, [])


def test_the_wheel_calls_when_it_is_due_and_again_when_asked() -> None:
    wheel = TimerWheel(1.0)
    calls: list[float] = []

    def three_times(now: float) -> float | None:
        calls.append(now)
        return now + 2.5 if len(calls) < 3 else None

    wheel.schedule(1.2, three_times)
    for second in range(12):
        wheel.advance(float(second))
    assert calls == [2.0, 5.0, 8.0]


def test_the_wheel_calls_once_what_was_scheduled_twice() -> None:
    wheel = TimerWheel(1.0)
    calls: list[float] = []

    def call(now: float) -> None:
        calls.append(now)

    wheel.schedule(1.0, call)
    wheel.schedule(1.0, call)
    wheel.advance(10.0)
    wheel.schedule(3.0, call)
    wheel.advance(11.0)
    assert calls == [10.0, 11.0]
