"""Draws wheelchairs in units of the figure. The ground is at y = 0, and the hip of the seated user at x = 0.

Each wheelchair has parts behind the user and parts in front, so that the user sits in it.
"""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math
from dataclasses import dataclass

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.outline import edge, shape
from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.svg import (
    Point,
    circle,
    ellipse,
    group,
    rect,
    smooth,
    stroke,
)
from service.providers.offline.illustrator.words import choice_for, colour_in

_FRAMES = ("#d8564a", "#3f86c4", "#7a5cb0", "#2f9a86", "#e08a2e")
_TYRE, _METAL, _CLOTH = "#3d3b44", "#c9ced6", "#4a4754"


@dataclass(frozen=True)
class Chair:
    """A wheelchair around its user. ``grip`` is the place at which the near hand drives the wheelchair."""

    behind: str
    before: str
    seat: float
    grip: Point
    left: float
    right: float


def seat_height(build: Build) -> float:
    """The height of a seated user's hip: the sum of shin, foot and footplate."""
    return build.shin + 12 + 16 + build.leg * 0.35


def chair_of(look: Look, build: Build) -> Chair | None:
    """The chair of a wheelchair user."""
    for trait, maker in (("power_wheelchair", _power), ("manual_wheelchair", _manual)):
        if look.has(trait):
            colour = colour_in(look.detail(trait)) or choice_for(look.name, "chair", _FRAMES)
            return maker(build, colour)
    return None


def _wheel(x: float, r: float, squeeze: float, colour: str, rim: bool) -> str:
    spokes = "".join(
        f"M{x:.1f} {-r:.1f}L{x + math.cos(math.tau * i / 12 + 0.2) * r * 0.9 * squeeze:.1f} {-r + math.sin(math.tau * i / 12 + 0.2) * r * 0.9:.1f}"
        for i in range(12)
    )
    tyre = ellipse(x, -r, (r - 4) * squeeze, r - 4, "none", stroke=_TYRE, stroke_width=8.5)
    inner = ellipse(x, -r, (r - 10) * squeeze, r - 10, "none", stroke=colour, stroke_width=4.5)
    hub = circle(x, -r, r * 0.13, colour, stroke=darker(colour, 0.15), stroke_width=2.5) + circle(
        x, -r, r * 0.05, "#ffffff"
    )
    drawn = stroke(spokes, _METAL, 1.9) + tyre + inner + hub
    return group(drawn, _push_rim(x, r, squeeze) if rim else "", data_part="large_wheel")


def _push_rim(x: float, r: float, squeeze: float) -> str:
    ring = ellipse(x, -r, (r - 19) * squeeze, r - 19, "none", stroke="#8d949f", stroke_width=5.5)
    shine = ellipse(x, -r, (r - 19) * squeeze, r - 19, "none", stroke="#eef1f5", stroke_width=2.6)
    return group(ring, shine, data_part="push_rim")


def _caster(x: float, r: float, colour: str) -> str:
    fork = stroke(f"M{x - 3:.1f} {-r * 2.7:.1f}L{x:.1f} {-r:.1f}", colour, 6)
    wheel = circle(x, -r, r - 2.5, "#77747f", stroke=_TYRE, stroke_width=5.5) + circle(
        x, -r, r * 0.26, _METAL
    )
    return group(fork, wheel, data_part="caster")


def _pipe(d: str, colour: str, width: float = 7) -> str:
    return stroke(d, darker(colour, 0.16), width + 2.6) + stroke(d, colour, width)


def _manual(build: Build, colour: str) -> Chair:
    seat = seat_height(build)
    r = seat * 0.74
    back, knee, top = -build.hip - 16, build.thigh, -seat - build.torso * 0.66
    far = darker(colour, 0.06)
    behind = "".join(
        (
            _wheel(build.hip * 0.5 + 16, r * 0.97, 0.86, far, rim=False),
            _caster(knee + 34, build.shin * 0.22 + 3, far),
            _backrest(back, top, seat, build),
            _pipe(f"M{back:.1f} {top - 8:.1f}Q{back - 4:.1f} {top - 22:.1f} {back - 34:.1f} {top - 20:.1f}", "#5a5763", 8),
            _pipe(f"M{back:.1f} {top - 6:.1f}L{back + 3:.1f} {-seat * 0.62:.1f}", colour),
            _cushion(back, knee, seat, build),
            _footrest(knee, seat, far, 22),
        )
    )  # fmt: skip
    before = "".join(
        (
            _pipe(f"M{back + 6:.1f} {-seat + build.leg * 0.66:.1f}L{knee * 0.86:.1f} {-seat + build.leg * 0.7:.1f}", colour),
            _footrest(knee, seat, colour, 0),
            _caster(knee + 2, build.shin * 0.22 + 4, colour),
            _wheel(-14, r, 0.93, colour, rim=True),
        )
    )  # fmt: skip
    grip = (2.0, -r - (r - 19) * 0.96)
    return Chair(
        group(behind, data_trait="manual_wheelchair", data_part="behind"),
        group(before, data_trait="manual_wheelchair", data_part="before"),
        seat, grip, min(-r - 6, back - 40), knee + 70,
    )  # fmt: skip


