"""The plan of a novel as a tree, and the document that an export as JSON is."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from service.api.responses.base import Answer


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
