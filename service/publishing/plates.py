"""Plates: pictures that are prepared for typesetting as square and opaque JPEG files.

The plate of a cover is also darkened or lightened behind the title. The pixels of the picture determine the
strength.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter, ImageOps

from service.publishing.colours import contrast_ratio

#: The part of the cover's height that its title may use, and the part over which the overlay behind the title
#: fades out.
TITLE_BAND = 0.3
_VEIL_REACH = 0.5
#: The width of the reduced picture on which the strength of the overlay is measured, in pixels.
_MAP_SIDE = 256
_THINNEST = 0.28

_QUALITY = 88
_TITLE_CONTRAST = 4.6
#: A band is busy if the mean difference between its points exceeds this value, in grey levels.
_BUSY = 8.0
_PAPER = (255, 255, 255)

Pixels = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CoverPlate:
    """The cover's JPEG, the position of its title, and an ink that is readable there."""

    data: bytes
    band: Literal["top", "bottom"]
    ink: str


@dataclass(frozen=True, slots=True)
class Early:
    """Plates of one picture that were made before its book, by the length of their side in pixels. They are
    not enlarged. Plates of a cover include the overlay. A side without a plate means that this plate could
    not be made."""

    plain: Mapping[int, bytes]
    veiled: Mapping[int, CoverPlate]


def plate(data: bytes, side: int, *, enlarge: bool = False, early: Early | None = None) -> bytes | None:
    """A picture as a square JPEG that is ``side`` pixels wide. A smaller picture keeps its width, unless
    ``enlarge`` is true.

    If ``early`` contains this plate, it is returned. Returns None if the file is not a readable picture.
    """
    if early and not enlarge and side in early.plain:
        return early.plain[side]
    image = _open(data, side, enlarge)
    return _encode(image) if image else None


def cover_plate(
    data: bytes, side: int, deep: str, light: str, *, enlarge: bool = False, early: Early | None = None
) -> CoverPlate | None:
    """A cover with an overlay behind its title, in the dark or the light colour. If ``early`` contains this
    plate, it was made with the same colours and is returned.

    The overlay is as strong as needed for a contrast of 4.6 between the title's ink and each spot of the
    band. None if the picture cannot be read.
    """
    if early and not enlarge and side in early.veiled:
        return early.veiled[side]
    image = _open(data, side, enlarge)
    if image is None:
        return None
    pixels = np.asarray(image, dtype=np.float32)
    band = _calmer_band(pixels)
    bright = float(_luminances(_band(pixels, band)[::4, ::4]).mean()) > 0.42
    ink, veil = (deep, light) if bright else (light, deep)
    return CoverPlate(_encode(_image(_veil(pixels, band, veil, ink))), band, ink)


def open_picture(data: bytes) -> Image.Image | None:
    """A picture on a white background. None if it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _opaque(Image.open(io.BytesIO(data)))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _open(data: bytes, side: int, enlarge: bool) -> Image.Image | None:
    image = open_picture(data)
    if image is None:
        return None
    width = side if enlarge else min(side, *image.size)
    return ImageOps.fit(image, (width, width), Image.Resampling.LANCZOS)


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    ground = Image.new("RGB", layer.size, _PAPER)
    ground.paste(layer, mask=layer.getchannel("A"))
    return ground


def _encode(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, subsampling="4:2:0", optimize=True)
    return out.getvalue()


def _calmer_band(pixels: Pixels) -> Literal["top", "bottom"]:
    """The band for the title: the bottom if the top is busy and the bottom is not, else the top. Titles are
    usually in the sky."""
    top, bottom = (_bustle(_band(pixels, where)) for where in ("top", "bottom"))
    return "bottom" if top > _BUSY and bottom * 2 < top else "top"


def _band(pixels: Pixels, where: str) -> Pixels:
    height = round(pixels.shape[0] * TITLE_BAND)
    return pixels[:height] if where == "top" else pixels[-height:]


def _bustle(pixels: Pixels) -> float:
    grey = pixels.mean(axis=2)[::4, ::4]
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())


def _luminances(pixels: Pixels) -> Pixels:
    values = pixels / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]), dtype=np.float32)


def _veil(pixels: Pixels, band: str, colour: str, ink: str) -> Pixels:
    """The picture with the overlay on the band of its title. The overlay consists of a thin layer that fades
    out beyond the band, and of a further layer with the strength that each spot of the band needs, smoothed
    over neighbouring spots."""
    rows = np.arange(pixels.shape[0], dtype=np.float32) / pixels.shape[0]
    distance = (rows if band == "top" else 1 - rows)[:, None]
    needed = _strengths(pixels, colour, ink) - _THINNEST
    share = _THINNEST * _fade(distance, _VEIL_REACH) + needed * _fade(distance, TITLE_BAND * 1.12)
    return np.asarray(pixels + (_rgb(colour) - pixels) * share[:, :, None], dtype=np.float32)


def _fade(distance: Pixels, reach: float) -> Pixels:
    """The strength of the overlay at a distance from the border: 1 up to the edge of the band, then smoothly
    down to 0 at ``reach``."""
    left = np.clip((reach - distance) / (reach - TITLE_BAND), 0, 1)
    return np.asarray(left * left * (3 - 2 * left), dtype=np.float32)


def _strengths(pixels: Pixels, veil: str, ink: str) -> Pixels:
    """For each pixel, the share of the overlay that makes the ink readable there."""
    side = min(_MAP_SIDE, pixels.shape[0])
    small = np.asarray(_image(pixels).resize((side, side)), dtype=np.float32)
    needed = np.full((side, side), 0.96, dtype=np.float32)
    for strength in np.arange(0.92, _THINNEST - 0.01, -0.04):
        needed[_readable(small + (_rgb(veil) - small) * strength, ink)] = strength
    spread = Image.fromarray((needed * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(7))
    soft = spread.filter(ImageFilter.BoxBlur(2)).resize(pixels.shape[1::-1], Image.Resampling.BICUBIC)
    return np.asarray(soft, dtype=np.float32) / np.float32(255)


def _readable(pixels: Pixels, ink: str) -> npt.NDArray[np.bool_]:
    grounds = _luminances(pixels) + 0.05
    text = 0.05 * contrast_ratio(ink, "#000000")
    return np.asarray(np.maximum(grounds, text) >= _TITLE_CONTRAST * np.minimum(grounds, text))


def _image(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _rgb(colour: str) -> npt.NDArray[np.float32]:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], dtype=np.float32)
