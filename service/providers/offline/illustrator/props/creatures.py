"""Draws small animals from the side, facing right, with their feet on y = 0."""

from __future__ import annotations

from dataclasses import dataclass

from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.figure.outline import edge, shape, tube
from service.providers.offline.illustrator.svg import Point, circle, ellipse, group, path, smooth, stroke


@dataclass(frozen=True)
class Beast:
    """A four-legged animal: its colours, and the forms of its ears and tail."""

    fur: str
    belly: str
    ears: str
    tail: str
    muzzle: float = 1.0


BEASTS: dict[str, Beast] = {
    "dog": Beast("#d8a86a", "#f3dfbd", "floppy", "up"),
    "puppy": Beast("#b98354", "#f0dcc0", "floppy", "up", 0.8),
    "cat": Beast("#8f8d94", "#ece7e0", "pointed", "long", 0.5),
    "kitten": Beast("#e0a55c", "#fbeeda", "pointed", "long", 0.45),
    "fox": Beast("#d9722f", "#fbeedd", "pointed", "brush"),
    "rabbit": Beast("#c7b299", "#fbf3e8", "long", "puff", 0.4),
    "mouse": Beast("#a7a3a6", "#efe4df", "round", "long", 0.6),
    "squirrel": Beast("#b5633a", "#f7e7d2", "pointed", "brush", 0.5),
    "deer": Beast("#b37a4a", "#f3e0c4", "leaf", "puff"),
    "horse": Beast("#9c6a43", "#d3ab7e", "pointed", "brush", 1.2),
    "sheep": Beast("#f3ede0", "#f3ede0", "leaf", "puff", 0.8),
    "pig": Beast("#efaaa6", "#f9cfc8", "leaf", "puff", 0.7),
}


def beast(kind: Beast) -> str:
    """A four-legged animal about 150 high and 200 long."""
    far = darker(kind.fur, 0.08)
    legs_far = _leg(-34, far, 10) + _leg(46, far, -4)
    legs = _leg(-50, kind.fur, 0) + _leg(32, kind.fur, 2)
    body = shape(
        smooth(
            [
                (-74, -92),
                (-40, -104),
                (10, -100),
                (52, -112),
                (68, -84),
                (54, -50),
                (10, -42),
                (-44, -44),
                (-72, -58),
            ]
        ),
        kind.fur,
    )
    belly = path(
        smooth([(-40, -50), (8, -52), (50, -64), (46, -50), (8, -42), (-36, -44)]), kind.belly, opacity=0.85
    )
    return _TAILS[kind.tail](kind) + legs_far + body + belly + legs + _head(kind)


def _leg(x: float, colour: str, lean: float) -> str:
    line: list[Point] = [(x, -62), (x + lean * 0.5, -30), (x + lean, -8)]
    paw = ellipse(x + lean + 4, -7, 14, 8, lighter(colour, 0.04), stroke=edge(colour), stroke_width=2.4)
    return shape(tube(line, [27, 19, 15]), colour) + paw


def _head(kind: Beast) -> str:
    neck = shape(tube([(48, -88), (66, -112), (76, -128)], [48, 42, 38]), kind.fur)
    skull = shape(
        smooth([(48, -140), (64, -164), (92, -166), (110, -148), (110, -124), (88, -108), (60, -112)]),
        kind.fur,
    )
    long = 24 * kind.muzzle
    snout = shape(
        smooth([(96, -144), (108 + long, -138), (114 + long, -126), (106 + long * 0.8, -114), (92, -112)]),
        kind.belly,
    )
    nose = ellipse(112 + long, -134, 6.5, 5.5, "#3a2a28")
    smile = stroke(
        f"M{110 + long * 0.9:.1f} -123Q{104 + long * 0.4:.1f} -116 {98 + long * 0.2:.1f} -120",
        edge(kind.belly),
        2.6,
    )
    eye = circle(92, -145, 5.4, "#33262a") + circle(94, -147, 1.8, "#ffffff")
    return neck + skull + snout + nose + smile + eye + _EARS[kind.ears](kind)


def _floppy(kind: Beast) -> str:
    return shape(
        smooth([(58, -158), (74, -166), (76, -140), (66, -112), (50, -112), (48, -136)]),
        darker(kind.fur, 0.13),
    )


def _pointed(kind: Beast) -> str:
    back = shape(smooth([(52, -150), (50, -186), (72, -164)], tension=0.5), darker(kind.fur, 0.06))
    return (
        back
        + shape(smooth([(66, -160), (76, -196), (92, -164)], tension=0.5), kind.fur)
        + path(smooth([(72, -164), (77, -184), (86, -165)], tension=0.5), mix(kind.belly, "#e59a92", 0.4))
    )


def _round(kind: Beast) -> str:
    return circle(66, -164, 15, kind.fur, stroke=edge(kind.fur), stroke_width=2.6) + circle(
        66, -164, 8, mix(kind.belly, "#e59a92", 0.45)
    )


def _long(kind: Beast) -> str:
    return shape(smooth([(60, -160), (40, -206), (52, -224), (70, -200), (76, -162)]), kind.fur) + path(
        smooth([(62, -170), (50, -206), (62, -198), (70, -168)]), mix(kind.belly, "#e59a92", 0.4)
    )


def _leaf(kind: Beast) -> str:
    return shape(smooth([(62, -158), (36, -166), (26, -154), (44, -142), (62, -146)]), darker(kind.fur, 0.06))


