"""Hides what must not be in a log: keys, tokens, passwords in URLs, URL queries, and the texts of errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from structlog.typing import EventDict, WrappedLogger

from service.telemetry.errors import named

HIDDEN = "…"
#: The minimum length of a secret that is hidden. A shorter value also occurs in ordinary words.
_SHORTEST = 8

_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    # postgresql://user:password@host
    (re.compile(r"(?<=://)[^\s/@'\"]*@"), f"{HIDDEN}@"),
    # /a/path?token=…, up to the end of the word
    (re.compile(r"\?[\w.~%\[\]-]+=[^\s\"'<>)\]}]*"), f"?{HIDDEN}"),
    (re.compile(r"\b(bearer)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    # A token of this service or of another issuer.
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),
    # Keys in the formats of the providers.
    (re.compile(r"\bsk[-_][\w-]{8,}"), HIDDEN),
)


class Hide:
    """A processor of the log: it hides the known secrets, and all text that looks like a secret."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        worth = sorted({secret for secret in known if len(secret) >= _SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, worth))) if worth else None

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """Hide the secrets in all fields of a log event. Returns the event."""
        return {name: self._clean(value) for name, value in event.items()}

    def text(self, text: str) -> str:
        """The text, with a placeholder for each secret."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for shape, shown in _SHAPES:
            text = shape.sub(shown, text)
        return text

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {str(name): self._clean(one) for name, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(one) for one in value]
        if isinstance(value, BaseException):
            return named(value)
        return value if value is None or _is_number(value) else self.text(repr(value))


def _is_number(value: Any) -> bool:
    """Whether JSON encodes the value as a number."""
    return isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value))
