"""Makes the few SVG elements of the drawings, as strings.

Only this module rounds numbers and quotes attributes. Keyword arguments become attributes: ``stroke_width=3``
is ``stroke-width="3"``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import quoteattr  # nosec B406
from zlib import crc32

Point = tuple[float, float]
Attr = str | float


def num(value: float) -> str:
    """Format a number with as few characters as possible."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def _attrs(attrs: dict[str, Attr]) -> str:
    return "".join(
        f" {key.replace('_', '-')}={quoteattr(value if isinstance(value, str) else num(value))}"
        for key, value in attrs.items()
    )


def element(tag: str, **attrs: Attr) -> str:
    """An element without children. The opacity of a shape that has only a fill, or only a line, is that of
    its paint: otherwise the renderer would draw the shape on a canvas of its own, which is slow."""
    if "opacity" in attrs:
        if attrs.get("stroke", "none") == "none":
            attrs["fill_opacity"] = attrs.pop("opacity")
        elif attrs.get("fill") == "none":
            attrs["stroke_opacity"] = attrs.pop("opacity")
    return f"<{tag}{_attrs(attrs)}/>"


def group(*children: str, **attrs: Attr) -> str:
    """A ``g`` element around its children. Empty if all children are empty."""
    inside = "".join(children)
    return f"<g{_attrs(attrs)}>{inside}</g>" if inside else ""


def path(d: str, fill: str = "none", **attrs: Attr) -> str:
    """A path with this data."""
    return element("path", d=d, fill=fill, **attrs)


def circle(x: float, y: float, r: float, fill: str, **attrs: Attr) -> str:
    """A filled circle."""
    return element("circle", cx=x, cy=y, r=r, fill=fill, **attrs)


def ellipse(x: float, y: float, rx: float, ry: float, fill: str, **attrs: Attr) -> str:
    """A filled ellipse."""
    return element("ellipse", cx=x, cy=y, rx=rx, ry=ry, fill=fill, **attrs)


def rect(x: float, y: float, width: float, height: float, fill: str, **attrs: Attr) -> str:
    """A filled rectangle; ``rx`` rounds it."""
    return element("rect", x=x, y=y, width=max(width, 0), height=max(height, 0), fill=fill, **attrs)


def stroke(d: str, colour: str, width: float, **attrs: Attr) -> str:
    """A drawn line with round ends."""
    ends: dict[str, Attr] = {"stroke_linecap": "round", "stroke_linejoin": "round", **attrs}
    return element("path", d=d, fill="none", stroke=colour, stroke_width=width, **ends)


def moved(inside: str, x: float, y: float, scale: float = 1, turn: float = 0, flip: bool = False) -> str:
    """Turn ``inside`` (in degrees), scale it, mirror it if ``flip`` is true, and then move it to (x, y)."""
    steps = [f"translate({num(x)} {num(y)})"]
    if turn:
        steps.append(f"rotate({num(turn)})")
    if scale != 1 or flip:
        steps.append(f"scale({-scale if flip else scale:.4f} {scale:.4f})")
    return group(inside, transform=" ".join(steps))


def polyline(points: Iterable[Point], closed: bool = False) -> str:
    """Path data of straight lines."""
    return "M" + "L".join(f"{num(x)} {num(y)}" for x, y in points) + ("Z" if closed else "")


def smooth(points: Sequence[Point], closed: bool = True, tension: float = 1.0) -> str:
    """Path data of a soft curve through all of the points (Catmull-Rom)."""
    count = len(points)
    last = count if closed else count - 1
    parts = [f"M{num(points[0][0])} {num(points[0][1])}"]
    for i in range(last):
        before, here, there, after = _four(points, i, closed)
        c1 = (here[0] + (there[0] - before[0]) * tension / 6, here[1] + (there[1] - before[1]) * tension / 6)
        c2 = (there[0] - (after[0] - here[0]) * tension / 6, there[1] - (after[1] - here[1]) * tension / 6)
        parts.append("C" + " ".join(num(v) for v in (*c1, *c2, *there)))
    return "".join(parts) + ("Z" if closed else "")


def _four(points: Sequence[Point], i: int, closed: bool) -> tuple[Point, Point, Point, Point]:
    count = len(points)
    if closed:
        return points[i - 1], points[i], points[(i + 1) % count], points[(i + 2) % count]
    return points[max(i - 1, 0)], points[i], points[i + 1], points[min(i + 2, count - 1)]


def mirrored(points: Sequence[Point]) -> list[Point]:
    """Complete the points of a right half, from top to bottom, to a symmetric shape around x = 0."""
    left = [(-x, y) for x, y in reversed(points) if x != 0]
    return [*points, *left]


def ring(x: float, y: float, rx: float, ry: float, count: int, wobble: Sequence[float] = ()) -> list[Point]:
    """Points around an ellipse. The factors in ``wobble`` change the radius of the points, one after the
    other."""
    points = []
    for i in range(count):
        angle = math.tau * i / count
        scale = wobble[i % len(wobble)] if wobble else 1.0
        points.append((x + math.cos(angle) * rx * scale, y + math.sin(angle) * ry * scale))
    return points


Stops = Sequence[tuple[float, str] | tuple[float, str, float]]


def _stops(stops: Stops) -> str:
    parts = []
    for stop in stops:
        opacity = {"stop_opacity": stop[2]} if len(stop) == 3 else {}
        parts.append(element("stop", offset=f"{stop[0]:.3f}", stop_color=stop[1], **opacity))
    return "".join(parts)


def fade(stops: Stops, x2: float = 0, y2: float = 1) -> tuple[str, str]:
    """A linear gradient over a shape's box: its definition, and the paint that refers to it."""
    inside = _stops(stops)
    name = f"l{crc32(f'{inside}{x2}{y2}'.encode()):x}"
    head = _attrs({"id": name, "x1": 0, "y1": 0, "x2": x2, "y2": y2})
    return f"<linearGradient{head}>{inside}</linearGradient>", f"url(#{name})"


def glow(stops: Stops) -> tuple[str, str]:
    """A radial gradient over a shape's box: its definition, and the paint that refers to it."""
    inside = _stops(stops)
    name = f"r{crc32(inside.encode()):x}"
    return f'<radialGradient id="{name}">{inside}</radialGradient>', f"url(#{name})"


def halo(x: float, y: float, rx: float, ry: float, colour: str, strength: float) -> str:
    """A soft round light (or shade) that fades to nothing."""
    define, paint = glow([(0, colour, strength), (0.45, colour, strength * 0.55), (1, colour, 0.0)])
    return define + ellipse(x, y, rx, ry, paint)
