"""Draws the natural features of animals: manes, horns, quills, tails, wings and shells."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math
from collections.abc import Callable

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.outline import edge, shape, tube, unit_shape
from service.providers.offline.illustrator.species import Species
from service.providers.offline.illustrator.svg import (
    Point,
    circle,
    ellipse,
    moved,
    path,
    polyline,
    ring,
    smooth,
    stroke,
)


def behind_head(species: Species) -> str:
    """The part of a crest that is behind the head, in units of the head's radius."""
    maker = _BEHIND.get(species.crest)
    return maker(species) if maker else ""


def _mane(species: Species) -> str:
    colour = darker(species.fur, 0.2)
    wobble = (1.0, 0.9)
    return unit_shape(ring(0, 0.06, 1.5, 1.46, 26, wobble), colour) + path(
        smooth(ring(0, 0.06, 1.26, 1.22, 22, wobble)), lighter(colour, 0.07)
    )


def _quills(_species: Species) -> str:
    colour = "#7d5f49"
    points = []
    for i in range(25):
        angle = math.radians(-115 + 230 * i / 24)
        r = 1.5 if i % 2 else 1.2
        points.append((math.sin(angle) * r, -math.cos(angle) * r))
    return path(
        polyline(points, True), colour, stroke=edge(colour), stroke_width=0.036, stroke_linejoin="round"
    )


def _antlers(_species: Species) -> str:
    d = "".join(
        f"M{s * 0.4:.2f} -0.76Q{s * 0.5:.2f} -1.3 {s * 0.9:.2f} -1.66M{s * 0.52:.2f} -1.2L{s * 0.3:.2f} -1.56M{s * 0.66:.2f} -1.4L{s * 1.1:.2f} -1.4"
        for s in (-1, 1)
    )
    return stroke(d, edge("#9c7448"), 0.2) + stroke(d, "#a67e50", 0.14)


def _horns(_species: Species) -> str:
    return "".join(
        unit_shape(
            [(s * 0.4, -0.74), (s * 0.56, -1.16), (s * 0.94, -1.36), (s * 0.8, -1.0), (s * 0.66, -0.68)],
            "#e6d8b8",
        )
        for s in (-1, 1)
    )


def _ossicones(species: Species) -> str:
    return "".join(
        stroke(f"M{s * 0.3:.2f} -0.8L{s * 0.36:.2f} -1.3", species.fur, 0.14)
        + circle(s * 0.37, -1.36, 0.13, darker(species.fur, 0.3))
        for s in (-1, 1)
    )


def _spikes(_species: Species) -> str:
    colour = "#e7a24a"
    spikes = "".join(
        unit_shape([(x - 0.14, y + 0.1), (x, y - 0.3), (x + 0.16, y + 0.08)], colour)
        for x, y in ((-0.42, -0.8), (-0.02, -0.92), (0.4, -0.8))
    )
    horns = "".join(
        unit_shape(
            [(s * 0.62, -0.62), (s * 0.84, -1.02), (s * 1.06, -1.24), (s * 1.0, -0.86), (s * 0.88, -0.5)],
            "#f0e2bc",
        )
        for s in (-1, 1)
    )
    return horns + spikes


_BEHIND: dict[str, Callable[[Species], str]] = {
    "mane": _mane, "quills": _quills, "antlers": _antlers, "horns": _horns, "ossicones": _ossicones, "spikes": _spikes,
}  # fmt: skip


def on_head(species: Species) -> str:
    """The part of a crest that is in front of the head: forelock, wool, comb, plume, horn."""
    maker = _ON.get(species.crest)
    return maker(species) if maker else ""


def _forelock(species: Species) -> str:
    colour = darker(species.fur, 0.24)
    return unit_shape(
        [(-0.3, -0.9), (0.0, -1.2), (0.34, -0.96), (0.22, -0.5), (0.02, -0.2), (-0.08, -0.5), (-0.26, -0.4)],
        colour,
    )


def _unicorn(_species: Species) -> str:
    horn = path(
        "M-0.13 -0.82L0.02 -1.76L0.17 -0.82Z",
        "#f0cf72",
        stroke="#c79b3c",
        stroke_width=0.036,
        stroke_linejoin="round",
    )
    rings = stroke("M-0.1 -1.02L0.13 -0.96M-0.06 -1.24L0.1 -1.19M-0.03 -1.45L0.06 -1.41", "#c79b3c", 0.035)
    lock = unit_shape(
        [(-0.34, -0.88), (0.0, -1.02), (0.36, -0.9), (0.26, -0.46), (0.04, -0.2), (-0.1, -0.5), (-0.3, -0.4)],
        "#c79bd8",
    )
    return horn + rings + lock


