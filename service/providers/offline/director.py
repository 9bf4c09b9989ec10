"""The offline director: the palette of the book, and the scene analysis of each picture.

Pure functions: the same brief and content give the same direction. If a beat has its own staging, this
staging is used. Otherwise place, hour, weather, things and poses are read from the text of the beat.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from service.domain.story import (
    Beat,
    Character,
    PaletteJourney,
    PaletteStep,
    Pose,
    SceneAnalysis,
    Staging,
    StoryBrief,
    StoryContent,
)
from service.domain.storyboard import Angle, Frame, Shot
from service.providers.offline.illustrator import direction as book
from service.providers.offline.illustrator.colour import oklch
from service.providers.offline.illustrator.figure.face import expression_words
from service.providers.offline.illustrator.figure.poses import pose_words
from service.providers.offline.illustrator.light import time_words, weather_words
from service.providers.offline.illustrator.places.registry import INDOORS, place_of
from service.providers.offline.illustrator.places.registry import WORDS as PLACE_WORDS
from service.providers.offline.illustrator.props.registry import PLAIN, thing_of
from service.providers.offline.illustrator.props.registry import WORDS as PROP_WORDS
from service.providers.offline.illustrator.words import all_of, choice_for, first_of, fold, has_any
from service.providers.offline.storyteller.told import told_things

_HOURS = ("morning", "day", "afternoon", "golden", "dusk", "evening")
_MOODS = ("curious", "happy", "thinking", "brave", "surprised", "happy", "calm")
#: The shot and the angle of each camera of the offline director.
_FRAMES: dict[str, tuple[Shot, Angle]] = {
    "wide": ("wide", "eye level"),
    "low": ("medium", "from below"),
    "high": ("wide", "from above"),
    "close": ("close", "eye level"),
    "through": ("medium", "from the side"),
}
_DOINGS = ("walk", "point", "look_up", "reach", "wave", "stand", "kneel")


def plan_palette(brief: StoryBrief, content: StoryContent) -> PaletteJourney:
    """Pass 1: the motif, and a palette step for the cover and each scene."""
    stagings = [stage_cover(brief, content), *(stage_beat(brief, content, beat) for beat in content.beats)]
    names: list[str] = []
    steps = []
    for at, staging in enumerate(stagings):
        share = at / max(len(stagings) - 1, 1)
        step = _step(brief, staging, share, names)
        names.append(step.name)
        steps.append(step)
    return PaletteJourney(motif=_motif(brief), steps=tuple(steps))


def _motif(brief: StoryBrief) -> str:
    themes = fold(" ".join(brief.themes))
    return (
        first_of(themes, book.THEME_MOTIFS)
        or first_of(fold(brief.story_type), book.TYPE_MOTIFS)
        or "a small bright star"
    )


def _step(brief: StoryBrief, staging: Staging, share: float, taken: Sequence[str]) -> PaletteStep:
    hour = first_of(fold(staging.time_of_day), time_words()) or "day"
    place = place_of(staging.place)
    name = _step_name(hour, place, share, taken, brief.seed)
    return PaletteStep(name=name, mood=_mood(staging), colours=_colours(brief, hour, place, share))


def _colours(brief: StoryBrief, hour: str, place: str, share: float) -> tuple[str, ...]:
    """Five colours of a palette step, from light to deep. The hour of the day determines their lightness; the
    progress of the story turns their hue."""
    light_hue, base_hue, deep_hue, dim = book.HOUR_HUES[hour]
    start, end = book.JOURNEYS[
        first_of(fold(brief.story_type), {name: name for name in book.JOURNEYS}) or "adventure"
    ]
    journey = start + (end - start) * share + (brief.seed % 5 - 2) * 4
    accent = book.PLACE_HUES[place]
    return (
        oklch(0.955 - dim * 0.05, 0.032 + share * 0.012, light_hue),
        oklch(0.865 - dim * 0.09, 0.07, base_hue),
        oklch(0.735 - dim * 0.11, 0.115, journey),
        oklch(0.555 - dim * 0.08, 0.115, accent),
        oklch(0.335 - dim * 0.07, 0.075, deep_hue),
    )


def _step_name(hour: str, place: str, share: float, taken: Sequence[str], seed: int) -> str:
    if not taken:
        return f"Bright {book.HOUR_NOUNS[hour]} warmth"
    feelings = book.FEELINGS[min(int(share * len(book.FEELINGS)), len(book.FEELINGS) - 1)]
    for turn in range(len(feelings)):
        feeling = feelings[(seed + turn) % len(feelings)]
        name = f"{book.PLACE_LIGHTS[place]} {book.HOUR_NOUNS[hour]} {feeling}"
        if name not in taken:
            return name
    return f"{name}, part {len(taken)}"


def _mood(staging: Staging) -> str:
    faces = [pose.expression for pose in staging.poses]
    face = Counter(faces).most_common(1)[0][0] if faces else "calm"
    sky = first_of(fold(staging.weather), weather_words()) or "clear"
    return f"{book.FACE_MOODS.get(fold(face), 'warm and open')}, {book.SKY_MOODS[sky]}"


def analyse_scene(brief: StoryBrief, content: StoryContent, index: int) -> SceneAnalysis:
    """Pass 2: the scene analysis of the cover (``index`` 0) or of a scene.

    Raises ``IndexError`` for a scene that the content does not have.
    """
    if index == 0:
        staging, action = stage_cover(brief, content), _cover_action(brief, content)
        camera = "cover portrait, the heroes large and facing the reader, eyes at their height"
    else:
        beat = content.beats[index - 1]
        staging, action = stage_beat(brief, content, beat), _action(beat)
        camera = _camera(brief, content, index, staging)
    place = place_of(staging.place)
    near, far = book.PLACE_DEPTHS[place]
    who = _listed([pose.name for pose in staging.poses]) or "the heroes"
    things = f" with {_listed(staging.props)}" if staging.props else ""
    return SceneAnalysis(
        index=index,
        action=action,
        camera=camera,
        depth=f"foreground: {near}; midground: {who}{things}; background: {far}",
        atmosphere=_atmosphere(staging),
        staging=staging,
        heroes=tuple(pose.name for pose in staging.poses),
        frame=_frame(index, camera, staging),
    )


def _frame(index: int, camera: str, staging: Staging) -> Frame:
    key = next((key for key, words in book.CAMERAS.items() if words == camera), "medium")
    shot, angle = _FRAMES.get(key, ("medium", "eye level"))
    return Frame(
        index=index,
        shot=shot,
        angle=angle,
        heroes=tuple(pose.name for pose in staging.poses),
        place=staging.place,
        must_show=staging.props,
        text_at="top" if index == 0 else "bottom",
    )


def _cover_action(brief: StoryBrief, content: StoryContent) -> str:
    return _sentence(
        content.cover_alt
        or content.summary
        or f"{_listed([hero.name for hero in brief.characters])} set out together"
    )


def _action(beat: Beat) -> str:
    return _sentence(beat.alt or re.split(r"(?<=[.!?])\s", beat.text.strip(), maxsplit=1)[0])


def _sentence(text: str) -> str:
    line = " ".join(text.split()) or "The heroes look about them"
    return line if line[-1] in ".!?…" else f"{line}."


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _camera(brief: StoryBrief, content: StoryContent, index: int, staging: Staging) -> str:
    """The camera of a scene. The first scene has a wide view, the last scene a near and calm view.
    Neighbouring scenes have different cameras."""
    if staging.shot in book.CAMERAS:
        return book.CAMERAS[staging.shot]
    last = len(content.beats)
    ending = "medium" if len(staging.poses) > 2 else "close"
    if index in (1, last):
        return book.CAMERAS["wide" if index == 1 else ending]
    order = book.CAMERA_ORDERS["many" if len(staging.poses) > 2 else "few"]
    turn = (index + brief.seed) % len(order)
    if index == last - 1 and order[turn] in ("close", "medium"):
        return book.CAMERAS["low" if order[turn - 1] != "low" else "high"]
    return book.CAMERAS[order[turn]]


def _atmosphere(staging: Staging) -> str:
    hour = first_of(fold(staging.time_of_day), time_words()) or "day"
    sky = first_of(fold(staging.weather), weather_words()) or "clear"
    return f"{book.HOUR_LIGHTS[hour]}, {book.SKY_MOODS[sky]}"


def stage_beat(brief: StoryBrief, content: StoryContent, beat: Beat) -> Staging:
    """The staging of a beat: its own staging, updated by later edits of the user, or a staging that is read
    from its text."""
    if beat.staging is None:
        return _read(brief, content, beat)
    return _restaged(beat.staging, fold(beat.new_words), brief.characters)


def _read(brief: StoryBrief, content: StoryContent, beat: Beat) -> Staging:
    text = fold(f"{beat.alt} {beat.text}")
    share = (beat.index - 1) / max(len(content.beats) - 1, 1)
    night = has_any(fold(brief.story_type), ("bedtime",)) and share > 0.5
    hour = _HOURS[min(int(share * len(_HOURS)), len(_HOURS) - 1)]
    return Staging(
        place=first_of(text, PLACE_WORDS)
        or _place_before(brief, content, beat)
        or choice_for(brief.story_type, f"place {beat.index}", book.WANDERINGS),
        time_of_day=first_of(text, time_words()) or ("night" if night else hour),
        weather=first_of(text, weather_words()) or "clear",
        props=_props(text, brief.characters),
        poses=tuple(
            _pose(hero, text, _by_turn(hero, beat.index + at))
            for at, hero in enumerate(_named(brief.characters, text))
        ),
    )


def _place_before(brief: StoryBrief, content: StoryContent, beat: Beat) -> str | None:
    """The last place that a person's text named before this beat: an author names a place once."""
    earlier = content.beats[: beat.index - 1] if brief.given_pages else ()
    places = (first_of(fold(one.text), PLACE_WORDS) for one in reversed(earlier))
    return next(filter(None, places), None)


