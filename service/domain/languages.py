"""Language tags. Pure."""

from __future__ import annotations

import re


def primary_language(language: str) -> str:
    """Return the first part of a language tag: ``pt`` for ``pt-BR``."""
    return re.split(r"[-_]", language.strip().lower(), maxsplit=1)[0]


def is_english(language: str) -> bool:
    """Return whether a tag means English of any country."""
    return primary_language(language) in ("en", "eng")
