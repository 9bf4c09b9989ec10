"""A novel as a document of headings: the same one for Markdown, DOCX, EPUB and OPML. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from service.api.responses.novel_plan import (
    NovelDocument,
    PlanConcept,
    PlanPerson,
    PlanRelation,
    PlanScene,
    PlanTheme,
    PlanWorld,
    WrittenChapter,
)

#: What the choices of a plan are called, here and in the studio.
CHOICES: Mapping[str, str] = MappingProxyType(
    {
        "children": "Children to 8",
        "middle_grade": "Children of 9 to 12",
        "young_adult": "Young adults",
        "adult": "Adults",
        "three_act": "Three acts",
        "four_act": "Four acts",
        "heros_journey": "Hero’s journey",
        "kishotenketsu": "Kishōtenketsu",
        "custom": "Its own",
    }
)
#: A label and its value. Labels are those of the studio.
Line = tuple[str, str]
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Node:
    """A heading with what stands below it: labelled lines, then paragraphs, then further headings."""

    title: str
    lines: tuple[Line, ...] = ()
    paragraphs: tuple[str, ...] = ()
    children: tuple[Node, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """This node and all below it, in order, each with its depth."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


def document_of(tree: NovelDocument) -> Node:
    """The novel's document. Below its title stand the plan, and then the chapters with their texts."""
    bible, outline = tree.bible, tree.outline
    names = names_of(tree)
    parts = [
        _node("Concept", _concept(bible.concept)),
        _theme(bible.theme),
        _node("People", children=tuple(_person(one, bible.relations, names) for one in bible.people)),
        _world(bible.world),
        _node(
            "Plot",
            _lines(
                ("Structure", _choice(outline.structure)),
                ("Ending", outline.ending),
            ),
            children=tuple(
                _node(one.name or one.id, _lines(("Setup", one.setup), ("Payoff", one.payoff)))
                for one in outline.threads
            ),
        ),
        _node("Chapters", children=tuple(_chapter(one, names) for one in outline.chapters)),
    ]
    kept = tuple(part for part in parts if part.lines or part.paragraphs or part.children)
    return _node(tree.title, children=kept)


def names_of(tree: NovelDocument) -> Mapping[str, str]:
    """The names of people, places and threads by their ids, which no two of them share."""
    people, places = tree.bible.people, tree.bible.world.places
    return (
        {one.id: one.name or one.id for one in people}
        | {one.id: one.name or one.id for one in places}
        | {one.id: one.name or one.id for one in tree.outline.threads}
    )


