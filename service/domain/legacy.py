"""Derives the status words for polling, which the source document defines, from a story's jobs. Pure.

PENDING, GENERATING_OUTLINE, GENERATING_REFERENCE_IMAGES, GENERATING_PAGE_IMAGE_{n}, COMPLETE, FAILED. A
partial story is COMPLETE. A cancelled story is FAILED, since clients must stop polling. Its message says that
it was cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.domain.assets import ASSETS, CONTENT, group_of, scene_number
from service.domain.projection import overall_of
from service.jobs.jobs import Job
from service.jobs.retry import BLOCKED_CODES
from service.jobs.states import JobStatus, Overall

PENDING = "PENDING"
COMPLETE = "COMPLETE"
FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class LegacyStatus:
    """A story's status in the words of the source document. ``status`` is for programs. ``status_message`` is
    a human-readable sentence."""

    status: str
    status_message: str


_ENDS = {
    Overall.READY: LegacyStatus(COMPLETE, "Your story is ready!"),
    Overall.PARTIAL: LegacyStatus(COMPLETE, "Your story is ready, but a part of it could not be made."),
    Overall.FAILED: LegacyStatus(FAILED, "The story could not be written. You can try again."),
    Overall.CANCELLED: LegacyStatus(FAILED, "The story was cancelled. Parts that were ready are kept."),
}


def legacy_status(assets: Mapping[str, Job]) -> LegacyStatus:
    """Return the status of a story in the words of the source document, from the newest job of each asset."""
    overall = overall_of(assets)
    if overall is not Overall.GENERATING:
        return _ENDS[overall]
    status = _under_way(assets)
    waits = _what_stops(assets)
    return LegacyStatus(status.status, f"The story waits. {waits}") if waits else status


def _what_stops(assets: Mapping[str, Job]) -> str:
    """Return a sentence that says what a person must do before the story can continue. Empty if no job is
    blocked."""
    if any(job.status is JobStatus.GENERATING for job in assets.values()):
        return ""
    waiting = [job for job in assets.values() if job.status is JobStatus.RETRYING and job.error]
    return next((job.error_text for job in waiting if (job.error or {}).get("code") in BLOCKED_CODES), "")


def _under_way(assets: Mapping[str, Job]) -> LegacyStatus:
    if _is_about_to_begin(assets.get(CONTENT)):
        return LegacyStatus(PENDING, "Your story is about to begin.")
    unfinished = [name for name, job in assets.items() if not job.status.final]
    groups = {group_of(name) for name in unfinished}
    first = next(asset for asset in ASSETS if asset.name in groups)
    page = min(_pages(unfinished), default=max(_pages(assets), default=1))
    return LegacyStatus(first.status.format(n=page), f"{first.message.format(n=page)}.")


def _is_about_to_begin(content: Job | None) -> bool:
    waiting = (JobStatus.QUEUED, JobStatus.PENDING)
    return content is not None and content.status in waiting and not content.attempt


def _pages(names: Iterable[str]) -> list[int]:
    return [number for name in names if (number := scene_number(name)) is not None]
