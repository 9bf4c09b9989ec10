"""The stored states of a job, and what moves a job out of each.

::

    pending ──→ queued ──→ generating ──→ ready
       │          │ ↑          │ ├──────→ failed
       │          │ ├──────────┘ ├──────→ cancelled
       │          │ └─ retrying ←┘
       └→ skipped └→ cancelled

The other status vocabularies of the source documents are derived from these states.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class JobStatus(StrEnum):
    """The status of a job. A CHECK in the schema has the same values."""

    PENDING = "pending"
    """The job waits for other jobs. When the last of them ends, the settlement queues it."""
    QUEUED = "queued"
    """The job waits in the queue, in fair order, until a worker claims it."""
    GENERATING = "generating"
    """An attempt of the job runs, until it is settled, cancelled, or its worker expires."""
    RETRYING = "retrying"
    """The job waits until it is due; then the scheduler queues it. A held job has no due time and waits for a
    person."""
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"

    @property
    def final(self) -> bool:
        """Whether the status is an end: no further change of status follows automatically."""
        return self in FINAL


FINAL = frozenset({JobStatus.READY, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.SKIPPED})

#: For each status, the statuses that may follow, and what causes the change.
TRANSITIONS: Mapping[JobStatus, Mapping[JobStatus, str]] = MappingProxyType(
    {
        JobStatus.PENDING: {
            JobStatus.QUEUED: "the settlement of the last job that it waited for",
            JobStatus.SKIPPED: "the end of a hard need without success",
            JobStatus.CANCELLED: "a cancel",
        },
        JobStatus.QUEUED: {
            JobStatus.GENERATING: "an actor's claim",
            JobStatus.FAILED: "its third death, alone in its process: a dead letter",
            JobStatus.CANCELLED: "a cancel",
        },
        JobStatus.GENERATING: {
            JobStatus.READY: "its own settlement",
            JobStatus.FAILED: "its own settlement, or its deadline",
            JobStatus.RETRYING: "its own settlement",
            JobStatus.QUEUED: "its worker's expiry or drain",
            JobStatus.CANCELLED: "a cancel",
        },
        JobStatus.RETRYING: {
            JobStatus.QUEUED: "the scheduler, when it is due; a person, where the job is held",
            JobStatus.CANCELLED: "a cancel",
        },
        # A final status ends the job within its run. Only a person's resume starts it again.
        JobStatus.READY: {},
        JobStatus.FAILED: {JobStatus.QUEUED: "a resume", JobStatus.PENDING: "a resume"},
        JobStatus.CANCELLED: {JobStatus.QUEUED: "a resume", JobStatus.PENDING: "a resume"},
        JobStatus.SKIPPED: {JobStatus.QUEUED: "a resume", JobStatus.PENDING: "a resume"},
    }
)


def may_move(old: JobStatus, new: JobStatus) -> bool:
    """Whether the table of transitions allows the change."""
    return new in TRANSITIONS[old]


class RunStatus(StrEnum):
    """The status of a run, which is a row of ``story_generation_tasks``."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def open(self) -> bool:
        """Whether the run still has unfinished work."""
        return self in (RunStatus.PENDING, RunStatus.IN_PROGRESS)


class Overall(StrEnum):
    """The combined status of all assets of a story."""

    GENERATING = "generating"
    READY = "ready"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