def _restaged(staging: Staging, new: str, heroes: Sequence[Character]) -> Staging:
    """A staging, updated with the place, time, weather, things and poses that some new words name."""
    if not new:
        return staging
    named = {hero.name: hero for hero in heroes if fold(hero.name) and has_any(new, (fold(hero.name),))}
    posed = {pose.name: pose for pose in staging.poses}
    for at, (name, hero) in enumerate(named.items()):
        posed[name] = _pose(hero, new, posed.get(name) or _by_turn(hero, at))
    things = _props(new, heroes)
    return staging.model_copy(
        update={
            "place": first_of(new, PLACE_WORDS) or staging.place,
            "time_of_day": first_of(new, time_words()) or staging.time_of_day,
            "weather": first_of(new, weather_words()) or staging.weather,
            "props": tuple(dict.fromkeys((*things, *staging.props)))[:3],
            "poses": tuple(posed.values()),
            "focus": next(iter(things), staging.focus),
        }
    )


def _named(heroes: Sequence[Character], text: str) -> Sequence[Character]:
    named = [hero for hero in heroes if fold(hero.name) and has_any(text, (fold(hero.name),))]
    return named or heroes


def _props(text: str, heroes: Sequence[Character]) -> tuple[str, ...]:
    """Up to three things that the text names. Animals of the same species as a hero are left out."""
    own = {fold(hero.species) for hero in heroes}
    found = (name for name in all_of(text, PROP_WORDS) if name not in own)
    return tuple(dict.fromkeys(found))[:3]


