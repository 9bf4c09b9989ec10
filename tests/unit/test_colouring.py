"""Pages to colour: what is drawn of a picture, and what a reader finds in the file."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from service.publishing.colouring import ColouringPage, typeset_pages
from service.publishing.outlines import outline
from tests.unit.pdf_reading import catalogue, elements
from tests.unit.test_pdf import picture

pytestmark = pytest.mark.slow

MADE_ON = date(2026, 11, 21)


def drawn(image: Image.Image) -> npt.NDArray[np.float64]:
    """The outlines of a picture, from 0 (black) to 1 (white)."""
    data = outline(encoded(image))
    assert data is not None
    return np.asarray(Image.open(io.BytesIO(data)).convert("L")) / 255


def encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def a_disc(side: int = 400) -> Image.Image:
    image = Image.new("RGB", (side, side), "#cfe8f5")
    ImageDraw.Draw(image).ellipse((100, 100, 300, 300), fill="#d9541e")
    return image


def test_an_outline_is_a_black_stroke_on_white_around_what_is_shown() -> None:
    strokes = drawn(a_disc())
    assert strokes.shape == (800, 800)
    assert strokes.min() == 0 and strokes.max() == 1
    assert (strokes < 0.5).mean() < 0.03
    dark = strokes < 0.5
    assert dark[400, 195:206].any() and dark[195:206, 400].any(), "at its rim"
    assert not dark[300:500, 300:500].any() and not dark[:150, :].any(), "and nowhere else"


def test_an_outline_has_no_gaps() -> None:
    dark = drawn(a_disc()) < 0.5
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    radii = np.arange(190, 211)
    rows = (400 + radii * np.sin(angles)[:, None]).astype(int)
    columns = (400 + radii * np.cos(angles)[:, None]).astype(int)
    assert dark[rows, columns].any(axis=1).all()


def test_soft_light_and_grain_leave_no_marks() -> None:
    across = np.linspace(90, 220, 400)
    grain = np.random.default_rng(1).normal(0, 4, (400, 400, 3))
    sky = np.clip(across[None, :, None] + grain, 0, 255).astype(np.uint8)
    assert (drawn(Image.fromarray(sky)) > 0.5).all()


def test_an_outline_has_the_shape_of_its_picture_and_is_the_same_each_time() -> None:
    wide = a_disc().resize((600, 300))
    assert drawn(wide).shape == (600, 1200)
    assert outline(encoded(wide)) == outline(encoded(wide))


def test_what_is_no_picture_has_no_outline() -> None:
    assert outline(b"no picture") is None


def a_page(number: int, alt: str = "Maya at her window") -> ColouringPage:
    data = outline(picture(number))
    assert data is not None
    return ColouringPage(number, data, alt)


@pytest.mark.parametrize("language", ["en", "ar", "xx"])
def test_each_page_has_the_title_its_number_and_a_picture_that_says_what_it_shows(language: str) -> None:
    pdf = typeset_pages("The Cold Moon", language, (a_page(1), a_page(3, "")), MADE_ON)
    assert (pdf.pages, pdf.warnings) == (2, ())
    reader = PdfReader(io.BytesIO(pdf.data))
    for page, number in zip(reader.pages, (1, 3), strict=True):
        text = page.extract_text()
        assert "The Cold Moon" in text and str(number) in text
        assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [210, 280]
    found = [element["/S"] for element in elements(reader)]
    assert (found.count("/H1"), found.count("/H2"), found.count("/Figure")) == (1, 2, 2)
    alts = [element["/Alt"] for element in elements(reader) if element["/S"] == "/Figure"]
    assert alts == ["Maya at her window", "…"]
    assert catalogue(reader)["/Lang"] == language


def test_a_title_is_no_markup_and_the_same_pages_give_the_same_bytes() -> None:
    title = "#eval(1+1) *bold* " + "long " * 40
    pages = (a_page(1),)
    pdf = typeset_pages(title, "en", pages, MADE_ON)
    text = " ".join(PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text().split())
    assert "#eval(1+1) *bold*" in text
    assert pdf.data == typeset_pages(title, "en", pages, MADE_ON).data
