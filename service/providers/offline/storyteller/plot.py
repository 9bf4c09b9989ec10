"""Finds plots: a plot is a chain of events. What an event needs, events before it have made.

Many candidates are drawn slot by slot; ``scoring`` says which of them an editor would prefer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from service.domain.story import AgeRange, StoryBrief
from service.providers.offline.storyteller.budget import budget, is_rich
from service.providers.offline.storyteller.corpus import Fragment, entries, fragments
from service.providers.offline.storyteller.matter import Matter, gather
from service.providers.offline.storyteller.people import Person, hero_of
from service.providers.offline.storyteller.scoring import preference, score
from service.providers.offline.storyteller.themes import find_theme, lived
from service.providers.offline.storyteller.voice import AGES
from service.providers.offline.storyteller.wants import wants_of, wish_of
from service.providers.offline.storyteller.wish import Wish, read_wish

_CANDIDATES = 12
_DRAWS = 48
#: About how many words an event takes.
_EVENT_WORDS: dict[AgeRange, int] = {"0-3": 46, "3-5": 64, "5-8": 105, "8-10": 105}


class DeadEnd(Exception):
    """No event fits a slot."""


@dataclass(frozen=True, slots=True)
class Step:
    """An event of a plot: who has which role, where it takes place, and the chapter that it belongs to."""

    event: Fragment
    roles: dict[str, int]
    place: str
    chapter: int = 0


@dataclass(slots=True)
class Plot:
    """All decisions about a story that are made before its words."""

    brief: StoryBrief
    wish: Wish
    matter: Matter
    themes: tuple[str, ...]
    families: tuple[str, ...] = ()
    steps: list[Step] = field(default_factory=list)
    score: float = 0.0

    @property
    def heroes(self) -> list[Person]:
        """The heroes of the brief."""
        return self.matter.cast[: len(self.brief.characters)]

    @property
    def skeleton(self) -> tuple[str, ...]:
        """The events, in their order."""
        return tuple(step.event.id for step in self.steps)


def find_plots(brief: StoryBrief, turn: int = 0) -> list[Plot]:
    """Plots for the brief, the best first; others for each ``turn``. Raises ``DeadEnd`` if there is none."""
    chance = Random(f"{brief.seed}/{brief.story_type}/{brief.age_range}/{wish_of(brief)}/{turn}")
    heroes = [hero_of(character) for character in brief.characters]
    wish = read_wish(wish_of(brief), heroes)
    found: list[Plot] = []
    for want in wants_of(brief, heroes, wish):
        for _ in range(_DRAWS):
            try:
                found.append(_Search(brief, heroes, wish, want, chance).plot())
            except DeadEnd:
                continue
            if len(found) == _CANDIDATES:
                break
        if found:
            return sorted(found, key=lambda plot: -plot.score)
    raise DeadEnd("no want of the storyteller suits these heroes")


class _Search:
    """Draws one candidate."""

    def __init__(
        self, brief: StoryBrief, heroes: Sequence[Person], wish: Wish, want: str, chance: Random
    ) -> None:
        self._chance, self._want, self._head = chance, want, entries("want")[want]
        self._rich, self._words = is_rich(brief.age_range), budget(brief.age_range, brief.scene_count)
        young = [at for at, hero in enumerate(heroes) if hero.kind != "adult" or want == "sleep"]
        able = [at for at, hero in enumerate(heroes) if hero.able(self._head.words("body"))]
        leads = [at for at in young if at in able] or able
        lead = leads[brief.seed % len(leads)]
        themes = (found for word in brief.themes if (found := find_theme(word)))
        story_type = brief.story_type.strip().lower()
        matter = gather(heroes, lead, want, story_type, wish, chance)
        names = tuple(dict.fromkeys(name for theme in themes for name in lived(theme)))
        self._plot = Plot(brief, wish, matter, names)
        matter.tags |= {f"want:{want}", f"type:{story_type}", f"age:{brief.age_range}"}
        matter.tags |= {f"has:{trait}" for hero in heroes for trait in hero.traits}
        matter.tags.add("many" if len(heroes) > 1 else "one")
        self._heroes, self._age = list(heroes), AGES[brief.age_range]
        room = self._words.target / _EVENT_WORDS[brief.age_range]
        self._pace = chance.random() * min(1.0, max(0.0, room - 3) / 3)
        self._made: set[str] = set()
        self._used: dict[int, int] = {}
        self._place = self._head.get("start") or "home"
        self._solo = bool(self._head.get("solo"))
        self._order = Random(brief.seed * 31 + 7)

    def plot(self) -> Plot:
        plot = self._plot
        plot.families = tuple(self._families())
        plot.matter.tags.add(f"ch:{len(plot.families)}")
        for slot in self._head.words("shape"):
            if slot == "O":
                for chapter, family in enumerate(plot.families):
                    self._chapter(chapter, family)
            else:
                self._put(self._want, slot, lead=slot == "open", optional=slot in ("leave", "arrive"))
        plot.matter.tags |= {f"m:{fact}" for fact in self._made}
        plot.matter.tags |= {f"fam:{family}" for family in plot.families}
        plot.score = score(plot.steps, plot.themes, plot.matter, plot.heroes, self._words, rich=self._rich)
        plot.score += self._chance.random() * 9
        return plot

    def _chapter(self, chapter: int, family: str) -> None:
        last = chapter == len(self._plot.families) - 1
        for _ in range(self._encounters(chapter)):
            self._put("any", "way", chapter, optional=True)
        self._put(family, "trouble", chapter)
        kinds: set[str] = set()
        for turn in range(self._tries(last)):
            step = self._put(family, "fail", chapter, kinds=kinds, optional=turn > 0)
            if step is None:
                break
            kinds |= set(step.event.words("kind"))
            if self._chance.random() < self._leisure(turn):
                self._put("any", "between", chapter, optional=True)
        if last and self._chance.random() < self._gravity():
            _ = self._put(family, "low", chapter, optional=True) or self._put(
                "any", "low", chapter, optional=True
            )
        self._put(family, "win", chapter)

    def _encounters(self, chapter: int) -> int:
        """How many encounters there are on the way to the trouble of a chapter."""
        if self._want == "sleep":
            return 0
        room = self._words.target / _EVENT_WORDS[self._plot.brief.age_range]
        most = round((room - 5 * len(self._plot.families)) / 2) - chapter
        return self._chance.randint(0, max(0, most)) + (
            chapter == 0 and room > 4 and self._chance.random() < 0.6
        )

    def _tries(self, last: bool) -> int:
        """How often the heroes try: the longer the book, the more often."""
        room = self._words.target / _EVENT_WORDS[self._plot.brief.age_range]
        chapters = len(self._plot.families)
        usual = int(self._head.get("tries") or 3)
        most = max(1, min(usual + 4, round(room / chapters) - (1 if chapters > 1 else 2)))
        least = 1 if chapters > 1 and not last else min(2, most)
        return self._chance.randint(least, most)

    def _leisure(self, turn: int) -> float:
        """How likely an encounter follows a try. Plots differ in this, so that one of them fits the book."""
        return self._pace if turn < 3 else self._pace / 2

    def _gravity(self) -> float:
        return 1.0 if self._words.target > 260 else 0.3

    def _families(self) -> list[str]:
        """The obstacles of the story: one, or two in a longer one."""
        wish, head = self._plot.wish, self._head
        if "obstacles" not in head.head:
            return [self._want]
        pool = [family for family in head.words("obstacles") if self._is_possible(family)]
        self._order.shuffle(pool)
        if self._want == "help" and wish.fear and wish.stranger:
            return ["secret"]
        ways = [family for family in head.words("ways") if self._is_possible(family)]
        room = self._words.target >= (560 if self._rich else 420) and head.get("chapters") != "1"
        if wish.trouble and self._is_possible(wish.trouble):
            pool = [wish.trouble, *(family for family in pool if family != wish.trouble)]
        if not pool:
            raise DeadEnd("obstacle")
        if not room:
            return pool[:1]
        if ways:
            feared = {word for hero in self._plot.heroes for fear in hero.fears for word in fear.split()}
            first = next((way for way in ways if way in feared), self._chance.choice(ways))
            return [first, pool[0]] if first != pool[0] else pool[:1]
        return pool[1::-1] if head.get("chapters") == "2" and len(pool) > 1 else pool[:1]

    def _is_possible(self, family: str) -> bool:
        """Whether a family has a trouble, two tries and a turn that heroes, way and place admit."""
        made = {fact for one in fragments(family, "trouble") for fact in one.words("makes")}

        have = self._have(made)

        def count(slot: str) -> int:
            return sum(
                self._fits(one, made, have) and any(hero.able(one.body) for hero in self._heroes)
                for one in fragments(family, slot)
            )

        return count("trouble") >= 1 and count("fail") >= 2 and count("win") >= 1

    def _put(
        self,
        family: str,
        slot: str,
        chapter: int = 0,
        *,
        kinds: set[str] | frozenset[str] = frozenset(),
        optional: bool = False,
        lead: bool = False,
    ) -> Step | None:
        taken = {step.event.id for step in self._plot.steps}
        have = self._have(self._made)
        options: list[tuple[Fragment, dict[str, int]]] = []
        for event in fragments(family, slot):
            if event.id in taken or (kinds and kinds & set(event.words("kind"))):
                continue
            roles = self._roles(event, lead=lead) if self._fits(event, self._made, have) else None
            if roles is not None:
                options.append((event, roles))
        if not options:
            if optional:
                return None
            raise DeadEnd(f"{family}.{slot}")
        weights = [preference(event, self._plot.themes, self._plot.matter.tags) for event, _ in options]
        event, roles = self._chance.choices(options, weights)[0]
        return self._add(event, self._owned(event, roles), chapter)

    def _add(self, event: Fragment, roles: dict[str, int], chapter: int) -> Step:
        matter = self._plot.matter
        if name := event.get("place"):
            places = {"P": matter.place.get("illus"), "W": matter.facts["way_illus"]}
            self._place = places.get(name, name)
        step = Step(event, roles, event.get("scene") or self._place, chapter)
        self._plot.steps.append(step)
        self._used[roles["X"]] = self._used.get(roles["X"], 0) + 1
        self._made.update(event.words("makes"))
        return step

    def _owned(self, event: Fragment, roles: dict[str, int]) -> dict[str, int]:
        """The roles, with the hero of an earlier event as X, if the event is about the same hero."""
        if not (slot := event.get("same")):
            return roles
        owner = next(step.roles["X"] for step in reversed(self._plot.steps) if step.event.slot == slot)
        if owner == roles["X"]:
            return roles
        swapped = {"Y": roles["X"]} if roles.get("Y") == owner else {}
        return {**roles, "X": owner, **swapped}

    def _fits(self, event: Fragment, made: set[str], have: set[str]) -> bool:
        return (
            event.age <= self._age
            and event.needs <= made
            and event.banned.isdisjoint(have)
            and not any(options.isdisjoint(have) for options in event.when)
        )

    def _have(self, made: set[str]) -> set[str]:
        """All tags and facts that events may ask for at this point."""
        return self._plot.matter.tags | made | {f"here:{self._place}"}

    def _roles(self, event: Fragment, *, lead: bool) -> dict[str, int] | None:
        """X is a hero whose body can do it, who has done least; Y and Z are others. None if nobody can."""
        plot, matter = self._plot, self._plot.matter
        heroes = list(range(len(plot.heroes)))
        if self._want == "quarrel":
            heroes = [matter.lead, (matter.lead + 1) % len(heroes)]
        if not all(plot.heroes[at].able(event.words("all")) for at in heroes):
            return None
        fit = [
            at for at in heroes if matter.cast[at].able(event.words("body")) and _is_like(event, matter, at)
        ]
        only = lead or self._solo or bool(event.get("lead"))
        if not fit or (only and matter.lead not in fit):
            return None
        least = min(self._used.get(at, 0) for at in fit)
        x = matter.lead if only else self._chance.choice([at for at in fit if self._used.get(at, 0) == least])
        roles = {"X": x, "N": matter.stranger, "L": matter.lead}
        return roles | dict(zip("YZ", self._others(x, heroes), strict=False))

    def _others(self, x: int, heroes: list[int]) -> list[int]:
        matter = self._plot.matter
        rest = [at for at in range(matter.stranger) if at != x]
        if self._want == "quarrel":
            return [*(at for at in heroes if at != x), *(at for at in rest if at not in heroes)]
        return sorted(rest, key=lambda at: (not matter.cast[at].companion, self._used.get(at, 0)))


def _is_like(event: Fragment, matter: Matter, at: int) -> bool:
    """Whether the hero's description has one of the words of a gift."""
    gift = event.get("gift")
    if not gift:
        return True
    said = matter.cast[at].description.lower().replace(",", " ").replace(".", " ").split()
    return bool(set(gift.split()) & set(said))
