"""What all answers have in common: their form, errors, pages of lists, and warnings.

Spellings are those of the source documents; new fields are snake case.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from service.attribute_docs import describe_fields
from service.domain.wishes import Unmet

T = TypeVar("T")


class Answer(BaseModel):
    """An answer. It has no field that is not declared here."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, json_schema_extra=describe_fields
    )


class Problem(Answer):
    """An error. Every error has this form."""

    success: bool = False
    """Always false: the request failed."""
    error: str
    """Short title of the HTTP status, for example `Not found`."""
    code: str
    """Stable code for programs, for example `STORY_NOT_FOUND`. docs/reference/errors.md lists all codes."""
    message: str
    """Sentence for a person: what happened, and what to do. Its wording may change."""
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
    """Warnings about what the request asks for and the service will not do, or not exactly."""

    warnings: list[str] = Field(default_factory=list)
    """Sentences for a person. Empty if the service does everything that the request asks for."""
    warning_details: list[Unmet] = Field(default_factory=list)
    """The same warnings for programs, in the same order."""


class Deleted(Answer):
    """The object is deleted."""

    id: UUID
    """Id of the deleted object."""
    deleted: bool = True
    """Always true: an error is answered if nothing was deleted."""


class Health(Answer):
    """The process runs."""

    status: str = "ok"
    """Always `ok`: a process that cannot answer gives no answer."""


class Readiness(Answer):
    """Whether the process can serve requests."""

    ready: bool
    """Whether the process serves requests now. The HTTP status is 200 if true, 503 if false."""
    reasons: dict[str, str]
    """What is missing: the name of each part, and a sentence. Empty if `ready` is true."""
    stopped: list[str] = []
    """Error codes of work that waits for a person, for example `INSUFFICIENT_QUOTA`.
    `GET /api/v1/admin/stopped` says what to do. They do not change `ready`."""
    warnings: list[str] = []
    """One sentence for each role that no process has, and what does not happen because of that."""
