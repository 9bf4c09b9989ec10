"""The sentence of a told event, before its page is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Sentence:
    """A rendered line, or a refrain. ``begins`` and ``ends`` divide paragraphs."""

    text: str
    optional: bool = False
    told: bool = True
    begins: bool = False
    ends: bool = False
