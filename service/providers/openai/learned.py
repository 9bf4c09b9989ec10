"""What a server refuses of a request, learned from its errors: once for each model of a server.

Many servers speak OpenAI's protocol, and few accept all of it. A server says what it does not accept in an
error 400. The request is then sent again without this part, and later requests leave it out from the start.
A refused request was not worked on, so it costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Set
from itertools import islice
from types import MappingProxyType
from typing import TypeVar

import openai
import structlog

from service.errors import ProviderPermanent
from service.providers.openai.errors import translated

T = TypeVar("T")

_log = structlog.get_logger()

#: The parts of a request that a server may refuse, with what its error then says. The first part counts that
#: was sent and that the error names. A strict schema comes before a schema, and a schema before plain JSON: a
#: refused form is replaced by the next one.
EFFORT, LIMIT, OLD_LIMIT, STRICT, SCHEMA, JSON = (
    "reasoning_effort",
    "max_completion_tokens",
    "max_tokens",
    "strict",
    "json_schema",
    "json_object",
)
STREAM_USAGE, STREAM, SEED, IDENTIFIER = "stream_options", "stream", "seed", "safety_identifier"
COMPLEXITY, QUALITY, FORMAT, BACKGROUND, FIDELITY = (
    "complexity",
    "quality",
    "output_format",
    "background",
    "input_fidelity",
)
#: Pictures that are made from other pictures, which is a request of its own.
EDITS = "images/edits"

_NAMED: Mapping[str, str] = MappingProxyType(
    {
        EFFORT: r"reasoning|thinking",
        LIMIT: r"max_completion_tokens",
        OLD_LIMIT: r"max_tokens",
        STRICT: r"\bstrict\b",
        SCHEMA: r"response_format|json_schema|schema|grammar|guided|structured",
        JSON: r"response_format|json_object|json mode",
        STREAM_USAGE: r"stream_options|include_usage",
        STREAM: r"\bstream(ing)?\b",
        SEED: r"\bseed\b",
        IDENTIFIER: r"safety_identifier",
        COMPLEXITY: r"complexity",
        QUALITY: r"quality",
        FORMAT: r"output_format",
        BACKGROUND: r"background",
        FIDELITY: r"input_fidelity",
    }
)
#: A limit that is larger than what the model can write at all. Another name for it does not help.
_TOO_LARGE = re.compile(r"max_(completion_)?tokens\W.*(too large|at most|exceed)", re.DOTALL)
_REFUSED = frozenset({400, 422})
#: The keys of an error's body under which servers say what is wrong.
_SAYING = ("message", "msg", "param", "loc", "detail", "error")
_NO_SUCH_PATH = frozenset({404, 405, 501})
#: What servers say of a path that they do not serve. They also answer 404 for a model that they do not have.
_NO_ROUTE = re.compile(r"cannot post|page not found|^not found$|no route|unknown path|/images/edits")


class Learned:
    """The parts of requests that one server refuses, by model."""

    def __init__(self) -> None:
        self._refused: dict[str, set[str]] = {}

    async def asking(self, model: str, send: Callable[[Set[str]], Awaitable[T]]) -> T:
        """The answer to a request. ``send`` gets the parts to leave out, and is called again each time the
        server refuses another part. Raises the client's errors."""
        while True:
            refused = frozenset(self._refused.get(model, ()))
            try:
                return await send(refused)
            except openai.APIStatusError as error:
                parts = refused_parts(error, refused)
                if not parts:
                    raise
                _log.info(
                    "provider.ability_lacking", model=model, parts=sorted(parts), status=error.status_code
                )
                self._refused.setdefault(model, set()).update(parts)


def refused_parts(error: openai.APIStatusError, left_out: Set[str] = frozenset()) -> frozenset[str]:
    """The parts of its request that an error refuses; empty if the error is about something else.
    ``left_out`` are the parts that the request did not have."""
    status, said = error.status_code, " ".join(_said(error.body)).casefold()
    if status in _NO_SUCH_PATH:
        without = error.request.url.path.endswith(EDITS) and (status != 404 or _NO_ROUTE.search(said))
        return frozenset({EDITS} if without else ()) - left_out
    if status not in _REFUSED or not isinstance(translated(error), ProviderPermanent):
        return frozenset()
    if _TOO_LARGE.search(said):
        return frozenset({LIMIT, OLD_LIMIT}) - left_out
    named = (part for part, words in _NAMED.items() if part not in left_out and re.search(words, said))
    return frozenset(islice(named, 1))


def _said(body: object) -> Iterator[str]:
    """What an error says, in the forms that servers give it. What it quotes of the request is left out."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, list):
        for item in body:
            yield from _said(item)
    elif isinstance(body, Mapping):
        for key in _SAYING:
            yield from _said(body.get(key))
