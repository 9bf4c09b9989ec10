"""The one vocabulary of states that is stored, and who moves a job out of each.

::

    pending ──→ queued ──→ generating ──→ ready
       │          │ ↑          │ ├──────→ failed
       │          │ ├──────────┘ ├──────→ cancelled
       │          │ └─ retrying ←┘
       └→ skipped └→ cancelled

Every other vocabulary of the source documents is derived from this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class JobStatus(StrEnum):
    """A job's status; the schema's CHECK says the same."""

    PENDING = "pending"
    """Waits for other jobs; the settlement of the last of them moves it on."""
    QUEUED = "queued"
    """Ready, in fair order; an actor's claim moves it on."""
    GENERATING = "generating"
    """An attempt runs; its settlement, a cancel or its worker's expiry moves it on."""
    RETRYING = "retrying"
    """Waits for its time, and the scheduler moves it on; held (without a time), a person does."""
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"

    @property
    def final(self) -> bool:
        """Whether nothing moves a job out of this state within its run."""
        return self in FINAL


FINAL = frozenset({JobStatus.READY, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.SKIPPED})

#: From each state: the states that may follow, and what moves the job there.
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
        # A final state ends the run's work; only a person's resume opens it again.
        JobStatus.READY: {},
        JobStatus.FAILED: {JobStatus.QUEUED: "a resume", JobStatus.PENDING: "a resume"},
        JobStatus.CANCELLED: {JobStatus.QUEUED: "a resume", JobStatus.PENDING: "a resume"},
        JobStatus.SKIPPED: {JobStatus.QUEUED: "a resume", JobStatus.PENDING: "a resume"},
    }
)


def may_move(old: JobStatus, new: JobStatus) -> bool:
    """Whether the table of transitions allows the step."""
    return new in TRANSITIONS[old]


class RunStatus(StrEnum):
    """The status of a run, a row of ``story_generation_tasks``."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def open(self) -> bool:
        """Whether work of the run is still to be done."""
        return self in (RunStatus.PENDING, RunStatus.IN_PROGRESS)


class Overall(StrEnum):
    """What has become of all assets of a story together."""

    GENERATING = "generating"
    READY = "ready"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
