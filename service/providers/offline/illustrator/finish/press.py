"""Prints a drawing: puts its finish on it, and encodes a compact file."""

from __future__ import annotations

import io
from typing import Protocol

import numpy as np
from PIL import Image

from service.providers.offline.illustrator.finish.finishes import FINISHES
from service.providers.offline.illustrator.finish.passes import map_of, raster, without_outlines
from service.providers.offline.illustrator.finish.shading import Lighting
from service.providers.offline.illustrator.finish.textures import textures

#: The grain of the paper hides that there are fewer shades than 256, and the file is a fifth smaller.
_LEVELS = 85


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
    """The picture on paper."""
    svg, size = drawing.svg, drawing.size
    colours = svg if drawing.finish == "ink and wash" else without_outlines(svg)
    paint = FINISHES[drawing.finish](
        raster(colours, size), raster(map_of(svg), size), drawing.lighting, drawing.inks
    )
    paint += (textures(size).tooth * 0.005)[..., None]
    levels = (np.clip(paint, 0, 1) * _LEVELS + 0.5).astype(np.uint8)
    return Image.fromarray(levels * np.uint8(255 // _LEVELS))


def encoded(picture: Image.Image) -> bytes:
    """The picture as a PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()
