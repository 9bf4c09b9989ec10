"""A picture's outlines: black strokes on white, for a child to colour.

The module finds the edges between colours, thins them, and draws them again with one pen. So soft light and
the grain of the paper cause no lines.
"""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from service.publishing.plates import open_picture

#: The longer side of the analysed picture, and the scale of the outlines, in pixels.
_SIDE, _SCALE = 960, 2
#: The difference of colour at which an edge starts, and the difference down to which it continues.
_BEGIN, _GO_ON = 24.0, 9.0
#: The maximum length to which a weak edge is followed, and the width of the pen, in pixels.
_FOLLOW, _PEN = 24, 3
#: The side of the window around a stroke, in pixels, and the share of this window that a stroke must fill.
#: Smaller strokes are removed as specks.
_WINDOW, _SPECK = 25, 0.033

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def outline(data: bytes) -> bytes | None:
    """The outlines of an encoded picture, as a grey PNG with the same aspect ratio. CPU-bound: about a
    second.

    None if the picture cannot be read.
    """
    picture = open_picture(data)
    if picture is None:
        return None
    picture.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    return _encode(_drawn(_edges(_smoothed(picture))))


def _smoothed(picture: Image.Image) -> Floats:
    """The picture without its grain. Its edges stay where they are."""
    calm = picture.filter(ImageFilter.MedianFilter(5))
    return np.asarray(calm.filter(ImageFilter.GaussianBlur(1.2)), dtype=np.float32)


def _edges(pixels: Floats) -> Mask:
    """The edges of a picture, one pixel wide: the local maxima of the differences between colours."""
    down, across = np.gradient(pixels, axis=(0, 1))
    steps = down**2 + across**2
    steep = np.sqrt(steps.sum(axis=2)) * 2
    widest = steps.argmax(axis=2)[:, :, None]
    down, across = (np.take_along_axis(step, widest, axis=2)[:, :, 0] for step in (down, across))
    crest = _is_crest(steep, down, across)
    strong, weak = crest & (steep > _BEGIN), crest & (steep > _GO_ON)
    return _without_specks(_followed(strong, weak))


def _is_crest(steep: Floats, down: Floats, across: Floats) -> Mask:
    """The pixels at which the difference of colour is larger than at the neighbours on both sides of the
    edge."""
    angle = np.round(np.arctan2(down, across) / (np.pi / 4)).astype(int) % 4
    sides = ((0, 1), (1, 1), (1, 0), (1, -1))
    crest = np.zeros(steep.shape, dtype=bool)
    for direction, (dy, dx) in enumerate(sides):
        before, after = np.roll(steep, (dy, dx), (0, 1)), np.roll(steep, (-dy, -dx), (0, 1))
        crest |= (angle == direction) & (steep >= before) & (steep > after)
    crest[[0, -1], :] = crest[:, [0, -1]] = False
    return crest


def _followed(strong: Mask, weak: Mask) -> Mask:
    """All strong edges, and the weak edges that are connected to strong edges."""
    for _ in range(_FOLLOW):
        strong = _grown(strong, 3) & weak
    return strong


def _without_specks(edges: Mask) -> Mask:
    around = _image(edges).filter(ImageFilter.BoxBlur(_WINDOW // 2))
    return edges & (np.asarray(around) > 255 * _SPECK)


def _drawn(edges: Mask) -> Image.Image:
    """The edges as strokes of one pen, with smooth borders."""
    strokes = _image(_grown(edges, _PEN)).filter(ImageFilter.GaussianBlur(1.6))
    large = strokes.resize((strokes.width * _SCALE, strokes.height * _SCALE), Image.Resampling.BICUBIC)
    return large.point(lambda grey: 255 - min(255, max(0, (grey - 80) * 4)))


def _grown(mask: Mask, width: int) -> Mask:
    return np.asarray(_image(mask).filter(ImageFilter.BoxBlur(width // 2))) > 0


def _image(mask: Mask) -> Image.Image:
    return Image.fromarray(mask.astype(np.uint8) * 255)


def _encode(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=4)
    return out.getvalue()
