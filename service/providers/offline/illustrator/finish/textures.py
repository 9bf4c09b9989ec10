"""Noise for finishes: paper, brush strokes and gouges. It is made once for each size in each process."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Floats = NDArray[np.floating[Any]]
Size = tuple[int, int]

_TURNS = (8, 52, 97, 141)


class Window(NamedTuple):
    """A part of a picture in pixels: its upper left corner, its width and its height."""

    left: int
    top: int
    width: int
    height: int

    @property
    def size(self) -> Size:
        """The width and the height."""
        return self.width, self.height

    def within(self, whole: Size, grid: tuple[float, float]) -> tuple[float, float, float, float]:
        """The left, top, right and bottom edge of this part of a ``whole`` picture, in a grid that covers the
        whole picture."""
        x, y = grid[0] / whole[0], grid[1] / whole[1]
        return self.left * x, self.top * y, (self.left + self.width) * x, (self.top + self.height) * y


@dataclass(frozen=True)
class Textures:
    """Noise with mean 0 and deviation 1, in rows of pixels. ``brush`` has streaks in four directions.
    ``unit`` is the number of pixels in a thousandth of the picture's shorter side. ``rows`` and ``columns``
    count from the corner of the ``window`` of the ``whole`` picture that the noise covers."""

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
    whole: Size
    window: Window

    @property
    def step(self) -> int:
        """The distance between neighbours at an edge, in pixels: 1 in a picture of the usual size."""
        return max(round(self.unit), 1)

    @cached_property
    def gouges(self) -> Floats:
        """Marks of a gouge in four directions: broken lines that taper."""
        columns, rows = self.columns + self.window.left, self.rows + self.window.top
        marks = []
        for at, turn in enumerate(_TURNS):
            angle = math.radians(turn - 2)
            across = (-math.sin(angle) * columns + math.cos(angle) * rows) / self.unit
            wave = np.sin((across + self.slow * 9 + self.middle * 0.35) * (math.tau / 12.5))
            marks.append((wave + self.brush[at] * 0.7).astype(np.float32))
        return np.stack(marks)

    def enlarged(self, whole: Size, window: Window) -> Textures:
        """The same noise, enlarged to a picture of the size ``whole``, and of that picture the window."""
        box = window.within(whole, self.whole)

        def cut(noise: Floats) -> Floats:
            return np.asarray(Image.fromarray(noise).resize(window.size, Image.Resampling.BICUBIC, box))

        rows, columns = np.mgrid[0 : window.height, 0 : window.width].astype(np.float32)
        return Textures(
            wide=cut(self.wide),
            slow=cut(self.slow),
            middle=cut(self.middle),
            fine=cut(self.fine),
            tooth=cut(self.tooth),
            spatter=cut(self.spatter),
            brush=np.stack([cut(streaks) for streaks in self.brush]),
            rows=rows,
            columns=columns,
            unit=min(whole) / 1000,
            whole=whole,
            window=window,
        )


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
        whole=size,
        window=Window(0, 0, *size),
    )