def _wool(species: Species) -> str:
    balls = [
        (-0.7, -0.6, 0.28),
        (-0.34, -0.82, 0.32),
        (0.06, -0.88, 0.32),
        (0.44, -0.8, 0.3),
        (0.74, -0.56, 0.26),
        (-0.1, -0.56, 0.28),
        (0.32, -0.54, 0.26),
    ]
    rim = "".join(circle(x, y, r + 0.035, edge(species.fur)) for x, y, r in balls)
    return rim + "".join(circle(x, y, r, lighter(species.fur, 0.02)) for x, y, r in balls)


def _comb(_species: Species) -> str:
    return unit_shape(
        [(-0.3, -0.78), (-0.3, -1.14), (-0.1, -1.0), (0.02, -1.24), (0.14, -1.0), (0.34, -1.1), (0.3, -0.76)],
        "#cf4236",
    )


def _plume(species: Species) -> str:
    colour = lighter(species.fur, 0.08)
    return unit_shape(
        [
            (-0.1, -0.8),
            (-0.34, -1.3),
            (-0.06, -1.12),
            (0.06, -1.42),
            (0.14, -1.1),
            (0.38, -1.22),
            (0.16, -0.8),
        ],
        colour,
    )


def _spout(_species: Species) -> str:
    water = "#8fc6e0"
    jets = stroke(
        "M0 -0.8L0 -1.2M0 -1.18Q-0.06 -1.5 -0.32 -1.46Q-0.5 -1.42 -0.48 -1.2M0 -1.18Q0.06 -1.5 0.32 -1.46Q0.5 -1.42 0.48 -1.2",
        water,
        0.1,
    )
    return jets + "".join(circle(s * 0.48, -1.08, 0.06, water) for s in (-1, 1))


_ON: dict[str, Callable[[Species], str]] = {
    "forelock": _forelock, "horn": _unicorn, "wool": _wool, "comb": _comb, "plume": _plume,
    "spout": _spout,
}  # fmt: skip


def behind_body(species: Species, build: Build) -> str:
    """Tail, wings and shell, in the trunk's units around the hip."""
    wings = _wings(species, build) if species.wings and species.tail == "dragon" else ""
    shell = _shell(build) if species.crest == "shell" else ""
    tail = _TAILS.get(species.tail)
    return wings + shell + (tail(species, build) if tail else "")


def _tapered(points: list[Point], widths: list[float], colour: str) -> str:
    return shape(tube(points, widths), colour)


def _brush(species: Species, _build: Build) -> str:
    line: list[Point] = [(-20, -6), (-74, 6), (-122, -30), (-138, -86), (-118, -132)]
    tip = shape(smooth([(-150, -96), (-116, -98), (-102, -128), (-112, -150), (-134, -134)]), species.belly)
    return _tapered(line, [20, 38, 54, 50, 22], species.fur) + tip


def _plume_tail(species: Species, _build: Build) -> str:
    line: list[Point] = [(-16, 6), (-66, 2), (-96, -60), (-84, -128), (-122, -160)]
    return _tapered(line, [22, 44, 60, 60, 34], species.fur)


def _thin(species: Species, _build: Build) -> str:
    line: list[Point] = [(-16, 0), (-70, 14), (-104, -16), (-98, -66), (-124, -86)]
    drawn = _tapered(line, [16, 16, 15, 14, 11], species.fur)
    return drawn + (
        _tapered(line[3:], [13, 13], darker(species.fur, 0.12)) if species.marks == "tabby" else ""
    )


def _tuft(species: Species, _build: Build) -> str:
    line: list[Point] = [(-16, 0), (-72, 12), (-106, -22), (-104, -70)]
    return _tapered(line, [12, 11, 10, 9], species.fur) + ellipse(
        -104, -84, 15, 22, darker(species.fur, 0.22)
    )


def _string(species: Species, _build: Build) -> str:
    colour = "#d9a19a" if species.muzzle == "mouse" else species.fur
    return stroke("M-18 2Q-84 30 -112 -20T-150 -46", edge(colour), 10) + stroke(
        "M-18 2Q-84 30 -112 -20T-150 -46", colour, 6.5
    )


def _up(species: Species, _build: Build) -> str:
    line: list[Point] = [(-20, -8), (-58, -22), (-80, -62), (-74, -96)]
    return _tapered(line, [20, 22, 20, 12], species.fur)


def _puff(species: Species, build: Build) -> str:
    return shape(smooth(ring(-build.hip * 1.1, -6, 24, 24, 12, (1.0, 0.86))), species.belly)


def _stub(species: Species, build: Build) -> str:
    return shape(smooth(ring(-build.hip * 1.1, -4, 16, 14, 8)), species.fur)


