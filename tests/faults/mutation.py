"""What a mutation is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """A guard that is taken away, and the tests that must notice: at least one must fail.

    ``times`` is how often the file has it; it is taken away everywhere.
    """

    name: str
    file: str
    guard: str
    without: str
    tests: tuple[str, ...]
    times: int = 1
