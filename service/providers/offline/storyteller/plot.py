"""Chooses the plot of a story: the frame, the turn, and the events on the way, divided into scenes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, zip_longest
from random import Random

from service.domain.story import Character, StoryBrief
from service.domain.traits import word_for
from service.providers.offline.storyteller.bodies import suited, suits
from service.providers.offline.storyteller.corpus import Moment, Record, records

STORY_TYPES = ("adventure", "bedtime", "birthday", "friendship", "mystery", "learning")
_USUAL_THEMES = ("courage", "kindness", "friendship", "curiosity")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: the requested words, and the known record for them."""

    word: str
    record: Record


@dataclass(frozen=True, slots=True)
class Step:
    """A moment in a scene, with the hero who leads it. Moments with ``extra`` are left out if the book
    becomes too long."""

    moment: Moment
    lead: int
    facts: dict[str, str] = field(default_factory=dict)
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """The steps on one page. ``key`` is the step that the picture shows."""

    steps: tuple[Step, ...]
    key: Step


@dataclass(frozen=True, slots=True)
class Plot:
    """All decisions about a story that are made before its text is written."""

    frame: Record
    arc: Record
    themes: tuple[Theme, ...]
    scenes: tuple[Scene, ...]
    arc_lead: int


def make_plot(brief: StoryBrief, chance: Random) -> Plot:
    """Choose a plot that suits the abilities of the heroes. Neighbouring seeds get different frames."""
    themes = _themes(brief, chance)
    frames = suited(_of_type(brief.story_type), brief.characters)
    turn, at = divmod(abs(brief.seed), len(frames))
    frame = frames[at]
    arcs = _arcs(themes[0], frame, brief.characters)
    arc = arcs[turn % len(arcs)]
    lead = abs(brief.seed) % len(brief.characters)
    ways = list(_ways(brief, themes, frame, chance))
    scenes = _scenes(brief, frame, arc, lead, ways)
    return Plot(frame, arc, themes, scenes, lead)


def find_theme(word: str) -> Record:
    """The record of a theme; the record ``custom`` for an unknown theme."""
    known = records("theme")
    key = " ".join(word.lower().split())
    for record in known.values():
        if key == record.id or key in record.words("aliases"):
            return record
    return known["custom"]


def _arcs(theme: Theme, frame: Record, heroes: Sequence[Character]) -> list[Record]:
    """The arcs of the theme that suit the heroes. Arcs for the setting of the frame are preferred."""
    arcs = suited(_arcs_of(theme.record), heroes)
    return [arc for arc in arcs if arc.values["lands"] in frame.words("lands")] or arcs


def _arcs_of(theme: Record) -> list[Record]:
    return [arc for arc in records("arc").values() if arc.values["theme"] == theme.id]


def is_told(theme: Record, heroes: Sequence[Character]) -> bool:
    """Whether a story with these heroes can have this theme."""
    return any(suits(arc, heroes) for arc in _arcs_of(theme))


def _themes(brief: StoryBrief, chance: Random) -> tuple[Theme, ...]:
    found: dict[str, Theme] = {}
    for word in (" ".join(theme.split()) for theme in brief.themes):
        record = find_theme(word)
        if word and is_told(record, brief.characters):
            found.setdefault(word if record.id == "custom" else record.id, Theme(word, record))
    if not found:
        word = chance.choice(_USUAL_THEMES)
        return (Theme(word, find_theme(word)),)
    return tuple(found.values())


def _of_type(story_type: str) -> list[Record]:
    kind = story_type.strip().lower()
    kind = kind if kind in STORY_TYPES else "adventure"
    return [frame for frame in records("frame").values() if frame.values["type"] == kind]


def _ways(brief: StoryBrief, themes: Sequence[Theme], frame: Record, chance: Random) -> Iterator[Step]:
    """The possible events on the way: first events from the heroes' traits and gifts, then from the further
    themes, then random events."""
    heroes = brief.characters
    yield from _trait_ways(heroes)
    for at, theme in enumerate(themes[1:], start=1):
        if suits(theme.record, heroes):
            yield Step(theme.record.moments["side"], at % len(heroes), {"theme": theme.word})
    yield from _gift_ways(heroes)
    lands = set(frame.words("lands"))
    passages = [
        passage
        for passage in records("passage").values()
        if lands & set(passage.words("lands"))
        and suits(passage, heroes)
        and (frame.values["type"] != "bedtime" or "day" not in passage.values)
    ]
    chance.shuffle(passages)
    for passage, lead in zip(passages, cycle([*range(1, len(heroes)), 0]), strict=False):
        yield Step(passage.moments["way"], lead)


