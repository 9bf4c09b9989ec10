"""Converts the remarks of a model to the form in which a state stores them. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from service.genesis.fields import find_leaf
from service.genesis.values import Text
from service.providers.protocols import Quote, Remark

_MESSAGE, _QUOTE = Text(500), Text(200)
_MOST_REMARKS, _MOST_QUOTES = 20, 6


def kept(remarks: Sequence[Remark]) -> dict[str, Any]:
    """The remarks by id, as ``{message, quotes: [{path, text}]}``, for the patch of a checkpoint.

    These remarks are left out: remarks without quotes, remarks with quotes that no field can contain, and all
    remarks after the first twenty. Whether the plan contains a quote is checked when findings are read
    (``checks.remarks``).
    """
    fit = [one for remark in remarks if (one := _fit(remark)) is not None]
    return {hashlib.sha256(repr(one).encode()).hexdigest()[:16]: one for one in fit[:_MOST_REMARKS]}


def _fit(remark: Remark) -> dict[str, Any] | None:
    if not 0 < len(remark.quotes) <= _MOST_QUOTES:
        return None
    try:
        quotes = [_quote(one) for one in remark.quotes]
        return {"message": _MESSAGE.check(remark.message), "quotes": quotes}
    except ValueError:
        return None


def _quote(quote: Quote) -> dict[str, str]:
    """A quote in its stored form. Raises ``ValueError`` for a path or text that no plan can have."""
    find_leaf(quote.path)
    words = quote.text.strip()
    if _QUOTE.check(words) != words:
        raise ValueError("This is no text of a field.")
    return {"path": quote.path, "text": words}
