"""What the PDF is made of: inks that can be read, plates, and characters that can be set."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from service.publishing.colours import contrast_ratio
from service.publishing.inks import ACCENT_CONTRAST, TEXT_CONTRAST, mix_inks
from service.publishing.plates import TITLE_BAND, cover_plate, plate
from service.publishing.typefaces import REPLACEMENT, characters, settable
from tests.cases import for_each

pytestmark = pytest.mark.slow

DEEP, LIGHT = "#1b2a5e", "#fff9ee"


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def flat(colour: str, side: int = 64) -> bytes:
    return encoded(Image.new("RGB", (side, side), colour))


def stripes(where: str, side: int = 256) -> bytes:
    """Black and white bars in the named half, grey in the other."""
    pixels = np.full((side, side, 3), 128, np.uint8)
    half = slice(0, side // 2) if where == "top" else slice(side // 2, None)
    pixels[half, (np.arange(side) // 8) % 2 == 0] = 255
    pixels[half, (np.arange(side) // 8) % 2 == 1] = 0
    return encoded(Image.fromarray(pixels))


def decoded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


SHADES = ("#000000", "#ffffff", "#ff0000", "#00ff00", "#0000ff", "#ffff00", "#7f7f7f", "#1b2a5e")


@for_each("colours", list(itertools.product(SHADES, repeat=3))[::7])
def test_inks_can_be_read_whatever_the_pictures_colours(colours: tuple[str, str, str]) -> None:
    inks = mix_inks(colours)
    for ground in (inks.paper, inks.glow, inks.hill, inks.near_hill):
        assert contrast_ratio(inks.text, ground) >= TEXT_CONTRAST
    assert contrast_ratio(inks.accent, inks.paper) >= ACCENT_CONTRAST
    assert contrast_ratio(inks.on_deep, inks.deep) >= TEXT_CONTRAST
    assert contrast_ratio(inks.on_sky, inks.sky) >= TEXT_CONTRAST


def test_plate_is_a_square_opaque_jpeg() -> None:
    made = plate(encoded(Image.new("RGBA", (300, 200), (255, 0, 0, 0))), 128)
    assert made is not None
    image = decoded(made)
    assert (image.format, image.size, image.mode) == ("JPEG", (128, 128), "RGB")
    assert image.getpixel((64, 64)) == (255, 255, 255)


def test_plate_is_made_larger_only_when_asked() -> None:
    small, large = plate(flat("red"), 128), plate(flat("red"), 128, enlarge=True)
    assert small is not None
    assert large is not None
    assert (decoded(small).size, decoded(large).size) == ((64, 64), (128, 128))


@pytest.mark.parametrize("data", [b"", b"not a picture", flat("red")[:60]])
def test_plate_of_a_broken_picture_is_none(data: bytes) -> None:
    assert plate(data, 64) is None
    assert cover_plate(data, 64, DEEP, LIGHT) is None


@pytest.mark.parametrize(("busy", "band"), [("top", "bottom"), ("bottom", "top")])
def test_cover_title_keeps_away_from_the_busy_half(busy: str, band: str) -> None:
    made = cover_plate(stripes(busy), 256, DEEP, LIGHT)
    assert made is not None
    assert made.band == band


def test_cover_title_stands_in_the_sky_of_a_calm_picture() -> None:
    made = cover_plate(flat("#88aacc"), 64, DEEP, LIGHT)
    assert made is not None
    assert made.band == "top"


@for_each("picture", [flat(shade) for shade in SHADES] + [stripes("top"), stripes("bottom")])
def test_cover_title_can_be_read_over_any_picture(picture: bytes) -> None:
    made = cover_plate(picture, 256, DEEP, LIGHT)
    assert made is not None
    pixels = np.asarray(decoded(made.data))
    height = round(len(pixels) * TITLE_BAND)
    band = pixels[:height] if made.band == "top" else pixels[-height:]
    ratios = [
        contrast_ratio(made.ink, f"#{pixel.tobytes().hex()}") for pixel in band[::6, ::6].reshape(-1, 3)
    ]
    assert float(np.quantile(ratios, 0.02)) >= 4.3


def test_settable_text_keeps_what_the_faces_have() -> None:
    text = "Zoë & Łukasz, Ünal, שרה, فاطمة, अनिका, 小龙, 유나, Δέσποινα, Женя ☂ ★ → 😀"
    assert settable(text) == text


def test_settable_text_folds_white_space_and_drops_what_steers() -> None:
    assert settable("a\u0000\u0007b\n\n c\u202ed\ud83de\u2028f") == "ab cde f"


def test_settable_text_keeps_joined_emoji_whole() -> None:
    family = "\U0001f469\u200d\U0001f467"
    assert settable(family) == family


def test_settable_text_marks_what_no_face_has() -> None:
    assert settable("𒀀 \ue000") == f"{REPLACEMENT} {REPLACEMENT}"


def test_settable_text_limits_marks_stacked_on_a_letter() -> None:
    assert settable("x" + "\u0351" * 40 + "y") == "x" + "\u0351" * 3 + "y"


def test_faces_hold_the_characters_of_many_scripts() -> None:
    assert {ord(character) for character in "Aяאعअ中あ한😀☐�"} <= characters()
    assert ord("𒀀") not in characters()
