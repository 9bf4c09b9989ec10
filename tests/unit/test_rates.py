"""How often a user may ask."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from service.access.rates import Rates

USER, OTHER = uuid4(), uuid4()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_admitted_and_then_as_many_as_the_rate() -> None:
    clock = Clock()
    rates = Rates(2, 4, clock=clock)
    standings = [rates.take(USER) for _ in range(5)]
    assert [one.remaining for one in standings if one] == [3, 2, 1, 0, 0]
    assert [one.admitted for one in standings if one] == [True] * 4 + [False]
    last = standings[-1]
    assert last is not None
    assert (last.quota, last.window, last.reset, last.wait) == (4, 2, 2, 1)
    clock.now += 0.5
    assert [one.admitted for _ in range(2) if (one := rates.take(USER))] == [True, False]


def test_each_user_has_a_bucket_of_their_own() -> None:
    rates = Rates(1, 1, clock=Clock())
    assert [one.admitted for user in (USER, USER, OTHER) if (one := rates.take(user))] == [True, False, True]


def test_no_rate_is_no_limit() -> None:
    assert Rates(0, 1).take(USER) is None


def test_who_has_a_full_bucket_is_forgotten() -> None:
    clock = Clock()
    rates = Rates(10, 10, clock=clock)
    for _ in range(50):
        rates.take(uuid4())
    clock.now += 60
    rates.take(USER)
    assert len(rates._full_at) == 1


@given(st.lists(st.floats(0, 3), max_size=60))
def test_no_window_admits_more_than_its_burst_and_its_rate(pauses: list[float]) -> None:
    clock, admitted = Clock(), list[float]()
    rates = Rates(3, 5, clock=clock)
    for pause in pauses:
        clock.now += pause
        standing = rates.take(USER)
        assert standing is not None
        assert standing.admitted == (standing.wait == 0)
        if standing.admitted:
            admitted.append(clock.now)
    for index, begun in enumerate(admitted):
        for end in range(index, len(admitted)):
            assert end - index + 1 <= 5 + 3 * (admitted[end] - begun) + 1e-6
