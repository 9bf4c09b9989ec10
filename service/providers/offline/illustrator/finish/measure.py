"""Measures a picture by its map: what is visible of each of its subjects, after hiding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from service.providers.offline.illustrator.finish.passes import FACE, Layer, Pixels, document, map_of, raster

_HIGH = 200


@dataclass(frozen=True)
class Shown:
    """What a picture shows of a subject. ``area`` is the share of the picture that its visible parts fill,
    and ``box`` that of the box around them. ``part`` is the visible share of all that was drawn of it within
    the picture, and ``face`` that of its head (1 if it has none)."""

    area: float
    box: float
    part: float
    face: float


def measured(layers: Sequence[Layer], width: float) -> dict[str, Shown]:
    """What the picture of these layers, from far to near, shows of each subject."""
    size = (max(round(_HIGH * width / 1000), 1), _HIGH)
    whole = _map(tuple(layers), width, size)
    found: dict[str, Shown] = {}
    for layer in layers:
        if layer.subject and layer.svg:
            alone = _map((layer,), width, size)
            found[layer.subject] = _shown(layer, whole, alone)
    return found


@lru_cache(maxsize=24)  # the layers of one picture are measured several times
def _map(layers: tuple[Layer, ...], width: float, size: tuple[int, int]) -> Pixels:
    return raster(map_of(document(layers, width, size)), size)


def _shown(layer: Layer, whole: Pixels, alone: Pixels) -> Shown:
    drawn = alone[..., 3] > 0
    plane = whole[..., 0]
    seen = drawn & (plane >= layer.plane) & (plane <= layer.plane + layer.depth) & (whole[..., 3] > 0)
    head = drawn & (alone[..., 1] >> 5 == FACE)
    rows, columns = np.nonzero(seen)
    box = int((np.ptp(rows) + 1) * (np.ptp(columns) + 1)) if len(rows) else 0
    return Shown(
        float(seen.mean()),
        box / seen.size,
        float(seen.sum() / max(drawn.sum(), 1)),
        float((seen & head).sum() / head.sum()) if head.any() else 1.0,
    )
