"""The typeset book: what a reader, a reading program and a printer find in the file."""

from __future__ import annotations

import io
import pickle
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from service.domain.story import Activity
from service.publishing.book import Art, Book, Colophon, Colours, Maker, Spread
from service.publishing.layout import SHEETS, Edition, lay_out
from service.publishing.pdf import Pdf, press, typeset
from service.publishing.wrap import Press, typeset_cover
from tests.unit.pdf_reading import Run, areas, catalogue, elements, fonts_of, opacities, pictures_of, runs

pytestmark = pytest.mark.slow

DUSK: Colours = ("#2b3a67", "#7a3b5e", "#a5502a")
OPENING = "Maya rolled to the window of her room. Outside, the moon had lost its light."
ANSWER = "“Who took it?” she asked. Biscuit barked twice."


def picture(seed: int, side: int = 160) -> bytes:
    """A soft gradient with a disc, different for each seed."""
    down, across = np.mgrid[0:side, 0:side] / side
    pixels = np.stack([down, across, np.full_like(down, seed % 5 / 5)], axis=2) * 200
    pixels[(down - 0.6) ** 2 + (across - 0.5) ** 2 < 0.03] = (217, 84, 30)
    out = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


QUESTIONS = (
    Activity(
        kind="multiple_choice",
        question="What was lost?",
        options=("A scarf", "The light", "A fish"),
        answer="The light",
        page=1,
    ),
    Activity(kind="true_false", question="Biscuit barked twice.", answer="True", page=1),
    Activity(kind="open", question="Where would you look?", answer="Any place is a good one."),
)


def a_spread(index: int, *texts: str, art: Art | None = None) -> Spread:
    return Spread(index, texts, art, DUSK)


def a_book(*spreads: Spread, title: str = "Maya and the Cold Moon", language: str = "en") -> Book:
    """A book of two scenes with pictures, unless its spreads are given."""
    scenes = (
        a_spread(1, OPENING, ANSWER, art=Art(picture(1), "Maya at her window")),
        a_spread(2, "The moon was warm now.", art=Art(picture(2), "A silver hill")),
    )
    return Book(
        title=title,
        language=language,
        age_range="3-5",
        readers=("Maya",),
        companions=("Biscuit",),
        summary="One night the moon loses its light.",
        cover=Art(picture(0), "Maya under a dark moon"),
        colours=DUSK,
        spreads=spreads or scenes,
        activities=QUESTIONS,
        colophon=Colophon(date(2026, 11, 21), 7, Maker("teller-1", True), Maker("gpt-image-9", False)),
    )


@cache
def set_book(edition: Edition = "screen") -> Pdf:
    return typeset(a_book(), edition)


def read(pdf: Pdf) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.data))


def text_of(pdf: Pdf, *pages: int) -> str:
    """The text of some pages (from 0), or of all, with white space folded."""
    reader = read(pdf)
    chosen = [reader.pages[page] for page in pages] or list(reader.pages)
    return " ".join(" ".join(page.extract_text().split()) for page in chosen)


