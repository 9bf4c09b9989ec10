"""The parts that answers share: the base class, errors, pages of lists, and warnings.

Field names from the source documents keep their spelling. All other field names are in snake case.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from service.attribute_docs import describe_fields
from service.domain.wishes import Unmet

T = TypeVar("T")


class Answer(BaseModel):
    """Base class of all answer bodies. An answer has only declared fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, json_schema_extra=describe_fields
    )


class Problem(Answer):
    """The body of every error."""

    success: bool = False
    """Always false: the request failed."""
    error: str
    """Short title of the HTTP status, for example `Not found`."""
    code: str
    """Stable code for programs, for example `STORY_NOT_FOUND`. docs/reference/errors.md lists all codes."""
    message: str
    """Human-readable sentence that says what happened and what to do. The wording may change."""
    data: dict[str, Any]
    """Details for programs; empty for most codes. `INVALID_INPUT` has `errors` here: one `path` and one
    `message` for each field that is not valid."""


class Items(Answer, Generic[T]):
    """A page of a list."""

    items: list[T]
    """The rows of this page, in the order of the list. The query parameter `limit` sets how many."""
    next_cursor: str | None = None
    """Value of the query parameter `cursor` for the next page. Null on the last page."""


class Warned(Answer):
    """Warnings about the parts of a request that the service does not do, or does only in part."""

    warnings: list[str] = Field(default_factory=list)
    """Human-readable sentences. Empty if the service does everything that the request asks for."""
    warning_details: list[Unmet] = Field(default_factory=list)
    """The same warnings for programs, in the same order."""


class Deleted(Answer):
    """The answer after an object was deleted."""

    id: UUID
    """Id of the deleted object."""
    deleted: bool = True
    """Always true. If nothing was deleted, the answer is an error."""


class Health(Answer):
    """The answer of the liveness check."""

    status: str = "ok"
    """Always `ok`. A process that does not work does not answer."""


class Readiness(Answer):
    """Whether the process can serve requests."""

    ready: bool
    """Whether the process serves requests now. The HTTP status is 200 if true, 503 if false."""
    reasons: dict[str, str]
    """Parts that are missing: the name of each part with a sentence about it. Empty if `ready` is true."""
    stopped: list[str] = []
    """Error codes of work that waits for a person, for example `INSUFFICIENT_QUOTA`. `GET
    /api/v1/admin/stopped` says what to do. These codes do not change `ready`."""
    warnings: list[str] = []
    """One sentence for each role that no process has. The sentence says what does not happen without this
    role."""