def _pose(hero: Character, text: str, otherwise: Pose) -> Pose:
    """The pose and feeling of a hero, as the text describes them. Parts that the text does not describe are
    taken from ``otherwise``."""
    doing = first_of(_after(text, fold(hero.name)), pose_words()) or otherwise.pose
    if (hero.has("manual_wheelchair") or hero.has("power_wheelchair")) and doing in (
        "walk",
        "run",
        "stand",
        "kneel",
    ):
        doing = "roll"
    return Pose(
        name=hero.name, pose=doing, expression=first_of(text, expression_words()) or otherwise.expression
    )


def _by_turn(hero: Character, turn: int) -> Pose:
    """The pose of a hero that the text does not describe."""
    return Pose(name=hero.name, pose=_DOINGS[turn % len(_DOINGS)], expression=_MOODS[turn % len(_MOODS)])


def _after(text: str, name: str) -> str:
    """The words after a name in a text, which usually describe what the hero does."""
    at = text.find(name) if name else -1
    return " ".join(text[at + len(name) :].split()[:8]) if at >= 0 else ""


def _drawable(thing: str) -> bool:
    return first_of(fold(thing), PROP_WORDS) is not None


def stage_cover(brief: StoryBrief, content: StoryContent) -> Staging:
    """The staging of the cover: what its title names, or else what the book shows most often, in a place
    where it is, outdoors if there is such a scene, in good light, with all heroes greeting."""
    scenes = [stage_beat(brief, content, beat) for beat in content.beats]
    things = Counter(thing for scene in scenes for thing in dict.fromkeys(scene.props) if _drawable(thing))
    titled = (*_titled(brief, content), *_creature(brief, content, scenes))
    often = sorted(things, key=lambda thing: (thing in PLAIN, -things[thing]))
    shown = tuple(dict.fromkeys((*titled, *often)))[:2]
    about = [scene for scene in scenes if shown and shown[0] in scene.props] or scenes
    outside = [scene for scene in about if place_of(scene.place) not in INDOORS] or about
    turning = outside[len(outside) * 2 // 3] if outside else None
    bedtime = has_any(fold(brief.story_type), ("bedtime", "goodnight", "sleep"))
    greetings = ("stand", "wave", "stand", "cheer")
    return Staging(
        place=turning.place if turning else "meadow",
        time_of_day="evening" if bedtime else "golden",
        weather="stars" if bedtime else "clear",
        props=shown,
        poses=tuple(
            Pose(
                name=hero.name,
                pose=greetings[at % len(greetings)],
                expression="happy" if at % 2 == 0 else "curious",
            )
            for at, hero in enumerate(brief.characters)
        ),
    )


def _titled(brief: StoryBrief, content: StoryContent) -> Sequence[str]:
    """The things that the title names; the cake of a birthday if it names none."""
    heroes = {fold(hero.name) for hero in brief.characters} | {
        fold(hero.species) for hero in brief.characters
    }
    words = " ".join(word for word in fold(content.title).split() if word not in heroes)
    found = [thing for thing in told_things(words) if thing not in PLAIN]
    party = has_any(fold(brief.story_type), ("birthday", "party"))
    return found or (("cake",) if party else ())


def _creature(brief: StoryBrief, content: StoryContent, scenes: Sequence[Staging]) -> Sequence[str]:
    """The creature or person whom the title names: the one that stands on most pages with this name."""
    own = {word for hero in brief.characters for word in hero.name.split()}
    names = [word for word in re.findall(r"\b[A-Z][a-z]+", content.title or "") if word not in own]
    beings = Counter(
        thing
        for beat, scene in zip(content.beats, scenes, strict=True)
        if any(
            re.search(rf"(Mrs?|Dr|Captain|Queen|King|Maestro|Chef|Sir|Lady) {name}\b", beat.text)
            for name in names
        )
        for thing in scene.props
        if (known := thing_of(thing)) and known[0].alive
    )
    return [thing for thing, _ in beings.most_common(1)]
