"""Rate limits, the window of calls at once and the circuit breaker, on a clock of their own."""

from __future__ import annotations

import asyncio

import pytest

from service.domain.limits import Breaker, TokenBucket, Window
from service.errors import (
    ProviderBlocked,
    ProviderCrowded,
    ProviderPermanent,
    ProviderRetryable,
    ProviderThrottled,
)
from service.providers.guard import Guard, Limit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_lets_a_minutes_worth_through_and_then_makes_one_wait() -> None:
    bucket = TokenBucket(60)
    for _ in range(60):
        assert bucket.wait(1, 100.0) == 0
        bucket.take(1, 100.0)
    assert bucket.wait(1, 100.0) == pytest.approx(1.0)
    assert bucket.wait(1, 101.0) == 0


def test_a_bucket_without_a_limit_never_waits() -> None:
    bucket = TokenBucket()
    bucket.take(10**9, 1.0)
    assert bucket.wait(10**9, 1.0) == 0


def test_more_than_a_bucket_holds_is_lent_by_a_full_one() -> None:
    bucket = TokenBucket(60)
    assert bucket.wait(600, 5.0) == 0
    bucket.take(600, 5.0)
    assert bucket.wait(1, 5.0) == pytest.approx(541.0)


def test_the_providers_headers_win() -> None:
    bucket = TokenBucket(1000)
    bucket.observe(limit=60, remaining=0, now=50.0)
    assert bucket.wait(2, 50.0) == pytest.approx(2.0)


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_probe_through() -> None:
    breaker = Breaker(threshold=3, cooldown=10)
    for _ in range(3):
        assert breaker.wait(0) == 0
        breaker.fail(0)
    assert breaker.wait(4) == pytest.approx(6)
    assert breaker.wait(10) == 0
    assert breaker.wait(10) > 0
    breaker.succeed()
    assert breaker.wait(10) == 0
    assert breaker.wait(10) == 0


def test_a_failed_probe_opens_the_breaker_again() -> None:
    breaker = Breaker(threshold=1, cooldown=10)
    breaker.fail(0)
    assert breaker.wait(10) == 0
    breaker.fail(10)
    assert breaker.wait(11) == pytest.approx(9)


async def fail(guard: Guard, error: Exception) -> None:
    async with guard.call():
        raise error


async def test_a_guard_counts_failures_that_may_pass_and_not_our_own_mistakes() -> None:
    clock = Clock()
    guard = Guard("stub", breaker=Breaker(threshold=2, cooldown=10), clock=clock)
    for _ in range(5):
        with pytest.raises(ProviderPermanent):
            await fail(guard, ProviderPermanent("bad request"))
    for _ in range(2):
        with pytest.raises(ProviderRetryable):
            await fail(guard, ProviderRetryable("500"))
    with pytest.raises(ProviderThrottled) as throttled:
        async with guard.call():
            raise AssertionError("it must not be called")
    assert throttled.value.retry_after == pytest.approx(10)
    clock.now += 10
    async with guard.call():
        pass
    async with guard.call():
        pass


async def test_a_blocked_provider_says_why_until_a_probe_succeeds() -> None:
    clock = Clock()
    guard = Guard("stub", clock=clock)
    with pytest.raises(ProviderBlocked):
        await fail(guard, ProviderBlocked("the key was revoked"))
    with pytest.raises(ProviderThrottled, match="the key was revoked"):
        async with guard.call():
            pass
    clock.now += guard.breaker.cooldown
    async with guard.call():
        pass
    assert guard.breaker.blocked is None


async def test_the_error_of_a_blocked_provider_is_raised_to_each_job_that_needs_it() -> None:
    guard = Guard("stub", clock=Clock())
    with pytest.raises(ProviderBlocked):
        await fail(guard, ProviderBlocked("no credit", code="INSUFFICIENT_QUOTA"))
    with pytest.raises(ProviderThrottled) as throttled:
        async with guard.call():
            pass
    assert (throttled.value.code, throttled.value.message) == ("INSUFFICIENT_QUOTA", "no credit")
    assert throttled.value.retry_after == pytest.approx(guard.breaker.cooldown)


def test_a_blocked_provider_is_probed_less_and_less_often() -> None:
    breaker, now, pauses = Breaker(cooldown=10), 0.0, []
    for _ in range(6):
        assert breaker.wait(now) == 0
        breaker.block(ProviderBlocked(), now)
        breaker.block(ProviderBlocked(), now)  # another call that was under way
        pauses.append(breaker.wait(now))
        now += pauses[-1]
    assert pauses == [10, 20, 40, 80, 80, 80]
    assert breaker.wait(now) == 0
    assert breaker.wait(now) == breaker.pause, "one call probes; the others are woken when it succeeds"
    breaker.succeed()
    breaker.block(ProviderBlocked(), now)
    assert breaker.wait(now) == 10


async def test_a_provider_that_works_again_says_so_once_and_may_be_looked_at_sooner() -> None:
    clock, recovered = Clock(), []
    guard = Guard("stub", on_recovered=lambda: recovered.append(clock.now), clock=clock)
    async with guard.call():
        pass
    guard.breaker.look_again()
    with pytest.raises(ProviderBlocked):
        await fail(guard, ProviderBlocked("the key was revoked"))
    guard.breaker.look_again()
    for _ in range(2):
        async with guard.call():
            pass
    assert recovered == [clock.now]


