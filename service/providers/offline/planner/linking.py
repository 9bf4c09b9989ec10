"""What ties the subplots to the main story: a subplot speaks of its last event, and leaves it a result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from service.providers.offline.planner.character import is_machine
from service.providers.offline.planner.corpus import Piece, Step, pieces
from service.providers.offline.planner.filling import Filler

#: How many scenes of subplots may speak of one event.
_ECHOES = 2
#: The scene of a situation that leaves something behind.
_LEAVES = "3"
#: After these scenes of the main story everything has been said.
_LAST = ("climax", "after")
_OF_BODY = re.compile(r"\b(?:slept|dream|breath|soup|washed|voice|water)\b")


class Links:
    """Sentences for the scenes of one plot in their order, none of them twice."""

    def __init__(self, kit: Piece, fill: Filler) -> None:
        self._kit, self._fill = kit, fill
        chance = Random(f"{fill.seed}:links")
        of_iron = is_machine(fill.cast["P"])
        self._lines = {name: _shuffled(piece, chance, of_iron) for name, piece in pieces("link").items()}
        self._event, self._left, self._echoes = "", "", 0
        self._partners: set[str] = set()
        self._there: frozenset[str] = frozenset()

    def before(self, piece: Piece, step: Step, words: Mapping[str, str]) -> str:
        """The sentence with which a scene begins, or an empty string."""
        if piece is self._kit:
            return self._of_kit(step, words)
        said = self._of_subplot(piece, step)
        if step.slot == _LEAVES and step.event:
            self._left = self._fill(step.event, **words)
        return said

    def _of_kit(self, step: Step, words: Mapping[str, str]) -> str:
        said = ""
        if self._left and step.slot != "after" and step.summary.startswith("{P}"):
            said, self._left = self._line("consequence", self._left), ""
        if step.slot in _LAST:
            self._event = ""
        elif step.event:
            self._event, self._echoes = self._fill(step.event, **words), 0
            self._partners, self._there = set(), step.named
        return said

    def _of_subplot(self, piece: Piece, step: Step) -> str:
        if not self._event or self._echoes == _ECHOES or "P" not in step.named:
            return ""
        partner = next((role for role in step.roles if role != "P"), "")
        if partner in self._partners or (partner and self._fill.cast[partner].short in self._event):
            return ""
        self._echoes += 1
        self._partners.add(partner)
        if not partner or piece.many("apart"):
            return self._line("alone", self._event)
        pool = "opponent" if partner == "O" else "both" if partner in self._there else "meeting"
        return self._line(pool, self._event, self._fill.cast[partner].short)

    def _line(self, pool: str, event: str, other: str = "") -> str:
        lines = self._lines[pool]
        return self._fill.sentence(lines.pop(), event=event, other=other) if lines else ""


def _shuffled(piece: Piece, chance: Random, of_iron: bool) -> list[str]:
    """The lines in another order: for a machine without those of a body."""
    lines = [line for line in piece.many("line") if not (of_iron and _OF_BODY.search(line))]
    chance.shuffle(lines)
    return lines
