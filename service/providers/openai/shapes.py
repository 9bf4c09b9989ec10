"""The shapes of answers on the wire: every field required, no maps, so that a strict schema can say them.

What a model cannot know (indices, ids) is not asked for; ``service.domain.story`` has what is made of them.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """An answer or a part of one. What is not asked for is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class WrittenBeat(Shape):
    text: str = Field(min_length=1)
    alt: str


class WrittenStory(Shape):
    title: str = Field(min_length=1)
    beats: list[WrittenBeat]
    summary: str
    cover_alt: str


class WrittenStep(Shape):
    name: str
    mood: str
    colours: list[str]


class WrittenPalette(Shape):
    motif: str
    steps: list[WrittenStep]


class WrittenPose(Shape):
    name: str
    pose: str
    expression: str


class WrittenAnalysis(Shape):
    action: str
    camera: str
    depth: str
    atmosphere: str
    place: str
    time_of_day: str
    weather: str
    props: list[str]
    poses: list[WrittenPose]


class WrittenQuestion(Shape):
    kind: Literal["multiple_choice", "true_false", "open", "sequence"]
    question: str
    options: list[str]
    answer: str
    page: int | None


class WrittenQuestions(Shape):
    questions: list[WrittenQuestion]


class Seen(Shape):
    number: int
    verdict: Literal["present", "absent", "wrong_detail", "occluded", "unclear"]
    evidence: str


class SeenAll(Shape):
    answers: list[Seen]
