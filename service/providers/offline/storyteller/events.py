"""Tells a plot, event by event: set-ups before they pay off, and a refrain that grows with each try."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from service.providers.offline.storyteller.corpus import Line, entries, line_of
from service.providers.offline.storyteller.heroes import introductions
from service.providers.offline.storyteller.lines import Sentence
from service.providers.offline.storyteller.plot import Plot, Step
from service.providers.offline.storyteller.voice import AGES, Voice

_ORDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_ON = (
    "<On #they went|went {X}#. {way_go}!|{way_go}, and on #they went|went {X}#.|So that was that, and on "
    "#they went|went {X}#.>"
)
#: Facts that a book tells once: a second mention says nothing.
_ONCE = ("P_arrive", "P_joy", "P_farewell")
_LONGEST_REFRAIN = 3
#: The longest sentence, the mean and the whole of an older telling that does for children of three to five.
_PLAIN = (17, 8.0, 70)


def told(plot: Plot, *, brisk: bool = False) -> tuple[Voice, list[list[Sentence]]]:
    """The voice of the book, and the sentences of each event with their marks. A ``brisk`` book for children
    of three to five has the words of younger ones throughout."""
    teller = _Teller(plot, brisk)
    return teller.voice, [teller.event(at, step) for at, step in enumerate(plot.steps)]


class _Teller:
    def __init__(self, plot: Plot, brisk: bool) -> None:
        self._plot, self._brief, self._brisk = plot, plot.brief, brisk
        self._chance = Random(f"{plot.brief.seed}/{len(plot.heroes)}/{plot.skeleton}")
        self._rich = AGES[plot.brief.age_range] >= 5
        self.voice = Voice(plot.matter.cast, len(plot.heroes), plot.brief.age_range, self._chance)
        self.voice.brisk = brisk
        self.voice.facts |= plot.matter.facts
        self._tags: list[str] = []
        self._yes = self._after = ""
        self._met: set[str] = set()
        self._set_ups = self._planned()

    def event(self, at: int, step: Step) -> list[Sentence]:
        """The sentences of an event."""
        self._begin(step)
        found: list[Sentence] = []
        for line in self._telling(step):
            if self._holds(line.conditions, step):
                found += self._line(at, line, step)
        found += self._planted(at)
        if step.event.slot == "trouble":
            self._tags, self._yes, self._after = [], "", step.event.get("after")
            if step.chapter:
                found.insert(0, Sentence(self.voice.render(_ON)))
        found = [*self._suggested(step), *found, *self._tried(at, step)]
        if step.event.slot == "win":
            if self._after:
                found.append(Sentence(self.voice.render(self._after), begins=True))
            self._yes = self.voice.render(step.event.get("yes"))
        if found:
            found[0].begins = True
        return found

    def _begin(self, step: Step) -> None:
        self.voice.roles = dict(step.roles)
        self.voice.rich = self._rich
        chapter = min(step.chapter, 1)
        for key in ("helper", "helper_habit", "helper_says"):
            self.voice.facts[key] = self._plot.matter.facts[key.replace("helper", f"helper{chapter}")]
        self.voice.facts["nth"] = _ORDINALS[len(self._tags) % len(_ORDINALS)]

    def _telling(self, step: Step) -> Sequence[Line]:
        """One telling of the event. Children of three to five hear the older words where these are plain."""
        telling = self._chance.choice(step.event.tellings)
        if self._brief.age_range == "3-5" and not self._brisk:
            self.voice.rich = _is_plain([line for line in telling if not line.text.startswith("{")])
        return telling

    def _line(self, at: int, line: Line, step: Step) -> Iterator[Sentence]:
        match line.text:
            case "{intro}":
                yield from introductions(self._plot, self.voice, self._chance, step.roles["L"])
            case "{plants}":
                yield from self._planted(at)
            case "{turned}":
                yield from self._refrain(final=True)
            case _:
                met = len(self._met)
                text = self.voice.render(self._known(self.voice.aged(line.text), step))
                for once in (key for key in _ONCE if f"{{{key}}}" in line.text):
                    self.voice.facts[once] = ""
                if text.strip(". "):
                    # Whoever is named again later must be introduced: such a line is never left out.
                    yield Sentence(text, line.optional and met == len(self._met), begins=text.startswith('"'))

    def _holds(self, conditions: Sequence[str], step: Step) -> bool:
        return all(
            self._is(condition.removeprefix("!"), step) != condition.startswith("!")
            for condition in conditions
        )

    def _is(self, condition: str, step: Step) -> bool:
        cast, roles = self._plot.matter.cast, step.roles
        if condition.lstrip("-").isdigit():
            age = AGES[self._brief.age_range]
            age = max(age, 5) if self.voice.rich else age
            return age >= int(condition) if int(condition) > 0 else age < -int(condition)
        if condition in ("two", "three"):
            return ("Y" if condition == "two" else "Z") in roles
        if condition == "many":
            return len(self._plot.heroes) > 1
        if condition == "later":
            return step.chapter > 0
        if condition.startswith("all:"):
            return all(condition[4:] in hero.can for hero in self._plot.heroes)
        if condition.startswith("Y:"):
            return "Y" in roles and condition[2:] in cast[roles["Y"]].can
        if ":" in condition and not condition.startswith("t:"):
            return condition in self._plot.matter.tags
        return condition in cast[roles["X"]].can

    def _planned(self) -> dict[int, list[tuple[str, Step]]]:
        """The set-ups that are told with each step: the step that a header names, or the first one."""
        found: dict[int, list[tuple[str, Step]]] = {}
        for step in self._plot.steps:
            home = step.event.get("plant_at") or "open"
            spots = [
                at
                for at, other in enumerate(self._plot.steps)
                if other.event.slot == home and other.chapter <= step.chapter
            ] or [0]
            for line in map(line_of, step.event.many("plant")):
                if self._holds(line.conditions, step):
                    found.setdefault(spots[0 if home == "open" else -1], []).append((line.text, step))
        return found

    def _planted(self, at: int) -> Iterator[Sentence]:
        roles = self.voice.roles
        for number, (text, step) in enumerate(self._set_ups.pop(at, [])):
            self.voice.roles = dict(step.roles)
            yield Sentence(self.voice.render(text), begins=number == 0)
        self.voice.roles = roles

    def _suggested(self, step: Step) -> Iterator[Sentence]:
        """In stories about one hero, the others propose what to try."""
        say = step.event.get("say")
        by_hero = "Y" in step.roles and step.roles["Y"] < len(self._plot.heroes)
        if say and by_hero and entries("want")[self._plot.matter.want].get("solo"):
            yield Sentence(self.voice.render(f'"{say}," <{{Y:said}} {{Y}}|{{Y:said}} {{Y}}>.'), begins=True)

    def _tried(self, at: int, step: Step) -> Iterator[Sentence]:
        """After a try that failed, the refrain has one thing more that did not help."""
        if step.event.slot != "fail" or not step.event.get("tag"):
            return
        self._tags.append(self.voice.render(step.event.get("tag")))
        last = not any(other.event.slot == "fail" for other in self._plot.steps[at + 1 : at + 3])
        if not self._rich or (last and len(self._tags) > 1):
            for sentence in self._refrain():
                sentence.optional = not last
                yield sentence

    def _refrain(self, *, final: bool = False) -> Iterator[Sentence]:
        tags = list(dict.fromkeys(self._tags))[-_LONGEST_REFRAIN:]
        if not tags or (final and not self._yes):
            return
        text = " ".join(f"Not {tag}." for tag in tags)
        if final:
            text += f" {self._yes[0].upper()}{self._yes[1:]}."
        yield Sentence(text, begins=True, ends=True)

    def _known(self, text: str, step: Step) -> str:
        """The line, with a creature described once, and a stranger's trade said with the first mention."""
        chapter = f"helper{min(step.chapter, 1)}"
        if "{helper}" in text or "{helper:a}" in text:
            if chapter in self._met:
                text = re.sub(r"\b[Aa] \{helper\} \{helper_habit\}", "the same {helper}", text)
                text = re.sub(r"\b[Aa] \{helper\}(?! \{)", "the {helper}", text)
            self._met.add(chapter)
        if re.search(r"\{N('s)?\}", text) and "N" not in self._met:
            self._met.add("N")
            if "{npc" not in text:
                text = re.sub(r"\{N\}(?=([.,!?\"]?))", _with_trade, text, count=1)
        return text


def _with_trade(found: re.Match[str]) -> str:
    return "{N}, the {npc}" + ("" if found[1] else ",")


def _is_plain(lines: Sequence[Line]) -> bool:
    """Whether the older words will do for children of three to five: short sentences, and not too many."""
    text = " ".join(
        re.sub(r"\^([^^|]*)\|([^^]*)\^", r"\2", line.text)
        for line in lines
        if not {"-5", "8"} & set(line.conditions)
    )
    parts = [len(part.split()) for part in re.split(r"[.!?]+[\"\s]", text) if part.strip()]
    longest, mean, whole = _PLAIN
    return bool(parts) and max(parts) <= longest and sum(parts) / len(parts) <= mean and sum(parts) <= whole
