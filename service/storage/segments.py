"""Counts the parts (segments or chunks) of a picture file.

The decoder reads the parts one by one, in some microseconds each. A file of twenty megabytes may contain
millions of empty parts. This module stops counting at the maximum number that a real picture has.
"""

from __future__ import annotations

#: The maximum number of pixel chunks in a PNG. A file of 20 MiB has 5,120 chunks of 4 KiB, which is the
#: smallest size in use.
_MOST_PIXEL_CHUNKS = 8_000
#: The maximum number of all other parts together, for example of the segments of a JPEG before its first
#: scan, and of the fill bytes between these segments.
_MOST_PARTS = 1_000

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_CHUNK_FRAME = 12
_SCAN = 0xDA
#: JPEG markers without a length: TEM, RST0 to RST7, SOI, EOI, and a stuffed byte.
_BARE = frozenset({0x00, 0x01, *range(0xD0, 0xDA)})


def too_many_parts(data: bytes) -> bool:
    """Whether a PNG or JPEG has more parts than a real picture. False for other files."""
    if data.startswith(_PNG):
        return _many_chunks(data)
    return data.startswith(_JPEG) and _many_segments(data)


def _many_chunks(data: bytes) -> bool:
    at, pixels, others = len(_PNG), 0, 0
    while at + _CHUNK_FRAME <= len(data):
        if data[at + 4 : at + 8] == b"IDAT":
            pixels += 1
        else:
            others += 1
        if pixels > _MOST_PIXEL_CHUNKS or others > _MOST_PARTS:
            return True
        at += _CHUNK_FRAME + int.from_bytes(data[at : at + 4])
    return False


def _many_segments(data: bytes) -> bool:
    at, steps = len(_JPEG), 0
    while at + 1 < len(data):
        steps += 1
        if steps > _MOST_PARTS:
            return True
        marker = data[at + 1]
        if data[at] != 0xFF or marker == 0xFF:
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker == _SCAN:
            return False
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return False
