"""Small rules of English: lists of names, articles, and typographic quotes."""

from __future__ import annotations

from collections.abc import Sequence

_AS_IT_IS = frozenset({"a", "an", "the", "some", "my", "her", "his", "their"})


def join_names(names: Sequence[str]) -> str:
    """``A``, ``A and B``, or ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def with_article(noun: str) -> str:
    """The noun with ``a`` or ``an``, by its probable pronunciation."""
    lowered = noun.lower()
    if lowered.startswith(("hour", "honest", "heir")):
        return f"an {noun}"
    if lowered.startswith(("uni", "use", "eu", "one", "ewe")):
        return f"a {noun}"
    return f"an {noun}" if lowered[:1] in {"a", "e", "i", "o", "u"} else f"a {noun}"


def a(words: str) -> str:
    """The words with an article, if they have none."""
    return words if not words or words.split()[0] in _AS_IT_IS else with_article(words)


def typographic(text: str) -> str:
    """Replace straight quotes by typographic quotes. Raises ``ValueError`` if a double quote has no
    partner."""
    parts = text.replace("'", "’").split('"')
    if len(parts) % 2 == 0:
        raise ValueError(f"unbalanced quotes in {text!r}")
    return parts[0] + "".join(("“" if at % 2 else "”") + part for at, part in enumerate(parts[1:], 1))
