"""The plot: the threads' scenes, cut evenly into chapters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

from service.providers.offline.planner import recall
from service.providers.offline.planner.accepted import PEOPLE, PLACES, Grounds, Roles, grounds_of, roles_of
from service.providers.offline.planner.asked import asked_of, wish_of
from service.providers.offline.planner.casting import ROLES
from service.providers.offline.planner.chapter_titles import Titles
from service.providers.offline.planner.corpus import Piece, Step, pieces
from service.providers.offline.planner.elements import ids_for
from service.providers.offline.planner.filling import Filler
from service.providers.offline.planner.goals import Goals, wants
from service.providers.offline.planner.linking import Links
from service.providers.offline.planner.passages import own_texts
from service.providers.offline.planner.reader import Assume, Reader
from service.providers.offline.planner.taste import taste_of
from service.providers.offline.planner.text_scenes import TextScene, text_scenes
from service.providers.offline.planner.threads import Planned, Thread, spread, threads_of
from service.providers.offline.planner.words import clip, sentence
from service.providers.offline.storyteller.english import join_names
from service.providers.protocols import Draft, FieldValue, PlanAsk

CHAPTERS, THREADS = "plot.chapters", "plot.threads"
_TEXT = "What the text tells"
#: One chapter in so many may be a manuscript's own.
_TEXT_SHARE = 4
#: How many scenes of a manuscript's own such a chapter has.
_OF_CHAPTER = 2
_LEAST_WORDS = 50
#: How much of an accepted text stands in the ending, in characters.
_LONGEST_QUOTE = 300
#: The aim of the outer story, with the commas round it.
_AIM = re.compile(r",? ?\{aim\}")


@dataclass(frozen=True, slots=True)
class Scene:
    """A written scene. ``leads`` is the rank by which it gives the chapter its goal: the lowest does.
    ``link`` ties it to another thread; it may be empty."""

    thread: str
    leads: int
    summary: str
    beats: list[str]
    turn: str
    place: str
    people: list[str]
    link: str = ""
    #: What the text of a person tells, where it does, so that nothing in it is proposed.
    own: TextScene | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of at least one scene; ``at`` is its middle: 0 is the start of the novel, 1 its end."""

    at: float
    scenes: list[Scene]

    @property
    def head(self) -> Scene:
        """The scene that gives the chapter its goal: one in which somebody wants something, if any is."""
        return min(self.scenes, key=lambda scene: (scene.leads > 0 and not wants(scene.summary), scene.leads))


def draft_plots(ask: PlanAsk, assume: Assume) -> Iterator[Draft]:
    """Plots of the accepted people, world and theme, which differ in structure and in their legwork. A short
    novel can have the same chapters in two structures: it is proposed in the first one only."""
    known: list[list[FieldValue]] = []
    for turn, structure in enumerate(_structures(ask)):
        draft = _plot(ask, assume, turn, structure)
        titles = [value for path, value in draft.values.items() if path.endswith(".title")]
        if titles not in known:
            known.append(titles)
            yield draft


def _structures(ask: PlanAsk) -> list[Piece]:
    """The structures by turns: those of a chosen value, else all, three acts first."""
    chosen = ask.locked.get("plot.structure") or (ask.blend[0] if ask.blend else {}).get("plot.structure")
    every = list(pieces("structure").values())
    if chosen is None:
        others = every[1:]
        Random(f"{ask.seed}:structure").shuffle(others)
        return taste_of(ask).ordered([every[0], *others])[: ask.count]
    return [one for one in every if one.one("value") == chosen][: ask.count] or every[:1]


