"""Makes a drawing look like a printed page: adds a soft glow and the grain of paper, and encodes a compact
file."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

_Floats = NDArray[np.float32]


@lru_cache(maxsize=4)
def _tooth(width: int, height: int) -> NDArray[np.int16]:
    """The grain of the paper, from −3 to 3 grey levels. It is the same for every page of this size."""
    rng = np.random.default_rng(20240611)
    wash = rng.standard_normal((height // 40 + 2, width // 40 + 2)).astype(np.float32)
    broad = Image.fromarray(wash).resize((width, height), Image.Resampling.BICUBIC)
    weave = rng.standard_normal((height // 2 + 1, width // 2 + 1)).astype(np.float32)
    fine = Image.fromarray(weave).resize((width, height), Image.Resampling.NEAREST)
    grain = np.asarray(broad) * 0.8 + np.asarray(fine) * 1.15
    return np.clip(np.rint(grain), -4, 4).astype(np.int16)[..., None]


def on_paper(drawn: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The drawing at ``size`` in pixels, with glow and grain."""
    picture = drawn.convert("RGB")
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    small = picture.resize((max(size[0] // 8, 1), max(size[1] // 8, 1)), Image.Resampling.BOX)
    soft = small.filter(ImageFilter.GaussianBlur(5)).resize(size, Image.Resampling.BILINEAR)
    bloomed = ImageEnhance.Color(Image.blend(picture, soft, 0.05)).enhance(1.1)
    pixels = np.asarray(bloomed, dtype=np.int16) + _tooth(*size)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def encoded(picture: Image.Image) -> bytes:
    """The picture as a PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()