def unspaced(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def test_pdf_has_a_picture_page_and_a_text_page_for_each_scene() -> None:
    pages = read(set_book()).pages
    for scene in (1, 2):
        shown, told = pages[1 + 2 * scene], pages[2 + 2 * scene]
        assert (len(pictures_of(shown)), shown.extract_text()) == (1, "")
        assert told.extract_text().strip().endswith(str(scene))


def test_pdf_text_is_text_in_reading_order() -> None:
    assert text_of(set_book(), 4) == f"{OPENING} {ANSWER} 1"


def test_pdf_opens_with_cover_owner_and_title_page() -> None:
    assert text_of(set_book(), 0) == "Maya and the Cold Moon A story for Maya"
    assert text_of(set_book(), 1) == "This book belongs to"
    assert text_of(set_book(), 2) == "Maya and the Cold Moon A story for Maya with Biscuit"


def test_pdf_asks_its_questions_and_answers_them_on_another_page() -> None:
    assert text_of(set_book(), 7) == "The End"
    asked, answered = text_of(set_book(), 8), text_of(set_book(), 9)
    for words in ("Talk about it", "What was lost? page 1", "A scarf The light A fish", "True False"):
        assert words in asked
    assert "Any place is a good one." not in asked
    assert "1. The light 2. True 3. Any place is a good one." in answered


def test_as_many_questions_as_a_book_has_stand_on_one_page() -> None:
    """The storyteller's six, with options that take two lines each where an order is asked for."""
    options = ("A cave", "A forest", "A library", "A garden")
    choices = [
        Activity(kind="multiple_choice", question=f"Where is {n}?", options=options, answer="A cave", page=1)
        for n in range(4)
    ]
    events = tuple(
        f"{n}: Zoë, Ole, Oma Käthe and Ming see green lights that dance over a lake" for n in range(4)
    )
    order = Activity(kind="sequence", question="Which came first?", options=events, answer=events[0])
    last = Activity(kind="open", question="Which page did you like best?", answer="Any.")
    pdf = typeset(replace(a_book(), activities=(*choices, order, last)))
    (asked,) = [page for page in (text_of(pdf, n) for n in range(pdf.pages)) if "Talk about it" in page]
    assert "Which page did you like best?" in asked


def test_pdf_says_how_it_was_made() -> None:
    colophon = text_of(set_book(), 9)
    assert "Words: teller-1, a program that works offline" in colophon
    assert "Pictures: gpt-image-9, an AI model" in colophon
    assert "Voice" not in colophon.split("made by computer programs")[1]
    assert "Seed: 7" in colophon
    assert "2026-11-21" in colophon


def test_pdf_counts_its_pages() -> None:
    assert set_book().pages == len(read(set_book()).pages)
    assert set_book().pages % 2 == 0


def test_pdf_of_a_good_book_has_no_warnings() -> None:
    assert set_book().warnings == ()
    assert set_book("print").warnings == ()


def test_pdf_is_the_same_for_the_same_book() -> None:
    assert typeset(a_book()).data == set_book().data


def test_pdf_of_another_seed_is_another() -> None:
    other = replace(a_book(), colophon=Colophon(date(2026, 11, 21), 8))
    assert typeset(other).data != set_book().data


def test_typeset_can_be_sent_to_another_process() -> None:
    function, book = pickle.loads(pickle.dumps((typeset, a_book())))
    assert function is typeset
    assert book == a_book()


def test_pdf_claims_the_accessible_standard_with_title_and_language() -> None:
    root = catalogue(read(set_book()))
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    metadata = read(set_book()).metadata
    assert metadata is not None
    assert metadata.title == "Maya and the Cold Moon"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in set_book().data


def test_pdf_pictures_have_alternative_texts_and_each_is_told_once() -> None:
    figures = [element["/Alt"] for element in elements(read(set_book())) if element["/S"] == "/Figure"]
    assert figures == ["Maya under a dark moon", "Maya at her window", "A silver hill"]


def test_pdf_headings_descend_without_gaps() -> None:
    headings = [element["/S"] for element in elements(read(set_book())) if element["/S"].startswith("/H")]
    assert headings[0] == "/H1"
    assert set(headings[1:]) == {"/H2"}


def test_pdf_text_lies_in_paragraphs_and_lists() -> None:
    document = next(elements(read(set_book())))
    kinds = {kid.get_object()["/S"] for kid in document["/K"]}
    assert kinds == {"/Title", "/P", "/H1", "/H2", "/L", "/Figure"}


def test_pdf_fonts_are_embedded() -> None:
    fonts = [font for page in read(set_book("print")).pages for font in fonts_of(page).values()]
    assert all({"/FontFile2", "/FontFile3"} & font["/FontDescriptor"].keys() for font in fonts)
    faces = {font["/BaseFont"].split("+")[-1] for font in fonts}
    assert {"Andika", "Fredoka-Bold", "Fredoka-Medium"} <= faces


def test_print_edition_has_the_printers_size_bleed_and_page_count() -> None:
    pdf = set_book("print")
    assert (pdf.pages, pdf.pages % 4) == (32, 0)
    for page in read(pdf).pages:
        assert [float(edge) for edge in page.mediabox] == pytest.approx([0, 0, 630, 630])
        assert [float(edge) for edge in page.trimbox] == pytest.approx([9, 9, 621, 621])


@pytest.mark.parametrize("edition", ["screen", "print"])
def test_every_page_is_covered_out_to_its_bleed(edition: Edition) -> None:
    for page in read(set_book(edition)).pages:
        side = float(page.mediabox.width)
        assert [
            (left, bottom, right, top)
            for left, bottom, right, top in areas(page)
            if max(left, bottom) <= 0.01 and min(right, top) >= side - 0.01
        ]


def test_print_edition_has_300_pixels_to_the_inch_and_no_transparency() -> None:
    pages = read(set_book("print")).pages
    shown = [image for page in pages for image in pictures_of(page)]
    full_page, vignette = (2625, 2625), (1312, 1312)
    assert {(image["/Width"], image["/Height"]) for image in shown} == {full_page, vignette}
    assert not [image for image in shown if "/SMask" in image]
    assert {opacity for page in pages for opacity in opacities(page)} <= {1.0}


def test_print_edition_fills_up_with_pages_to_draw_and_write_on() -> None:
    text = text_of(set_book("print"))
    assert text.count("Draw your own picture") >= 4
    assert text.count("Write your own words") >= 4


def test_print_edition_leaves_the_cover_to_the_printer() -> None:
    pages = read(set_book("print")).pages
    assert text_of(set_book("print"), 0) == "Maya and the Cold Moon"
    assert not pictures_of(pages[0])
    assert "One night the moon" not in text_of(set_book("print"))


@pytest.mark.parametrize(("printer", "spine"), [("kdp", 32 * 0.002347), ("lulu", 32 / 444 + 0.06)])
def test_cover_for_a_printer_is_back_spine_and_front_in_one_piece(printer: Press, spine: float) -> None:
    cover = typeset_cover(a_book(), printer)
    assert cover.pages_inside == 32
    assert cover.spine == pytest.approx(spine * 25.4)
    (page,) = PdfReader(io.BytesIO(cover.data)).pages
    wide = (2 * 8.5 + spine) * 72
    assert [float(edge) for edge in page.mediabox] == pytest.approx([0, 0, wide + 18, 630], abs=0.01)
    assert [float(edge) for edge in page.trimbox] == pytest.approx([9, 9, wide + 9, 621], abs=0.01)
    (front,) = pictures_of(page)
    assert (front["/Width"], front["/Height"], "/SMask" in front) == (2625, 2625, False)
    fonts = fonts_of(page).values()
    assert fonts and all({"/FontFile2", "/FontFile3"} & font["/FontDescriptor"].keys() for font in fonts)
    middle = 9 + (8.5 + spine / 2) * 72
    assert any(run.right < middle for run in runs(page)) and any(run.left > middle for run in runs(page))
    assert all(run.right < middle or run.left > middle for run in runs(page))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in cover.data


def pages_with_pictures(pdf: Pdf) -> list[int]:
    return [n for n, page in enumerate(read(pdf).pages) if pictures_of(page)]


def test_the_storyboard_decides_on_which_side_a_picture_is_and_its_shape() -> None:
    book = a_book()
    near = replace(book.spreads[0], shot="close")
    pdf = typeset(replace(book, spreads=(near, book.spreads[1])))
    assert pages_with_pictures(set_book())[2:4] == [3, 5]
    assert pages_with_pictures(pdf)[2:4] == [4, 5]
    assert text_of(pdf, 3) == f"{OPENING} {ANSWER} 1"
    framed = read(pdf).pages[4]
    assert "/Figure" in [element["/S"] for element in elements(read(pdf))]
    assert pdf.warnings == () and framed.extract_text() == ""


def sizes_of(pdf: Pdf, *numbers: int) -> set[float]:
    """The sizes of the story's text on some pages, in points; initials left out."""
    found: set[float] = set()
    for number in numbers:

        def note(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
            if len(text.strip()) > 3:
                found.add(round(size * matrix[3], 1))

        read(pdf).pages[number].extract_text(visitor_text=note)
    return found


def test_the_size_of_the_text_is_the_same_on_all_pages() -> None:
    long = " ".join(["The moon was cold and far away, and no one knew who had its light."] * 11)
    longest = " ".join([long] * 4)
    for texts in ((OPENING, long), (OPENING, longest)):
        pdf = typeset(a_book(*(a_spread(n, text) for n, text in enumerate(texts, 1))))
        assert len(sizes_of(pdf, 4, 6)) == 1


def test_no_question_is_left_alone_on_a_page() -> None:
    many = tuple(
        Activity(
            kind="sequence",
            question="Which came first? " * 12,
            options=("Maya and Biscuit go up the long hill to the moon. " * 4,) * 4,
            answer="A.",
        )
        for _ in range(7)
    )
    pdf = typeset(replace(a_book(), activities=many))
    asked = [text.count("Which came first? Which") > 0 and len(re.findall(r"(?:^| )[1-7] Which", text))
             for text in (text_of(pdf, n) for n in range(8, pdf.pages - 2))]  # fmt: skip
    counts = [count for count in asked if count]
    assert sum(counts) == 7 and min(counts) >= max(counts) - 1


def test_missing_pictures_leave_a_quiet_page() -> None:
    bare = replace(a_book(a_spread(1, OPENING)), cover=None)
    pdf = typeset(bare)
    assert pdf.warnings == ()
    assert not [element for element in elements(read(pdf)) if element["/S"] == "/Figure"]
    assert text_of(pdf, 3) == ""
    assert text_of(pdf, 0).startswith("Maya and the Cold Moon")


def test_broken_pictures_leave_a_quiet_page_too() -> None:
    torn = replace(a_book(a_spread(1, OPENING, art=Art(b"torn", "Torn"))), cover=Art(b"", "Torn"))
    assert text_of(typeset(torn), 3) == ""


def test_a_book_without_questions_has_no_page_for_them() -> None:
    text = text_of(typeset(replace(a_book(), activities=())))
    assert "Talk about it" not in text
    assert "Answers" not in text
    assert "How this book was made" in text


@pytest.mark.parametrize(
    ("language", "tag", "end"), [("de-AT", "de-AT", "Ende"), ("fr", "fr", "Fin"), ("x!", "en", "The End")]
)
def test_pdf_speaks_the_books_language(language: str, tag: str, end: str) -> None:
    pdf = typeset(a_book(a_spread(1, "A."), language=language))
    assert catalogue(read(pdf))["/Lang"] == tag
    assert end in text_of(pdf)


@pytest.mark.parametrize(("language", "text"), [("he", "שלום לירח"), ("ar", "مرحبا أيها القمر")])
def test_pdf_of_a_language_from_the_right_starts_its_lines_there(language: str, text: str) -> None:
    page = read(typeset(a_book(a_spread(1, text), language=language))).pages[4]
    story = [run for run in runs(page) if run.baseline > 150]
    assert min(run.left for run in story) > float(page.mediabox.width) / 2


HOSTILE = {
    "typst": '#eval("1+1") $x^2$ [*b*] _i_ `r` @ref <label> = H \\ \\u{41} // c /* d */ #include "x"',
    "html": "<img src=x onerror=alert(1)> &amp; <script>alert('x')</script>",
    "template": "{{7*7}} ${7*7} %s {names} {model} {n} #{x}",
    "backslashes": "\\\\server\\share \\n \\0 C:\\",
    "long word": "Donaudampfschifffahrtsgesellschaft" * 12,
    "long title": ("The Very Long Title of a Book That Never Ends " * 7)[:300].strip(),
}


def crowd(text: str) -> Book:
    """A book that says the same everywhere."""
    question = Activity(kind="multiple_choice", question=text, options=(text, text), answer=text, page=1)
    book = replace(a_book(a_spread(1, text, text), title=text), cover=None, activities=(question,))
    return replace(book, readers=(text,), companions=(text,), summary=text)


def is_beyond(run: Run, side: float) -> bool:
    return run.left < 0 or run.right > side + 0.5 or not 0 <= run.baseline <= side


def beyond_the_page(pdf: Pdf) -> list[Run]:
    """What is set, in part or whole, outside of its page."""
    pages = read(pdf).pages
    return [run for page in pages for run in runs(page) if is_beyond(run, float(page.mediabox.width))]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_set_as_plain_text_within_its_page(text: str) -> None:
    pdf = typeset(crowd(text))
    assert pdf.warnings == ()
    for page in (0, 2, 4, 6):
        assert unspaced(text) in unspaced(text_of(pdf, page))
    assert read(pdf).metadata.title == text  # type: ignore[union-attr]
    assert beyond_the_page(pdf) == []


@pytest.mark.parametrize(
    "text",
    [
        "😀👍🏽👩‍👩‍👧‍👦❤️" * 50,
        "שלום \u202eمرحبا abc",
        "Z\u0351\u036b\u0343\u0300A" * 20,
        "𒀀\ue000\x00 \ud83d a\u0651",
        "龍と少女 한국어",
    ],
    ids=["emoji", "from the right", "stacked marks", "no face has it", "far east"],
)
def test_odd_text_is_set_without_breaking_the_book(text: str) -> None:
    pdf = typeset(crowd(text))
    assert pdf.warnings == ()
    assert beyond_the_page(pdf) == []


def test_a_glyph_that_no_face_has_costs_the_claim_and_not_the_book(tmp_path: Path) -> None:
    book = a_book(a_spread(1, "A moon."))
    data = lay_out(book, SHEETS["screen"], tmp_path)
    pdf = press(tmp_path, {**data, "title": "Moon \U00012000"}, book.colophon.made_on)
    assert pdf.pages == len(read(pdf).pages)
    assert "could not be displayed" in pdf.warnings[0]
    assert b"pdfuaid" not in pdf.data


def test_nothing_to_tell_is_still_a_book() -> None:
    empty = replace(a_book(a_spread(1)), title=" ", readers=(), companions=(), summary="", activities=())
    assert text_of(typeset(empty), 0) == "Untitled Story"


def test_a_long_scene_flows_on_and_the_next_keeps_its_spread() -> None:
    tale = " ".join(f"Sentence number {n} of a scene that does not end." for n in range(220))
    pages = read(typeset(a_book(a_spread(1, tale), a_spread(2, "Short."), language="en"))).pages
    told = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert "Sentence number 219 of a scene" in told
    short = next(n for n, page in enumerate(pages) if "Short." in page.extract_text())
    assert short % 2 == 0
