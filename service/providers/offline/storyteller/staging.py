"""Makes the staging of each page: place, hour, weather, the central thing, the shot, and each hero's pose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from service.domain.story import Pose, Staging
from service.providers.offline.illustrator.props.registry import PLAIN, WORDS
from service.providers.offline.storyteller.agreement import tidy
from service.providers.offline.storyteller.corpus import Fragment, entries
from service.providers.offline.storyteller.english import typographic
from service.providers.offline.storyteller.pages import Unit
from service.providers.offline.storyteller.people import Person
from service.providers.offline.storyteller.plot import Plot, Step
from service.providers.offline.storyteller.told import fits, told_things
from service.providers.offline.storyteller.vocabulary import PLACES
from service.providers.offline.storyteller.voice import Voice, named

_RANKS = ("win", "open", "goal", "trouble", "home", "fail", "leave", "arrive", "way", "between", "low")
_HOURS = ("morning", "day", "afternoon", "golden")
_SKIES = ("sunny", "clear", "cloudy", "wind")
_OUTDOORS = PLACES - {
    "home",
    "bedroom",
    "kitchen",
    "school",
    "library",
    "train",
    "underwater",
    "space",
    "cave",
}
_SHOTS = ("medium", "wide", "close", "low", "side")
_ROLLING = {"walk": "roll", "run": "roll", "stand": "sit", "kneel": "sit"}
#: How many ranks an event loses whose central thing the words do not name.
_UNTOLD = 3.5
#: How many things a page shows beside its central one.
_MORE = 2
#: Focus words that stand for something of the plot.
_ROLES = {"npc": "species", "way": "way", "helper": "helper", "T": "T", "Q": "Q"}


class Stager:
    """Stages the pages of one book, in their order."""

    def __init__(self, plot: Plot, voice: Voice) -> None:
        self._plot, self._voice = plot, voice
        self._shown: set[int] = set()
        self._hour = self._shot = ""

    def page(self, units: Sequence[Unit], share: float) -> tuple[str, Staging]:
        """The alternative text and the staging of a page. ``share`` is its position in the book, 0 to 1."""
        text = " ".join(unit.text for unit in units)  # with marks: no name changes what is shown
        at = self._key(units, told_things(text))
        self._shown.add(at)
        step = self._plot.steps[at]
        self._voice.roles = dict(step.roles)
        self._voice.facts["helper"] = self._plot.matter.facts[f"helper{min(step.chapter, 1)}"]
        own = " ".join(unit.text for unit in units if unit.step == at)
        return self._act(step), self._staging(step, text, told_things(f"{own}\n{text}"), share)

    def _key(self, units: Sequence[Unit], told: Sequence[str]) -> int:
        """The event that the picture shows: the weightiest that no earlier picture showed. An event whose
        central thing the words name comes before others."""
        words = Counter[int]()
        for unit in units:
            words[unit.step] += unit.words
        large = [at for at, count in words.items() if count >= max(words.values()) / 3]
        fresh = [at for at in large if at not in self._shown] or large

        def weight(at: int) -> float:
            step = self._plot.steps[at]
            return _RANKS.index(step.event.slot) + (0 if self._thing(step) in told else _UNTOLD)

        return min(fresh, key=weight)

    def _thing(self, step: Step) -> str:
        """The name of the thing that the illustrator draws for the focus of an event."""
        return WORDS.get(nearest(self._focus(step)), "")

    def _act(self, step: Step) -> str:
        act = tidy(self._voice.render(step.event.get("act")))
        return f"{self._voice.expand(typographic(act))}."

    def _staging(self, step: Step, text: str, told: Sequence[str], share: float) -> Staging:
        stage = step.event.stage
        self._hour = _hour(stage.get("time", ""), self._hour, share)
        self._shot = _shot(stage.get("shot", "medium"), self._shot)
        focus, *things = self._things(step, text, told)
        place = step.place if step.place in PLACES else "meadow"
        return Staging(
            place=place,
            time_of_day=self._hour,
            weather=self._weather(stage.get("weather", ""), place),
            props=tuple(dict.fromkeys(one for one in (focus, *things) if one)),
            poses=tuple(self._poses(step)),
            focus=focus or None,
            shot=self._shot,
            act=step.event.id,
            lead=self._lead(step),
        )

    def _things(self, step: Step, text: str, told: Sequence[str]) -> list[str]:
        """The central thing of a page, and what else its words name: the stranger or a creature first."""
        own = {WORDS.get(hero.species) for hero in self._plot.heroes}
        focus = nearest(self._focus(step))
        is_told = WORDS.get(focus) in told
        told = [name for name in told if name not in own and fits(name, step.place)]
        thing = "" if _is_lost(step.event) else nearest(self._plot.matter.facts["T"])
        if not is_told:
            focus = next((name for name in told if name not in PLAIN), focus)
        more = [*self._stranger(text), *([thing] if thing and thing in text else []), *told]
        fresh = [one for one in more if WORDS.get(one, one) != WORDS.get(focus, focus)]
        return [focus, *fresh[:_MORE]]

    def _stranger(self, text: str) -> Iterator[str]:
        """The stranger of the plot, if the words name them."""
        stranger = self._plot.matter.cast[-1]
        if len(self._plot.matter.cast) - 1 in named(text):
            yield from (name for name in (stranger.species, stranger.noun) if name in WORDS)

    def _focus(self, step: Step) -> str:
        focus = focus_of(step.event)
        facts = self._voice.facts | self._plot.matter.facts
        if focus == "helper":
            return facts[f"helper{min(step.chapter, 1)}"]
        return facts.get(_ROLES.get(focus, focus), focus).replace("_", " ")

    def _lead(self, step: Step) -> int | None:
        """The hero who does what an event tells, unless it is the first one."""
        at = step.roles.get("X", 0)
        return at if 0 < at < len(self._plot.heroes) else None

    def _weather(self, own: str, place: str) -> str:
        wished = self._plot.wish.weather if place in _OUTDOORS else ""
        night = self._hour == "night" and place in _OUTDOORS
        if self._hour == "night" and not night:
            return own or "clear"
        return own or wished or ("stars" if night else _SKIES[self._plot.brief.seed % len(_SKIES)])

    def _poses(self, step: Step) -> Iterator[Pose]:
        stage, roles = step.event.stage, {at: role for role, at in reversed(step.roles.items())}
        for at, hero in enumerate(self._plot.heroes):
            wanted = stage.get(roles.get(at, ""), stage.get("others", "stand:curious"))
            pose, _, face = wanted.partition(":")
            yield Pose(name=hero.name, pose=_pose(hero, pose), expression=face or "curious")


def focus_of(event: Fragment) -> str:
    """The word of an event for the central thing of its picture. Empty if there is none."""
    return event.stage.get("focus", "")


def _is_lost(event: Fragment) -> bool:
    """Whether the thing of the plot is lost during an event, so that no picture may show it."""
    return event.family == "lost" and (event.slot in ("trouble", "fail", "low") or event.name == "night")


@cache
def _nearest() -> dict[str, str]:
    text = files("service.providers.offline.storyteller").joinpath("staged.tsv").read_text("utf-8")
    rows = (line.partition("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {word: near for word, _, near in rows}


def nearest(word: str) -> str:
    """The thing that the illustrator draws for a staged word: the word itself, or what ``staged.tsv`` gives.
    Empty if nothing comes near."""
    return _nearest().get(word, word)


def _pose(hero: Person, pose: str) -> str:
    if hero.rolls:
        return _ROLLING.get(pose, pose)
    if "eyes" not in hero.can and pose == "look_up":
        return "reach"
    return pose


def _hour(own: str, before: str, share: float) -> str:
    """The hour of a page: its own, or the hour by the progress of the day; night goes on until morning."""
    if own:
        return own
    if before in ("evening", "night", "dawn"):
        return before
    earliest = _HOURS.index(before) if before in _HOURS else 0
    return _HOURS[max(min(int(share * len(_HOURS)), len(_HOURS) - 1), earliest)]


def _shot(own: str, before: str) -> str:
    """The shot of a page. Neighbours differ."""
    if own != before:
        return own
    return _SHOTS[(_SHOTS.index(own) + 1) % len(_SHOTS)] if own in _SHOTS else "medium"


def cover_of(plot: Plot, voice: Voice) -> str:
    """The alternative text of the cover."""
    voice.roles = dict(plot.steps[0].roles)
    text = tidy(voice.render(entries("want")[plot.matter.want].get("cover")))
    return f"{voice.expand(typographic(text))}."
