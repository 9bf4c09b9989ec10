"""Checks the encoded pictures of providers: the media type, and whether a picture is complete."""

from __future__ import annotations

import io
import warnings

from PIL import Image

from service.providers.protocols import Picture

_MAGIC = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def media_type_of(data: bytes) -> str:
    """The media type of a picture, from its first bytes. Raises ``ValueError`` for an unknown type."""
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    raise ValueError("the file is not a PNG, JPEG or WebP picture")


def whole_picture(data: bytes) -> Picture:
    """Decode a picture completely. Raises ``ValueError`` if the picture is broken."""
    media_type = media_type_of(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data)) as opened:
                opened.load()
                width, height = opened.size
    except Exception as broken:  # decoders raise any kind of error
        raise ValueError(f"the picture cannot be decoded ({type(broken).__name__})") from broken
    return Picture(data, media_type, width, height)