def _plot(ask: PlanAsk, assume: Assume, turn: int, structure: Piece) -> Draft:
    seen = Reader(ask.fields, assume)
    kit = recall.kit(seen)
    roles = roles_of(seen, kit)
    wanted = seen.number("concept.length.chapters")
    threads = threads_of(seen, kit, roles, wish_of(ask), asked_of(ask), wanted, taste_of(ask), turn)
    words = recall.words_of_premise(seen.text("concept.premise"), kit)
    fill = Filler(roles.cast, words, f"{ask.seed}:plot")
    names = [_thread_name(thread, fill) for thread in threads]
    own = _chapters_of_text(ask, roles, grounds_of(seen, kit), wanted // _TEXT_SHARE)
    names += [_TEXT] if own else []
    ids = ids_for(names, "t", THREADS, ask.fields)
    writer = _Writer(kit, roles, grounds_of(seen, kit), fill, ids, Links(kit, fill))
    planned = [one for one in spread(threads, structure) if not own or one.step not in _retold(kit)]
    share = len(own) / wanted
    told = [Chapter(0.0, [replace(scene, thread=ids[-1]) for scene in scenes]) for scenes in own]
    chapters = told + [
        Chapter(share + (1 - share) * at, [writer.scene(one) for one in part])
        for at, part in _cut(planned, wanted - len(own))
    ]
    values: dict[str, FieldValue] = {
        "plot.structure": structure.one("value"),
        **_threads(dict(zip(ids, names, strict=True)), chapters),
        **_chapters(
            chapters,
            structure,
            roles,
            seen.number("concept.length.words_a_chapter"),
            ask.fields,
            Goals(kit, fill, _said(seen, roles, "want", "wants"), _said(seen, roles, "need", "needs")),
        ),
        "plot.ending": _ending(seen, roles, fill, chapters[-1].scenes[-1].beats[-1]),
    }
    notes = _notes(seen, roles, structure, wanted, len(chapters))
    return Draft(values, *seen.sources, notes=tuple(notes))


def _chapters_of_text(ask: PlanAsk, roles: Roles, grounds: Grounds, most: int) -> list[list[Scene]]:
    """The scenes that a manuscript tells itself, in at most so many chapters."""
    text = "\n\n".join(own_texts(ask).values())
    scenes = [
        Scene("", 1, told.summary, told.beats, "", told.place, told.people, own=told)
        for told in text_scenes(text, roles, grounds, most * _OF_CHAPTER)
    ]
    return [scenes[at : at + _OF_CHAPTER] for at in range(0, len(scenes), _OF_CHAPTER)]


def _retold(kit: Piece) -> tuple[Step, ...]:
    """The scenes of a kit that a manuscript of the kind it is written for tells itself."""
    return kit.steps[:1] if kit.many("long") else ()


def _cut(scenes: list[Planned], chapters: int) -> Iterator[tuple[float, list[Planned]]]:
    """The scenes in equal parts, each with its middle; fewer where there are fewer scenes than chapters."""
    count = min(chapters, len(scenes))
    bounds = [round(at * len(scenes) / count) for at in range(count + 1)]
    for at, (start, end) in enumerate(pairwise(bounds)):
        yield (at + 0.5) / count, scenes[start:end]


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes planned scenes in their order."""

    kit: Piece
    roles: Roles
    grounds: Grounds
    fill: Filler
    threads: list[str]
    links: Links
    #: The place of the last scene of the kit.
    here: list[str] = field(default_factory=list)
    aims: Counter[str] = field(default_factory=Counter)

    def scene(self, planned: Planned) -> Scene:
        """The scene in words."""
        step = planned.step
        words = {**planned.words, "aim": self.fill(self._aim(planned))}
        return Scene(
            thread=self.threads[planned.thread],
            leads=planned.rank,
            summary=self.fill.sentence(self._summary(planned), **words),
            beats=[self.fill.sentence(beat, **words) for beat in step.beats],
            turn=step.turn,
            place=self._place(planned),
            people=[self.roles.ids[role] for role in ROLES if role in step.named and role in self.roles.ids],
            link=self.links.before(planned.piece, step, words),
        )

    def _place(self, planned: Planned) -> str:
        words = (planned.words.get(key, "") for key in ("purpose", "matter", "done"))
        if "{site}" in planned.step.summary or (planned.step.place and planned.piece is not self.kit):
            return self.grounds.at(planned.step.place or 1)
        if said := " ".join(filter(None, words)):
            return self.grounds.named_in(said) or next(iter(self.grounds.homes), self.grounds.at(1))
        if planned.step in self.kit.steps:
            self.here[:] = [self.grounds.at(planned.step.place)]
            return self.here[0]
        if self.kit.many("road") and self.here:
            return self.here[0]
        return self.grounds.suiting(planned.step)

    def _summary(self, planned: Planned) -> str:
        """The template of a summary, without the aim of the outer story where it has been named already."""
        summary = planned.step.summary
        if "{aim}" in summary:
            aim = self._aim(planned)
            self.aims[aim] += 1
            if self.aims[aim] > 1:
                return _AIM.sub("", summary)
        return summary

    def _aim(self, planned: Planned) -> str:
        """The aim of the outer story at that time."""
        aims = self.kit.one("aims").split("|")
        return aims[min(len(aims) - 1, int(planned.at * len(aims)))]


def _chapters(
    chapters: list[Chapter],
    structure: Piece,
    roles: Roles,
    words: int,
    fields: Mapping[str, FieldValue],
    goals: Goals,
) -> dict[str, FieldValue]:
    bounds = tuple(map(float, structure.words("acts")))
    titles = Titles([person.short for person in roles.cast.values()])
    named = [titles.of(chapter.head, chapter.scenes) for chapter in chapters]
    ids = ids_for(named, "k", CHAPTERS, fields, key="title")
    values: dict[str, FieldValue] = {}
    for number, (id_, title, chapter) in enumerate(zip(ids, named, chapters, strict=True), 1):
        path = f"{CHAPTERS}.{id_}"
        head, tail = chapter.head, chapter.scenes[-1]
        goal, conflict = goals.stakes(head, chapter.at)
        values |= {
            f"{path}.number": number,
            f"{path}.title": title,
            f"{path}.act": 1 + sum(chapter.at >= bound for bound in bounds),
            f"{path}.goal": goal,
            **({f"{path}.conflict": conflict} if conflict else {}),
            f"{path}.outcome": _outcome(head, tail),
            f"{path}.hook": tail.beats[-1],
        }
        present = [id_ for scene in (head, *chapter.scenes) for id_ in scene.people]
        if present:
            protagonist = roles.ids.get("P")
            values[f"{path}.pov"] = protagonist if protagonist in present else present[0]
        each = max(_LEAST_WORDS, words // len(chapter.scenes))
        values |= _scenes(chapter.scenes, f"{path}.scenes", each, fields)
    return values


def _said(seen: Reader, roles: Roles, key: str, verb: str) -> dict[str, str]:
    """What a field says of each person, as a sentence with a verb, by the id."""
    fields = {role: seen.text(f"{PEOPLE}.{id_}.{key}") for role, id_ in roles.ids.items()}
    return {
        roles.ids[role]: sentence(f"{roles.cast[role].short} {verb} {clip(text, _LONGEST_QUOTE)}")
        for role, text in fields.items()
        if text
    }


def _outcome(head: Scene, tail: Scene) -> str:
    """What comes of a chapter: of a text's own, what is done last."""
    if tail is not head:
        return tail.summary if head.own else head.beats[-1]
    return head.beats[-2 if len(head.beats) > 1 else -1]


def _scenes(
    scenes: list[Scene], collection: str, words: int, fields: Mapping[str, FieldValue]
) -> dict[str, FieldValue]:
    ids = ids_for((scene.summary for scene in scenes), "s", collection, fields, key="summary")
    return {
        f"{collection}.{id_}.{key}": value
        for id_, scene in zip(ids, scenes, strict=True)
        for key, value in _scene(scene, words).items()
    }


def _scene(scene: Scene, words: int) -> dict[str, FieldValue]:
    place: dict[str, FieldValue] = {"place": scene.place} if scene.place else {}
    evidence = [f"In the text: “{scene.own.words}”"] if scene.own else []
    return {
        "summary": scene.summary,
        **place,
        "people": scene.people,
        "beats": [*filter(None, (scene.link,)), *scene.beats, *evidence],
        "threads": [scene.thread],
        **({"turn": scene.turn} if scene.turn else {}),
        "words": words,
    }


def _threads(names: Mapping[str, str], chapters: list[Chapter]) -> dict[str, FieldValue]:
    """Each thread with its first and its last scene. ``names`` are by the threads' ids."""
    values: dict[str, FieldValue] = {}
    main = next(iter(names))
    for id_, name in names.items():
        told = [
            f"Chapter {number}: {scene.summary}"
            for number, chapter in enumerate(chapters, 1)
            for scene in chapter.scenes
            if scene.thread == id_
        ]
        values |= {
            f"{THREADS}.{id_}.name": name,
            f"{THREADS}.{id_}.setup": told[0],
            f"{THREADS}.{id_}.payoff": " ".join(
                filter(None, (told[-1], _meetings(id_, chapters) if id_ != main else ""))
            ),
        }
    return values


def _meetings(thread: str, chapters: list[Chapter]) -> str:
    """In which chapters a thread meets another."""
    numbers = [
        str(number)
        for number, chapter in enumerate(chapters, 1)
        if any(scene.link for scene in chapter.scenes if scene.thread == thread)
    ]
    return f"It meets the main story in chapter {join_names(numbers)}." if numbers else ""


def _thread_name(thread: Thread, fill: Filler) -> str:
    return (
        fill(thread.name, **thread.words)
        if thread.kind in ("carrier", "hook", "purpose", "matter")
        else thread.name
    )


def _ending(seen: Reader, roles: Roles, fill: Filler, last_beat: str) -> str:
    """How the theme's question is answered, and what became of want and need."""
    lines = [f"{seen.text('theme.question')} {seen.text('theme.statement')}".strip()]
    if "P" in roles.ids:
        path = f"{PEOPLE}.{roles.ids['P']}"
        hero = fill.cast["P"]
        again = hero.short if hero.pronoun == "they" else hero.pronoun
        parts = (
            (f"{hero.short} wants", "want"),
            (f"What {again} needs is", "need"),
            (f"At first {hero.short}", "arc.start"),
            (f"Then {again}", "arc.turn"),
            (f"In the end {again}", "arc.end"),
        )
        said = ((start, clip(seen.text(f"{path}.{key}"), _LONGEST_QUOTE)) for start, key in parts)
        lines += [sentence(f"{start} {text}") for start, text in said if text]
    return " ".join((*lines, last_beat))


def _notes(seen: Reader, roles: Roles, structure: Piece, wanted: int, made: int) -> Iterator[str]:
    yield f"The plot has {structure.one('says')}."
    if made < wanted:
        yield f"There are scenes for {made} chapters, not for {wanted}."
    unplanned = [roles.cast[role].full for role in ROLES if role not in roles.ids]
    if unplanned and seen.has(PEOPLE):
        yield f"The plot needs people whom nobody has accepted: {', '.join(unplanned)}."
    if roles.spare:
        names = (seen.text(f"{PEOPLE}.{id_}.name") for id_ in roles.spare)
        yield f"No scene was found for: {', '.join(names)}."
    if not seen.has(PLACES):
        yield "The scenes have no places, since the world has none yet."
