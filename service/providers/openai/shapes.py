"""The shapes of answers in the API: every field required, and no maps, as a strict schema demands.

A model is not asked for what it cannot know (indices, ids). ``service.domain.story`` has the values made from
these. A docstring of a shape would be sent with its schema, so the shapes have none.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from service.domain.storyboard import Angle, Shot, TextAt


class Shape(BaseModel):
    """An answer or a part of one. What is not asked for is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class WrittenBeat(Shape):
    text: str = Field(min_length=1)
    alt: str


class WrittenProse(Shape):
    text: str = Field(min_length=1)


class WrittenStory(Shape):
    title: str = Field(min_length=1)
    beats: list[WrittenBeat]
    summary: str
    cover_alt: str


class WrittenPage(Shape):
    happens: str = Field(min_length=1)
    turn: str


class WrittenOutline(Shape):
    title: str = Field(min_length=1)
    idea: str
    refrain: str
    pages: list[WrittenPage]


class WrittenRemark(Shape):
    page: int | None
    problem: str = Field(min_length=1)
    advice: str


class WrittenCritique(Shape):
    remarks: list[WrittenRemark]


class WrittenChange(Shape):
    scene: int
    text: str = Field(min_length=1)
    alt: str


class WrittenRevision(Shape):
    title: str = Field(min_length=1)
    pages: list[WrittenChange]
    summary: str
    cover_alt: str


class WrittenFrame(Shape):
    title: str = Field(min_length=1)
    alts: list[str]
    summary: str
    cover_alt: str


class WrittenStep(Shape):
    name: str
    mood: str
    colours: list[str]


class WrittenPalette(Shape):
    motif: str
    steps: list[WrittenStep]


class WrittenShot(Shape):
    shot: Shot
    angle: Angle
    heroes: list[str]
    place: str
    must_show: list[str]
    text_at: TextAt


class WrittenStoryboard(Shape):
    pictures: list[WrittenShot]


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


class WrittenAlt(Shape):
    alt: str = Field(min_length=1)
