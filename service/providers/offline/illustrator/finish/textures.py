"""Noise for finishes: paper, brush strokes and gouges. It is made once for each size in each process."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Floats = NDArray[np.floating[Any]]

_TURNS = (8, 52, 97, 141)


@dataclass(frozen=True)
class Textures:
    """Noise with mean 0 and deviation 1, in rows of pixels. ``brush`` has streaks in four directions.
    ``unit`` is the number of pixels in a thousandth of the picture's shorter side."""

    wide: Floats
    slow: Floats
    middle: Floats
    fine: Floats
    tooth: Floats
    spatter: Floats
    brush: Floats
    rows: Floats
    columns: Floats
    unit: float


def _grid(
    seed: int,
    rows: int,
    columns: int,
    size: tuple[int, int],
    how: Image.Resampling = Image.Resampling.BICUBIC,
) -> Floats:
    noise = np.random.default_rng(seed).standard_normal((max(rows, 2), max(columns, 2))).astype(np.float32)
    return np.asarray(Image.fromarray(noise).resize(size, how))


def _normal(noise: Floats) -> Floats:
    normal: Floats = ((noise - noise.mean()) / max(float(noise.std()), 1e-6)).astype(np.float32)
    return normal


def _brush(size: tuple[int, int], unit: float) -> Floats:
    """Streaks in four directions, cut out of a turned square."""
    side = int(math.hypot(*size)) + 2
    many = side / unit / 1000
    streaks = _normal(
        _grid(5, int(280 * many), int(18 * many), (side, side))
        + 0.6 * _grid(6, int(126 * many), int(8 * many), (side, side))
    )
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    cut = []
    for turn in _TURNS:
        turned = np.asarray(Image.fromarray(streaks).rotate(turn, Image.Resampling.BILINEAR))
        cut.append(_normal(turned[top : top + size[1], left : left + size[0]]))
    return np.stack(cut)


def _spatter(size: tuple[int, int], unit: float) -> Floats:
    chance = np.random.default_rng(8)
    drops = Image.new("L", size, 0)
    pen = ImageDraw.Draw(drops)
    for _ in range(260):
        x, y = chance.integers(0, size[0]), chance.integers(0, size[1])
        r = abs(float(chance.normal(0, 0.9))) * unit + 0.4
        pen.ellipse((x - r, y - r, x + r, y + r), fill=int(chance.integers(120, 255)))
    return np.asarray(drops, dtype=np.float32) / np.float32(255)


@lru_cache(maxsize=2)
def textures(size: tuple[int, int]) -> Textures:
    """The noise for pictures of ``size`` pixels, width by height."""
    unit = min(size) / 1000
    across, down = (max(int(side / unit), 2) for side in size)  # the sides in thousandths

    def grid(seed: int, step: float, how: Image.Resampling = Image.Resampling.BICUBIC) -> Floats:
        return _grid(seed, int(down / step), int(across / step), size, how)

    wide = _normal(grid(1, 110))
    middle, fine = _normal(grid(3, 16)), _normal(grid(4, 2, Image.Resampling.BILINEAR))
    grain = _grid(7, size[1], size[0], size, Image.Resampling.NEAREST)
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    return Textures(
        wide=wide,
        slow=_normal(wide + np.float32(0.6) * grid(2, 45)),
        middle=middle,
        fine=fine,
        tooth=_normal(np.float32(0.7) * fine + np.float32(0.5) * grain + np.float32(0.5) * middle),
        spatter=_spatter(size, unit),
        brush=_brush(size, unit),
        rows=rows,
        columns=columns,
        unit=unit,
    )


@lru_cache(maxsize=1)
def gouges(size: tuple[int, int]) -> Floats:
    """Marks of a gouge in four directions: broken lines that taper."""
    noise = textures(size)
    marks = []
    for at, turn in enumerate(_TURNS):
        angle = math.radians(turn - 2)
        across = (-math.sin(angle) * noise.columns + math.cos(angle) * noise.rows) / noise.unit
        wave = np.sin((across + noise.slow * 9 + noise.middle * 0.35) * (math.tau / 12.5))
        marks.append((wave + noise.brush[at] * 0.7).astype(np.float32))
    return np.stack(marks)