def _trait_ways(heroes: Sequence[Character]) -> Iterator[Step]:
    episodes = records("trait")
    told = [
        [
            Step(episodes[ref.id].moments["way"], at, {"word": said(hero, ref.id)})
            for ref in hero.traits
            if ref.id in episodes and "way" in episodes[ref.id].moments
        ]
        for at, hero in enumerate(heroes)
    ]
    seen: set[int] = set()
    for row in zip_longest(*told):
        for step in row:
            if step is not None and id(step.moment) not in seen:
                seen.add(id(step.moment))
                yield step


def _gift_ways(heroes: Sequence[Character]) -> Iterator[Step]:
    seen: set[str] = set()
    for at, hero in enumerate(heroes):
        words = set(hero.description.lower().replace(",", " ").replace(".", " ").split())
        for gift in records("gift").values():
            if gift.id not in seen and words & set(gift.words("aliases")) and suits(gift, [hero]):
                seen.add(gift.id)
                yield Step(gift.moments["way"], at)
                break


def said(hero: Character, trait: str) -> str:
    """The word for a trait: the hero's preferred word, the detail if it is a word for the trait, or the usual
    word."""
    if trait not in hero.preferred_words and records("trait")[trait].values.get("from") == "detail":
        details = (ref.detail.strip() for ref in hero.traits if ref.id == trait and ref.detail)
        return next(details, "") or word_for(hero, trait)
    return word_for(hero, trait)


def _scenes(brief: StoryBrief, frame: Record, arc: Record, lead: int, ways: list[Step]) -> tuple[Scene, ...]:
    steps = {kind: Step(moment, 0) for kind, moment in frame.moments.items()}
    steps |= {kind: Step(moment, lead) for kind, moment in arc.moments.items()}
    before, room, after = _layout(brief.scene_count, brief.story_type)
    own = [way for way in ways if way.facts or _is_of_heroes(way)]
    placed, extras = ways[:room], [Step(w.moment, w.lead, w.facts, extra=True) for w in own[room:]]
    scenes = [Scene(tuple(steps[kind] for kind in kinds), steps[key]) for kinds, key in before]
    scenes += [Scene((way,), way) for way in placed]
    scenes += [Scene(tuple(steps[kind] for kind in kinds), steps[key]) for kinds, key in after]
    return tuple(_with_extras(scenes, steps["leave"], extras))


def _is_of_heroes(way: Step) -> bool:
    return any(way.moment is gift.moments["way"] for gift in records("gift").values())


def _with_extras(scenes: list[Scene], leave: Step, extras: list[Step]) -> Iterator[Scene]:
    """Add the events that have no page of their own to the page on which the heroes leave, directly after the
    departure."""
    for scene in scenes:
        if leave in scene.steps:
            at = scene.steps.index(leave) + 1
            yield Scene((*scene.steps[:at], *extras, *scene.steps[at:]), scene.key)
        else:
            yield scene


_Pages = list[tuple[tuple[str, ...], str]]


def _layout(count: int, story_type: str) -> tuple[_Pages, int, _Pages]:
    """The pages before the way, the number of pages on the way, and the pages after it."""
    last = "home" if story_type.strip().lower() == "bedtime" else "goal"
    begin: _Pages = [(("opening", "leave"), "opening")]
    turn: _Pages = [(("trouble",), "trouble"), (("turn",), "turn")]
    end: _Pages = [(("goal", "home"), last)]
    if count == 1:
        return [], 0, [(("opening", "leave", "trouble", "turn", "goal", "home"), "turn")]
    if count == 2:
        return [], 0, [(("opening", "leave", "trouble"), "opening"), (("turn", "goal", "home"), "turn")]
    if count == 3:
        return begin, 0, [(("trouble", "turn"), "turn"), *end]
    if count >= 6:
        end = [(("goal",), "goal"), (("home",), "home")]
    if count >= 7:
        begin = [(("opening",), "opening"), (("leave",), "leave")]
    room = count - len(begin) - len(turn) - len(end)
    return begin, room, turn + end
