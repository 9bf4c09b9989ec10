"""Pictures from outside: decoded with care, and written anew as plain ones.

Nothing of the file that came in is kept: no metadata, no profile, no second frame, no bytes behind
its end. What could cost more than a picture is worth is refused before it is decoded.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import ExifTags, Image

from service.errors import InvalidInput
from service.storage.segments import too_many_parts

#: The largest file, in bytes.
MAX_BYTES = 20 << 20
#: The most that is decoded: 160 MB of memory.
_MOST_PIXELS = 40_000_000
#: And of one side: a row is decoded as a whole, and a strip is no picture.
_MOST_SIDE = 12_000
#: A JPEG of thousands of scans takes minutes to decode; a true one has a dozen.
_MOST_SCANS = 64
#: A picture model is shown no more than this, in pixels of the longer side.
_SIDE = 1536
_LEAST = 64
_FORMATS = ("PNG", "JPEG", "WEBP")
_QUALITY = 92
MEDIA_TYPE = "image/jpeg"
#: What puts a picture upright, by the orientation that its camera noted.
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
    """A JPEG without metadata; sizes in pixels."""

    data: bytes
    width: int
    height: int


def plain_picture(data: bytes) -> Plain:
    """The picture upright, on white, no larger than is needed.

    Raises ``InvalidInput``: PICTURE_UNREADABLE for what is no whole PNG, JPEG or WebP, PICTURE_ANIMATED,
    PICTURE_TOO_LARGE and PICTURE_TOO_SMALL (in pixels).
    """
    return _written(_decoded(data))


def _decoded(data: bytes) -> Image.Image:
    try:
        if too_many_parts(data):
            raise ValueError("more parts than a picture has")
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            _check(opened, data)
            return _upright(opened)
    except InvalidInput:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_large() from bomb
    # Its readers raise whatever the bytes bring about: nothing but the file is at fault in here.
    except Exception as broken:
        raise InvalidInput(
            "This cannot be read as a picture. Give a whole PNG, JPEG or WebP file.",
            code="PICTURE_UNREADABLE",
        ) from broken


def _check(opened: Image.Image, data: bytes) -> None:
    """What its head says; nothing is decoded yet."""
    width, height = opened.size
    if width * height > _MOST_PIXELS:
        raise _too_large()
    if max(width, height) > _MOST_SIDE:
        raise InvalidInput(
            f"The picture has {width} by {height} pixels; {_MOST_SIDE} each way are taken at the most.",
            code="PICTURE_TOO_LARGE",
        )
    if min(width, height) < _LEAST:
        raise InvalidInput(
            f"The picture has {width} by {height} pixels; {_LEAST} each way are needed.",
            code="PICTURE_TOO_SMALL",
        )
    # A camera's MPO has its preview as a second frame: the first is the picture.
    if getattr(opened, "n_frames", 1) > 1 and opened.format != "MPO":
        raise InvalidInput("The picture moves. Give one that stands still.", code="PICTURE_ANIMATED")
    if opened.format in ("JPEG", "MPO") and data.count(b"\xff\xda") > _MOST_SCANS:
        raise ValueError("more scans than a picture has")


def _upright(opened: Image.Image) -> Image.Image:
    opened.draft("RGB", (_SIDE, _SIDE))
    opened.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    # Only this is read of what the camera noted; it is never written again.
    turn = _TURNS.get(opened.getexif().get(ExifTags.Base.Orientation))
    upright = opened if turn is None else opened.transpose(turn)
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _written(upright: Image.Image) -> Plain:
    # A new picture: what the old one carried beside its pixels stays behind.
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY, subsampling=0, optimize=True)
    return Plain(out.getvalue(), *plain.size)


def _too_large() -> InvalidInput:
    return InvalidInput(
        f"The picture has too many pixels; at most {_MOST_PIXELS // 1_000_000} million are taken.",
        code="PICTURE_TOO_LARGE",
    )
