"""Stories that people might have written: in four languages, in verse, of one sentence, of 3,000 words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_suffix(".txt")
_HEAD = re.compile(r"^== (.*) \| (\w+) \|[^\S\n]*(\d*)\n", re.MULTILINE)
_DAYS = 24


@dataclass(frozen=True, slots=True)
class OwnStory:
    """A story, the language that it is in, and the number of pages that its author wants."""

    name: str
    language: str
    text: str
    scenes: int | None = None


def _stories() -> Iterator[OwnStory]:
    _, *parts = _HEAD.split(_FILE.read_text("utf-8"))
    for name, language, scenes, text in zip(*[iter(parts)] * 4, strict=True):
        told = text.strip()
        whole = (
            "\n\n".join(f"{day}. {told}" for day in range(1, _DAYS + 1)) if name == "3,000 words" else told
        )
        yield OwnStory(name, language, whole, int(scenes) if scenes else None)


STORIES = tuple(_stories())
