"""Decodes pictures of users within strict limits, and writes them as new, plain pictures.

Only the pixels of the uploaded file are kept: no metadata, no colour profile, no second frame, and no bytes
after the end of the picture. A file that could cost too much to decode is refused before it is decoded.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import ExifTags, Image

from service.errors import InvalidInput
from service.storage.segments import too_many_parts

#: The size limit of a file, in bytes.
MAX_BYTES = 20 << 20
#: The most pixels that are decoded. They need 160 MB of memory.
_MOST_PIXELS = 40_000_000
#: The maximum length of a side, in pixels. A decoder reads each row as a whole, and a picture with such a
#: long side is not a useful reference.
_MOST_SIDE = 12_000
#: The maximum number of scans in a JPEG. A normal JPEG has about a dozen scans; one with thousands takes
#: minutes to decode.
_MOST_SCANS = 64
#: The maximum length of a side in the resulting picture, in pixels. Picture models need no more.
_SIDE = 1536
_LEAST = 64
_FORMATS = ("PNG", "JPEG", "WEBP")
_QUALITY = 92
MEDIA_TYPE = "image/jpeg"
#: The operation that turns a picture upright, by the orientation that its camera stored.
_TURNS: Mapping[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Plain:
    """A decoded picture that was written as a JPEG without metadata. Width and height are in pixels."""

    data: bytes
    width: int
    height: int


def plain_picture(data: bytes) -> Plain:
    """Decode a picture, turn it upright, put it on white, and reduce it to the size that picture models need.

    Raises ``InvalidInput``: PICTURE_UNREADABLE if the file is not a complete PNG, JPEG or WebP,
    PICTURE_ANIMATED, PICTURE_TOO_LARGE and PICTURE_TOO_SMALL (in pixels).
    """
    return _written(_decoded(data))


def _decoded(data: bytes) -> Image.Image:
    try:
        if too_many_parts(data):
            raise ValueError("the picture has too many parts")
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            _check(opened, data)
            return _upright(opened)
    except InvalidInput:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_large() from bomb
    # Pillow's readers raise many kinds of errors for bad bytes. In this block, only the file can be the
    # cause.
    except Exception as broken:
        raise InvalidInput(
            "This file cannot be read as a picture. Use a complete PNG, JPEG or WebP file.",
            code="PICTURE_UNREADABLE",
        ) from broken


def _check(opened: Image.Image, data: bytes) -> None:
    """Check the file's header, without decoding the picture."""
    width, height = opened.size
    if width * height > _MOST_PIXELS:
        raise _too_large()
    if max(width, height) > _MOST_SIDE:
        raise InvalidInput(
            f"The picture has {width} by {height} pixels; {_MOST_SIDE} by {_MOST_SIDE} are allowed at most.",
            code="PICTURE_TOO_LARGE",
        )
    if min(width, height) < _LEAST:
        raise InvalidInput(
            f"The picture has {width} by {height} pixels; {_LEAST} by {_LEAST} are needed at least.",
            code="PICTURE_TOO_SMALL",
        )
    # A camera's MPO file has a preview as its second frame. The first frame is the picture.
    if getattr(opened, "n_frames", 1) > 1 and opened.format != "MPO":
        raise InvalidInput("Animated pictures are not accepted.", code="PICTURE_ANIMATED")
    if opened.format in ("JPEG", "MPO") and data.count(b"\xff\xda") > _MOST_SCANS:
        raise ValueError("the picture has too many scans")


def _upright(opened: Image.Image) -> Image.Image:
    opened.draft("RGB", (_SIDE, _SIDE))
    opened.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    # Only the orientation is read of the camera's metadata, and it is not written again.
    turn = _TURNS.get(opened.getexif().get(ExifTags.Base.Orientation))
    upright = opened if turn is None else opened.transpose(turn)
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _written(upright: Image.Image) -> Plain:
    # A new picture: everything that the old one contains besides its pixels is left out.
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY, subsampling=0, optimize=True)
    return Plain(out.getvalue(), *plain.size)


def _too_large() -> InvalidInput:
    return InvalidInput(
        f"The picture has too many pixels: at most {_MOST_PIXELS // 1_000_000} million are allowed.",
        code="PICTURE_TOO_LARGE",
    )
