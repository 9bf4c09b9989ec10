"""``python -m service.storage.picture_child``: reads one picture from standard input, and writes it as a
plain picture to standard output.

The decoder runs in a separate process, because it is a large piece of C code that reads files from unknown
users. The operating system limits the time and memory of the process, and the decoder does not block the
service's event loop. The process writes a line of JSON, ``{width, height}`` or ``{code, message}``, and then
the bytes of the picture.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys

from service.errors import InvalidInput
from service.storage.pictures import plain_picture

#: The limits: seconds of processor time, and bytes of address space. A picture of 40 megapixels needs less
#: than half of them.
CPU_SECONDS = 10
MEMORY_BYTES = 1 << 30
_NICENESS = 10


def main() -> None:
    """Read, decode and write one picture."""
    _bind()
    # Logs and output of libraries must not go to standard output.
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
        # Not every system has both limits. A lower limit that is already set stays.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
