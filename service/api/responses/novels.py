"""Novels: their plan as a tree, their chapters, and the document that an export as JSON is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from service.api.responses.base import Answer
from service.api.responses.stories import StoryCreated


class PlanLength(Answer):
    """How long the novel is to be."""

    chapters: int | None = None
    """Number of chapters that was asked for."""
    words_a_chapter: int | None = None
    """Words that a chapter is to have."""


class PlanConcept(Answer):
    """What the novel is."""

    title: str | None = None
    """Title of the concept."""
    logline: str | None = None
    """Story in one sentence."""
    premise: str | None = None
    """Story in some paragraphs."""
    genre: str | None = None
    """Genre, for example `mystery`."""
    audience: str | None = None
    """`children`, `middle_grade`, `young_adult` or `adult`."""
    tone: tuple[str, ...] = ()
    """Words for the tone."""
    point_of_view: str | None = None
    """Who tells it, and in which person."""
    tense: str | None = None
    """Tense of the prose."""
    length: PlanLength = PlanLength()
    """How long it is to be."""
    avoid: tuple[str, ...] = ()
    """Words and things that must not occur."""


class PlanMotif(Answer):
    """Something that comes back."""

    id: str
    """Id within the plan, for example `m1`."""
    name: str | None = None
    """Its name."""
    meaning: str | None = None
    """What it stands for."""


class PlanTheme(Answer):
    """What the novel is about."""

    question: str | None = None
    """Question that the story asks."""
    statement: str | None = None
    """Answer that it comes to."""
    counter_statement: str | None = None
    """Answer that speaks against it."""
    values_in_conflict: tuple[str, ...] = ()
    """Two values between which the people must choose."""
    motifs: tuple[PlanMotif, ...] = ()
    """What comes back."""


class PlanArc(Answer):
    """How a person changes."""

    start: str | None = None
    """Who the person is at the beginning."""
    turn: str | None = None
    """What turns the person."""
    end: str | None = None
    """Who the person is at the end."""


class PlanLooks(Answer):
    """How a person looks, in the terms of picture books."""

    skin_tone: str | None = None
    """Colour of the skin."""
    hair: str | None = None
    """Colour and form of the hair."""
    eyes: str | None = None
    """Colour of the eyes."""
    outfit: str | None = None
    """Clothes."""
    other: str | None = None
    """Anything else that a picture should show."""


class PlanPerson(Answer):
    """A person of the novel."""

    id: str
    """Id within the plan, for example `c1`."""
    name: str | None = None
    """Name of the person. Null if the plan has none."""
    role: str | None = None
    """Part in the story, for example `protagonist`."""
    age: int | None = None
    """Age in years."""
    pronouns: str | None = None
    """`she/her`, `he/him` or `they/them`."""
    summary: str | None = None
    """The person in a few words."""
    want: str | None = None
    """What the person wants."""
    need: str | None = None
    """What the person needs."""
    wound: str | None = None
    """What has hurt the person."""
    lie: str | None = None
    """What the person wrongly believes."""
    strength: str | None = None
    """Greatest strength."""
    flaw: str | None = None
    """Greatest flaw."""
    voice: str | None = None
    """How the person speaks."""
    arc: PlanArc = PlanArc()
    """How the person changes."""
    looks: PlanLooks = PlanLooks()
    """How the person looks."""
    real: bool | None = None
    """Whether the person exists outside of the novel."""


class PlanRelation(Answer):
    """What is between two people."""

    id: str
    """Id within the plan, for example `r1`."""
    a: str | None = None
    """Id of the one person."""
    b: str | None = None
    """Id of the other person."""
    kind: str | None = None
    """What they are to each other."""
    tension: str | None = None
    """What stands between them."""


class PlanPlace(Answer):
    """A place."""

    id: str
    """Id within the plan, for example `w1`."""
    name: str | None = None
    """Name of the place. Null if the plan has none."""
    summary: str | None = None
    """The place in a few words."""
    senses: str | None = None
    """What is seen, heard and smelled there."""


class PlanRule(Answer):
    """A rule of the world."""

    id: str
    """Id within the plan, for example `u1`."""
    statement: str | None = None
    """The rule."""
    cost: str | None = None
    """What it costs."""


class PlanGroup(Answer):
    """A group of people in the world."""

    id: str
    """Id within the plan, for example `g1`."""
    name: str | None = None
    """Name of the group. Null if the plan has none."""
    aim: str | None = None
    """What it wants."""


class PlanHistory(Answer):
    """Something that happened before."""

    id: str
    """Id within the plan, for example `h1`."""
    when: str | None = None
    """When it happened."""
    what: str | None = None
    """What happened."""


class PlanTerm(Answer):
    """A word of the world."""

    id: str
    """Id within the plan, for example `e1`."""
    term: str | None = None
    """The word."""
    meaning: str | None = None
    """What it means."""


class PlanWorld(Answer):
    """Where and when the novel happens."""

    era: str | None = None
    """Time."""
    summary: str | None = None
    """The world in some sentences."""
    places: tuple[PlanPlace, ...] = ()
    """Places where scenes happen."""
    rules: tuple[PlanRule, ...] = ()
    """Rules, with what they cost."""
    groups: tuple[PlanGroup, ...] = ()
    """Groups of people."""
    history: tuple[PlanHistory, ...] = ()
    """What happened before."""
    glossary: tuple[PlanTerm, ...] = ()
    """Words of the world."""


class PlanBible(Answer):
    """All that stays the same from chapter to chapter."""

    concept: PlanConcept = PlanConcept()
    """What the novel is."""
    theme: PlanTheme = PlanTheme()
    """What it is about."""
    people: tuple[PlanPerson, ...] = ()
    """Who is in it."""
    relations: tuple[PlanRelation, ...] = ()
    """What is between these people."""
    world: PlanWorld = PlanWorld()
    """Where and when it happens."""


class PlanThread(Answer):
    """A thread of the plot: what is set up, and how it pays off."""

    id: str
    """Id within the plan, for example `t1`."""
    name: str | None = None
    """Name of the thread. Null if the plan has none."""
    setup: str | None = None
    """How it begins."""
    payoff: str | None = None
    """How it ends."""


class PlanScene(Answer):
    """A scene of a chapter."""

    id: str
    """Id within its chapter, for example `s1`."""
    summary: str | None = None
    """What happens."""
    place: str | None = None
    """Id of the place."""
    people: tuple[str, ...] = ()
    """Ids of the people who are there."""
    beats: tuple[str, ...] = ()
    """Steps of the scene, in order."""
    threads: tuple[str, ...] = ()
    """Ids of the threads that go on in it."""
    turn: str | None = None
    """What is different after it."""
    words: int | None = None
    """Words that it is to have."""


class PlanChapter(Answer):
    """A chapter of the outline."""

    id: str
    """Id within the plan, for example `k1`."""
    number: int
    """Number, from 1."""
    title: str | None = None
    """Title of the chapter. Null if the plan has none."""
    act: int | None = None
    """Number of its act."""
    pov: str | None = None
    """Id of the person from whose point of view it is told."""
    goal: str | None = None
    """What is wanted in it."""
    conflict: str | None = None
    """What stands against it."""
    outcome: str | None = None
    """What comes of it."""
    hook: str | None = None
    """What makes a reader go on."""
    scenes: tuple[PlanScene, ...] = ()
    """Scenes in order."""


class PlanOutline(Answer):
    """What happens, chapter by chapter."""

    structure: str | None = None
    """`three_act`, `four_act`, `heros_journey`, `kishotenketsu` or `custom`."""
    ending: str | None = None
    """How it ends."""
    threads: tuple[PlanThread, ...] = ()
    """Threads of the plot."""
    chapters: tuple[PlanChapter, ...] = ()
    """Chapters in order."""


class WrittenChapter(PlanChapter):
    """A chapter of the outline with its text."""

    text: str | None = None
    """Text, paragraphs separated by a blank line. Null as long as it is not written."""
    words: int = 0
    """Number of words of the text."""


class WrittenOutline(PlanOutline):
    """What happens, chapter by chapter, with what is written of it."""

    chapters: tuple[WrittenChapter, ...] = ()
    """Chapters in order."""


class NovelDocument(Answer):
    """A whole novel: its plan, and the texts of its chapters. An export as JSON is this object."""

    format: Literal["storytroupe.novel/1"] = "storytroupe.novel/1"
    """Name and version of this format."""
    id: UUID
    """Id of the novel."""
    title: str
    """Title of the novel."""
    language: str
    """Language of the novel, for example `en`."""
    plan_version: int
    """Number of the plan's version. The plan of a new novel has number 1."""
    bible: PlanBible
    """All that stays the same from chapter to chapter."""
    outline: WrittenOutline
    """What happens, chapter by chapter."""


