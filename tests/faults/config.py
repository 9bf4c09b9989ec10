"""What a child of the fault suite is told: its settings, its stub actors and where it breaks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel

from actors.registry import REGISTRY

Point = Literal[
    "before_claim_commit",
    "after_claim",
    "after_answer",
    "after_upload",
    "before_end_commit",
    "after_settlement",
    "after_xadd",
    "before_ack",
    "before_command_commit",
    "after_command",
    "before_proposal_commit",
    "after_proposal",
]


class Failpoint(BaseModel):
    """Break at the ``nth`` passing of a point, by the jobs of one group where one is named.

    ``kill`` is SIGKILL and ``freeze`` SIGSTOP, both to oneself; ``hang`` waits for a release;
    ``block`` holds the whole event loop for ``seconds``; ``report`` only tells the parent.
    """

    point: Point
    group: str | None = None
    nth: int = 1
    action: Literal["kill", "freeze", "hang", "block", "report"] = "kill"
    seconds: float = 0.0


class ProcessConfig(BaseModel):
    """One child. ``settings`` are those of ``service.settings.Settings`` by name.

    ``steps`` are provider calls for each job of a group, 1 where it is not named;
    ``offline_seconds`` given, calls are waits in the process and leave the stub alone. ``provider`` is who
    is called: ``offline`` costs nothing.
    ``usd`` is what each call for a story costs; ``toy``: the process knows aquaria as well (``tests.toy``).
    ``clock_offset`` shifts every wall clock of the child, in seconds.
    """

    name: str
    settings: dict[str, Any]
    provider_url: str
    control_port: int
    groups: tuple[str, ...] = REGISTRY.groups
    steps: dict[str, int] = {}
    offline_seconds: float | None = None
    provider: str = ""
    usd: Decimal = Decimal(0)
    toy: bool = False
    files: bool = True
    failpoints: tuple[Failpoint, ...] = ()
    clock_offset: float = 0.0
    log: str = ""
