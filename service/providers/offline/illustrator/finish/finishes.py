"""The four finishes. Each reads a picture's colours and its map, and returns the colours on paper, as shares.

All depend on nothing but their arguments. ``noise`` covers the same pixels as the picture. Arrays have
rows of pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from service.providers.offline.illustrator.finish.passes import (
    BARK,
    FACE,
    FLAT,
    FUR,
    METAL,
    PAINT,
    WATER,
    Pixels,
)
from service.providers.offline.illustrator.finish.shading import (
    Lighting,
    Map,
    colour,
    depth_marks,
    glided,
    lamplight,
    mask,
    shifted,
    smoothed,
    softened,
    taken_apart,
    warped,
)
from service.providers.offline.illustrator.finish.textures import Floats, Textures

Finish = Callable[[Pixels, Pixels, Lighting, Sequence[str], Textures], Floats]

#: How strongly the brush shows on each surface.
_BRUSHED = np.array([0.012, 0.046, 0.06, 0.055, 0.034, 0.085, 0.01, 0.008], np.float32)
#: How far the edges of each surface stray, of 255.
_DRY = np.array([50, 255, 170, 255, 110, 255, 50, 50], np.uint8)
#: The brush shows less in planes below this one.
_DISTANT = 30
_PAPER = np.array([0.985, 0.965, 0.925], np.float32)
_INK = np.array([0.13, 0.11, 0.17], np.float32)


def gouache(drawn: Pixels, codes: Pixels, lighting: Lighting, inks: Sequence[str], noise: Textures) -> Floats:
    """Opaque paint: streaks of the brush, dry edges, lit rims."""
    del inks
    unit, before = noise.unit, taken_apart(codes)
    amount = softened(_DRY[before.surface], 2 * unit) * unit
    brush = np.choose(before.direction, noise.brush)
    dx = (noise.middle * 1.1 + brush * 1.2) * amount
    dy = (np.roll(noise.middle, 91, 0) * 1.1 - brush * 0.9) * amount
    paint = glided(drawn, dx, dy, noise)
    seen = taken_apart(warped(codes, dx, dy, noise))
    brush = np.choose(seen.direction, noise.brush)
    far = np.where(seen.plane < _DISTANT, 0.45, 1.0)
    tone = brush * far * _BRUSHED[seen.surface] + noise.slow * 0.02 + noise.tooth * 0.01
    rim, form, cast = depth_marks(seen.plane, lighting, unit)
    shade = np.clip(form * lighting.form * 2.2 + cast * 0.32 + (brush > 0.9) * form * 0.1, 0, 0.7)
    shade[seen.lit] = 0
    paint += (colour(lighting.shadow) * 1.15 - paint) * shade[..., None]
    paint *= lamplight(lighting, noise, seen.lit) * (1 + tone)[..., None]
    paint[..., 0] += tone * 0.1
    paint[..., 2] -= tone * 0.08
    if lighting.rim:
        dry = smoothed(brush + noise.middle * 0.5, -1.0, 0.1) * softened(
            mask(rim & (seen.surface < METAL)), 0.8 * noise.step
        )
        dry[seen.lit] = 0
        paint += dry[..., None] * (colour(lighting.rim) - paint) * 0.6
    paint += (noise.spatter * 0.07)[..., None]
    return paint


def cut_paper(
    drawn: Pixels, codes: Pixels, lighting: Lighting, inks: Sequence[str], noise: Textures
) -> Floats:
    """Sheets of coloured paper: each casts a shadow, has a bright lip and fibres of its own."""
    del inks
    unit = noise.unit
    wobble = noise.middle * 0.8 * unit
    paint = glided(drawn, wobble, -wobble, noise)
    seen = taken_apart(warped(codes, wobble, -wobble, noise))
    sx, sy = lighting.sun
    shadow = np.zeros(seen.plane.shape, np.float32)
    for step, radius in ((5, 2), (13, 6)):
        over = shifted(seen.plane, -sx * step * unit, -sy * step * unit) - seen.plane > 2
        shadow += softened(mask(over), radius * unit) * np.float32(0.32)
    shadow[seen.lit] *= 0.2
    lip = seen.plane - shifted(seen.plane, -sx * 1.6 * unit, -sy * 1.6 * unit) > 2
    turned = noise.fine[::-1, ::-1]
    sheets = np.stack([noise.fine, np.roll(noise.fine, 331, 1), turned, np.roll(turned, 200, 0)])
    fibre = np.choose(seen.shape & 3, sheets) * 0.016 + np.choose((seen.shape >> 2) & 3, noise.brush) * 0.012
    paint *= lamplight(lighting, noise, seen.lit) * (1 + fibre + noise.slow * 0.012)[..., None]
    paint *= 1 - shadow[..., None] * (1 - colour(lighting.shadow) * 0.8)
    paint += lip[..., None] * (1 - paint) * 0.2
    return paint


def ink_and_wash(
    drawn: Pixels, codes: Pixels, lighting: Lighting, inks: Sequence[str], noise: Textures
) -> Floats:
    """A broken pen line, and thin colour that pools at its edges and lets the paper through."""
    del inks
    unit = noise.unit
    drift = noise.middle * 0.9 * unit + noise.slow * 1.8 * unit
    paint = glided(drawn, drift + 2 * unit, np.roll(drift, 137, 1) - 1.5 * unit, noise)
    hand = noise.middle * 1.0 * unit
    seen = taken_apart(warped(codes, hand, -hand, noise))
    key = seen.shape.astype(np.int16) * 3 + seen.surface
    pen = _pen(seen, key, noise)
    edges = softened(mask(shifted(key, 2 * noise.step, 2 * noise.step) != key), 5 * unit)
    thin = 0.2 + 0.05 * noise.slow + 0.07 * noise.wide + 0.016 * noise.middle
    thin = np.maximum(thin, 0.05) - edges * 0.4 + noise.tooth * 0.03
    dense = np.isin(seen.surface, (FLAT, METAL, FACE))
    thin = np.clip(np.where(dense, thin * 0.35, thin), -0.25, 0.6)[..., None]
    washed: Floats = np.where(thin > 0, paint + (_PAPER - paint) * thin, paint * (1 + thin * 0.8))
    _, form, cast = depth_marks(seen.plane, lighting, unit)
    shade = np.clip(form * lighting.form * 1.8 + cast * 0.2, 0, 0.55)[..., None]
    washed = washed * (1 - shade) + washed * colour(lighting.shadow) * shade
    washed *= lamplight(lighting, noise, seen.lit)
    return washed + (_INK - washed) * pen[..., None]


def _pen(seen: Map, key: NDArray[np.int16], noise: Textures) -> Floats:
    """The pen line: wherever two shapes meet, and heavier where their planes lie far apart."""
    unit, plane, step = noise.unit, seen.plane, noise.step
    edge, gap = np.zeros(plane.shape, bool), np.zeros(plane.shape, np.int16)
    for dx, dy in ((1, 0), (0, 1), (1, 1)):
        edge |= shifted(key, dx * step, dy * step) != key
        gap = np.maximum(gap, np.abs(shifted(plane, dx * step, dy * step) - plane))
    uninked, silhouette = seen.uninked.astype(np.int16), seen.silhouette.astype(np.int16)
    edge &= ~(seen.uninked & (shifted(uninked, step, step) > 0))
    edge &= ~(
        seen.silhouette | (shifted(silhouette, step, step) > 0) | (shifted(silhouette, -step, -step) > 0)
    )
    strong, weak = softened(mask(edge & (gap > 8)), 1.4 * unit), softened(mask(edge), 0.9 * unit)
    line = (strong * 2.4 + weak * 1.5) * (1 + noise.middle * 0.26 + noise.tooth * 0.08)
    line = smoothed(line, 0.55, 0.98) * 0.88
    line[:3], line[:, :3] = 0, 0
    return line.astype(np.float32)


def linocut(drawn: Pixels, codes: Pixels, lighting: Lighting, inks: Sequence[str], noise: Textures) -> Floats:
    """Blocks of four ``inks``, from dark to light, printed one over another, and thinly coloured. The gouge
    shows in fur, bark, water and ground."""
    unit = noise.unit
    drift = noise.middle * unit
    paint = glided(drawn, drift, -drift, noise)
    seen = taken_apart(warped(codes, drift, -drift, noise))
    light = lamplight(lighting, noise, seen.lit).mean(-1)
    rim, form, _ = depth_marks(seen.plane, lighting, unit)
    value = paint @ np.array([0.3, 0.55, 0.15], np.float32)
    value = np.where(seen.lit, value, value * light * (1 - 0.45 * form) + rim * 0.16)
    step = noise.step
    gap = np.maximum(
        np.abs(shifted(seen.plane, step, step) - seen.plane),
        np.abs(shifted(seen.plane, -step, step) - seen.plane),
    )
    cut = smoothed(softened(mask(gap > 3), 1.6 * unit), 0.12, 0.5)
    carved = np.isin(seen.surface, (PAINT, FUR, WATER, BARK))
    lift = np.choose(seen.direction, noise.gouges) * np.where(carved, 0.045, 0.0)
    salt = smoothed(noise.tooth + noise.fine * 0.7, -3.7, -3.1)
    blocks = [colour(ink) for ink in inks]
    out = np.broadcast_to(blocks[0], paint.shape).copy()
    for at, level in enumerate((0.23, 0.48, 0.76)):
        block = smoothed(value + lift * (1 + 0.5 * at), level - 0.02, level + 0.02) * salt * (1 - cut)
        out += (blocks[at + 1] - out) * block[..., None]
    tint = np.where(seen.surface == FACE, np.float32(0.42), np.float32(0.24))[..., None]
    return out + (paint - out) * tint  # coloured by hand, or nobody knows a hero by skin and clothes


FINISHES: dict[str, Finish] = {
    "gouache": gouache,
    "cut paper": cut_paper,
    "ink and wash": ink_and_wash,
    "linocut": linocut,
}