class ChapterState(Answer):
    """How far a chapter is."""

    status: str
    """`planned` (it has no text), `generating`, `ready` or `failed`. A failed one may have a text."""
    version: int
    """Version of its text; 0 if it has none."""
    words: int
    """Number of words of its text."""


class Chapter(ChapterState):
    """A chapter with its text."""

    novel_id: UUID
    """Novel that it is a part of."""
    number: int
    """Number, from 1."""
    text: str | None
    """Text, paragraphs separated by a blank line. Null if it has none."""
    made_from: dict[str, Any]
    """What the text was made from: `plan_version`, `model` and `instruction` of a written one, `restored` of
    an earlier one. Empty for a text of a person."""
    updated_at: datetime
    """When the chapter changed last."""


class ChapterVersionListed(Answer):
    """A text that a chapter has had, without the text itself."""

    version: int
    """Number of the text, from 1."""
    words: int
    """Number of words."""
    by: str
    """Who wrote it: `person` or `ai`."""
    made_from: dict[str, Any]
    """What it was made from, as `Chapter` has it."""
    created_at: datetime
    """When it was written."""


class ChapterVersion(ChapterVersionListed):
    """A text that a chapter has had."""

    text: str
    """Text, paragraphs separated by a blank line."""


class ChapterEstimate(Answer):
    """What a text for a chapter would cost. Nothing is written."""

    model: str
    """Model that would write it."""
    calls: int
    """Number of calls: one for each scene."""
    usd: float
    """Usual cost, in US dollars. 0 for the offline writer."""
    seconds: float | None
    """Usual time, in seconds, of recent calls of the whole service. Null if there are too few."""


