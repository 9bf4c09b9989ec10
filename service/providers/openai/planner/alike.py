"""Whether two proposals are the same in other words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from service.providers.protocols import FieldValue

_WORD = re.compile(r"\w+")
#: The share of words that two proposals have in common, from which on one repeats the other.
_ALIKE = 0.7


def repeats(
    values: Mapping[str, FieldValue], others: Iterable[Mapping[str, FieldValue]], fixed: Iterable[str]
) -> bool:
    """Whether a proposal repeats one of the others. What is ``fixed`` is the same in all of them."""
    given = frozenset(fixed)
    own = _words(values, given)
    return any(_share(own, _words(other, given)) >= _ALIKE for other in others)


def _words(values: Mapping[str, FieldValue], fixed: frozenset[str]) -> frozenset[str]:
    texts = (value for path, value in values.items() if path not in fixed and isinstance(value, str))
    return frozenset(_WORD.findall(" ".join(texts).casefold()))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)
