"""What was done to the service, and an audit of every job that PostgreSQL keeps by itself."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

#: The audit sees every write of a job, whoever makes it; it is the suite's own.
AUDIT = Path(__file__).with_name("audit.sql").read_text()


@dataclass(slots=True)
class History:
    """Everything that the checker must know and that no table says."""

    seed: int
    chance: random.Random = field(init=False)
    accepted: dict[UUID, float] = field(default_factory=dict)
    #: Deaths and cuts that may each hide what came of the calls then under way.
    ambiguous: int = 0
    notes: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def accept(self, story_id: UUID) -> None:
        """The story was acknowledged: from here on it must not be lost."""
        self.accepted[story_id] = time.monotonic()

    def note(self, what: str, *, ambiguous: bool = False) -> None:
        """Something was broken, or mended."""
        self.ambiguous += ambiguous
        self.notes.append(f"{time.monotonic() - self.began:8.3f} s  {what}")

    def __str__(self) -> str:
        return "\n".join([f"seed {self.seed}", *self.notes])