async def test_a_long_wait_is_the_jobs_and_not_ours() -> None:
    guard = Guard("stub", requests=1, clock=Clock())
    async with guard.call():
        pass
    with pytest.raises(ProviderThrottled) as throttled:
        async with guard.call():
            pass
    assert throttled.value.retry_after == pytest.approx(60)


async def test_no_more_calls_run_at_once_than_allowed() -> None:
    guard = Guard("stub", at_once=2)
    running, most, release = 0, 0, asyncio.Event()

    async def one() -> None:
        nonlocal running, most
        async with guard.call():
            running += 1
            most = max(most, running)
            if running == 2:
                release.set()
            await release.wait()
            running -= 1

    await asyncio.gather(*(one() for _ in range(8)))
    assert most == 2


async def test_what_a_provider_asks_of_one_call_holds_for_all() -> None:
    clock = Clock()
    guard = Guard("stub", clock=clock)
    with pytest.raises(ProviderThrottled):
        await fail(guard, ProviderThrottled("slow down", retry_after=20))
    with pytest.raises(ProviderThrottled) as throttled:
        async with guard.call():
            pass
    assert throttled.value.retry_after == pytest.approx(20)
    clock.now += 20
    async with guard.call():
        pass


def test_a_days_limit_is_told_from_a_minutes_by_its_reset() -> None:
    assert Limit(limit=500, remaining=499, reset=0.12).per_minute == 500
    assert Limit(limit=10_000, remaining=9_999, reset=8.64).per_minute == pytest.approx(6.94, abs=0.01)
    assert Limit(limit=500, remaining=500, reset=0).per_minute == 500


async def test_the_headers_of_an_answer_fill_the_buckets() -> None:
    guard = Guard("stub", clock=Clock())
    guard.observe(requests=Limit(6, 0, 60), tokens=Limit(1000, 900, 6))
    assert guard.tokens.per_minute == 1000
    with pytest.raises(ProviderThrottled) as throttled:
        async with guard.call():
            pass
    assert throttled.value.retry_after == pytest.approx(10)


def test_a_throttle_halves_the_window_and_calls_that_go_well_open_it_again() -> None:
    window = Window(16)
    window.throttled(began=0, now=1)
    assert window.size == 8
    calls = 0
    while window.size < 16:
        window.succeed("picture", 2 + calls, 3 + calls)
        calls += 1
    # One more for each full window: 8 + 9 + … + 15.
    assert 84 <= calls <= 100
    assert not window.room(16)


def test_calls_that_were_under_way_together_shrink_the_window_once() -> None:
    window = Window(16)
    for _ in range(16):
        window.throttled(began=0, now=1)
    assert window.size == 8
    window.throttled(began=2, now=3)
    assert window.size == 4


def test_a_window_never_closes() -> None:
    window = Window(4)
    for moment in range(0, 40, 2):
        window.throttled(began=moment, now=moment + 1)
    assert window.size == 1
    assert window.room(0)
    assert not window.room(1)


def test_a_call_that_is_slow_for_its_kind_shrinks_the_window_a_little() -> None:
    window = Window(10)
    window.succeed("story", 0, 45)
    window.succeed("palette", 0, 2)
    assert window.size == 10
    window.succeed("palette", 50, 58)
    assert window.size == 9
    window.succeed("story", 60, 105)
    assert window.size > 9


def test_a_provider_without_a_slot_for_one_more_leaves_room_for_the_others() -> None:
    window = Window(16)
    window.crowded(5, began=0, now=1)
    assert window.room(3)
    assert not window.room(4)


async def test_a_throttled_guard_lets_fewer_through_at_once() -> None:
    clock = Clock()
    guard = Guard("stub", at_once=4, clock=clock)
    with pytest.raises(ProviderThrottled):
        await fail(guard, ProviderThrottled("slow down"))
    inside, open_door = 0, asyncio.Event()

    async def one() -> None:
        nonlocal inside
        async with guard.call():
            inside += 1
            await open_door.wait()

    calls = [asyncio.create_task(one()) for _ in range(4)]
    for _ in range(8):
        await asyncio.sleep(0)
    assert (inside, guard.running) == (2, 2)
    open_door.set()
    await asyncio.gather(*calls)
    assert (inside, guard.running) == (4, 0)


async def test_who_gives_up_waiting_takes_nobody_elses_turn() -> None:
    guard, open_door, done = Guard("stub", at_once=1), asyncio.Event(), 0

    async def one() -> None:
        nonlocal done
        async with guard.call():
            await open_door.wait()
            done += 1

    first, second, third = (asyncio.create_task(one()) for _ in range(3))
    await asyncio.sleep(0)
    second.cancel()
    open_door.set()
    await asyncio.gather(first, second, third, return_exceptions=True)
    assert second.cancelled()
    assert (done, guard.running) == (2, 0)


async def test_a_crowd_shrinks_the_window_and_holds_nobody_up() -> None:
    guard = Guard("stub", at_once=8, clock=Clock())
    with pytest.raises(ProviderThrottled) as alone:
        await fail(guard, ProviderCrowded("taken", retry_after=3))
    assert (type(alone.value), alone.value.retry_after) == (ProviderThrottled, 3), "others hold every slot"
    async with guard.call():
        assert guard.window.size == 1


async def test_tokens_are_asked_for_before_a_call_and_not_after() -> None:
    guard = Guard("stub", tokens=1000, clock=Clock())
    async with guard.call(900):
        pass
    with pytest.raises(ProviderThrottled) as throttled:
        async with guard.call(400):
            raise AssertionError("it must not be called")
    assert throttled.value.retry_after == pytest.approx(18)
