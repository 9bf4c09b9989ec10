"""The table of a story's assets, and the graph of their dependencies.

::

    content ─┬─ direction ──────────────┬─ cover ─── scene_1 … scene_n ─┬─ pdf
             ├─ character_sheet ────────┘                               ├─ epub
             ├─ activities ─────────────────────────────────────────────┤
             └─ audio ──────────────────────────────────────────────────┘ (epub only)

The colouring pages, if a request asks for them, are made from the scenes only.

``content`` is a hard need of every job: without text nothing else is made. All other needs are
soft: the dependant waits until the need has ended, with or without success, and then uses what exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

MAX_SCENES = 12
CONTENT = "content"


class Media(NamedTuple):
    """A media type, and the extension of its files."""

    type: str
    ending: str


_PICTURES = (Media("image/png", "png"), Media("image/jpeg", "jpg"), Media("image/webp", "webp"))
_PDF = Media("application/pdf", "pdf")


@dataclass(frozen=True, slots=True)
class AssetType:
    """One type of asset. The group and the module of its actor have the same name.

    ``about`` describes it, and ``step`` is the step of a run in which it is made. Old pollers read ``status``
    and ``message``, in which ``{n}`` is the page. ``needs`` are its soft needs besides the content. It is
    made from them, from the content, and from ``reads``, which is waited for only if none of ``needs`` is
    made. ``media`` are the media types that its file may have.

    ``numbered``: one exists for each scene. ``internal``: events and metadata show it,
    ``asset_generation_status`` does not. ``optional``: it is made if a request asks for it. ``is_book``: it
    is set from the other assets and calls no provider. Its file name has the title and ``edition``.
    ``seconds`` is the time that a process on a usual machine needs for it, and the additional time for each
    scene.
    """

    name: str
    about: str
    step: str
    message: str
    status: str = "GENERATING_PAGE_IMAGE_{n}"
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    numbered: bool = False
    internal: bool = False
    optional: bool = False
    is_picture: bool = False
    is_book: bool = False
    edition: str = ""
    seconds: tuple[float, float] = (0.0, 0.0)


_HEROES = "Drawing the heroes and the cover"
_REFERENCES = "GENERATING_REFERENCE_IMAGES"

#: Every type of asset, sources before their dependants: the public ones in the source document's order, then
#: those that this project added.
ASSETS: tuple[AssetType, ...] = (
    AssetType(
        CONTENT,
        about="the text",
        step="generating_text",
        message="Writing the story",
        status="GENERATING_OUTLINE",
    ),
    AssetType(
        "direction",
        about="the palette and the reading of each picture",
        step="generating_cover",
        message=_HEROES,
        status=_REFERENCES,
        internal=True,
    ),
    AssetType(
        "character_sheet",
        about="a picture of the heroes, to draw them from",
        step="generating_character_images",
        message=_HEROES,
        status=_REFERENCES,
        media=_PICTURES,
        internal=True,
        is_picture=True,
    ),
    AssetType(
        "cover",
        about="the cover's picture",
        step="generating_cover",
        message=_HEROES,
        status=_REFERENCES,
        needs=("direction", "character_sheet"),
        media=_PICTURES,
        is_picture=True,
    ),
    AssetType(
        "scene",
        about="the picture of a page",
        step="generating_scene_images",
        message="Drawing the picture for page {n}",
        needs=("cover",),
        reads=("direction",),
        media=_PICTURES,
        numbered=True,
        is_picture=True,
    ),
    AssetType(
        "audio",
        about="the narration, with the time of each word",
        step="generating_audio",
        message="Recording the narration",
        media=(Media("audio/mpeg", "mp3"),),
    ),
    AssetType(
        "activities",
        about="questions to talk about",
        step="generating_activities",
        message="Thinking of questions to talk about",
    ),
    AssetType(
        "pdf",
        about="the book to print or to read on a screen",
        step="generating_pdf",
        message="Setting the pages of the book",
        needs=("cover", "scene", "activities"),
        media=(_PDF,),
        is_book=True,
        seconds=(0.5, 0.06),
    ),
    AssetType(
        "epub",
        about="the book that reads itself aloud",
        step="generating_pdf",
        message="Binding the book that reads itself aloud",
        needs=("cover", "scene", "activities", "audio"),
        media=(Media("application/epub+zip", "epub"),),
        is_book=True,
        seconds=(0.9, 0.1),
    ),
    AssetType(
        "colouring_page",
        about="the outlines of each scene, a page each, to print and to colour",
        step="generating_pdf",
        message="Drawing the outlines to colour",
        needs=("scene",),
        media=(_PDF,),
        optional=True,
        is_book=True,
        edition="colouring pages",
        seconds=(0.5, 1.2),
    ),
)

TYPES: Mapping[str, AssetType] = MappingProxyType({asset.name: asset for asset in ASSETS})
INTERNAL = frozenset(asset.name for asset in ASSETS if asset.internal)
#: The assets that a request can ask for in addition to those of every book.
EXTRAS = tuple(asset.name for asset in ASSETS if asset.optional)
#: The groups that make pictures.
PICTURE_GROUPS = frozenset(asset.name for asset in ASSETS if asset.is_picture)
#: The assets that are set from the others and call no provider.
BOOKS = frozenset(asset.name for asset in ASSETS if asset.is_book)
#: All media types that an asset's file may have.
MEDIA = tuple(dict.fromkeys(media for asset in ASSETS for media in asset.media))

_SCENE = "scene_"
_PICTURE_FILE = re.compile(rf"(.+/story_[^/]+/(?:cover|{_SCENE}\d+)-[0-9a-f]+)\.[a-z]+")


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job to be inserted. ``needs`` are names of jobs in the same plan, each with whether it is hard."""

    name: str
    group: str
    needs: tuple[tuple[str, bool], ...]


