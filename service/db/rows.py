"""Rows of tables as models: a row that was read is valid, or an error."""

from __future__ import annotations

from typing import Self

import asyncpg
from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """A row of a table. Frozen; a column that the model does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def of(cls, record: asyncpg.Record) -> Self:
        """The row of a record with all columns. Raises ``ValidationError``."""
        return cls.model_validate(dict(record))
