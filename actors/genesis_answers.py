"""The calls for proposals as the ledger knows them, and how it keeps their answers."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import TypeAdapter

from service.providers.protocols import Draft, PlanAsk, Planner, Remark
from service.runtime.ledger import Answer, Work

_DRAFTS = TypeAdapter(tuple[Draft, ...])
_REMARKS = TypeAdapter(tuple[Remark, ...])


class DraftsCodec:
    """A planner's drafts, kept inline."""

    async def dump(self, value: tuple[Draft, ...]) -> Answer:
        """The drafts as JSON."""
        return Answer({"drafts": _DRAFTS.dump_python(value, mode="json")})

    async def restore(self, answer: Answer) -> tuple[Draft, ...]:
        """The drafts of a stored answer."""
        return _DRAFTS.validate_python(answer.result["drafts"])


class RemarksCodec:
    """A model's remarks, kept inline."""

    async def dump(self, value: tuple[Remark, ...]) -> Answer:
        """The remarks as JSON."""
        return Answer({"remarks": _REMARKS.dump_python(value, mode="json")})

    async def restore(self, answer: Answer) -> tuple[Remark, ...]:
        """The remarks of a stored answer."""
        return _REMARKS.validate_python(answer.result["remarks"])


def work_of(planner: Planner, ask: PlanAsk, step: str = "") -> Work:
    """The call for the proposals of an ask, as the ledger knows it. As much is reserved for it as it can
    cost."""
    usd = planner.most_usd(ask)
    return Work(
        step or f"propose_{ask.stage}", planner.model, asdict(ask), provider=planner.provider, usd=usd
    )
