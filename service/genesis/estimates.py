"""What a command would begin, for its estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.db.pool import Connection
from service.genesis.commands import Command
from service.genesis.decide import Rules, decide
from service.genesis.generation import Round
from service.genesis.refusals import SessionNotFound
from service.genesis.sessions import lock_session
from service.genesis.sorting import pieces_of
from service.providers.plan_tokens import CHAPTERS


@dataclass(frozen=True, slots=True)
class Expected:
    """The rounds that a command would begin, and what their cost depends on: the chapters that the plan has
    or wants, the language, and the number of pieces of a text that the rounds sort."""

    rounds: Sequence[Round] = ()
    chapters: int = CHAPTERS
    language: str = "en"
    pieces: int = 0


async def expected_of(connection: Connection, session_id: UUID, command: Command, rules: Rules) -> Expected:
    """What a command would begin; nothing is written. Raises what the command would raise."""
    locked = await lock_session(connection, session_id)
    if locked is None:
        raise SessionNotFound
    # RESTORE takes values back, and asks for none.
    if command.source is not None:
        return Expected()
    decision = decide(locked.session, command, locked.now, rules=rules)
    chapters = decision.state.values().get("concept.length.chapters", CHAPTERS)
    texts = {one.material for one in decision.rounds if one.material}
    pieces = sum(len(pieces_of(decision.state.material[id_]["text"])) for id_ in texts)
    return Expected(decision.rounds, chapters, decision.state.json["language"], pieces)
