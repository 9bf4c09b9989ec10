"""Reading a PDF as programs see it: its tags, its resources, and where its text stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, TextStringObject

#: The library types its objects as their common base; here they are read as plain data.
Object = Mapping[str, Any]
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of glyphs on one line, in points from the page's lower left corner."""

    text: str
    left: float
    right: float
    baseline: float


def catalogue(reader: PdfReader) -> Object:
    return reader.root_object


def elements(reader: PdfReader) -> Iterator[Any]:
    """Every element of the structure tree, in reading order."""
    return _elements(catalogue(reader)["/StructTreeRoot"]["/K"])


def _elements(node: Any) -> Iterator[Any]:
    here = node.get_object()
    if isinstance(here, ArrayObject):
        for kid in here:
            yield from _elements(kid)
    elif isinstance(here, DictionaryObject) and "/S" in here:
        yield here
        if "/K" in here:
            yield from _elements(here["/K"])


def _resources(page: PageObject, kind: str) -> dict[str, Any]:
    resources: Any = page["/Resources"]
    named = resources.get(kind, DictionaryObject()).get_object()
    return {name: entry.get_object() for name, entry in named.items()}


def pictures_of(page: PageObject) -> list[Any]:
    """The image objects among a page's resources."""
    return [entry for entry in _resources(page, "/XObject").values() if entry["/Subtype"] == "/Image"]


def fonts_of(page: PageObject) -> dict[str, Any]:
    """A page's fonts by their names in its resources: the descendant of each composite font."""
    return {
        name: font["/DescendantFonts"][0].get_object() for name, font in _resources(page, "/Font").items()
    }


def opacities(page: PageObject) -> list[float]:
    states = _resources(page, "/ExtGState").values()
    return [float(state[key]) for state in states for key in ("/ca", "/CA") if key in state]


def runs(page: PageObject) -> list[Run]:
    """Each run of text with its extent, by the widths of its font's glyphs."""
    widths = {name: _widths(font) for name, font in fonts_of(page).items()}
    found: list[Run] = []
    text_matrix, font, size = IDENTITY, "", 0.0
    for operands, operator, matrix in _placed(page):
        if operator == b"Tm":
            text_matrix = _matrix(operands)
        elif operator == b"Tf":
            font, size = str(operands[0]), float(operands[1])
        elif operator in (b"Tj", b"TJ"):
            advance, text = _advance(operands[0], widths[font])
            placed = _product(text_matrix, matrix)
            found.append(Run(text, placed[4], placed[4] + advance / 1000 * size * placed[0], placed[5]))
    return found


def areas(page: PageObject) -> list[tuple[float, float, float, float]]:
    """The box (left, bottom, right, top) of each filled shape and each picture, in points."""
    found: list[tuple[float, float, float, float]] = []
    path: list[tuple[float, float]] = []
    for operands, operator, matrix in _placed(page):
        if operator in (b"m", b"l", b"c"):
            numbers = [float(operand) for operand in operands]
            path += [_point(x, y, matrix) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        elif operator == b"Do":
            found.append(_box([_point(0, 0, matrix), _point(1, 1, matrix)]))
        elif operator in (b"f", b"f*", b"n", b"S"):
            if operator.startswith(b"f"):
                found.append(_box(path))
            path = []
    return found


def _point(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _box(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    across, up = zip(*points, strict=True)
    return min(across), min(up), max(across), max(up)


def _placed(page: PageObject) -> Iterator[tuple[Any, bytes, Matrix]]:
    """A page's operations, each with the matrix in force."""
    stack: list[Matrix] = []
    matrix = IDENTITY
    for operands, operator in _operations(page):
        if operator == b"q":
            stack.append(matrix)
        elif operator == b"Q":
            matrix = stack.pop()
        elif operator == b"cm":
            matrix = _product(_matrix(operands), matrix)
        yield operands, operator, matrix


def _operations(page: PageObject) -> list[tuple[Any, bytes]]:
    contents = page.get_contents()
    return list(contents.operations) if contents is not None else []


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(operand) for operand in operands)
    return a, b, c, d, e, f


def _product(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def _widths(font: Any) -> dict[int, float]:
    """Glyph widths by code: a composite font's ``/W`` holds ``first [w …]`` and ``first last w``."""
    listed = list(font.get("/W", ()))
    found: dict[int, float] = {}
    while listed:
        first, second = int(listed.pop(0)), listed.pop(0).get_object()
        if isinstance(second, ArrayObject):
            found |= {first + at: float(width) for at, width in enumerate(second)}
        else:
            found |= dict.fromkeys(range(first, int(second) + 1), float(listed.pop(0)))
    return found


def _advance(shown: Any, widths: dict[int, float]) -> tuple[float, str]:
    """How far a shown string or array moves, in thousandths of the size, and its codes in hex."""
    advance, codes = 0.0, b""
    for part in shown if isinstance(shown, ArrayObject) else [shown]:
        if isinstance(part, (TextStringObject, ByteStringObject)):
            codes += part.original_bytes
        else:
            advance -= float(part)
    pairs = (int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2))
    return advance + sum(widths.get(code, 1000.0) for code in pairs), codes.hex()
