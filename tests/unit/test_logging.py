"""The log's form: one JSON object a line, whoever speaks, and no secret in it."""

from __future__ import annotations

import ast
import asyncio
import errno
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import structlog
from structlog.contextvars import clear_contextvars, merge_contextvars
from structlog.testing import capture_logs

from service.background.flusher import Flusher
from service.errors import ProviderRetryable
from service.jobs.jobs import Job
from service.jobs.states import JobStatus
from service.telemetry.context import about, attempt_begins, detached, fields_of
from service.telemetry.errors import named, trace
from service.telemetry.secrets import Hide

pytestmark = pytest.mark.slow

#: A loop for each test: on the one of the session, services of other tests write lines of their own.
own_loop = pytest.mark.asyncio(loop_scope="function")

_TALK = """
import asyncio, gc, logging, threading, warnings
import structlog
from service.telemetry.context import about
from service.telemetry.logging import configure_logging

configure_logging("debug", "json", secrets=["open sesame!", "short"])
configure_logging("debug", "json", secrets=["open sesame!", "short"])
about(job="the-job")
own = structlog.get_logger()
own.info("one\\nevent", odd=float("nan"), things={1: {2}, "of": object()}, text='a "quoted" \\ud800 text')
try:
    raise ValueError("two\\nlines of open sesame!")
except ValueError:
    own.exception("own.failed")
    logging.getLogger("botocore.credentials").exception("theirs failed: %s", "why")
logging.getLogger("httpx").info("HTTP Request: POST https://api.example/v1?key=abc")
logging.getLogger("aiohttp.client").warning("GET https://files.example/a?X-Amz-Signature=abc&b=c failed")
logging.getLogger("aiohttp.server").error("postgresql://maya:pass@host/db, Bearer abcdefghijkl")
logging.getLogger("alembic.runtime").error("short of sk-proj-abcdefghijklm")
warnings.warn("this goes away", DeprecationWarning)

async def left_alone():
    async def fail():
        raise RuntimeError("nobody looked")
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()

asyncio.run(left_alone())
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
raise SystemError("the end")
"""


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """What a process says in which everything goes wrong."""
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", _TALK], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert not done.stdout
    return [json.loads(line, parse_constant=pytest.fail) for line in done.stderr.splitlines()]


def test_each_line_is_an_object_with_level_and_time(lines: list[dict[str, Any]]) -> None:
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    assert len({line["timestamp"][-1] for line in lines}) == 1, "all in UTC"


def test_libraries_speak_in_the_same_form(lines: list[dict[str, Any]]) -> None:
    said = [(line.get("logger"), line["level"]) for line in lines]
    assert said == [
        (None, "info"),
        (None, "error"),
        ("botocore.credentials", "error"),
        ("aiohttp.client", "warning"),
        ("aiohttp.server", "error"),
        ("alembic.runtime", "error"),
        ("py.warnings", "warning"),
        ("asyncio", "error"),
        (None, "critical"),
        (None, "critical"),
    ]
    assert all(line["job"] == "the-job" for line in lines[:7]), "theirs are the attempt's, too"


def test_errors_come_with_their_traces_and_classes_and_not_with_what_they_say(
    lines: list[dict[str, Any]],
) -> None:
    traces = [line["exception"] for line in lines if "exception" in line]
    assert [trace.splitlines()[-1] for trace in traces] == [
        "ValueError",
        "ValueError",
        "RuntimeError",
        "ZeroDivisionError",
        "SystemError",
    ]
    assert all('File "<string>", line' in trace for trace in traces)
    assert "nobody looked" not in json.dumps([line for line in lines if "exception" in line])


def test_no_secret_is_shown(lines: list[dict[str, Any]]) -> None:
    said = json.dumps(lines)
    for secret in ("open sesame", "abc", "pass@", "maya:", "HTTP Request"):
        assert secret not in said, secret
    by = {line.get("logger"): line["event"] for line in lines}
    assert by["aiohttp.client"] == "GET https://files.example/a?… failed"
    assert by["aiohttp.server"] == "postgresql://…@host/db, Bearer …"
    assert by["alembic.runtime"] == "short of …", "a word that short is no secret"


def test_plain_text_is_left_as_it_is() -> None:
    plain = "Is it there? Yes: a=1, /a/path, https://example.com/path, bearer of news"
    assert Hide().text(plain) == plain


def a_job() -> Job:
    return Job(
        id=uuid4(),
        aggregate_id=uuid4(),
        user_id=uuid4(),
        run_id=uuid4(),
        name="cover",
        group="cover",
        status=JobStatus.GENERATING,
        attempt=2,
        worker_id=uuid4(),
        request_id="asked",
    )


