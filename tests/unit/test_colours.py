"""Colours: their spaces, their contrast, and the three that a picture gives."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from service.publishing import colours
from tests.cases import for_each

pytestmark = pytest.mark.slow

HEX = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def _encoded(picture: Image.Image, encoding: str = "PNG") -> bytes:
    file = io.BytesIO()
    picture.save(file, encoding)
    return file.getvalue()


def _scene() -> Image.Image:
    """A sky, a meadow and a red house."""
    picture = Image.new("RGB", (300, 200), "#9fd4f5")
    draw = ImageDraw.Draw(picture)
    draw.rectangle([0, 130, 300, 200], fill="#6db14f")
    draw.rectangle([80, 70, 160, 160], fill="#c0392b")
    return picture


def _badge() -> Image.Image:
    picture = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse([20, 20, 60, 60], fill=(255, 120, 20, 255))
    return picture


def _noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 255, (90, 90, 3), dtype=np.uint8))


PICTURES = {
    "scene": _encoded(_scene()),
    "scene in JPEG": _encoded(_scene(), "JPEG"),
    "scene in WebP": _encoded(_scene(), "WEBP"),
    "scene in CMYK": _encoded(_scene().convert("CMYK"), "JPEG"),
    "palette": _encoded(_scene().convert("P", palette=Image.Palette.ADAPTIVE)),
    "greys": _encoded(_scene().convert("L")),
    "noise": _encoded(_noise()),
    "half transparent": _encoded(_badge()),
    "fully transparent": _encoded(Image.new("RGBA", (9, 9), (200, 10, 10, 0))),
    "one bit": _encoded(Image.new("1", (9, 9), 1)),
    "one pixel": _encoded(Image.new("RGB", (1, 1), "#3366cc")),
    "one line": _encoded(Image.new("RGB", (2000, 1), "#cc6633")),
    **{colour: _encoded(Image.new("RGB", (16, 16), colour)) for colour in ("#ffffff", "#000000", "#808080")},
    **{colour: _encoded(Image.new("RGB", (16, 16), colour)) for colour in ("#ff0000", "#ffff00", "#0000ff")},
    **{colour: _encoded(Image.new("RGB", (16, 16), colour)) for colour in ("#00ff00", "#ff00ff", "#101018")},
}


@for_each("name", PICTURES)
def test_extracted_colours_bear_white_text_and_lie_apart(name: str) -> None:
    found = colours.extract(PICTURES[name])
    assert all(colours.contrast_ratio(colour, "#ffffff") >= colours.CONTRAST_WITH_WHITE for colour in found)
    assert all(colours.distance(one, other) >= colours.FLOOR for one, other in combinations(found, 2))
    assert colours.extract(PICTURES[name]) == found


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(HEX, min_size=1, max_size=5))
def test_extracted_colours_keep_their_floor_for_any_stripes(stripes: list[str]) -> None:
    picture = Image.new("RGB", (len(stripes) * 4, 4))
    for place, colour in enumerate(stripes):
        picture.paste(colour, (place * 4, 0, place * 4 + 4, 4))
    found = colours.extract(_encoded(picture))
    assert all(colours.contrast_ratio(colour, "#ffffff") >= colours.CONTRAST_WITH_WHITE for colour in found)
    assert all(colours.distance(one, other) >= colours.FLOOR for one, other in combinations(found, 2))


def test_extracted_colours_are_those_of_the_picture() -> None:
    hues = sorted(colours.to_oklch(colour)[2] for colour in colours.extract(PICTURES["scene"]))
    wanted = sorted(colours.to_oklch(colour)[2] for colour in ("#c0392b", "#6db14f", "#9fd4f5"))
    assert hues == pytest.approx(wanted, abs=12)


def test_extracted_colours_of_a_badge_ignore_what_is_clear() -> None:
    _, chroma, hue = colours.to_oklch(colours.extract(PICTURES["half transparent"])[0])
    assert hue == pytest.approx(colours.to_oklch("#ff7814")[2], abs=10)
    assert chroma > 0.1


def test_extracted_colours_of_greys_are_greys() -> None:
    assert all(colours.to_oklch(colour)[1] < 0.01 for colour in colours.extract(PICTURES["greys"]))


@pytest.mark.parametrize(
    "data", [b"", b"no picture", PICTURES["scene"][:400], PICTURES["scene in JPEG"][:300], b"<svg/>"]
)
def test_extraction_refuses_what_is_no_picture(data: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        colours.extract(data)


def test_extraction_refuses_a_picture_that_would_fill_the_memory() -> None:
    with pytest.raises(ValueError, match="too large"):
        colours.extract(_encoded(Image.new("1", (9_000, 9_000))))


def test_contrast_is_that_of_wcag() -> None:
    assert colours.contrast_ratio("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast_ratio("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert colours.contrast_ratio("#123456", "#123456") == 1


def test_oklch_is_that_of_its_definition() -> None:
    assert colours.to_oklch("#ff0000") == pytest.approx((0.62796, 0.25768, 29.234), abs=1e-3)
    assert colours.to_oklch("#0000ff") == pytest.approx((0.45201, 0.31321, 264.052), abs=1e-3)
    assert colours.to_oklch("#ffffff") == pytest.approx((1, 0, 0), abs=1e-3)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(HEX)
def test_oklch_and_back_is_the_same_colour(colour: str) -> None:
    assert colours.from_oklch(*colours.to_oklch(colour)) == colour


def test_from_oklch_keeps_lightness_and_hue_where_srgb_has_no_such_colour() -> None:
    lightness, chroma, hue = colours.to_oklch(colours.from_oklch(0.7, 0.4, 150))
    assert lightness == pytest.approx(0.7, abs=0.01)
    assert hue == pytest.approx(150, abs=2)
    assert 0.1 < chroma < 0.4
    assert colours.from_oklch(2, 0.1, 0) == "#ffffff"


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(HEX)
def test_ink_is_readable_on_any_background(background: str) -> None:
    assert colours.contrast_ratio(colours.readable_ink(background), background) >= 4.5


def test_ink_is_white_on_deep_colours_and_deep_on_light_ones() -> None:
    assert colours.readable_ink("#1a2a4a") == "#ffffff"
    assert colours.to_oklch(colours.readable_ink("#ffe9c7"))[0] < 0.3


def test_mix_goes_from_one_colour_to_the_other() -> None:
    assert colours.mix("#c0392b", "#6db14f", 0) == "#c0392b"
    assert colours.mix("#c0392b", "#6db14f", 1) == "#6db14f"
    assert colours.to_oklch(colours.mix("#000000", "#ffffff", 0.5))[0] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("wrong", ["red", "#fff", "123456", "#gggggg", "", "#1234567"])
def test_colours_refuse_what_is_none(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        colours.to_oklch(wrong)