def named(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """The names of some elements, with commas between them."""
    return ", ".join(names.get(id_, id_) for id_ in ids)


def heading(chapter: WrittenChapter) -> str:
    """The heading of a chapter: its number and its title."""
    return f"{chapter.number}. {chapter.title}" if chapter.title else f"Chapter {chapter.number}"


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, which blank lines separate. White space within a paragraph becomes a
    space."""
    folded = (_one_line(part) for part in _BLANK_LINES.split(text))
    return tuple(part for part in folded if part)


def _node(
    title: str, lines: Sequence[Line] = (), paragraphs: Sequence[str] = (), children: Sequence[Node] = ()
) -> Node:
    """A node whose title is on one line."""
    return Node(_one_line(title), tuple(lines), tuple(paragraphs), tuple(children))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(*pairs: tuple[str, str | int | None]) -> tuple[Line, ...]:
    """The lines that have a value, each value on one line."""
    return tuple((label, _one_line(str(value))) for label, value in pairs if value not in (None, ""))


def _choice(value: str | None) -> str | None:
    """A choice in words, as the studio calls it."""
    return CHOICES.get(value, value) if value else None


def _concept(concept: PlanConcept) -> tuple[Line, ...]:
    return _lines(
        ("In one sentence", concept.logline),
        ("Premise", concept.premise),
        ("Genre", concept.genre),
        ("For whom", _choice(concept.audience)),
        ("Tone", ", ".join(concept.tone)),
        ("Point of view", concept.point_of_view),
        ("Tense", concept.tense),
        ("Chapters", concept.length.chapters),
        ("Words a chapter", concept.length.words_a_chapter),
        ("Stay away from", ", ".join(concept.avoid)),
    )


def _theme(theme: PlanTheme) -> Node:
    lines = _lines(
        ("Question", theme.question),
        ("Statement", theme.statement),
        ("Counter-statement", theme.counter_statement),
        ("Values at odds", ", ".join(theme.values_in_conflict)),
    )
    motifs = (_node(one.name or one.id, _lines(("Meaning", one.meaning))) for one in theme.motifs)
    return _node("Theme", lines, children=tuple(motifs))


def _person(person: PlanPerson, relations: Sequence[PlanRelation], names: Mapping[str, str]) -> Node:
    arc, looks = person.arc, person.looks
    lines = _lines(
        ("Role", person.role),
        ("Age", person.age),
        ("Pronouns", person.pronouns),
        ("Summary", person.summary),
        ("Want", person.want),
        ("Need", person.need),
        ("Wound", person.wound),
        ("Lie", person.lie),
        ("Strength", person.strength),
        ("Flaw", person.flaw),
        ("Voice", person.voice),
        ("At the start", arc.start),
        ("The turn", arc.turn),
        ("At the end", arc.end),
        ("Skin tone", looks.skin_tone),
        ("Hair", looks.hair),
        ("Eyes", looks.eyes),
        ("Outfit", looks.outfit),
        ("Other looks", looks.other),
        ("A real person", "Yes" if person.real else None),
    )
    between = tuple(_relation(one, names) for one in relations if one.a == person.id)
    return _node(person.name or person.id, lines + between)


def _relation(relation: PlanRelation, names: Mapping[str, str]) -> Line:
    said = ". ".join(part.rstrip(".") for part in (relation.kind, relation.tension) if part)
    return f"With {_one_line(named([relation.b or '?'], names))}", _one_line(said)


def _world(world: PlanWorld) -> Node:
    groups = {
        "Places": [
            _node(one.name or one.id, _lines(("Summary", one.summary), ("To the senses", one.senses)))
            for one in world.places
        ],
        "Rules": [_node(one.statement or one.id, _lines(("Cost", one.cost))) for one in world.rules],
        "Groups": [_node(one.name or one.id, _lines(("Aim", one.aim))) for one in world.groups],
        "History": [_node(one.when or one.id, _lines(("What happened", one.what))) for one in world.history],
        "Words of this world": [
            _node(one.term or one.id, _lines(("Meaning", one.meaning))) for one in world.glossary
        ],
    }
    children = tuple(_node(title, children=tuple(nodes)) for title, nodes in groups.items() if nodes)
    return _node("World", _lines(("Time", world.era), ("Summary", world.summary)), children=children)


def _chapter(chapter: WrittenChapter, names: Mapping[str, str]) -> Node:
    lines = _lines(
        ("Act", chapter.act),
        ("Seen by", chapter.pov and names.get(chapter.pov, chapter.pov)),
        ("Goal", chapter.goal),
        ("Conflict", chapter.conflict),
        ("Outcome", chapter.outcome),
        ("Hook", chapter.hook),
    )
    scenes = tuple(_scene(place, scene, names) for place, scene in enumerate(chapter.scenes, 1))
    return _node(heading(chapter), lines, paragraphs_of(chapter.text or ""), scenes)


def _scene(place: int, scene: PlanScene, names: Mapping[str, str]) -> Node:
    lines = _lines(
        ("Summary", scene.summary),
        ("Place", scene.place and names.get(scene.place, scene.place)),
        ("People", named(scene.people, names)),
        ("Threads", named(scene.threads, names)),
        *((f"Beat {number}", beat) for number, beat in enumerate(scene.beats, 1)),
        ("Turn", scene.turn),
        ("Words", scene.words),
    )
    return _node(f"Scene {place}", lines)
