"""What is said of a request that is not valid, however much is wrong with it."""

from __future__ import annotations

import pytest

from service.api.fields import Problem, invalid
from service.http.app.problems import problem_response


@pytest.mark.parametrize(
    "problems",
    [
        [("urls.0", "This is wrong.")] * 5_000,
        [("urls.0", "word " * 40_000)] * 5_000,
        [(".".join(["\U000e0100" * 81] * 33), "\\\U000e0100" * 40_000)] * 200,
    ],
    ids=["many", "long", "long in bytes"],
)
def test_the_answer_is_small_and_counts_what_it_leaves_out(problems: list[Problem]) -> None:
    error = invalid(problems)
    assert 1 <= len(error.data["errors"]) <= 100
    assert len(error.data["errors"]) + error.data["more"] == len(problems)
    body = problem_response(error).body
    assert isinstance(body, bytes)
    assert len(body) < 64 * 1024


def test_what_is_short_is_told_whole() -> None:
    problems = [(f"urls.{number}", f"Number {number} is wrong.") for number in range(100)]
    error = invalid(problems)
    assert error.data == {"errors": [{"path": path, "message": message} for path, message in problems]}
    assert error.message == "The request is not valid. urls.0: Number 0 is wrong."
