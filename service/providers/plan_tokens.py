"""How many tokens the calls of a planner take: what is usual, and the most. Pure.

A language model is told the most, so that a call never costs more than was reserved for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType

from service.domain.languages import is_english
from service.providers.prices import Counts

#: Output of one proposal, in tokens; of a plot, of a chapter's line and of a chapter's scenes.
_PROPOSAL: Mapping[str, int] = MappingProxyType(
    {"concept": 450, "theme": 330, "character": 2200, "world": 1500, "plot": 700}
)
_LINE, _SCENES = 110, 420
#: What a model thinks before it writes, and a usual prompt with its schema.
_THOUGHT, _PROMPT = 700, 4500
#: The chapters of a plan that does not say how many it has.
CHAPTERS = 24
#: The most is this many times the usual: a model may be wordy, and some languages take more tokens.
_MOST, _MOST_ELSEWHERE = 2.0, 3.0


def usual_output(stage: str, count: int, *, chapters: int = CHAPTERS) -> int:
    """Output tokens of a call for so many proposals of a stage; of the plot, without its scenes."""
    each = _PROPOSAL[stage] + (_LINE * chapters if stage == "plot" else 0)
    return _THOUGHT + each * count


def usual_scenes(chapters: int) -> int:
    """Output tokens of a call for the scenes of so many chapters."""
    return _THOUGHT + _SCENES * chapters


def most_output(usual: int, language: str) -> int:
    """Where a call is cut that usually has so many output tokens."""
    return ceil(usual * (_MOST if is_english(language) else _MOST_ELSEWHERE))


def usual_call(output: int) -> Counts:
    """The counts of a call with so many output tokens."""
    return Counts(input_tokens=_PROMPT, output_tokens=output)
