"""The table of the assets of a story, and the graph of their dependencies.

::

    content ─┬─ direction ──────────────┬─ cover ─── scene_1 … scene_n ─┬─ pdf
             ├─ character_sheet ────────┘                               ├─ epub
             ├─ activities ─────────────────────────────────────────────┤
             └─ audio ──────────────────────────────────────────────────┘ (epub only)

The graph omits the optional assets, which are made only if a request asks for them: the colouring pages (from
the scenes), and the files for a printer (from the same assets as ``pdf``).

``content`` is a hard need of every job: without text, no other asset is made. All other needs are soft. A job
waits until its soft needs have ended, with or without success. It then uses the results that exist.
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
    """A media type, and the file extension for it."""

    type: str
    ending: str


_PICTURES = (Media("image/png", "png"), Media("image/jpeg", "jpg"), Media("image/webp", "webp"))
_PDF = Media("application/pdf", "pdf")


@dataclass(frozen=True, slots=True)
class AssetType:
    """One type of asset. The group and the module of its actor have the same name.

    ``about`` describes the asset. ``step`` is the step of a run that makes it. Clients of the source
    document's polling API read ``status`` and ``message``: ``{n}`` is the number of the page. ``needs`` are
    the soft needs of the asset in addition to the content. The asset is made from the content, from ``needs``
    and from ``reads``. Its job waits for ``reads`` only if none of ``needs`` is made. ``media`` are the media
    types that its file may have.

    A ``numbered`` asset exists once for each scene. An ``internal`` asset is in events and metadata, but not
    in ``asset_generation_status``. An ``optional`` asset is made only if a request asks for it. An
    ``is_book`` asset is composed from other assets without a provider. The name of its file has the title and
    ``edition``. ``seconds`` has the time that a process on a usual machine needs for the asset, and the
    additional time for each scene.
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

#: All types of assets, each one before the types that depend on it. Public types come first, in the source
#: document's order. Types that this project added follow.
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
        about="the palette, and the scene analysis of each picture",
        step="generating_cover",
        message=_HEROES,
        status=_REFERENCES,
        internal=True,
    ),
    AssetType(
        "character_sheet",
        about="a reference picture of the heroes",
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
        about="the read-aloud book, with the narration",
        step="generating_pdf",
        message="Binding the book that reads itself aloud",
        needs=("cover", "scene", "activities", "audio"),
        media=(Media("application/epub+zip", "epub"),),
        is_book=True,
        seconds=(0.9, 0.1),
    ),
    AssetType(
        "colouring_page",
        about="one page with the outlines of each scene, to print and to colour",
        step="generating_pdf",
        message="Drawing the outlines to colour",
        needs=("scene",),
        media=(_PDF,),
        optional=True,
        is_book=True,
        edition="colouring pages",
        seconds=(0.5, 1.2),
    ),
    AssetType(
        "print_book",
        about="the pages of the book for a printer: 8.5 in square with bleed, 300 dpi, without the cover",
        step="generating_pdf",
        message="Drawing the pictures for the printer",
        needs=("cover", "scene", "activities"),
        media=(_PDF,),
        optional=True,
        is_book=True,
        edition="print",
        seconds=(16.0, 15.0),
    ),
    AssetType(
        "kdp_cover",
        about="the cover for KDP: back, spine and front in one piece",
        step="generating_pdf",
        message="Setting the cover for the printer",
        needs=("cover", "scene", "activities"),
        media=(_PDF,),
        optional=True,
        is_book=True,
        edition="cover for KDP",
        seconds=(16.0, 0.1),
    ),
    AssetType(
        "lulu_cover",
        about="the cover for Lulu: back, spine and front in one piece",
        step="generating_pdf",
        message="Setting the cover for the printer",
        needs=("cover", "scene", "activities"),
        media=(_PDF,),
        optional=True,
        is_book=True,
        edition="cover for Lulu",
        seconds=(16.0, 0.1),
    ),
)