class PictureBook(Answer):
    """A picture book of a novel."""

    request: dict[str, Any]
    """Request for the story, as `POST /api/v1/stories` takes it."""
    story: StoryCreated | None = None
    """The new story. Null for a preview."""


class NovelSpend(Answer):
    """What the calls to providers for a novel have cost."""

    cost_usd: float
    """Cost of all calls so far, in US dollars."""


class NovelListed(Answer):
    """A novel as lists show it."""

    id: UUID
    """Id of the novel."""
    title: str
    """Title of the novel."""
    session_id: UUID | None
    """Genesis session that made it. Null if the session was deleted."""
    language: str
    """Language of the novel, for example `en`."""
    version: int
    """Version of the newest event."""
    plan_version: int
    """Number of the plan's version. The plan of a new novel has number 1."""
    chapters: int
    """Number of chapters of the outline."""
    written: int
    """Number of chapters that have a text."""
    words: int
    """Number of words of all texts."""
    created_at: datetime
    """When the novel was made."""
    updated_at: datetime
    """When the novel changed last."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this novel: `novels:id=UUID`."""


class Novel(Answer):
    """A novel with its plan. The data of its events merge into this object."""

    id: UUID
    """Id of the novel."""
    title: str
    """Title of the novel."""
    session_id: UUID | None
    """Genesis session that made it. Null if the session was deleted."""
    language: str
    """Language of the novel, for example `en`."""
    version: int
    """Version of the newest event in this state."""
    plan_version: int
    """Number of the plan's version. The plan of a new novel has number 1."""
    bible: PlanBible
    """All that stays the same from chapter to chapter."""
    outline: PlanOutline
    """What happens, chapter by chapter."""
    locks: list[str]
    """Locked paths of the plan. What is written keeps to their values."""
    chapters: dict[str, ChapterState]
    """How far each chapter is, by its number."""
    jobs: dict[str, Any]
    """Newest job of each chapter by name (`chapter_1`), each with its `status`, `progress` in percent,
    `attempt` and `error`."""
    budget_usd: float | None
    """Most that all calls for the novel may cost, in US dollars. Null: no limit."""
    spend: NovelSpend
    """What the calls to providers have cost."""
    created_at: datetime
    """When the novel was made."""
    updated_at: datetime
    """When the novel changed last."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this novel: `novels:id=UUID`."""
