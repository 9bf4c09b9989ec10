"""What is made beside the book where it is asked for: pages to colour."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from service.domain.assets import EDITIONS, PRINT, public_assets
from tests.integration.provider_books import Works
from tests.integration.test_first_book import Book
from tests.unit.pdf_reading import catalogue, elements

EXTRA = "colouring_page"


@pytest.fixture(scope="module")
async def ready_book(provider_works: Works) -> Book:
    """A book of two scenes with pages to colour, for all tests here: each takes it as it finds it."""
    await provider_works.renew()
    return await provider_works.make(scene_count=2, extras=[EXTRA])


@pytest.fixture
def book(ready_book: Book) -> Book:
    return ready_book


async def pages(book: Book) -> PdfReader:
    return PdfReader(io.BytesIO(await book.fetch(book.assets[EXTRA]["url"])))


async def test_an_extra_is_a_public_asset_like_any_other(book: Book) -> None:
    assert book.story["asset_generation_status"]["overall"] == "ready"
    assert list(book.assets) == [*public_assets(2), EXTRA]
    assert book.story["brief"]["extras"] == [EXTRA]
    told = [event["event"] for event in book.events if EXTRA in event["data"].get("assets", {})]
    assert told[-2:] == ["asset.started", "asset.ready"]
    assert book.assets[EXTRA]["metadata"] == {"pages": 2}


async def test_the_pages_to_colour_are_tagged_and_say_what_is_shown(book: Book) -> None:
    reader = await pages(book)
    assert len(reader.pages) == 2
    assert reader.metadata is not None and reader.metadata.title == book.story["title"]
    assert "pdfuaid:part>1<" in str(catalogue(reader)["/Metadata"].get_object().get_data())
    figures = [one["/Alt"] for one in elements(reader) if one["/S"] == "/Figure"]
    assert len(figures) == 2 and all(figures)
    for number, page in enumerate(reader.pages, 1):
        assert book.story["title"] in page.extract_text() and str(number) in page.extract_text()


async def test_its_file_is_saved_by_the_books_title(book: Book) -> None:
    url = f"{book.assets[EXTRA]['url']}&download=1"
    async with book.client.get(url, headers=book.headers) as answer:
        disposition = answer.headers["Content-Disposition"]
        assert answer.content_type == "application/pdf"
    assert f'"{book.story["title"]} - colouring pages.pdf"' in disposition


async def test_a_changed_picture_makes_it_stale_and_a_rebuild_makes_it_again(book: Book) -> None:
    before = book.hashes[EXTRA]
    look = {"instructions": "Always a small fox somewhere."}
    await book.ask("POST", "/assets/regenerate", {"assetTypes": ["scene_1"], **look})
    await book.follow()
    newest, first = (await book.ask("GET", "/assets/scene_1/versions"))["items"]
    assert {name: newest[name] for name in look} == look and first["instructions"] is None
    assert book.assets[EXTRA]["stale"] is True
    await book.ask("POST", "/assets/regenerate", {"assetTypes": [EXTRA]})
    await book.follow()
    assert "stale" not in book.assets[EXTRA]
    versions = (await book.ask("GET", f"/assets/{EXTRA}/versions"))["items"]
    assert [version["version"] for version in versions][-1] == 1 and versions[-1]["hash"] == before
    edit = {"beats": [{"index": 2, "text": "Maya sat down by the river."}], "rebuild": True}
    assert EXTRA in (await book.ask("PATCH", "/content", edit))["assets"]
    await book.follow()
    assert book.story["asset_generation_status"]["overall"] == "ready"
    assert "stale" not in book.assets[EXTRA]


async def test_it_costs_no_call(book: Book) -> None:
    steps = await book.steps()
    await book.ask("POST", "/assets/regenerate", {"assetTypes": [EXTRA]})
    await book.follow()
    assert await book.steps() == steps


async def test_a_book_that_has_none_may_be_given_one(provider_works: Works) -> None:
    plain = await provider_works.make(scene_count=1)
    assert EXTRA not in plain.assets
    await plain.ask("POST", "/assets/regenerate", {"assetTypes": [EXTRA]})
    await plain.follow()
    assert plain.assets[EXTRA]["status"] == "ready"
    assert plain.story["asset_generation_status"]["overall"] == "ready"


async def test_the_files_for_a_printer_are_editions_of_the_pdf(provider_works: Works) -> None:
    plain = await provider_works.make(scene_count=1)
    pdf = f"{plain.assets['pdf']['url'].split('?')[0]}?edition="
    async with plain.client.get(f"{pdf}print", headers=plain.headers) as answer:
        assert answer.status == 404
    await plain.ask("POST", "/assets/regenerate", {"assetTypes": list(PRINT)})
    await plain.follow()
    assert {plain.assets[name]["status"] for name in PRINT} == {"ready"}
    printed = plain.assets["print_book"]["metadata"]
    assert printed == {"pages": 32, "enlarged": ["cover", "scene_1"]}
    assert plain.assets["lulu_cover"]["metadata"] == {"pages": 32, "spine_mm": 3.355}
    for edition, asset in EDITIONS.items():
        async with plain.client.get(f"{pdf}{edition}", headers=plain.headers) as answer:
            assert answer.headers["ETag"] == f'"{plain.hashes[asset]}"'
    for path in (f"{pdf}poster", plain.assets["epub"]["url"].split("?")[0] + "?edition=print"):
        async with plain.client.get(path, headers=plain.headers) as answer:
            assert answer.status == 422
