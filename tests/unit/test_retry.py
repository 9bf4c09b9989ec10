"""What follows a failure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.registry import REGISTRY
from service.errors import ProviderPermanent, ProviderRetryable, ProviderThrottled
from service.jobs.outcomes import Discard, Retry, Snooze
from service.jobs.retry import JITTER, outcome_of

POLICIES = {group: actor.spec.retry for group, actor in REGISTRY.actors.items()}


@pytest.mark.parametrize(
    ("group", "attempts"),
    [("content", 3), ("cover", 3), ("scene", 3), ("audio", 2), ("pdf", 2), ("activities", 3)],
)
def test_attempts_are_those_of_the_source_document(group: str, attempts: int) -> None:
    assert POLICIES[group].attempts == attempts


def test_content_backs_off_by_powers_of_two_and_audio_by_five_seconds() -> None:
    assert [POLICIES["content"].delay(failures, 0) for failures in (1, 2, 3)] == [2, 4, 8]
    assert [POLICIES["audio"].delay(failures, 0) for failures in (1, 2)] == [5, 5]
    assert POLICIES["scene"].delay(1, 0.5) == 0


def test_retries_end_with_the_budget() -> None:
    policy = POLICIES["content"]
    error = ProviderRetryable("cut off")
    assert isinstance(outcome_of(error, 0, policy, 0), Retry)
    assert isinstance(outcome_of(error, 1, policy, 0), Retry)
    assert isinstance(outcome_of(error, 2, policy, 0), Discard)


def test_throttling_waits_as_long_as_the_provider_says_and_costs_nothing() -> None:
    outcome = outcome_of(ProviderThrottled(retry_after=17.0), 99, POLICIES["content"], 0)
    assert isinstance(outcome, Snooze)
    assert outcome.delay == 17.0


def test_what_is_permanent_is_given_up_at_once() -> None:
    outcome = outcome_of(ProviderPermanent("no such model"), 0, POLICIES["content"], 0)
    assert outcome == Discard("PROVIDER_REJECTED", "no such model")


def test_an_unplanned_error_is_tried_again() -> None:
    assert isinstance(outcome_of(KeyError("oops"), 0, POLICIES["pdf"], 0), Retry)


def test_an_operator_may_set_the_attempts() -> None:
    spec = REGISTRY.actors["content"].spec
    assert spec.retry_by({"content": 7, "scene": 1}).attempts == 7
    assert spec.retry_by({"scene": 1}) == spec.retry


@given(st.sampled_from(sorted(POLICIES)), st.integers(1, 50), st.floats(0, 1, exclude_max=True))
def test_jitter_adds_at_most_a_quarter(group: str, failures: int, jitter: float) -> None:
    plain = POLICIES[group].delay(failures, 0)
    assert plain <= POLICIES[group].delay(failures, jitter) <= plain * (1 + JITTER)
