"""How many tokens the calls of a planner take: what is usual, and the most. Pure.

A language model is told the most, so that a call never costs more than was reserved for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from types import MappingProxyType

from service.domain.languages import is_english
from service.providers.prices import Counts

#: Output of one proposal, in tokens; of a plot, of a chapter's line and of a chapter's scenes.
_PROPOSAL: Mapping[str, int] = MappingProxyType(
    {"concept": 450, "theme": 330, "character": 2200, "world": 1500, "plot": 700}
)
_LINE, _SCENES = 110, 420
#: Output of one field that is asked for by its path.
_FIELD = 90
#: A call writes the scenes of so many chapters at most.
CHAPTERS_A_CALL = 6
#: What a model thinks before it writes, and a usual prompt with its schema.
_THOUGHT, _PROMPT = 700, 4500
#: A prompt is never longer, with its schema.
_MOST_PROMPT = 9000
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


#: Output of sorting a text, and of a review.
SORTED, REVIEWED = 3000, 2000


def calls_of(
    stage: str, count: int, *, chapters: int = CHAPTERS, scope: Sequence[str] = (), pieces: int = 0
) -> list[tuple[str, int, int]]:
    """The calls of a round of proposals: each step, how often it is called, and its usual output tokens. With
    ``pieces``, the round sorts so many pieces of a text."""
    if pieces:
        return [("sort_material", pieces, SORTED)]
    named = {path.split(".")[2] for path in scope if path.startswith("plot.chapters.")}
    parts = ceil((len(named) or chapters) / CHAPTERS_A_CALL)
    if stage == "plot" and (named or not scope):
        each = usual_scenes(min(len(named) or chapters, CHAPTERS_A_CALL))
        outline = [] if named else [("propose_plot", 1, usual_output(stage, count, chapters=chapters))]
        review = [] if named else [("review_plot", count, _THOUGHT + REVIEWED // 2)]
        return [*outline, ("propose_scenes", parts * count, each), *review]
    whole = usual_output(stage, count)
    return [(f"propose_{stage}", 1, min(whole, _THOUGHT + _FIELD * len(scope) * count) if scope else whole)]


def most_output(usual: int, language: str) -> int:
    """Where a call is cut that usually has so many output tokens."""
    return ceil(usual * (_MOST if is_english(language) else _MOST_ELSEWHERE))


def usual_call(output: int) -> Counts:
    """The counts of a call with so many output tokens."""
    return Counts(input_tokens=_PROMPT, output_tokens=output)


def most_call(output: int, language: str) -> Counts:
    """The most that such a call takes."""
    return Counts(input_tokens=_MOST_PROMPT, output_tokens=most_output(output, language))
