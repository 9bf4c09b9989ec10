"""The graph of a story's assets: what is made, by which group, after what.

::

    content ─┬─ direction ──────────────┬─ cover ─── scene_1 … scene_n ─┬─ pdf
             ├─ character_sheet ────────┘                               ├─ epub
             ├─ activities ─────────────────────────────────────────────┤
             └─ audio ──────────────────────────────────────────────────┘ (epub only)

Every job needs ``content`` hard: without text nothing else is made. All other edges are
soft: the dependant waits until the need has ended, however it ended, and does its best.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

MAX_SCENES = 12
CONTENT = "content"
#: Jobs that show in events and metadata, not in ``asset_generation_status``.
INTERNAL = frozenset({"direction", "character_sheet"})
#: Every actor group: a stream and a consumer group of its own.
GROUPS = ("content", "direction", "character_sheet", "cover", "scene", "audio", "activities", "pdf", "epub")
#: Groups that make pictures share one bound over all processes.
PICTURE_GROUPS = frozenset({"character_sheet", "cover", "scene"})
_PICTURE_FILE = re.compile(r"(.+/story_[^/]+/(?:cover|scene_\d+)-[0-9a-f]+)\.[a-z]+")


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job to be written. ``needs`` are names of jobs in the same plan, with their hardness."""

    name: str
    group: str
    needs: tuple[tuple[str, bool], ...]


def group_of(name: str) -> str:
    """The actor group of an asset: all scenes share one."""
    return "scene" if name.startswith("scene_") else name


def scene_names(count: int) -> tuple[str, ...]:
    return tuple(f"scene_{n}" for n in range(1, count + 1))


def scene_number(name: str) -> int | None:
    """The number of a scene's asset, or None for every other asset."""
    return int(name.removeprefix("scene_")) if name.startswith("scene_") else None


def picture_index(name: str) -> int | None:
    """The place of a picture in the book: 0 for the cover, then the scenes; None for every other asset."""
    return 0 if name == "cover" else scene_number(name)


def plates_folder(key: str) -> str | None:
    """Where what was made ready of a book's picture lies, by the picture's key in the store; None for the
    key of anything else. The file and this folder go together."""
    found = _PICTURE_FILE.fullmatch(key)
    return f"{found[1]}.plates/" if found else None


def soft_needs(name: str, scene_count: int) -> tuple[str, ...]:
    """What an asset waits for beside the content."""
    if name == "cover":
        return ("direction", "character_sheet")
    if name.startswith("scene_"):
        return ("cover",)
    if name in ("pdf", "epub"):
        parts = ("cover", *scene_names(scene_count), "activities")
        return (*parts, "audio") if name == "epub" else parts
    return ()


def public_assets(scene_count: int) -> tuple[str, ...]:
    """The assets of ``asset_generation_status``: in the source document's order, then ours."""
    return (CONTENT, "cover", *scene_names(scene_count), "audio", "activities", "pdf", "epub")


@cache
def plan_build(scene_count: int, *, character_sheet: bool, assets: bool = True) -> tuple[PlannedJob, ...]:
    """The jobs of a first build, needs before dependants.

    ``character_sheet`` is made where a character has no reference image; without
    ``assets`` there is content alone.
    """
    names: list[str] = [CONTENT]
    if assets:
        internal = ("direction", "character_sheet") if character_sheet else ("direction",)
        names += [*internal, *public_assets(scene_count)[1:]]
    return plan_run(names, scene_count)


def plan_run(names: Iterable[str], scene_count: int) -> tuple[PlannedJob, ...]:
    """The jobs of a run over just these assets; needs outside of the run are left out."""
    wanted = list(names)
    present = set(wanted)
    return tuple(PlannedJob(name, group_of(name), _needs(name, scene_count, present)) for name in wanted)


def _needs(name: str, scene_count: int, present: set[str]) -> tuple[tuple[str, bool], ...]:
    hard = [(CONTENT, True)] if name != CONTENT and CONTENT in present else []
    needs = soft_needs(name, scene_count)
    if scene_number(name) is not None and "cover" not in present:
        # With a cover it is waited for already.
        needs = ("direction", *needs)
    soft = [(need, False) for need in needs if need in present]
    return (*hard, *soft)
