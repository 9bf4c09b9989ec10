"""Turns drawings of a head: what is drawn for the front is laid on a ball, and the ball is turned.

Units are the radius of the head. Points outside the ball are its silhouette (the outer edge of hair, of a
scarf, of a beard); they stay where they are, while all that lies on the ball moves with it.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree  # nosec B405
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from xml.etree.ElementTree import Element  # nosec B405

from service.providers.offline.illustrator.svg import Point, group

Matrix = tuple[float, float, float, float, float, float]
_HERE: Matrix = (1, 0, 0, 1, 0, 0)
_TALL = 1.1
_STEPS = 6
#: From this radius on, a point belongs to the silhouette.
_ON, _OFF = 0.985, 1.03
_STEP = re.compile(r"(translate|rotate|scale)\(([^)]*)\)")
_TOKEN = re.compile(r"[MLHVQTCZmlhvqtcz]|-?\d*\.?\d+(?:e-?\d+)?")
_SHAPED = ("d", "cx", "cy", "r", "rx", "ry", "x", "y", "width", "height", "transform", "points")


@dataclass(frozen=True)
class Ball:
    """A turned head. ``yaw`` and ``pitch`` are in radians: a yaw of π/2 is a profile that looks right, one of
    π the back of the head; with a positive pitch it looks up."""

    yaw: float = 0.0
    pitch: float = 0.0

    @property
    def sin(self) -> float:
        """How far the head is turned to the side, −1 to 1."""
        return math.sin(self.yaw)

    @property
    def cos(self) -> float:
        """1 for the front, 0 for a profile, −1 for the back."""
        return math.cos(self.yaw)

    @property
    def away(self) -> bool:
        """Whether the face cannot be seen."""
        return abs(self.yaw) > 1.92

    @property
    def near(self) -> int:
        """The side (−1 or 1) whose ear lies before the head; 0 if none does."""
        if abs(self.sin) < 0.3 and self.cos > 0:
            return 0
        return -1 if self.sin >= 0 else 1

    def beside(self, svg: str, side: int, width: float = 1.0) -> str:
        """A part that was drawn at the side (−1 or 1) of the head. Empty if the head hides it."""
        if not svg or (side != self.near and abs(self.sin) > 0.42):
            return ""
        return pinned(svg, side * (self.cos * width - 1), self.pitch * 0.1)

    def at(self, x: float, y: float) -> tuple[float, float, float]:
        """Where a point on the front of the head is seen, and how near it is: below 0 it is behind."""
        z = math.sqrt(max(1 - x * x - (y / _TALL) ** 2, 0))
        x, z = x * self.cos + z * self.sin, z * self.cos - x * self.sin
        up, level = math.sin(self.pitch), math.cos(self.pitch)
        return x, y * level - z * up, z * level + y * up

    def side(self, longitude: float, y: float) -> Point:
        """Where the point at a height of the meridian is seen. It is on the silhouette if it is behind."""
        wide = math.sqrt(max(1 - (y / _TALL) ** 2, 0.04))
        turn = math.radians(longitude) + self.yaw
        if math.cos(turn) < 0:
            return math.copysign(wide, math.sin(turn)), y
        return math.sin(turn) * wide, y

    def seen(self, x: float, y: float) -> tuple[Point, bool]:
        """Where a point of a drawing is seen, and whether it is in front."""
        radius = math.hypot(x, y / 1.06)
        if radius >= _OFF:
            return (x, y), True
        px, py, pz = self.at(x, y)
        if pz < 0:
            wide = math.sqrt(max(1 - (py / _TALL) ** 2, 0))
            px = math.copysign(wide, self.yaw)
        stay = min(max((radius - _ON) / (_OFF - _ON), 0), 1)
        return (px + (x - px) * stay, py + (y - py) * stay), pz >= 0 or stay > 0.5

    def wrapped(self, svg: str) -> str:
        """A drawing for the front of the head, as it is seen on the turned head."""
        if not svg or (self.yaw == 0 and self.pitch == 0):
            return svg
        return _wrapped(svg, self)


@lru_cache(maxsize=512)  # each head is drawn several times until its picture is composed
def _wrapped(svg: str, ball: Ball) -> str:
    root = ElementTree.fromstring(f"<g>{svg}</g>")  # nosec B314
    _walk(root, _HERE, ball)
    return "".join(ElementTree.tostring(child, encoding="unicode") for child in root)


def _walk(parent: Element, matrix: Matrix, ball: Ball) -> None:
    for child in list(parent):
        inner = _times(matrix, _matrix(child.get("transform", "")))
        if child.tag == "g":
            child.attrib.pop("transform", None)
            _walk(child, inner, ball)
        elif child.tag in ("path", "circle", "ellipse", "rect"):
            lines = [[_apply(inner, point) for point in line] for line in _lines(child)]
            d = _data(lines, ball, child.get("fill") == "none", "Z" in child.get("d", "Z").upper())
            if not d:
                parent.remove(child)
                continue
            for name in _SHAPED:
                child.attrib.pop(name, None)
            child.tag = "path"
            child.set("d", d)


def _data(lines: Sequence[Sequence[Point]], ball: Ball, is_line: bool, closed: bool) -> str:
    """The path data of lines as they are seen. Empty if they are behind."""
    drawn = ""
    for line in lines:
        seen = [ball.seen(*point) for point in line]
        shown = sum(front for _, front in seen)
        if not shown:
            continue
        if is_line and shown < len(seen):
            drawn += "".join(_text(run, False) for run in _runs(seen))
        else:
            drawn += _text([point for point, _ in seen], closed or not is_line)
    return drawn


def _runs(seen: Sequence[tuple[Point, bool]]) -> Iterator[list[Point]]:
    run: list[Point] = []
    for point, front in seen:
        if front:
            run.append(point)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _text(points: Sequence[Point], closed: bool) -> str:
    if len(points) < 2:
        return ""
    return "M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in points) + ("Z" if closed else "")


def _matrix(transform: str) -> Matrix:
    whole = _HERE
    for kind, inside in _STEP.findall(transform):
        values = [float(value) for value in re.split(r"[ ,]+", inside.strip())]
        if kind == "translate":
            step: Matrix = (1, 0, 0, 1, values[0], values[1] if len(values) > 1 else 0)
        elif kind == "scale":
            step = (values[0], 0, 0, values[-1], 0, 0)
        else:
            a = math.radians(values[0])
            step = (math.cos(a), math.sin(a), -math.sin(a), math.cos(a), 0, 0)
            if len(values) == 3:
                x, y = values[1:]
                step = _times(_times((1, 0, 0, 1, x, y), step), (1, 0, 0, 1, -x, -y))
        whole = _times(whole, step)
    return whole


def _times(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[2] * n[1], m[1] * n[0] + m[3] * n[1], m[0] * n[2] + m[2] * n[3],
        m[1] * n[2] + m[3] * n[3], m[0] * n[4] + m[2] * n[5] + m[4], m[1] * n[4] + m[3] * n[5] + m[5],
    )  # fmt: skip


def _apply(m: Matrix, point: Point) -> Point:
    x, y = point
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _lines(shape: Element) -> list[list[Point]]:
    """The outline of a shape as points."""

    def value(name: str) -> float:
        return float(shape.get(name, "0"))

    if shape.tag == "path":
        return list(_flat(shape.get("d", "")))
    if shape.tag == "rect":
        x, y, w, h = value("x"), value("y"), value("width"), value("height")
        r = min(value("rx"), w / 2, h / 2)
        corners = (
            (x + w - r, y + r, -90),
            (x + w - r, y + h - r, 0),
            (x + r, y + h - r, 90),
            (x + r, y + r, 180),
        )
        return [
            [
                (cx + r * math.cos(math.radians(start + turn)), cy + r * math.sin(math.radians(start + turn)))
                for cx, cy, start in corners
                for turn in (0, 30, 60, 90)
            ]
        ]
    rx, ry = (value("r"),) * 2 if shape.tag == "circle" else (value("rx"), value("ry"))
    turns = [math.tau * i / 20 for i in range(20)]
    return [[(value("cx") + rx * math.cos(a), value("cy") + ry * math.sin(a)) for a in turns]]


def _flat(d: str) -> Iterator[list[Point]]:
    """The points of path data, one list for each of its lines."""
    tokens, at = _TOKEN.findall(d), 0
    here: Point = (0.0, 0.0)
    control: Point | None = None
    line: list[Point] = []
    kind = "M"
    while at < len(tokens):
        if tokens[at].isalpha():
            kind, at = tokens[at], at + 1
        if kind in "Zz":
            here = line[0] if line else here
            continue
        count = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "T": 2, "C": 6}[kind.upper()]
        values = [float(token) for token in tokens[at : at + count]]
        at += count
        base = here if kind.islower() else (0.0, 0.0)
        match kind.upper():
            case "H":
                points = [(base[0] + values[0], here[1])]
            case "V":
                points = [(here[0], base[1] + values[0])]
            case _:
                points = [(base[0] + x, base[1] + y) for x, y in zip(values[::2], values[1::2], strict=True)]
        if kind in "Mm":
            if line:
                yield line
            line, here, kind = [points[0]], points[0], "l" if kind == "m" else "L"
            continue
        if kind in "Tt":
            mirror = control or here
            points.insert(0, (2 * here[0] - mirror[0], 2 * here[1] - mirror[1]))
        control = points[0] if kind in "QqTt" else None
        line += _curve([here, *points])
        here = points[-1]
    if line:
        yield line


def _curve(points: Sequence[Point]) -> Iterator[Point]:
    """The points of a line or a Bézier curve, without its start."""
    steps = _STEPS if len(points) > 2 else 3
    for step in range(1, steps + 1):
        share, rest = step / steps, list(points)
        while len(rest) > 1:
            rest = [(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in pairwise(rest)]
        yield rest[0]


def pinned(svg: str, x: float, y: float) -> str:
    """A part of the head that is moved as a whole."""
    return group(svg, transform=f"translate({x:.3f} {y:.3f})") if x or y else svg
