"""Describes a picture in words. The description contains only what was drawn."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.providers.offline.illustrator.casting import Cast
from service.providers.offline.illustrator.light import Light

#: Places for which no hour of the day and no sky are drawn.
_TIMELESS = ("cave", "underwater", "space")
_PLACES = {
    "forest": "in a forest", "meadow": "in a meadow", "seaside": "by the sea", "city": "in a street of a city",
    "village": "in a village", "garden": "in a garden", "home": "in a room at home", "bedroom": "in a bedroom",
    "kitchen": "in a kitchen", "school": "in a classroom", "library": "in a library", "mountain": "in the mountains",
    "river": "by a river", "lake": "by a lake", "castle": "in front of a castle", "cave": "in a cave",
    "night_sky": "in the open, under a wide sky", "space": "in space", "underwater": "under water",
    "snowfield": "on a field of snow", "market": "at a market", "park": "in a park", "treehouse": "at a tree house",
    "island": "on an island", "train": "in a train", "rooftop": "on a rooftop",
}  # fmt: skip
_TIMES = {
    "dawn": "at dawn", "morning": "in the morning", "day": "by day", "afternoon": "in the afternoon",
    "golden": "in low golden light", "dusk": "at dusk", "evening": "in the evening", "night": "at night",
}  # fmt: skip
_SKIES = {
    "rain": "in the rain", "storm": "in heavy rain", "snow": "while snow falls", "wind": "in the wind",
    "fog": "in mist", "cloudy": "under a grey sky", "stars": "under the stars",
}  # fmt: skip
_DOINGS = {
    "stand": "stands", "walk": "walks", "run": "runs", "roll": "leans forward", "sit": "sits", "kneel": "kneels",
    "reach": "reaches up", "point": "points", "wave": "waves", "hug": "opens both arms", "carry": "has both hands in front",
    "sleep": "sleeps", "look_up": "looks up", "cheer": "throws both arms up", "whisper": "has a hand at the mouth",
    "sign": "signs", "clasp": "has both hands together",
}  # fmt: skip
#: The words for poses in a wheelchair, if they differ from the usual words.
_ROLLING = {
    "stand": "sits in a wheelchair", "walk": "rolls along in a wheelchair", "run": "rolls along in a wheelchair",
    "roll": "rolls along in a wheelchair", "kneel": "sits in a wheelchair", "sit": "sits in a wheelchair",
}  # fmt: skip
_FACES = {
    "happy": "smiling", "curious": "looking curious", "worried": "looking worried", "surprised": "looking surprised",
    "brave": "looking brave", "sleepy": "looking sleepy", "calm": "looking calm", "laughing": "laughing",
    "thinking": "looking thoughtful",
}  # fmt: skip
_SIDES = {2: ("on the left", "on the right"), 3: ("on the left", "in the middle", "on the right")}


@dataclass(frozen=True)
class Things:
    """The names of the visible things: what the lead holds, what the lead touches, what is around the heroes
    and what is in the air."""

    held: str = ""
    touched: str = ""
    around: tuple[str, ...] = ()
    above: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """The visible parts of a picture. ``cast`` is in the order from left to right. ``lead`` holds
    ``things.held``."""

    place: str
    light: Light
    indoors: bool
    cast: Sequence[Cast]
    lead: Cast | None
    things: Things


def described(seen: Seen) -> str:
    """Describe the picture in one to four sentences: the heroes, the place, the time, the poses, and the
    other things."""
    names = _listed([member.look.name for member in seen.cast])
    where = ", ".join(part for part in (_PLACES[seen.place], *_when(seen)) if part)
    parts = [_sentence(f"{names} {where}" if names else where), _doings(seen.cast), _things(seen)]
    return " ".join(part for part in parts if part)


def _when(seen: Seen) -> tuple[str, ...]:
    if seen.place in _TIMELESS:
        return ()
    hour = _TIMES[seen.light.time]
    if seen.indoors:
        return (hour,)
    sky = _SKIES.get(seen.light.weather, "under the stars" if seen.light.stars else "")
    return (hour, sky)


def _doings(cast: Sequence[Cast]) -> str:
    done = [_doing(member) for member in cast]
    if len(done) < 2:
        return _sentence("".join(done))
    if sides := _SIDES.get(len(done)):
        return _sentence("; ".join(f"{side} {one}" for side, one in zip(sides, done, strict=True)))
    return _sentence(f"from left to right: {'; '.join(done)}")


def _doing(member: Cast) -> str:
    stance, look = member.drawn.stance, member.look
    does = _ROLLING.get(stance) if look.wheeled else None
    if stance == "look_up" and look.has("white_cane"):
        does = "lifts the face"
    if stance == "sleep" and member.drawn.expression != "asleep":
        does = "lies awake in bed"
    face = _FACES.get(member.drawn.expression)
    told = f"{look.name} {does or _DOINGS[stance]}"
    return f"{told}, {face}" if face else told


def _things(seen: Seen) -> str:
    things, told = seen.things, []
    if things.held and seen.lead:
        told.append(_sentence(f"{seen.lead.look.name} holds {_article(things.held)}"))
    if things.touched and things.touched in things.around and seen.lead:
        told.append(_sentence(f"{seen.lead.look.name} has a hand on {_article(things.touched)}"))
        things = replace(things, around=tuple(name for name in things.around if name != things.touched))
    if things.around:
        told.append(_there("nearby", things.around))
    if things.above:
        told.append(_there("overhead", things.above))
    return " ".join(told)


def _there(where: str, names: Sequence[str]) -> str:
    verb = "are" if len(names) > 1 or names[0].endswith("s") else "is"
    return _sentence(f"{where} {verb} {_listed([_article(name) for name in names])}")


def _article(name: str) -> str:
    if name in ("stars", "balloons", "bread"):
        return name
    if name == "moon":
        return "the moon"
    return f"an {name}" if name[0] in "aeio" or name == "umbrella" else f"a {name}"


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
