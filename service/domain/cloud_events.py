"""The envelope of events for other systems, as CloudEvents 1.0 defines it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

#: The media type of an envelope in the JSON format of CloudEvents.
MEDIA_TYPE = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Event:
    """One durable event of an aggregate. ``version`` counts the events of its aggregate, from 1 and without a
    gap. ``correlation_id`` names the command that led to the event, if one did."""

    kind: str
    aggregate_id: UUID
    user_id: UUID
    version: int
    type: str
    at: datetime
    data: Mapping[str, Any]
    correlation_id: UUID | None = None

    def envelope(self) -> bytes:
        """The event as a CloudEvent in JSON.

        Its ``id`` is ``{aggregate}/{version}``, so a repetition of the event has the same ``id``. The
        extensions are ``version``, ``userid`` and, if known, ``correlationid``.
        """
        correlation = {} if self.correlation_id is None else {"correlationid": str(self.correlation_id)}
        return orjson.dumps(
            {
                "specversion": "1.0",
                "id": f"{self.aggregate_id}/{self.version}",
                "source": f"/storytroupe/{self.kind}",
                "type": f"storytroupe.{self.type}",
                "subject": str(self.aggregate_id),
                "time": self.at.isoformat(),
                "datacontenttype": "application/json",
                "version": self.version,
                "userid": str(self.user_id),
                **correlation,
                "data": self.data,
            }
        )
