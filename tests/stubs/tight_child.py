"""The process that decodes pictures, with next to no time and memory."""

from __future__ import annotations

from service.storage import picture_child

if __name__ == "__main__":
    picture_child.MEMORY_BYTES = 64 << 20
    picture_child.main()
