"""The status words of the source document on polling, derived from a story's jobs. Pure.

PENDING, GENERATING_OUTLINE, GENERATING_REFERENCE_IMAGES, GENERATING_PAGE_IMAGE_{n}, COMPLETE,
FAILED. A partial story is COMPLETE; a cancelled one is FAILED, since old pollers must stop,
and its message tells the truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.assets import CONTENT, scene_number
from service.domain.projection import overall_of
from service.jobs.jobs import Job
from service.jobs.retry import BLOCKED_CODES
from service.jobs.states import JobStatus, Overall

PENDING = "PENDING"
GENERATING_OUTLINE = "GENERATING_OUTLINE"
GENERATING_REFERENCE_IMAGES = "GENERATING_REFERENCE_IMAGES"
GENERATING_PAGE_IMAGE = "GENERATING_PAGE_IMAGE_{n}"
COMPLETE = "COMPLETE"
FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class LegacyStatus:
    """``status`` is for programs, ``status_message`` always a sentence for a person."""

    status: str
    status_message: str


_ENDS = {
    Overall.READY: LegacyStatus(COMPLETE, "Your story is ready!"),
    Overall.PARTIAL: LegacyStatus(COMPLETE, "Your story is ready, but a part of it could not be made."),
    Overall.FAILED: LegacyStatus(FAILED, "The story could not be written. You can try again."),
    Overall.CANCELLED: LegacyStatus(FAILED, "The story was cancelled. What was ready has been kept."),
}
_LAST_TOUCHES = {
    "audio": "Recording the narration",
    "activities": "Thinking of questions to talk about",
    "pdf": "Setting the pages of the book",
    "epub": "Binding the book that reads itself aloud",
}


def legacy_status(assets: Mapping[str, Job]) -> LegacyStatus:
    """The old status of a story from the newest job of each asset."""
    overall = overall_of(assets)
    if overall is not Overall.GENERATING:
        return _ENDS[overall]
    status = _under_way(assets)
    waits = _what_stops(assets)
    return LegacyStatus(status.status, f"The story waits. {waits}") if waits else status


def _what_stops(assets: Mapping[str, Job]) -> str:
    """What a person has to do, where nothing goes on before that."""
    if any(job.status is JobStatus.GENERATING for job in assets.values()):
        return ""
    errors = [job.error or {} for job in assets.values() if job.status is JobStatus.RETRYING]
    return next((error["message"] for error in errors if error.get("code") in BLOCKED_CODES), "")


def _under_way(assets: Mapping[str, Job]) -> LegacyStatus:
    content = assets.get(CONTENT)
    if content is not None and not content.status.final:
        return _outline(content)
    if _open(assets, "direction", "character_sheet", "cover"):
        return LegacyStatus(GENERATING_REFERENCE_IMAGES, "Drawing the heroes and the cover.")
    return _pages(assets)


def _outline(content: Job) -> LegacyStatus:
    if content.status in (JobStatus.QUEUED, JobStatus.PENDING) and not content.attempt:
        return LegacyStatus(PENDING, "Your story is about to begin.")
    return LegacyStatus(GENERATING_OUTLINE, "Writing the story.")


def _pages(assets: Mapping[str, Job]) -> LegacyStatus:
    scenes = {number: job for name, job in assets.items() if (number := scene_number(name)) is not None}
    unfinished = [number for number, job in scenes.items() if not job.status.final]
    if unfinished:
        page = min(unfinished)
        return LegacyStatus(_page(page), f"Drawing the picture for page {page}.")
    making = [text for name, text in _LAST_TOUCHES.items() if _open(assets, name)]
    message = f"{making[0]}." if making else "Almost there."
    return LegacyStatus(_page(max(scenes, default=1)), message)


def _page(number: int) -> str:
    return GENERATING_PAGE_IMAGE.format(n=number)


def _open(assets: Mapping[str, Job], *names: str) -> bool:
    return any(name in assets and not assets[name].status.final for name in names)
