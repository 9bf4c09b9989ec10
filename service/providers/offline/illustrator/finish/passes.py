"""Reads a drawing twice: as its colours, and as a flat map of its planes, surfaces and shapes.

The map is an SVG document with the same shapes and crisp edges. The red of a shape is its plane (0–255, from
far to near). Its green holds the surface, the direction of the brush and two flags. Its blue is the identity
of the shape. Transparent shapes and thin lines are not part of the map.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree  # nosec B405
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element  # nosec B405
from zlib import crc32

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from service.providers.offline.illustrator.finish.textures import Size, Window

Pixels = NDArray[np.uint8]

#: The surfaces of shapes. A head has a surface of its own, so that the map tells where faces are.
SURFACES = ("flat", "paint", "fur", "water", "cloth", "bark", "metal", "face")
FLAT, PAINT, FUR, WATER, CLOTH, BARK, METAL, FACE = range(len(SURFACES))
LIT, UNINKED, SILHOUETTE = 1, 2, 4

#: Shapes below the first plane are far away, and those from the second on are silhouettes: no ink line is
#: drawn around either.
_FAR, _NEAR = 26, 236
#: Lines of at least this width, in units of the canvas, are shapes.
_WIDE = 4.5
_NS = "{http://www.w3.org/2000/svg}"
_DEFINITIONS = ("linearGradient", "radialGradient", "clipPath")
_KEPT = ("path", "rect", "circle", "ellipse")
_SCALE = re.compile(r"scale\((-?[\d.]+)")
_CLEAR = 0.9


@dataclass(frozen=True)
class Layer:
    """A part of a picture that lies at one depth. ``plane`` to ``plane + depth`` are its planes in the map.
    No other layer has them. ``subject`` names what the layer shows."""

    svg: str
    plane: int
    depth: int = 0
    subject: str = ""
    surface: str = "paint"

    @property
    def drawn(self) -> str:
        """The layer as an SVG group."""
        if not self.svg:
            return ""
        facts = f'data-plane="{self.plane}" data-depth="{self.depth}" data-surface="{self.surface}"'
        return f"<g {facts}>{self.svg}</g>"


def document(layers: Iterable[Layer], width: float, size: tuple[int, int]) -> str:
    """The layers, from far to near, as an SVG document."""
    body = "".join(layer.drawn for layer in layers)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.2f} 1000" '
        f'width="{size[0]}" height="{size[1]}">{body}</svg>'
    )


@dataclass(frozen=True)
class _Code:
    """What the map says of the shapes of a group."""

    surface: int = PAINT
    lift: float = 0.0
    lit: bool = False
    scale: float = 1.0


class _Mapper:
    """Turns a parsed drawing into its map, in place."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._clear = _clear_paints(root)
        self._shapes = 0

    def map(self) -> None:
        for layer in self._root:
            plane, depth = float(layer.get("data-plane", "0")), float(layer.get("data-depth", "0"))
            code = _Code(SURFACES.index(layer.get("data-surface", "paint")))
            count = sum(1 for _ in layer.iter()) or 1
            self._plane, self._depth, self._step, self._at = plane, depth, depth / count, 0.0
            self._walk(layer, code)

    def _walk(self, group: Element, code: _Code) -> None:
        for child in list(group):
            tag = child.tag.removeprefix(_NS)
            if tag == "g" and _opacity(child) >= _CLEAR:
                self._walk(child, _inner(child, code))
            elif tag in _DEFINITIONS:
                continue
            elif tag not in _KEPT or _opacity(child) < _CLEAR or not self._paint(child, code):
                group.remove(child)

    def _paint(self, shape: Element, code: _Code) -> bool:
        """Give a shape its code. Returns whether the shape belongs to the map."""
        fill, stroke = shape.get("fill", "#000"), shape.get("stroke", "none")
        width = float(shape.get("stroke-width", "0")) * code.scale
        is_line = fill == "none" and stroke != "none" and width >= _WIDE
        if not is_line and (fill == "none" or fill in self._clear):
            return False
        self._shapes = self._shapes % 254 + 1
        self._at = min(self._at + self._step, self._depth)
        plane = self._plane + (code.lift or self._at)
        direction = 0 if plane < _FAR else crc32(f"{self._shapes // 3}".encode()) % 4
        bare = plane < _FAR or is_line or code.surface == FACE  # a pen inside a face makes it dirty
        flags = (LIT if code.lit else 0) | (UNINKED if bare else 0)
        flags |= SILHOUETTE if plane >= _NEAR else 0
        colour = f"#{int(plane):02x}{code.surface * 32 + direction * 8 + flags:02x}{self._shapes:02x}"
        for name in ("style", "stroke-linejoin") if is_line else ("style", "stroke", "stroke-width"):
            shape.attrib.pop(name, None)
        shape.set("stroke" if is_line else "fill", colour)
        return True


def _clear_paints(root: Element) -> set[str]:
    """The paints that let through what lies behind them."""
    return {
        f"url(#{paint.get('id')})"
        for paint in root.iter()
        if paint.tag.endswith("Gradient")
        and any(float(stop.get("stop-opacity", "1")) < _CLEAR for stop in paint)
    }


def _opacity(element: Element) -> float:
    return min(float(element.get(name, "1")) for name in ("opacity", "fill-opacity", "stroke-opacity"))


def _inner(group: Element, code: _Code) -> _Code:
    surface, lift = group.get("data-surface"), group.get("data-lift")
    grown = _SCALE.search(group.get("transform", ""))
    return _Code(
        SURFACES.index(surface) if surface else code.surface,
        float(lift) if lift else code.lift,
        code.lit or "data-lit" in group.attrib,
        code.scale * abs(float(grown[1])) if grown else code.scale,
    )


def map_of(svg: str) -> str:
    """The map of a drawing that ``document`` wrote. No other text may be given."""
    root = ElementTree.fromstring(svg)  # nosec B314
    _Mapper(root).map()
    root.set("shape-rendering", "crispEdges")
    return ElementTree.tostring(root, encoding="unicode")


_OUTLINED = re.compile(r'(fill="(?!none)[^"]+"[^>]*?stroke-width=)')


def without_outlines(svg: str) -> str:
    """The drawing with faint outlines around its filled shapes, for finishes that need no lines."""
    return _OUTLINED.sub(r'stroke-opacity="0.3" \1', svg)


_HEAD = re.compile(r'viewBox="0 0 ([\d.]+) 1000" width="\d+" height="\d+"')


def part(svg: str, whole: Size, window: Window) -> str:
    """The document of a window of the picture, if the ``whole`` picture has that size in pixels."""

    def head(found: re.Match[str]) -> str:
        left, top, right, bottom = window.within(whole, (float(found[1]), 1000))
        box = f"{left:.4f} {top:.4f} {right - left:.4f} {bottom - top:.4f}"
        return f'viewBox="{box}" width="{window.width}" height="{window.height}"'

    return _HEAD.sub(head, svg, count=1)


def raster(svg: str, size: tuple[int, int]) -> Pixels:
    """The pixels of a document, as rows of RGBA."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=size[0], height=size[1], skip_system_fonts=True)
    with Image.open(io.BytesIO(bytes(png))) as image:
        picture = image.convert("RGBA")
    return np.asarray(picture if picture.size == size else picture.resize(size, Image.Resampling.NEAREST))
