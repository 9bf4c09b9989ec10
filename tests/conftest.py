"""Fixtures for every test."""

from __future__ import annotations

import pytest

from tests.faults.figures import Figures
from tests.servers import (
    database,
    made_folder,
    module_database,
    pool,
    pristine_folder,
    private_stack,
    redis_url,
    stack,
    template_database,
)

__all__ = [
    "database",
    "made_folder",
    "module_database",
    "pool",
    "pristine_folder",
    "private_stack",
    "redis_url",
    "stack",
    "template_database",
]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """How the faults ended, for their table: those of providers and stores are not in the suite's folder."""
    if report.when == "call" or report.failed:
        Figures.results[report.nodeid] = report.outcome


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--faults",
        choices=("short", "long"),
        default="short",
        help="how much of the fault suite to run: the part for every run, or all of it",
    )
    parser.addoption(
        "--contract",
        choices=("short", "long"),
        default="short",
        help="how many cases to send to each call of the API: a few for every run, or thousands in all",
    )
    parser.addoption(
        "--faults-page",
        metavar="PATH",
        help="a page whose table of faults is to be that of this run",
    )
