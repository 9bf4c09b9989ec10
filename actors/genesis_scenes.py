"""The scenes of a plot whose chapters came as an outline: a call for every six chapters, all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from actors.genesis_answers import DraftsCodec, work_of
from actors.genesis_parts import message_without
from actors.runtime.context import Context
from service.genesis.outlines import chapters_without_scenes, merged, scenes_ask
from service.providers.plan_tokens import CHAPTERS_A_CALL
from service.providers.protocols import Draft, DraftPart, PlanAsk, Planner

_log = structlog.get_logger()
_STEP = "propose_scenes"


async def with_scenes(context: Context, planner: Planner, ask: PlanAsk, draft: Draft, index: int) -> Draft:
    """The draft with the scenes of those chapters that lack them.

    A part that fails costs the others nothing: it is tried again with the job, and in the end its chapters
    have no scenes, which a note says. Raises ``ProviderThrottled``, and what may pass while attempts are
    left.
    """
    chapters = chapters_without_scenes(ask, draft)
    if not chapters:
        return draft
    growing: dict[str, Any] = dict(draft.values)

    async def write(ids: tuple[str, ...]) -> Draft:
        part_ask = scenes_ask(ask, draft, ids)

        def on_part(part: DraftPart) -> None:
            growing.update(merged(part_ask, Draft({}), [part.draft]).values)
            context.tick(f"proposal.{index}", {"values": dict(growing)})

        work = work_of(planner, part_ask, _STEP)
        made = await context.call(work, DraftsCodec(), lambda: planner.propose(part_ask, on_part))
        return merged(part_ask, Draft({}), made)

    parts = [chapters[at : at + CHAPTERS_A_CALL] for at in range(0, len(chapters), CHAPTERS_A_CALL)]
    ends = await asyncio.gather(*map(write, parts), return_exceptions=True)
    whole = merged(ask, draft, [end for end in ends if isinstance(end, Draft)])
    failed = {part: end for part, end in zip(parts, ends, strict=True) if isinstance(end, BaseException)}
    notes = [_note(context, draft, part, error) for part, error in failed.items()]
    return replace(whole, notes=(*whole.notes, *notes))


def _note(context: Context, draft: Draft, ids: tuple[str, ...], error: BaseException) -> str:
    """What a proposal says of chapters without scenes. Raises the error if the job is to be tried again."""
    message = message_without(context, error)
    _log.warning("scenes.missing", chapters=len(ids), error=error)
    return f"{_numbers(draft.values, ids)}: no scenes were written. {message} Ask for them by their paths."


def _numbers(values: Mapping[str, object], ids: Iterable[str]) -> str:
    numbers = [values.get(f"plot.chapters.{id_}.number", id_) for id_ in ids]
    return f"Chapter {numbers[0]}" if len(numbers) == 1 else f"Chapters {numbers[0]} to {numbers[-1]}"
