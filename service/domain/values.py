"""The base class of all values of the domain."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from service.attribute_docs import describe_fields


class Value(BaseModel):
    """Base class of all values: immutable, without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=describe_fields)
