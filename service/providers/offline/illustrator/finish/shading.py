"""Light and edges for finishes, computed from the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from service.providers.offline.illustrator.colour import channels
from service.providers.offline.illustrator.finish.passes import LIT, SILHOUETTE, UNINKED, Pixels
from service.providers.offline.illustrator.finish.textures import Floats, Textures

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Pool:
    """A pool of coloured light. Lengths are in thousandths of the picture's height."""

    x: float
    y: float
    radius: float
    colour: str
    strength: float


@dataclass(frozen=True)
class Lighting:
    """The light of a picture: the colour that everything is multiplied with, pools of light, the direction
    of the sun (x, y), the colour of lit rims (or none), and the colour of shadows."""

    ambient: str = "#ffffff"
    pools: Sequence[Pool] = ()
    sun: tuple[float, float] = (-0.7, -0.7)
    rim: str | None = None
    form: float = 0.13
    shadow: str = "#3a2a55"
    rim_floor: int = 96


@dataclass(frozen=True)
class Map:
    """The map of a picture, taken apart."""

    plane: NDArray[np.int16]
    surface: NDArray[np.integer[Any]]
    direction: NDArray[np.integer[Any]]
    lit: Bools
    uninked: Bools
    silhouette: Bools
    shape: Pixels


def taken_apart(codes: Pixels) -> Map:
    """The parts of a map's pixels."""
    green = codes[..., 1]
    return Map(
        codes[..., 0].astype(np.int16),
        green >> 5,
        (green >> 3) & 3,
        (green & LIT) > 0,
        (green & UNINKED) > 0,
        (green & SILHOUETTE) > 0,
        codes[..., 2],
    )


def colour(words: str) -> Floats:
    """A ``#rrggbb`` as three shares."""
    return np.array(channels(words), np.float32) / np.float32(255)


def mask(bools: Bools) -> Pixels:
    """True as 255."""
    return bools.astype(np.uint8) * np.uint8(255)


def softened(pixels: Pixels, radius: float) -> Floats:
    """A soft blur of 8-bit pixels, as shares."""
    image, blur = Image.fromarray(pixels), ImageFilter.BoxBlur(radius)
    return np.asarray(image.filter(blur).filter(blur), dtype=np.float32) / np.float32(255)


def shifted(pixels: NDArray[np.int16], dx: float, dy: float) -> NDArray[np.int16]:
    """The pixels, moved right by ``dx`` and down by ``dy``. Edges are repeated."""
    x, y = round(dx), round(dy)
    height, width = pixels.shape
    padded = np.pad(pixels, ((abs(y), abs(y)), (abs(x), abs(x))), mode="edge")
    return padded[abs(y) - y : abs(y) - y + height, abs(x) - x : abs(x) - x + width]


def smoothed(values: Floats, low: float, high: float) -> Floats:
    """A soft step from 0 below ``low`` to 1 above ``high``."""
    t: Floats = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _packed(pixels: Pixels) -> NDArray[np.uint32]:
    return np.ascontiguousarray(pixels).view(np.uint32)[..., 0]


def warped(codes: Pixels, dx: Floats, dy: Floats, noise: Textures) -> Pixels:
    """The pixels of a map, each taken from (dx, dy) beside it."""
    height, width = codes.shape[:2]
    x = np.clip(noise.columns + dx + 0.5, 0, width - 1).astype(np.int32)
    y = np.clip(noise.rows + dy + 0.5, 0, height - 1).astype(np.int32)
    taken: Pixels = _packed(codes).reshape(-1)[y * width + x].view(np.uint8)
    return taken.reshape(height, width, 4)


def glided(pixels: Pixels, dx: Floats, dy: Floats, noise: Textures) -> Floats:
    """The colours of a picture as shares, each taken softly from (dx, dy) beside it."""
    height, width = pixels.shape[:2]
    x, y = np.clip(noise.columns + dx, 0, width - 1.01), np.clip(noise.rows + dy, 0, height - 1.01)
    left, top = x.astype(np.int32), y.astype(np.int32)
    x, y = x - left, y - top
    at, flat = top * width + left, _packed(pixels).reshape(-1)
    out = np.zeros((height, width, 3), np.float32)
    for step, share in ((0, (1 - x) * (1 - y)), (1, x * (1 - y)), (width, (1 - x) * y), (width + 1, x * y)):
        near = flat[at + step].view(np.uint8).reshape(height, width, 4)[..., :3]
        out += near * (share * np.float32(1 / 255))[..., None].astype(np.float32)
    return out


def lamplight(lighting: Lighting, noise: Textures, lit: Bools) -> Floats:
    """The factor of each pixel's colours. It is computed small and enlarged. ``lit`` shapes keep theirs."""
    n, high = 96, 1000.0
    wide = high * noise.whole[0] / noise.whole[1]
    box = noise.window.within(noise.whole, (n, n))
    rows, columns = np.mgrid[0:n, 0:n].astype(np.float32)
    small = np.ones((n, n, 3), np.float32) * colour(lighting.ambient)
    for pool in lighting.pools:
        away = np.hypot(columns * (wide / n) - pool.x, rows * (high / n) - pool.y) / pool.radius
        small += (pool.strength * np.exp(-1.6 * away * away))[..., None].astype(np.float32) * colour(
            pool.colour
        )
    planes = (
        Image.fromarray(np.ascontiguousarray(small[..., i])).resize(
            noise.window.size, Image.Resampling.BILINEAR, box
        )
        for i in range(3)
    )
    light = np.stack([np.asarray(plane) for plane in planes], -1)
    light[lit] = 1
    return light


def depth_marks(
    plane: NDArray[np.int16], lighting: Lighting, unit: float, near: int = 3
) -> tuple[Bools, Floats, Floats]:
    """Where a near plane meets a far one: its lit rim, the shade on its other side, and the shade that it
    casts."""
    sx, sy = lighting.sun
    width = 5 * unit
    rim = (plane - shifted(plane, -sx * width, -sy * width) > near) & (plane >= lighting.rim_floor)
    form = mask(plane - shifted(plane, sx * width * 2.4, sy * width * 2.4) > near)
    cast = mask(shifted(plane, -sx * 9 * unit, -sy * 9 * unit) - plane > near)
    return rim, softened(form, 7 * unit), softened(cast, 6 * unit)