def _backrest(back: float, top: float, seat: float, build: Build) -> str:
    points = [
        (back - 6, top),
        (back + build.hip * 1.3, top - 5),
        (back + build.hip * 1.4, -seat),
        (back, -seat + 8),
    ]
    return shape(smooth(points, tension=0.4), _CLOTH)


def _cushion(back: float, knee: float, seat: float, build: Build) -> str:
    y = -seat + build.leg * 0.36
    return rect(
        back - 2,
        y,
        knee * 0.94 - back,
        build.leg * 0.42,
        _CLOTH,
        rx=8,
        stroke=darker(_CLOTH, 0.1),
        stroke_width=2.4,
    )


def _footrest(knee: float, seat: float, colour: str, shift: float) -> str:
    x = knee + shift
    post = _pipe(f"M{x - 12:.1f} {-seat * 0.72:.1f}L{x + 10:.1f} -17", colour, 6)
    plate = _pipe(f"M{x - 2:.1f} -12L{x + 46:.1f} -13", "#6a6773", 7)
    return group(post, plate, data_part="footrest")


def _power(build: Build, colour: str) -> Chair:
    seat = seat_height(build)
    back, knee, top = -build.hip - 18, build.thigh, -seat - build.torso * 0.98
    arm_y = -seat - build.torso * 0.3
    behind = "".join(
        (
            _small_wheel(knee * 0.52 + 20, 24), _small_wheel(back + 28, 21),
            shape(smooth([(back - 12, top), (back + build.hip * 1.2, top - 4), (back + build.hip * 1.6, -seat), (back - 4, -seat + 10)], tension=0.4), _CLOTH),
            group(shape(smooth([(back - 14, top - 12), (back + build.hip * 0.9, top - 14), (back + build.hip * 0.9, top - 52), (back - 10, top - 50)], tension=0.6), _CLOTH), data_part="headrest"),
            _cushion(back, knee, seat, build), _footrest(knee, seat, "#6a6773", 18),
        )
    )  # fmt: skip
    base_top, base = -seat + build.leg * 0.82, "#57535f"
    body = [
        (back - 10, base_top + 8),
        (knee * 0.5, base_top),
        (knee * 0.86, -46),
        (knee * 0.8, -26),
        (back - 8, -26),
        (back - 20, -48),
    ]
    before = "".join(
        (
            rect(-10, -seat + build.leg * 0.6, 26, 22, base, rx=5),
            shape(smooth(body, tension=0.6), colour), stroke(f"M{back:.1f} {base_top + 22:.1f}L{knee * 0.56:.1f} {base_top + 16:.1f}", lighter(colour, 0.18), 5),
            _small_wheel(back + 2, 23), _small_wheel(knee * 0.34, 33), _small_wheel(knee * 0.9, 19),
            _footrest(knee, seat, "#6a6773", 2), _armrest(back, knee, arm_y, base_top),
        )
    )  # fmt: skip
    return Chair(
        group(behind, data_trait="power_wheelchair", data_part="behind"),
        group(before, data_trait="power_wheelchair", data_part="before"),
        seat, (knee * 0.62, arm_y - 26), back - 34, knee + 72,
    )  # fmt: skip


def _small_wheel(x: float, r: float) -> str:
    wheel = circle(x, -r, r - 4, "#8b8894", stroke=_TYRE, stroke_width=8.5) + circle(x, -r, r * 0.3, _METAL)
    return group(wheel, data_part="small_wheel")


def _armrest(back: float, knee: float, y: float, base: float) -> str:
    end = knee * 0.5
    post = _pipe(f"M{back + 20:.1f} {y:.1f}L{back + 16:.1f} {base:.1f}", "#6a6773", 7)
    pad = rect(back + 4, y - 6, end - back, 13, "#3f3c47", rx=6.5)
    box = rect(end - 6, y - 11, 32, 17, "#2f2d36", rx=5)
    stick = stroke(f"M{end + 12:.1f} {y - 10:.1f}l3 -17", "#2f2d36", 5.5) + circle(
        end + 15, y - 29, 7, "#d8564a", stroke=edge("#d8564a"), stroke_width=2
    )
    lamp = circle(end + 2, y - 4, 2.6, "#8ee08a")
    return post + pad + group(box, lamp, stick, data_part="joystick")