_EARS = {"floppy": _floppy, "pointed": _pointed, "round": _round, "long": _long, "leaf": _leaf}


def _tail(points: list[Point], widths: list[float], colour: str) -> str:
    return shape(tube(points, widths), colour)


def _up(kind: Beast) -> str:
    return _tail([(-66, -88), (-92, -106), (-102, -134), (-96, -152)], [20, 18, 15, 9], kind.fur)


def _long_tail(kind: Beast) -> str:
    return _tail([(-66, -84), (-104, -84), (-120, -118), (-108, -150)], [13, 12, 11, 9], kind.fur)


def _brush(kind: Beast) -> str:
    return _tail([(-64, -82), (-104, -72), (-136, -96), (-150, -126)], [18, 38, 40, 16], kind.fur)


def _puff(kind: Beast) -> str:
    return circle(-76, -86, 15, kind.belly, stroke=edge(kind.belly), stroke_width=2.4)


_TAILS = {"up": _up, "long": _long_tail, "brush": _brush, "puff": _puff}


def harness(colour: str) -> str:
    """A guide dog's harness with its stiff handle, over ``beast``."""
    vest = shape(
        smooth(
            [(-34, -103), (12, -101), (44, -110), (50, -78), (40, -48), (-6, -42), (-32, -50)], tension=0.6
        ),
        colour,
    )
    bands = stroke("M-30 -96Q-34 -70 -28 -52M38 -104Q50 -78 38 -50", "#f6f0e2", 7)
    strap = stroke("M44 -106Q60 -92 62 -78Q56 -62 42 -56", darker(colour, 0.12), 8)
    badge = circle(4, -76, 13, "#f6f0e2") + path("M4 -69l-7 -7a4 4 0 0 1 7 -3.6a4 4 0 0 1 7 3.6Z", "#d8564a")
    return group(vest, bands, strap, badge, data_part="harness")


def handle(grip: Point, colour: str) -> str:
    """The handle from the dog's back to a hand, in the coordinates of the dog."""
    x, y = grip
    bars = f"M-22 -98L{x:.1f} {y:.1f}M8 -100L{x + 10:.1f} {y:.1f}"
    bar = stroke(bars, darker(colour, 0.2), 7) + stroke(bars, "#7a7682", 4)
    return group(
        bar, stroke(f"M{x - 6:.1f} {y:.1f}L{x + 16:.1f} {y:.1f}", "#3d3b44", 10), data_part="harness_handle"
    )


def songbird(colour: str) -> str:
    """A small sitting bird, about 70 high."""
    tail = shape(smooth([(-24, -30), (-66, -18), (-62, -6), (-22, -14)]), darker(colour, 0.1))
    body = shape(
        smooth([(-30, -24), (-14, -50), (10, -66), (32, -60), (36, -40), (22, -14), (-8, -6)]), colour
    )
    chest = path(smooth([(14, -46), (32, -44), (24, -18), (2, -9), (2, -28)]), mix(colour, "#fdf0d8", 0.72))
    wing = shape(smooth([(-28, -34), (-2, -44), (10, -30), (-8, -18), (-34, -18)]), darker(colour, 0.07))
    beak = path("M35 -54L52 -48L35 -43Z", "#e79b38")
    legs = stroke("M0 -8L-2 0M12 -9L12 0", "#b5772f", 3.4)
    return (
        legs
        + tail
        + body
        + chest
        + wing
        + beak
        + circle(24, -52, 4, "#33262a")
        + circle(25.5, -53.5, 1.3, "#ffffff")
    )


def perched_owl(colour: str) -> str:
    """A sitting owl that looks to the viewer, about 96 high."""
    ears = path("M-28 -76L-32 -98L-12 -84ZM28 -76L32 -98L12 -84Z", darker(colour, 0.06))
    body = shape(
        smooth([(0, -88), (30, -78), (38, -40), (24, -6), (0, -2), (-24, -6), (-38, -40), (-30, -78)]), colour
    )
    belly = path(
        smooth([(0, -48), (20, -40), (18, -12), (0, -6), (-18, -12), (-20, -40)]), lighter(colour, 0.2)
    )
    eyes = "".join(
        circle(s * 14, -64, 14, "#fbf0d6")
        + circle(s * 13, -63, 7, "#33262a")
        + circle(s * 13 + 2.4, -66, 2.2, "#ffffff")
        for s in (-1, 1)
    )
    beak = path("M-5 -55L5 -55L0 -44Z", "#e79b38")
    marks = stroke("M-8 -34q4 5 8 0q4 5 8 0M-8 -22q4 5 8 0q4 5 8 0", darker(colour, 0.1), 2.6)
    return ears + body + belly + eyes + beak + marks + stroke("M-10 -3v4M10 -3v4", "#d08a34", 6)


def butterfly(colour: str) -> str:
    """A butterfly around the origin, about 50 wide."""
    wings = "".join(
        path(
            smooth([(0, -2), (s * 14, -26), (s * 30, -20), (s * 26, -2)]),
            colour,
            stroke=edge(colour),
            stroke_width=2,
        )
        + path(
            smooth([(0, 0), (s * 22, 0), (s * 22, 18), (s * 8, 18)]),
            lighter(colour, 0.08),
            stroke=edge(colour),
            stroke_width=2,
        )
        for s in (-1, 1)
    )
    return wings + stroke("M0 -14L0 14", "#4a3a38", 4) + stroke("M0 -14l-7 -10M0 -14l7 -10", "#4a3a38", 1.8)
