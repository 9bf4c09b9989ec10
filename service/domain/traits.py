"""The registry of the 39 inclusivity traits: data in ``traits.json``, in a stable order.

Verification: ``V`` a picture can show it, and a miss calls for another try; ``P`` partly, a miss
warns; ``N`` is never asked of a vision model, and is looked for in the text only.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Literal

from service.domain.story import Value

Verification = Literal["V", "P", "N"]


class Trait(Value):
    """One trait. ``detail`` names what must be said with it (which, where, named)."""

    number: int
    id: str
    group: str
    group_name: str
    name: str
    verification: Verification
    detail: str | None = None


@cache
def registry() -> dict[str, Trait]:
    """All traits by id, in the registry's order."""
    rows = json.loads(files("service.domain").joinpath("traits.json").read_text("utf-8"))
    return {row["id"]: Trait(**row) for row in rows}
