"""Whose lines these are: what each line of a request or of an attempt says, wherever it is logged.

The fields hang on the task; a task that is made meanwhile takes a copy of them along.
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
    """Have all further lines of this task, and of those that it makes, bear these fields."""
    bind_contextvars(**{name: str(value) for name, value in fields.items()})


def fields_of(job: Job) -> dict[str, object]:
    """What each line of an attempt bears. ``request_id`` is that of the newest request which set the job's
    run going; empty where none did, as where a lost file is made again."""
    return {
        "aggregate": str(job.aggregate_id),
        "job": str(job.id),
        "name": job.name,
        # Its name up to 0.1.0.
        "asset": job.name,
        "user": str(job.user_id),
        "group": job.group,
        "attempt": job.attempt,
        "worker": str(job.worker_id) if job.worker_id else "",
        "request_id": job.request_id,
    }


def attempt_begins(job: Job) -> None:
    """Have all lines of this task bear the attempt's fields."""
    bind_contextvars(**fields_of(job))


def detached(work: Coroutine[Any, Any, T], name: str | None = None) -> asyncio.Task[T]:
    """A task that works for many: it takes no fields along from whoever happened to need it first."""
    return asyncio.get_running_loop().create_task(work, name=name, context=Context())
