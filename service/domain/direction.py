"""The direction of a book: its palette and the scene analysis of each picture. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pydantic import Field

from service.domain.story import PaletteJourney, PaletteStep, SceneAnalysis, Staging, StoryContent, Value
from service.domain.storyboard import Frame

_QUIET_PALETTE = PaletteStep(
    name="Quiet daylight",
    mood="calm",
    colours=("#f6efe0", "#bcd4de", "#8fb59c", "#5c7f8c", "#34495e"),
)


class Direction(Value):
    """The results of passes 1 and 2 of the director, as a story stores them. The cover is first, and the
    scenes follow.

    ``storyboard`` has the frames that the analyses follow. It is empty if the analyses plan them themselves.
    ``planned_texts`` has the hash of the text that each frame was planned for.
    """

    palette: PaletteJourney
    analyses: tuple[SceneAnalysis, ...]
    storyboard: tuple[Frame, ...] = Field(default=(), exclude_if=lambda it: not it)
    planned_texts: tuple[str, ...] = Field(default=(), exclude_if=lambda it: not it)

    def palette_step(self, index: int) -> PaletteStep:
        """Return the colours of the cover (index 0) or of a scene (from 1)."""
        steps = self.palette.steps
        return steps[min(index, len(steps) - 1)]

    def analysis(self, index: int) -> SceneAnalysis:
        """Return the scene analysis of the cover (index 0) or of a scene (from 1)."""
        return next(analysis for analysis in self.analyses if analysis.index == index)

    def frame(self, index: int, content: StoryContent) -> Frame | None:
        """Return the storyboard's frame of the cover (index 0) or of a scene (from 1), if there is one. Only
        its camera counts if it was planned for another text."""
        for frame, text in zip(self.storyboard, self.planned_texts, strict=False):
            if frame.index == index:
                return frame if text == planned_text(content, index) else frame.camera_only
        return None

    def with_analyses(self, analyses: Iterable[SceneAnalysis]) -> Direction:
        """Return a copy of the direction with new analyses of some pictures."""
        new = {analysis.index: analysis for analysis in analyses}
        kept = tuple(new.get(analysis.index, analysis) for analysis in self.analyses)
        return self.model_copy(update={"analyses": kept})


def planned_text(content: StoryContent, index: int) -> str:
    """Return the hash of the text of the cover (index 0) or of a scene (from 1)."""
    text = content.beats[index - 1].text if index else f"{content.title}\n{content.summary}"
    return hashlib.sha256(text.encode()).hexdigest()


def quiet_direction(content: StoryContent) -> Direction:
    """Return a plain direction, the same for all scenes. It is used if the real direction could not be
    made."""
    indices = range(len(content.beats) + 1)
    return Direction(
        palette=PaletteJourney(motif="", steps=tuple(_QUIET_PALETTE for _ in indices)),
        analyses=tuple(_plain_analysis(content, index) for index in indices),
    )


def _plain_analysis(content: StoryContent, index: int) -> SceneAnalysis:
    beat = content.beats[max(index - 1, 0)]
    staging = beat.staging or Staging(place="meadow", time_of_day="day", weather="clear")
    action = content.cover_alt or content.summary if index == 0 else beat.alt
    return SceneAnalysis(
        index=index,
        action=action,
        camera="eye level, the whole scene",
        depth="the heroes in front of a simple background",
        atmosphere="calm and friendly",
        staging=staging,
    )
