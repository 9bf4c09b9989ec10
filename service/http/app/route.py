"""One row of the table of paths."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import hdrs
from pydantic import BaseModel

from service.api import queries as q
from service.http.app.authentication import Private, Public, authenticated
from service.http.io.conditional import conditional


@dataclass(frozen=True, slots=True)
class Route:
    """A path, its handler, and its description.

    A ``private`` handler needs a token and gets the caller. A ``public`` handler needs no token. ``answer``
    is the model of the answer. The answer has an envelope unless it is ``bare``. ``answer`` is None if the
    answer is not JSON. With ``token_in_query``, the token may be in the query, because ``EventSource`` in
    browsers cannot send a header. With ``signed``, a signed URL is enough. ``head`` is false for streams,
    which cannot answer HEAD. ``created`` means that the status may also be 201. An ``idempotent`` path
    accepts an ``Idempotency-Key``. ``statuses`` are possible statuses in addition to the usual ones.
    ``media`` has the types of an answer that is not JSON. ``takes`` has the types of a request body that is
    not JSON.
    """

    method: str
    path: str
    summary: str
    private: Private | None = None
    public: Public | None = None
    body: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    created: bool = False
    bare: bool = False
    query: type[q.Query] | None = None
    token_in_query: bool = False
    signed: bool = False
    head: bool = True
    idempotent: bool = False
    body_optional: bool = False
    takes: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    media: tuple[str, ...] = ()

    @property
    def handler(self) -> Public:
        """Return the wrapped handler: a private handler checks the token, and a GET handler adds an
        ``ETag``."""
        handler = self.public
        if self.private is not None:
            handler = authenticated(self.private, query=self.token_in_query, signed=self.signed)
        assert handler is not None
        return conditional(handler) if self.method == hdrs.METH_GET else handler
