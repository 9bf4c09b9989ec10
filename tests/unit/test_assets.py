"""The table of assets: what follows from it, and where else an asset may be named."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.registry import REGISTRY
from actors.story import STORY
from service.domain.assets import (
    ASSETS,
    EXTRAS,
    INTERNAL,
    PICTURE_GROUPS,
    TYPES,
    AssetType,
    all_assets,
    file_name,
    plan_build,
    public_assets,
    sources,
)
from service.domain.media import EXTENSIONS
from service.domain.projection import RUN_STEPS
from service.settings import Settings

ROOT = Path(__file__).parents[2]


def test_every_asset_has_an_actor_that_makes_it() -> None:
    groups = [group for group, actor in REGISTRY.actors.items() if actor.spec.kind == STORY]
    assert groups == [asset.name for asset in ASSETS]


def test_what_makes_pictures_shares_one_bound() -> None:
    pools = REGISTRY.pools(Settings(image_concurrency=3))
    assert {group for group, pool in pools.items() if pool == ("pictures", 3)} == PICTURE_GROUPS
    assert pools["audio"] == ("audio", None)


def test_a_process_begins_more_pictures_than_it_draws_at_once() -> None:
    slots = REGISTRY.slots(Settings(image_concurrency_per_process=4, concurrency_per_process=8))
    assert [slots[group] for group in ("cover", "scene", "audio")] == [6, 6, 8]


def test_public_assets_stand_in_the_documents_order_then_ours() -> None:
    usual = ("content", "cover", "scene_1", "scene_2", "audio", "activities", "pdf", "epub")
    assert public_assets(2) == usual
    assert public_assets(2, EXTRAS) == (*usual, *EXTRAS)
    assert not INTERNAL & set(public_assets(2, EXTRAS))


def test_an_extra_is_planned_only_where_it_is_asked_for() -> None:
    names = [job.name for job in plan_build(2, character_sheet=True)]
    assert not set(EXTRAS) & set(names)
    assert [job.name for job in plan_build(2, character_sheet=True, extras=EXTRAS)] == [*names, *EXTRAS]
    assert [job.name for job in plan_build(2, character_sheet=True, assets=False)] == ["content"]


def test_sources_stand_before_what_is_made_from_them() -> None:
    names = all_assets(3)
    for place, name in enumerate(names):
        assert set(sources(name, 3)) <= set(names[:place]), name


def test_steps_of_a_run_are_those_of_the_source_document() -> None:
    assert list(RUN_STEPS) == [
        "generating_text",
        "generating_character_images",
        "generating_cover",
        "generating_scene_images",
        "generating_audio",
        "generating_activities",
        "generating_pdf",
    ]
    assert RUN_STEPS["generating_cover"] == {"direction", "cover"}


def test_a_book_is_saved_by_its_title_and_no_two_alike() -> None:
    assert file_name("scene_2", "The Cold Moon") == "scene_2"
    assert file_name("pdf", "The Cold Moon") == "The Cold Moon"
    names = [file_name(asset.name, "T") + asset.media[0].ending for asset in ASSETS if asset.media]
    assert len(set(names)) == len(names)


def test_every_file_has_an_ending() -> None:
    known = {
        "image/png": "png",
        "image/jpeg": "jpg",
        "image/webp": "webp",
        "audio/mpeg": "mp3",
        "audio/flac": "flac",
        "audio/wav": "wav",
        "application/pdf": "pdf",
        "application/epub+zip": "epub",
    }
    assert known.items() <= EXTENSIONS.items()


#: The files in which an asset's own name may stand, beside its row and its actor. Novels have an EPUB, too.
SPELT = {
    "epub": {
        "service/publishing",
        "service/novels",
        "service/http/app/novel_routes.py",
        "service/api/queries.py",
        "service/cli/sessions.py",
        "service/web/novel",
    },
    "colouring": {"service/publishing"},
}


@pytest.mark.parametrize(("name", "where"), SPELT.items())
def test_an_asset_is_named_in_its_row_its_actor_and_its_publishing_code_alone(
    name: str, where: set[str]
) -> None:
    allowed = {"service/domain/assets.py", f"actors/{name}.py", "actors/colouring_page.py", *where}
    found = [
        str(path.relative_to(ROOT))
        for folder in ("actors", "service")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".sql", ".js"} and name in path.read_text("utf-8").lower()
    ]
    assert [file for file in found if not any(file.startswith(one) for one in allowed)] == []


def row(asset: AssetType) -> str:
    """An asset as the table of docs/api.md has it."""
    name = "`scene_1` …" if asset.numbered else f"`{asset.name}`"
    needs = ("content", *asset.reads, *asset.needs) if asset.name != "content" else ()
    after = ", ".join("the scenes" if TYPES[need].numbered else f"`{need}`" for need in needs)
    files = ", ".join(media.ending for media in asset.media)
    kinds = {"`extras`": asset.optional, "under `jobs`": asset.internal}
    seen = ", ".join(kind for kind, is_so in kinds.items() if is_so)
    return f"| {name} | {asset.about} | {after} | {files} | {seen} |"


def test_the_documents_table_is_this_one() -> None:
    lines = (ROOT / "docs/api.md").read_text("utf-8").splitlines()
    begin = lines.index("| asset | what it is | made from | files | |")
    assert lines[begin + 2 : begin + 2 + len(ASSETS)] == [row(asset) for asset in ASSETS]
    assert not lines[begin + 2 + len(ASSETS)]