TYPES: Mapping[str, AssetType] = MappingProxyType({asset.name: asset for asset in ASSETS})
INTERNAL = frozenset(asset.name for asset in ASSETS if asset.internal)
#: The optional assets, which a request can ask for in addition to those of every book.
EXTRAS = tuple(asset.name for asset in ASSETS if asset.optional)
#: The actor groups that make pictures.
PICTURE_GROUPS = frozenset(asset.name for asset in ASSETS if asset.is_picture)
#: The assets that are composed from other assets without a provider.
BOOKS = frozenset(asset.name for asset in ASSETS if asset.is_book)
#: The asset of each edition of the book as a PDF.
EDITIONS: Mapping[str, str] = MappingProxyType(
    {"screen": "pdf", "print": "print_book", "kdp-cover": "kdp_cover", "lulu-cover": "lulu_cover"}
)
#: The assets that a printer needs.
PRINT = tuple(name for name in EXTRAS if name in EDITIONS.values())
#: All media types that an asset's file may have.
MEDIA = tuple(dict.fromkeys(media for asset in ASSETS for media in asset.media))

_SCENE = "scene_"
_PICTURE_FILE = re.compile(rf"(.+/story_[^/]+/(?:cover|{_SCENE}\d+)-[0-9a-f]+)\.[a-z]+")


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job to be inserted. ``needs`` has the names of needed jobs in the same plan. Each value says whether
    the need is hard."""

    name: str
    group: str
    needs: tuple[tuple[str, bool], ...]


def group_of(name: str) -> str:
    """Return the actor group of an asset. All scenes share one group."""
    return "scene" if name.startswith(_SCENE) else name


def scene_names(count: int) -> tuple[str, ...]:
    """Return the names of the assets of all scenes."""
    return tuple(f"{_SCENE}{n}" for n in range(1, count + 1))


def scene_number(name: str) -> int | None:
    """Return the number of a scene from the name of its asset. None for every other asset."""
    return int(name.removeprefix(_SCENE)) if name.startswith(_SCENE) else None


def picture_index(name: str) -> int | None:
    """Return the index of a picture in the book: 0 for the cover, and from 1 for the scenes. None for every
    other asset."""
    return 0 if name == "cover" else scene_number(name)


def plates_folder(key: str) -> str | None:
    """Return the folder with the plates (prepared versions) of a book's picture, from the picture's key in
    the store. None for other keys. The picture and this folder are deleted together."""
    found = _PICTURE_FILE.fullmatch(key)
    return f"{found[1]}.plates/" if found else None


def file_name(name: str, title: str) -> str:
    """Return the file name of an asset without the extension. For a book, it is the title with the edition.
    For any other asset, it is the name of the asset."""
    kind = TYPES.get(group_of(name))
    return f"{title} - {kind.edition}" if kind and kind.edition else title if kind and kind.is_book else name


def _names(types: Iterable[str], scene_count: int) -> tuple[str, ...]:
    """Return the names of a story's assets of the given types."""
    each = (scene_names(scene_count) if TYPES[name].numbered else (name,) for name in types)
    return tuple(name for names in each for name in names)


@cache
def soft_needs(name: str, scene_count: int) -> tuple[str, ...]:
    """Return the soft needs of an asset."""
    return _names(TYPES[group_of(name)].needs, scene_count)


@cache
def sources(name: str, scene_count: int) -> tuple[str, ...]:
    """Return the assets that an asset is directly made from."""
    if name == CONTENT:
        return ()
    return (CONTENT, *_names(TYPES[group_of(name)].reads, scene_count), *soft_needs(name, scene_count))


@cache
def all_assets(scene_count: int) -> tuple[str, ...]:
    """Return all assets that a story may have, each one before the assets that depend on it."""
    return _names(TYPES, scene_count)


@cache
def public_assets(scene_count: int, extras: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the assets in ``asset_generation_status`` of a whole book with these ``extras``. Assets of the
    source document come first, in its order. Assets that this project added follow."""
    left_out = {*INTERNAL, *EXTRAS}.difference(extras)
    return tuple(name for name in all_assets(scene_count) if name not in left_out)


@cache
def plan_build(
    scene_count: int, *, character_sheet: bool, assets: bool = True, extras: tuple[str, ...] = ()
) -> tuple[PlannedJob, ...]:
    """Return the jobs of a story's first run, each one before the jobs that depend on it.

    With ``character_sheet``, the sheet of the heroes is made too: a character has no reference image. Without
    ``assets``, only the content is made.
    """
    if not assets:
        return plan_run([CONTENT], scene_count)
    left_out = {*EXTRAS, *(() if character_sheet else ("character_sheet",))}.difference(extras)
    return plan_run([name for name in all_assets(scene_count) if name not in left_out], scene_count)


def plan_run(names: Iterable[str], scene_count: int) -> tuple[PlannedJob, ...]:
    """Return the jobs of a run that makes exactly these assets. Needs outside the run are omitted."""
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
