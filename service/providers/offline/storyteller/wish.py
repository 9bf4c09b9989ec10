"""Reads a wish in free words: who, what, where, want and obstacle. What finds no role is ``unmet``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from service.providers.offline.planner.lexicon import look_up
from service.providers.offline.storyteller import wish_words as known
from service.providers.offline.storyteller.corpus import entries
from service.providers.offline.storyteller.people import Person

_TOKEN = re.compile(r"[A-Za-zÀ-ÿ'-]+|[.,;!?]")
_FEAR = re.compile(r"\b(?:afraid|scared|frightened) of (?:going to )?(?:the |a )?([a-z]+)")
_SHORTEST = 3
#: Wants that go somewhere, and wants that are about a thing.
_TRAVELS = frozenset({"journey", "deliver", "help"})
_WITH_THING = frozenset({"deliver", "lost", "who", "quarrel"})


@dataclass(slots=True)
class Stranger:
    """The one whom the story is about, as the wish names them: a dentist, a dinosaur, or both at once."""

    at: int
    species: str = ""
    job: str = ""


@dataclass(slots=True)
class Thing:
    """A thing of the wish, with the adjectives before it."""

    noun: str
    adjectives: tuple[str, ...] = ()

    @property
    def is_lost(self) -> bool:
        """Whether the wish says that the thing is gone."""
        return bool(known.LOST & set(self.adjectives))


@dataclass(slots=True)
class Wish:
    """What a wish asks for. ``met`` are its words that have a role, ``unmet`` those that have none."""

    companions: list[Person] = field(default_factory=list)
    stranger: Stranger | None = None
    others: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    place_noun: str = ""
    way: str = ""
    thing: Thing | None = None
    want: str = ""
    trouble: str = ""
    fear: str = ""
    weather: str = ""
    skill: str = ""
    met: list[str] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)


def read_wish(text: str, heroes: Sequence[Person]) -> Wish:
    """The wish in a text. Grave matters are not tried: all their words are unmet."""
    if not text.strip():
        return Wish()
    low = f" {text.lower().replace('’', chr(39))} "
    if grave := known.GRAVE.search(low):
        return Wish(unmet=[grave[0]])
    return _Reader(text, low, heroes).read()


def is_grave(text: str) -> bool:
    """Whether a text speaks of a grave matter."""
    return known.GRAVE.search(text.lower()) is not None


class _Reader:
    def __init__(self, text: str, low: str, heroes: Sequence[Person]) -> None:
        self.wish = Wish()
        self._low = low
        self._heroes = {part for hero in heroes for part in hero.name.lower().split()}
        self._tokens: list[str] = _TOKEN.findall(text.replace("’", "'"))
        self._at = 0
        self._adjectives: list[str] = []
        self._spoken: set[str] = set()

    def read(self) -> Wish:
        self._situations()
        while self._at < len(self._tokens):
            self._at += self._step()
        self._conclude()
        return self.wish

    def _situations(self) -> None:
        wish = self.wish
        for pattern, want, trouble in known.SITUATIONS:
            if found := pattern.search(self._low):
                wish.want = wish.want or want
                wish.trouble = wish.trouble or trouble
                wish.met.append(found[0].strip())
        for word, sky in known.WEATHER.items():
            if f" {word} " in self._low:
                wish.weather = sky
                wish.met.append(word)
        if wish.want == "fear":
            wish.fear = next((word for word in known.VISITS if word in self._low), "")
        skills = (name for name in entries("skill") if name in self._low)
        if wish.want == "skill" and (skill := next(skills, "")):
            wish.skill = skill
            wish.met.append(skill)
        self._spoken = set(re.findall(r"[a-z'-]+", " ".join(wish.met)))

    def _word(self, offset: int = 0) -> str:
        at = self._at + offset
        return self._tokens[at] if 0 <= at < len(self._tokens) else ""

    def _step(self) -> int:
        """Read what stands at the present word. Returns the number of words that were read."""
        low = self._word().lower()
        if not low[0].isalpha():
            self._adjectives = []
            return 1
        if steps := self._companion(low) or self._place_or_way(low):
            self._adjectives = []
            return steps
        if low in self._heroes or low.removesuffix("'s") in self._heroes or low in self._spoken:
            return 1
        if low in known.ADJECTIVES:
            self._adjectives.append(low)
            return 1
        if low not in known.STOP and len(low) >= _SHORTEST:
            self._noun(low)
            self._adjectives = []
        return 1

    def _companion(self, low: str) -> int:
        """A relation, with or without a name: ``grandma Rosa``."""
        after = self._word(1)
        is_name = after[:1].isupper() and after.lower() not in self._heroes
        young = low in known.YOUNG_FAMILY
        if (young and not is_name) or (not young and low not in known.FAMILY) or low in self._spoken:
            return 0
        steps = 2 if is_name else 1
        name = after if young else f"{low.capitalize()} {after}" if is_name else low.capitalize()
        if not self._heroes & {after.lower(), low}:
            pronouns = "she/her" if low in known.SHE else "he/him" if low in known.HE else None
            kind = "child" if young else "adult"
            self.wish.companions.append(Person(name, kind=kind, pronouns=pronouns, noun=low, companion=True))
            self.wish.met.append(name)
        return steps

    def _place_or_way(self, low: str) -> int:
        words = [self._word(offset).lower() for offset in range(3)]
        for count in (3, 2, 1):
            term = " ".join(words[:count]) if all(words[:count]) else ""
            base = term if count > 1 else look_up(term)[0]
            for one in (term, base):
                if one in _aliases("place"):
                    return self._placed(_aliases("place")[one], one, count)
                if one in _aliases("way"):
                    self.wish.way = self.wish.way or _aliases("way")[one]
                    self.wish.met.append(one)
                    return count
        return 0

    def _placed(self, place: str, word: str, count: int) -> int:
        wish = self.wish
        if wish.places and wish.places[0] != place:
            wish.unmet.append(word)
        elif not wish.places:
            wish.places.append(place)
            wish.met.append(word)
        return count

    def _noun(self, low: str) -> None:
        wish = self.wish
        noun, kind = look_up(low)
        kind = known.OWN.get(noun, known.OWN.get(low, kind))
        noun = noun if noun in known.OWN or low not in known.OWN else low
        if noun in known.STOP:
            return
        if noun in entries("job") or kind in ("person", "animal", "spirit"):
            self._living(noun, "job" if noun in entries("job") or kind == "person" else "species")
        elif kind in known.PLACES and self._is_place() and not wish.places:
            wish.places.append("somewhere")
            wish.place_noun = noun
            wish.met.append(noun)
        elif kind in known.UNTOLD or noun.endswith(known.ABSTRACT):
            wish.unmet.append(low)
        else:
            self._thing(Thing(noun, tuple(self._adjectives)))

    def _thing(self, thing: Thing) -> None:
        """A story has one thing: the one that is lost, or the first."""
        wish = self.wish
        if wish.thing is None or (thing.is_lost and not wish.thing.is_lost):
            if wish.thing:
                self._leave_out(wish.thing.noun)
            wish.thing = thing
            wish.met.append(thing.noun)
        elif thing.noun != wish.thing.noun:
            wish.unmet.append(thing.noun)

    def _leave_out(self, word: str) -> None:
        self.wish.unmet.append(word)
        self.wish.met = [one for one in self.wish.met if one != word]

    def _is_place(self) -> bool:
        before = self._word(-1).lower()
        if before in {"a", "an", "the", "our", "my", *self._adjectives}:
            before = self._word(-2).lower()
        return before in known.BEFORE_PLACES

    def _living(self, noun: str, role: str) -> None:
        wish = self.wish
        stranger = wish.stranger or Stranger(self._at)
        has = stranger.species or stranger.job
        joined = self._at - stranger.at <= 1 or re.search(
            rf"{has}s? (who|that) (is|was|are|were) an? {noun}", self._low
        )
        if noun in (stranger.species, stranger.job):
            return
        if not getattr(stranger, role) and joined:
            setattr(stranger, role, noun)
            wish.stranger = stranger
        elif not wish.others:
            wish.others.append(noun)
        elif noun not in wish.others:
            wish.unmet.append(noun)
            return
        wish.met.append(noun)

    def _conclude(self) -> None:
        wish = self.wish
        if found := _FEAR.search(self._low):
            wish.fear = found[1]
        lost = wish.thing is not None and wish.thing.is_lost
        if wish.fear and wish.stranger:
            wish.want = "help"
        if not wish.want:
            alone = not wish.places and not wish.way
            wish.want = "lost" if lost and alone else self._want(lost)
        if lost and wish.want != "lost":
            wish.trouble = "lost"
        self._leave_out_what_the_want_has_no_place_for(lost)
        wish.unmet = [word for word in dict.fromkeys(wish.unmet) if word not in wish.met]

    def _want(self, lost: bool) -> str:
        wish = self.wish
        if wish.thing and not lost:
            return "deliver"
        if wish.stranger:
            return "help"
        return "journey" if wish.places or wish.way or wish.trouble else ""

    def _leave_out_what_the_want_has_no_place_for(self, lost: bool) -> None:
        wish = self.wish
        if not wish.want:
            return
        if wish.thing and wish.want not in _WITH_THING and not (lost and wish.want in _TRAVELS):
            self._leave_out(wish.thing.noun)
        if wish.want in _TRAVELS:
            return
        places = [*wish.places, wish.place_noun, wish.way]
        words = [alias for alias, name in {**_aliases("place"), **_aliases("way")}.items() if name in places]
        for word in (one for one in (*words, wish.place_noun) if one in wish.met and one not in self._spoken):
            self._leave_out(word)


@cache
def _aliases(kind: str) -> dict[str, str]:
    """The names of all places or ways, with their aliases."""
    found = {}
    for name, entry in entries(kind).items():
        for alias in (name, *(part.strip() for part in entry.get("aliases").split(","))):
            if alias:
                found[alias.replace("_", " ")] = name
    return found
