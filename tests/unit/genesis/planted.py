"""Whole plans of the offline planner, and faults of each class that are planted in them at random places."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

from service.genesis.checks.plan import Chapter, Plan
from service.genesis.history import outline
from service.genesis.model import STAGES, State
from service.providers.offline.planner.drafting import drafts
from service.providers.protocols import PlanAsk
from tests.unit.genesis.played import Played
from tests.unit.planner_inspirations import INSPIRATIONS

WANTS = (
    "to win the regatta at Valparaíso",
    "to found an orchestra of accordions",
    "to be elected mayor of Bologna",
    "to breed a blue tulip",
    "to cross the desert by motorcycle",
    "to publish a cookbook of mushrooms",
)
NEEDS = (
    "to grieve for a twin",
    "to accept applause without suspicion",
    "patience with amateurs",
    "to stop apologising to strangers",
    "a rival worth respecting",
    "to admit that ambition is fear",
)
THEMES = (
    ("Does exile ever finish?", "Nobody returns to the harbour that they sailed from."),
    ("Is ambition a form of hunger?", "Whoever feasts alone starves."),
    ("Can science be innocent?", "Every experiment has a victim."),
    ("Who owns a song?", "Music belongs to whoever dances."),
    ("Is justice possible without punishment?", "Mercy asks for a witness, and for no prison."),
)
COSTS = (
    ("nobody may whistle on a bridge", "whoever whistles goes deaf for a fortnight"),
    ("iron cannot pass the orchard wall", "each nail that is carried over it blights an apple tree"),
    ("ghosts answer only to baptismal names", "the caller forgets the baptism of a relative"),
    ("two magicians may not share a roof", "the elder magician ages by a decade"),
    ("gold turns to sand at the border", "smugglers lose a finger for each coin"),
)


def whole_plan(chance: Random, chapters: int | None = None) -> State:
    """A session whose five stages were proposed by the offline planner, and accepted as they are."""
    played, seed = Played(), chance.randrange(10**6)
    wanted = chapters or chance.randint(8, 40)
    played.do("START_GENESIS", {"inspiration": chance.choice(INSPIRATIONS), "chapters": wanted})
    for stage in STAGES:
        ask = PlanAsk(stage.value, outline(played.state), played.state.inspiration, seed=seed)
        played.do("SELECT_PROPOSAL", {"proposal_ids": played.bring(stage, next(drafts(ask)))})
        played.do("CONFIRM_STAGE", {"stage": stage.value})
    return played.state


def edited(state: State, changes: Mapping[str, Any]) -> State:
    """The state with some values changed, or taken out where they are None. New ids join their collection."""
    json = copy.deepcopy(dict(state.json))
    for path, value in changes.items():
        stage, _, name = path.partition(".")
        part = json["stages"].setdefault(stage, {})
        fields, order = part.setdefault("fields", {}), part.setdefault("order", {})
        if value is None:
            fields.pop(name, None)
            continue
        fields[name] = {"value": value, "by": "person", "revision": state.revision(path) + 1000}
        parts = name.split(".")
        for at in range(1, len(parts) - 1, 2):
            collection = ".".join(parts[:at])
            if collection in order and parts[at] not in order[collection]:
                order[collection] = [*order[collection], parts[at]]
    return State(json)


@dataclass(frozen=True)
class Planted:
    """What was changed, and the rule that must find it where it cites ``path``."""

    changes: Mapping[str, Any]
    rule: str
    path: str


Fault = Callable[[Plan, Random], Planted]


def unknown_person(plan: Plan, chance: Random) -> Planted:
    _, scene = chance.choice(list(plan.scenes))
    path = scene.at("people")
    return Planted({path: [*scene.listed("people"), "c999"]}, "unknown_reference", path)


def unknown_place(plan: Plan, chance: Random) -> Planted:
    _, scene = chance.choice(list(plan.scenes))
    return Planted({scene.at("place"): "w999"}, "unknown_reference", scene.at("place"))


def person_without_scene(plan: Plan, chance: Random) -> Planted:
    others = [one for one in plan.people if one != plan.protagonist]
    gone = chance.choice(others)
    changes: dict[str, Any] = {
        scene.at("people"): [id_ for id_ in scene.listed("people") if id_ != gone.id]
        for _, scene in plan.scenes
    }
    changes |= {chapter.at("pov"): None for chapter in plan.chapters if chapter.text("pov") == gone.id}
    return Planted(changes, "person_without_scene", gone.at("name"))


def pov_absent(plan: Plan, chance: Random) -> Planted:
    choices = [(chapter, id_) for chapter in plan.chapters for id_ in _absent(plan, chapter)]
    chapter, id_ = chance.choice(choices)
    return Planted({chapter.at("pov"): id_}, "pov_absent", chapter.at("pov"))


def _absent(plan: Plan, chapter: Chapter) -> list[str]:
    present = {id_ for scene in chapter.scenes for id_ in scene.listed("people")}
    return [person.id for person in plan.people if person.id not in present]


def thread_without_setup(plan: Plan, chance: Random) -> Planted:
    thread = chance.choice(plan.threads)
    return Planted({thread.at("setup"): None}, "thread_without_setup", thread.at("name"))


def thread_without_payoff(plan: Plan, chance: Random) -> Planted:
    thread = chance.choice(plan.threads)
    return Planted({thread.at("payoff"): None}, "thread_without_payoff", thread.at("name"))


def payoff_before_setup(plan: Plan, chance: Random) -> Planted:
    thread = chance.choice(plan.threads)
    swapped = {thread.at("setup"): thread.text("payoff"), thread.at("payoff"): thread.text("setup")}
    return Planted(swapped, "payoff_before_setup", thread.at("payoff"))


def want_not_at_stake(plan: Plan, chance: Random) -> Planted:
    return _hero(plan, "want", chance.choice(WANTS))


def need_not_at_stake(plan: Plan, chance: Random) -> Planted:
    return _hero(plan, "need", chance.choice(NEEDS))


def _hero(plan: Plan, part: str, text: str) -> Planted:
    assert plan.protagonist
    path = plan.protagonist.at(part)
    return Planted({path: text}, f"{part}_not_at_stake", path)


def theme_untouched(plan: Plan, chance: Random) -> Planted:
    question, statement = chance.choice(THEMES)
    return Planted(
        {"theme.question": question, "theme.statement": statement}, "theme_untouched", "theme.question"
    )


def cost_unpaid(plan: Plan, chance: Random) -> Planted:
    rule = chance.choice((*(one.path for one in plan.elements("world.rules")), "world.rules.u999"))
    statement, cost = chance.choice(COSTS)
    return Planted({f"{rule}.statement": statement, f"{rule}.cost": cost}, "cost_unpaid", f"{rule}.cost")


def chapter_number(plan: Plan, chance: Random) -> Planted:
    chapter = chance.choice(plan.chapters)
    number = chance.choice([one for one in range(1, 61) if one != chapter.number("number")])
    return Planted({chapter.at("number"): number}, "chapter_numbers", chapter.at("number"))


def chapter_without_title(plan: Plan, chance: Random) -> Planted:
    chapter = chance.choice(plan.chapters)
    return Planted({chapter.at("title"): None}, "chapter_without_title", chapter.at("number"))


def chapter_without_goal(plan: Plan, chance: Random) -> Planted:
    chapter = chance.choice(plan.chapters)
    return Planted({chapter.at("goal"): None}, "chapter_without_goal", chapter.at("number"))


def ages(plan: Plan, chance: Random) -> Planted:
    person = chance.choice([one for one in plan.people if one.number("age")])
    age = person.number("age") or 0
    other = chance.choice([one for one in range(5, 90) if one != age])
    return Planted({person.at("age"): other}, "ages", person.at("age"))


def near_names(plan: Plan, chance: Random) -> Planted:
    one, other = chance.sample(plan.people, 2)
    *titles, first = one.text("name").split()[:1]
    at = chance.randrange(1, len(first))
    near = first[:at] + chance.choice("aeioulnrst") + first[at + chance.randint(0, 1) :]
    name = " ".join((*titles, near, *other.text("name").split()[1:]))
    return Planted({other.at("name"): name}, "near_names", other.at("name"))


def act_lengths(plan: Plan, chance: Random) -> Planted:
    """One act takes most of the plot, whichever it is."""
    count = len(plan.chapters)
    bounds = chance.choice(((0.7, 0.85), (0.03, 0.95), (0.1, 0.35)))
    first, second = (max(1, round(bound * count)) for bound in bounds)
    acts = {
        chapter.at("act"): 1 if place < first else 2 if place < second else 3
        for place, chapter in enumerate(plan.chapters)
    }
    return Planted(acts, "act_lengths", "plot.structure")


def act_order(plan: Plan, chance: Random) -> Planted:
    later = [one for before, one in pairwise(plan.chapters) if (before.number("act") or 0) > 1]
    chapter = chance.choice(later)
    return Planted({chapter.at("act"): 1}, "act_order", chapter.at("act"))


FAULTS: tuple[Fault, ...] = (
    unknown_person,
    unknown_place,
    person_without_scene,
    pov_absent,
    thread_without_setup,
    thread_without_payoff,
    payoff_before_setup,
    want_not_at_stake,
    need_not_at_stake,
    theme_untouched,
    cost_unpaid,
    chapter_number,
    chapter_without_title,
    chapter_without_goal,
    ages,
    near_names,
    act_lengths,
    act_order,
)
