"""Fixtures for every test."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

from service.devstack import ports
from tests.faults.figures import Figures, is_fault
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

if TYPE_CHECKING:
    from tests.stubs.s3_server import S3Server

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


@pytest.fixture(scope="session")
async def s3_bucket(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[S3Server]:
    """A real S3 server with one bucket, for all tests: their keys are their own."""
    # Its client takes a second to load, and few tests need it.
    from tests.stubs.s3_server import make_bucket, program, s3_server

    weed = program()
    if weed is None:
        pytest.skip("SeaweedFS is not installed: `make setup` brings it")
    async with s3_server(tmp_path_factory.mktemp("s3"), weed) as server:
        await make_bucket(server)
        yield server


def pytest_configure(config: pytest.Config) -> None:
    """What could make the same tests end otherwise another time is taken from chance.

    ``--hypothesis-profile=default`` looks for examples that nobody has seen.
    """
    settings.register_profile(
        "steady", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile(config.getoption("--hypothesis-profile") or "steady")
    config.addinivalue_line("markers", "long: what only `make faults` runs, since it takes long")
    config.addinivalue_line(
        "markers",
        "slow: a unit test that takes about a second, or imports for so long; `make quick` leaves it out",
    )
    config.addinivalue_line("markers", "fault: a test of the fault suite, or one that has a row in its table")
    _divide_ports(config)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the tests of one file together, and those of the browser in two groups.

    Each process that tests the studio starts a service, Chromium and a book: two are enough.
    """
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class ByServers(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            half = crc32(file.encode()) % 2
            return f"tests/browser {half}" if file.startswith("tests/browser/") else file

    return ByServers(config, log)


def _divide_ports(config: pytest.Config) -> None:
    """Give each of the processes that test side by side ports of its own: a server that is restarted must
    find its port free, which the other's servers would choose meanwhile."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        number, count = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
        ports._QUIET_PORTS = ports._QUIET_PORTS[number::count]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is in the table of faults or beside it; leave the long forms to those who ask for them."""
    for item in items:
        if "/faults/" in item.nodeid or is_fault(item.nodeid):
            item.add_marker("fault")
    if config.getoption("--faults") == "short":
        left_out = [item for item in items if item.get_closest_marker("long")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is collected stays to the end: the garbage collector does not look at it, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """How the faults ended, for their table: those of providers and stores are not in the suite's folder."""
    if report.when == "call" or report.failed:
        Figures.results[report.nodeid] = report.outcome


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--faults",
        choices=("short", "long"),
        default="short",
        help="whether to run the long forms of tests: `make faults` does",
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