def _curl(species: Species, _build: Build) -> str:
    d = "M-30 -6q-26 6 -28 -12q2 -16 18 -10q12 10 -6 18q-20 4 -30 -8"
    return stroke(d, edge(species.fur), 12) + stroke(d, species.fur, 8)


def _ringed(species: Species, _build: Build) -> str:
    line: list[Point] = [(-18, 0), (-70, 6), (-108, -30), (-112, -88)]
    drawn = _tapered(line, [24, 36, 38, 24], species.fur)
    dark = darker(species.fur, 0.3)
    return drawn + "".join(
        moved(ellipse(0, 0, 7, 17, dark), x, y, turn=t)
        for x, y, t in ((-58, 4, 10), (-90, -8, 40), (-108, -40, 78), (-112, -80, 92))
    )


def _thick(species: Species, _build: Build) -> str:
    return _tapered([(-14, 4), (-60, 34), (-104, 44), (-146, 30)], [34, 32, 24, 12], species.fur)


def _paddle(species: Species, _build: Build) -> str:
    colour = darker(species.fur, 0.16)
    return shape(
        smooth([(-20, 4), (-60, 6), (-108, -14), (-132, 12), (-112, 40), (-64, 36)]), colour
    ) + stroke("M-66 14l48 4M-112 -4l10 34M-92 -6l8 38", darker(colour, 0.1), 2.5)


def _hair(species: Species, _build: Build) -> str:
    colour = "#c79bd8" if species.crest == "horn" else darker(species.fur, 0.24)
    return shape(
        smooth([(-22, -20), (-66, -40), (-104, 0), (-112, 66), (-88, 84), (-80, 40), (-62, 10)]), colour
    )


def _dragon(species: Species, _build: Build) -> str:
    line: list[Point] = [(-8, 4), (-66, 38), (-122, 30), (-158, -14), (-176, -52)]
    tip = shape(smooth([(-196, -50), (-178, -88), (-156, -58)]), "#e7a24a")
    return tip + _tapered(line, [50, 44, 32, 20, 10], species.fur)


def _feathers(species: Species, build: Build) -> str:
    colour = darker(species.fur, 0.08)
    return "".join(
        moved(
            shape(smooth([(-11, 0), (0, -8), (11, 0), (9, 54), (-9, 54)]), colour),
            -build.hip * 0.7,
            -10,
            turn=turn,
        )
        for turn in (62, 44, 28)
    )


def _wings(species: Species, build: Build) -> str:
    t = build.torso
    drawn = ""
    for s in (-1, 1):
        points = [
            (s * 14, -t * 0.84),
            (s * 96, -t * 1.5),
            (s * 176, -t * 1.22),
            (s * 148, -t * 0.98),
            (s * 150, -t * 0.7),
            (s * 110, -t * 0.72),
            (s * 96, -t * 0.42),
            (s * 60, -t * 0.56),
        ]
        membrane = path(
            polyline(points, True), "#e7b463", stroke=edge("#e7b463"), stroke_width=3, stroke_linejoin="round"
        )
        bones = stroke(
            f"M{s * 14} {-t * 0.84:.1f}L{s * 96} {-t * 1.5:.1f}L{s * 148} {-t * 0.98:.1f}M{s * 96} {-t * 1.5:.1f}L{s * 110} {-t * 0.72:.1f}",
            species.fur,
            7,
        )
        drawn += membrane + bones
    return drawn


def _shell(build: Build) -> str:
    t, colour = build.torso, "#8a6a42"
    shell = shape(smooth(ring(0, -t * 0.5, build.shoulder * 1.75, t * 0.74, 14)), colour)
    return shell + path(smooth(ring(0, -t * 0.5, build.shoulder * 1.5, t * 0.6, 14)), lighter(colour, 0.08))


def _fluke(species: Species, _build: Build) -> str:
    stem = _tapered([(-14, 2), (-70, 12), (-112, -18), (-128, -58)], [34, 38, 28, 18], species.fur)
    fluke: list[Point] = [
        (-122, -52),
        (-96, -78),
        (-84, -122),
        (-122, -104),
        (-140, -96),
        (-196, -92),
        (-168, -60),
        (-136, -50),
    ]
    return shape(smooth(fluke), species.fur) + stem


_TAILS: dict[str, Callable[[Species, Build], str]] = {
    "brush": _brush, "plume": _plume_tail, "thin": _thin, "tuft": _tuft, "string": _string, "up": _up, "puff": _puff,
    "stub": _stub, "curl": _curl, "ringed": _ringed, "thick": _thick, "paddle": _paddle, "hair": _hair,
    "dragon": _dragon, "feathers": _feathers, "fluke": _fluke,
}  # fmt: skip