@own_loop
async def test_task_of_an_attempt_takes_its_fields_along() -> None:
    job, log = a_job(), structlog.get_logger()

    async def later() -> None:
        log.info("later")

    async def attempt() -> None:
        attempt_begins(job)
        await asyncio.create_task(later())
        await detached(later())

    with capture_logs(processors=[merge_contextvars]) as logs:
        await asyncio.create_task(attempt())
        log.info("outside")
    own, shared, outside = logs
    assert own.items() >= fields_of(job).items()
    assert fields_of(job) == {
        "aggregate": str(job.aggregate_id),
        "job": str(job.id),
        "name": "cover",
        "asset": "cover",
        "user": str(job.user_id),
        "group": "cover",
        "attempt": 2,
        "worker": str(job.worker_id),
        "request_id": "asked",
    }
    assert not {"job"} & (shared.keys() | outside.keys()), "what works for many is nobody's"


@own_loop
async def test_what_is_said_of_one_ends_with_it() -> None:
    async def request(**fields: object) -> None:
        about(**fields)

    await asyncio.create_task(request(user=uuid4()))
    with capture_logs(processors=[merge_contextvars]) as logs:
        structlog.get_logger().info("next")
    assert "user" not in logs[0]
    clear_contextvars()


def test_lines_go_where_standard_error_is_now() -> None:
    """A command that was run in this process has had another one, which is closed."""
    say = (
        "import io, sys, logging, structlog\n"
        "from service.telemetry.logging import configure_logging\n"
        "real, sys.stderr = sys.stderr, io.StringIO()\n"
        "configure_logging('info', 'json')\n"
        "sys.stderr.close()\n"
        "sys.stderr = real\n"
        "structlog.get_logger().info('ours')\n"
        "logging.getLogger('theirs').warning('theirs')\n"
    )
    done = subprocess.run([sys.executable, "-c", say], capture_output=True, text=True, check=True)
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["ours", "theirs"]


@own_loop
async def test_what_is_written_for_many_is_nobodys() -> None:
    async def flush(items: Sequence[int]) -> Sequence[int]:
        structlog.get_logger().info("flushed", items=list(items))
        return items

    async def attempt() -> None:
        attempt_begins(a_job())
        await Flusher(flush).submit(1)

    with capture_logs(processors=[merge_contextvars]) as logs:
        await asyncio.create_task(attempt())
    assert logs == [{"event": "flushed", "items": [1], "log_level": "info"}]


def test_an_error_is_shown_by_class_and_code_with_its_causes() -> None:
    reset = ConnectionResetError(errno.ECONNRESET, "Maya")
    error = ProviderRetryable("Maya", code="PROVIDER_CONNECTION")
    error.__cause__ = reset
    assert named(error) == "ProviderRetryable(PROVIDER_CONNECTION) from ConnectionResetError(ECONNRESET)"
    assert named(KeyError("Maya")) == "KeyError"
    assert named(asyncpg.UniqueViolationError("Maya")) == "UniqueViolationError(23505)"
    assert Hide()(None, "info", {"error": [error]}) == {"error": [named(error)]}


def test_a_trace_shows_each_cause_and_member_without_what_they_say() -> None:
    try:
        try:
            raise ExceptionGroup("Maya", [ValueError("Maya"), KeyError("Maya")])
        except ExceptionGroup as group:
            raise RuntimeError("Maya") from group
    except RuntimeError as error:
        shown = trace((type(error), error, error.__traceback__))
    without_places = [line for line in shown.splitlines() if not line.startswith("  ")]
    assert without_places == ["ExceptionGroup", "ValueError", "KeyError", "RuntimeError"]


def log_calls(tree: ast.Module) -> Iterator[ast.Call]:
    """The calls to a module's loggers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            logger = getattr(node.func.value, "id", "")
            if re.fullmatch(r"_?log", logger):
                yield node


def texts_in(call: ast.Call) -> Iterator[ast.AST]:
    """What is made into text in a call."""
    for part in ast.walk(call):
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") in ("repr", "str"):
            yield from part.args
        elif isinstance(part, ast.JoinedStr):
            yield from part.values


@pytest.mark.parametrize("package", ["service", "actors"])
def test_no_line_of_the_log_is_made_of_what_an_error_says(package: str) -> None:
    """An error is handed over as it is: the log shows its class and code."""
    found = []
    for path in Path(package).rglob("*.py"):
        tree = ast.parse(path.read_text())
        caught = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)}
        errors = {"error", "problem", *caught}
        for call in log_calls(tree):
            names = {
                part.id for text in texts_in(call) for part in ast.walk(text) if isinstance(part, ast.Name)
            }
            found += [f"{path}:{call.lineno}"] if names & errors else []
    assert found == []
