"""The fields that each log line of a request or of an attempt has, in every module.

The fields belong to the current asyncio task. A new task gets a copy of the fields.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, TypeVar

from structlog.contextvars import bind_contextvars

from service.jobs.jobs import Job

T = TypeVar("T")


def about(**fields: object) -> None:
    """Add these fields to all later log lines of this task, and of the tasks that it creates."""
    bind_contextvars(**{name: str(value) for name, value in fields.items()})


def fields_of(job: Job) -> dict[str, object]:
    """The fields of an attempt's log lines. ``request_id`` is the id of the newest request that started the
    job's run. It is empty if no request did, for example when a lost file is made again."""
    return {
        "aggregate": str(job.aggregate_id),
        "job": str(job.id),
        "name": job.name,
        # The field's name up to 0.1.0.
        "asset": job.name,
        "user": str(job.user_id),
        "group": job.group,
        "attempt": job.attempt,
        "worker": str(job.worker_id) if job.worker_id else "",
        "request_id": job.request_id,
    }


def attempt_begins(job: Job) -> None:
    """Add the attempt's fields to all log lines of this task."""
    bind_contextvars(**fields_of(job))


def detached(work: Coroutine[Any, Any, T], name: str | None = None) -> asyncio.Task[T]:
    """Create a task that works for many callers. The task does not copy the log fields of the caller that
    creates it."""
    return asyncio.get_running_loop().create_task(work, name=name, context=Context())