def group_of(name: str) -> str:
    """The actor group of an asset. All scenes share one group."""
    return "scene" if name.startswith(_SCENE) else name


def scene_names(count: int) -> tuple[str, ...]:
    """The names of the scenes' assets."""
    return tuple(f"{_SCENE}{n}" for n in range(1, count + 1))


def scene_number(name: str) -> int | None:
    """The number of a scene's asset; None for every other asset."""
    return int(name.removeprefix(_SCENE)) if name.startswith(_SCENE) else None


def picture_index(name: str) -> int | None:
    """The index of a picture in the book: 0 for the cover, then the scenes; None for every other asset."""
    return 0 if name == "cover" else scene_number(name)


def plates_folder(key: str) -> str | None:
    """The folder of the plates of a book's picture, from the picture's key in the store; None for other keys.
    The file and this folder are deleted together."""
    found = _PICTURE_FILE.fullmatch(key)
    return f"{found[1]}.plates/" if found else None


def file_name(name: str, title: str) -> str:
    """The file name of an asset without its extension: title and edition for a book, its own name for another
    asset."""
    kind = TYPES.get(group_of(name))
    return f"{title} - {kind.edition}" if kind and kind.edition else title if kind and kind.is_book else name


def _names(types: Iterable[str], scene_count: int) -> tuple[str, ...]:
    """The assets of some types in a story."""
    each = (scene_names(scene_count) if TYPES[name].numbered else (name,) for name in types)
    return tuple(name for names in each for name in names)


@cache
def soft_needs(name: str, scene_count: int) -> tuple[str, ...]:
    """The soft needs of an asset."""
    return _names(TYPES[group_of(name)].needs, scene_count)


@cache
def sources(name: str, scene_count: int) -> tuple[str, ...]:
    """The assets from which an asset is made directly."""
    if name == CONTENT:
        return ()
    return (CONTENT, *_names(TYPES[group_of(name)].reads, scene_count), *soft_needs(name, scene_count))


@cache
def all_assets(scene_count: int) -> tuple[str, ...]:
    """Every asset that a story may have, sources before their dependants."""
    return _names(TYPES, scene_count)


@cache
def public_assets(scene_count: int, extras: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The assets of ``asset_generation_status`` of a whole book with these ``extras``: in the source
    document's order, then the added ones."""
    left_out = {*INTERNAL, *EXTRAS}.difference(extras)
    return tuple(name for name in all_assets(scene_count) if name not in left_out)


@cache
def plan_build(
    scene_count: int, *, character_sheet: bool, assets: bool = True, extras: tuple[str, ...] = ()
) -> tuple[PlannedJob, ...]:
    """The jobs of a first build, needs before dependants.

    ``character_sheet`` is made if a character has no reference image. Without ``assets``, only the content is
    made.
    """
    if not assets:
        return plan_run([CONTENT], scene_count)
    left_out = {*EXTRAS, *(() if character_sheet else ("character_sheet",))}.difference(extras)
    return plan_run([name for name in all_assets(scene_count) if name not in left_out], scene_count)


def plan_run(names: Iterable[str], scene_count: int) -> tuple[PlannedJob, ...]:
    """The jobs of a run for exactly these assets. Needs outside the run are left out."""
    wanted = list(names)
    present = set(wanted)
    return tuple(PlannedJob(name, group_of(name), _needs(name, scene_count, present)) for name in wanted)


def _needs(name: str, scene_count: int, present: set[str]) -> tuple[tuple[str, bool], ...]:
    hard = [(CONTENT, True)] if name != CONTENT and CONTENT in present else []
    needs = soft_needs(name, scene_count)
    if present.isdisjoint(needs):
        needs = _names(TYPES[group_of(name)].reads, scene_count)
    soft = [(need, False) for need in needs if need in present]
    return (*hard, *soft)
