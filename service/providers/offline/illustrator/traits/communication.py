"""Draws a communication device: a tablet with large picture keys, on a strap or on a mount of a
wheelchair."""

from __future__ import annotations

from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.svg import circle, group, moved, path, rect, stroke

_KEYS = ("#f4c542", "#6fb4e8", "#f08a8a", "#8fd08a", "#c79be0", "#f5a45c")


def _key(i: int) -> str:
    """One key with a small pictogram and no letters."""
    x, y = 8 + (i % 3) * 21, 8 + (i // 3) * 20
    pictures = (
        circle(x + 9, y + 8.5, 4.6, "#ffffff"),
        path(f"M{x + 9} {y + 14}l-6 -6a3.4 3.4 0 0 1 6 -3a3.4 3.4 0 0 1 6 3Z", "#ffffff"),
        path(f"M{x + 4} {y + 13}v-5l5 -4.6l5 4.6v5Z", "#ffffff"),
        stroke(f"M{x + 4} {y + 9}l3.6 4l6.4 -8", "#ffffff", 2.8),
        stroke(f"M{x + 9} {y + 4}v9.6M{x + 4.4} {y + 8.6}h9.2", "#ffffff", 2.8),
        path(f"M{x + 5} {y + 4}l9 4.8l-9 4.8Z", "#ffffff"),
    )
    return rect(x, y, 18.5, 17, _KEYS[i], rx=4) + pictures[i]


def _tablet() -> str:
    case = rect(0, 0, 77, 53, "#3a4152", rx=8, stroke="#262b38", stroke_width=2.4)
    grip = rect(-5, 15, 9, 23, "#e0683a", rx=4) + rect(73, 15, 9, 23, "#e0683a", rx=4)
    return grip + case + rect(5, 5, 67, 43, "#f6f4ee", rx=4) + "".join(_key(i) for i in range(6))


def device(look: Look, build: Build) -> str:
    """The device on its strap, in front of the trunk of a standing figure, in units of the trunk."""
    if not look.has("communication_device") or look.wheeled:
        return ""
    t, w = build.torso, build.shoulder * 0.5
    scale = build.shoulder * 1.72 / 77
    top = -t * 0.5
    strap = stroke(
        f"M{-w:.1f} {-t:.1f}L{-38 * scale:.1f} {top + 6:.1f}M{w:.1f} {-t:.1f}L{38 * scale:.1f} {top + 6:.1f}",
        "#4f5a70",
        5,
    )
    tablet = moved(_tablet(), -38.5 * scale, top, scale)
    return group(strap, tablet, data_trait="communication_device", data_part="picture_keys")


def mounted(look: Look, build: Build, seat: float) -> str:
    """The device on an arm of the wheelchair, in front of the user, in units of the figure."""
    if not look.has("communication_device") or not look.wheeled:
        return ""
    x, y = build.thigh + 20, -seat - build.torso * 0.4
    pole = f"M{build.thigh * 0.7:.1f} {-seat + 20:.1f}Q{x + 26:.1f} {-seat + 4:.1f} {x + 16:.1f} {y + 36:.1f}"
    scale = build.shoulder * 1.6 / 77
    tablet = moved(_tablet(), x - 20, y - 26, scale, turn=-8)
    return group(stroke(pole, "#5a5763", 8), tablet, data_trait="communication_device", data_part="mounted")
