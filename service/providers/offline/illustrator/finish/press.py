"""Prints a drawing: puts its finish on it, and encodes a compact file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from typing import Protocol

import numpy as np
from PIL import Image

from service.providers.offline.illustrator.finish.finishes import FINISHES
from service.providers.offline.illustrator.finish.passes import (
    Pixels,
    map_of,
    part,
    raster,
    without_outlines,
)
from service.providers.offline.illustrator.finish.shading import Lighting
from service.providers.offline.illustrator.finish.textures import Size, Textures, Window, textures

#: The grain of the paper hides that there are fewer shades than 256, and the file is a fifth smaller.
_LEVELS = 85
_QUALITY = 95
#: The longest side of a picture that is printed at once, and about the side of a tile of a larger one, in
#: pixels.
_WHOLE, _TILE = 1800, 900
#: The shorter side of the picture whose noise is enlarged for tiles, in pixels.
_MEASURE = 1024
#: How far shadows, blurs and strayed edges reach, in thousandths of the picture's shorter side.
_REACH = 64


class Printable(Protocol):
    """A drawing with all that its finish needs."""

    @property
    def svg(self) -> str:
        """The document."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """The width and height in pixels."""
        ...

    @property
    def finish(self) -> str:
        """A name in ``FINISHES``."""
        ...

    @property
    def lighting(self) -> Lighting:
        """The light."""
        ...

    @property
    def inks(self) -> tuple[str, ...]:
        """The inks of a linocut."""
        ...


def printed(drawing: Printable) -> Image.Image:
    """The picture on paper. A large picture is printed in tiles, so that it needs less than 700 MB of
    memory."""
    svg, whole = drawing.svg, drawing.size
    colours = svg if drawing.finish == "ink and wash" else without_outlines(svg)
    codes = map_of(svg)
    if max(whole) <= _WHOLE:
        levels = _inked(drawing, raster(colours, whole), raster(codes, whole), textures(whole))
        return Image.fromarray(levels)
    share = _MEASURE / min(whole)
    small = textures((round(whole[0] * share), round(whole[1] * share)))
    picture = Image.new("RGB", whole)
    for tile in _tiles(whole):
        wide = _with_margin(tile, whole)
        levels = _inked(
            drawing,
            raster(part(colours, whole, wide), wide.size),
            raster(part(codes, whole, wide), wide.size),
            small.enlarged(whole, wide),
        )
        left, top = tile.left - wide.left, tile.top - wide.top
        picture.paste(
            Image.fromarray(levels[top : top + tile.height, left : left + tile.width]), (tile.left, tile.top)
        )
    return picture


def _inked(drawing: Printable, drawn: Pixels, codes: Pixels, noise: Textures) -> Pixels:
    """The pixels of the picture, or of a tile, on paper."""
    paint = FINISHES[drawing.finish](drawn, codes, drawing.lighting, drawing.inks, noise)
    paint += (noise.tooth * 0.005)[..., None]
    levels = (np.clip(paint, 0, 1) * _LEVELS + 0.5).astype(np.uint8)
    return levels * np.uint8(255 // _LEVELS)


def _tiles(whole: Size) -> Iterator[Window]:
    """Parts of about equal size that cover the whole picture."""
    columns, rows = (ceil(side / _TILE) for side in whole)
    across = [whole[0] * n // columns for n in range(columns + 1)]
    down = [whole[1] * n // rows for n in range(rows + 1)]
    for top, bottom in pairwise(down):
        for left, right in pairwise(across):
            yield Window(left, top, right - left, bottom - top)


def _with_margin(tile: Window, whole: Size) -> Window:
    """The tile with the pixels around it that its shadows and edges depend on."""
    margin = ceil(_REACH * min(whole) / 1000)
    left, top = max(tile.left - margin, 0), max(tile.top - margin, 0)
    right = min(tile.left + tile.width + margin, whole[0])
    bottom = min(tile.top + tile.height + margin, whole[1])
    return Window(left, top, right - left, bottom - top)


def encoded(picture: Image.Image) -> bytes:
    """The picture as a PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


def as_jpeg(picture: Image.Image) -> bytes:
    """The picture as a JPEG file with 300 pixels per inch."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY, subsampling=0, dpi=(300, 300))
    return buffer.getvalue()
