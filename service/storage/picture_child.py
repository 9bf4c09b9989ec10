"""``python -m service.storage.picture_child``: one picture from standard input, plain on standard output.

A process of its own, since a decoder is a large piece of C that is fed what strangers send: what it may take
in time and memory is bounded by the system, and no turn of the service's loop waits for it.
It answers with a line of JSON, ``{width, height}`` or ``{code, message}``, and then the picture's bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys

from service.errors import InvalidInput
from service.storage.pictures import plain_picture

#: Seconds of processor time, and bytes of addresses: a picture of 40 megapixels takes less than half of them.
CPU_SECONDS = 10
MEMORY_BYTES = 1 << 30
_NICENESS = 10


def main() -> None:
    """Read, decode, write."""
    _bind()
    # What is logged, or printed by a library, goes elsewhere.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with output:
        output.write(_answer())


def _answer() -> bytes:
    try:
        plain = plain_picture(sys.stdin.buffer.read())
    except InvalidInput as refused:
        return json.dumps({"code": refused.code, "message": refused.message}).encode() + b"\n"
    return json.dumps({"width": plain.width, "height": plain.height}).encode() + b"\n" + plain.data


def _bind() -> None:
    os.nice(_NICENESS)
    for what, most in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY_BYTES)):
        # Not every system knows both; a limit that is lower already stays.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
