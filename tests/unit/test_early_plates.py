"""Plates that are made before their book: the book is the same, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from service.domain.assets import plates_folder
from service.publishing.book import Art, Book
from service.publishing.early import pack, prepare, recipe_of, unpack
from service.publishing.epub import bind
from service.publishing.pdf import typeset
from service.publishing.plates import Early
from tests.unit.test_pdf import a_book

pytestmark = pytest.mark.slow

STORY = "user_1/story_2/"
URN = "urn:uuid:0b9d8d5c-3a1f-4a41-9a7b-000000000001"


def prepared(art: Art | None, *, is_cover: bool) -> Art:
    """The same without the picture itself."""
    assert art is not None
    early = unpack(prepare(art.data, is_cover=is_cover).plates)
    assert early is not None
    return Art(b"", art.alt, early)


@cache
def plain_book() -> Book:
    """Its colours are those of its cover, as in every book whose cover was drawn."""
    book = a_book()
    assert book.cover is not None
    return replace(book, colours=prepare(book.cover.data, is_cover=True).colours)


@cache
def prepared_book() -> Book:
    book = plain_book()
    spreads = tuple(replace(spread, art=prepared(spread.art, is_cover=False)) for spread in book.spreads)
    return replace(book, cover=prepared(book.cover, is_cover=True), spreads=spreads)


def test_a_pdf_of_early_plates_is_the_same() -> None:
    assert typeset(prepared_book()).data == typeset(plain_book()).data


def test_an_epub_of_early_plates_is_the_same() -> None:
    assert bind(prepared_book(), None, URN).data == bind(plain_book(), None, URN).data


def test_early_plates_are_all_that_a_book_needs_but_for_one_in_print() -> None:
    both = prepared_book()
    plain = plain_book()
    spreads = tuple(
        replace(spread, art=replace(spread.art, data=whole.art.data))
        for spread, whole in zip(both.spreads, plain.spreads, strict=True)
        if spread.art and whole.art
    )
    assert both.cover and plain.cover
    cover = replace(both.cover, data=plain.cover.data)
    printed = typeset(replace(both, cover=cover, spreads=spreads), "print")
    assert printed.data == typeset(plain, "print").data


def test_plates_come_out_as_they_were_packed() -> None:
    book = prepared_book()
    assert book.cover and book.cover.early
    assert unpack(pack(book.cover.early)) == book.cover.early
    assert (len(book.cover.early.plain), len(book.cover.early.veiled)) == (1, 2)


@pytest.mark.parametrize("packed", [b"", b"torn", pack(Early({}, {}))[:-30]], ids=["nothing", "torn", "cut"])
def test_plates_that_cannot_be_read_are_none(packed: bytes) -> None:
    assert unpack(packed) is None


def test_a_recipe_tells_a_cover_by_its_veil_and_scenes_by_nothing() -> None:
    dusk, moss = ("#2b3a67", "#7a3b5e", "#a5502a"), ("#3d6659", "#3b4a7a", "#9a4a3c")
    assert recipe_of(dusk, is_cover=True) != recipe_of(moss, is_cover=True)
    assert recipe_of(dusk, is_cover=False) == recipe_of(moss, is_cover=False)
    assert recipe_of(dusk, is_cover=True) != recipe_of(dusk, is_cover=False)


@pytest.mark.parametrize(
    ("key", "folder"),
    [
        (f"{STORY}scene_12-0123456789abcdef.jpg", f"{STORY}scene_12-0123456789abcdef.plates/"),
        (f"{STORY}cover-0123456789abcdef.png", f"{STORY}cover-0123456789abcdef.plates/"),
        (f"{STORY}character_sheet-0123456789abcdef.jpg", None),
        (f"{STORY}pdf-0123456789abcdef.pdf", None),
        ("user_1/character_2/reference-0123456789abcdef.jpg", None),
        (f"{STORY}cover-0123456789abcdef.plates/", None),
    ],
)
def test_plates_lie_beside_their_picture(key: str, folder: str | None) -> None:
    assert plates_folder(key) == folder
