"""The threads of a plot, and their scenes in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from service.providers.offline.planner import recall
from service.providers.offline.planner.accepted import PEOPLE, Roles
from service.providers.offline.planner.character import situations
from service.providers.offline.planner.corpus import Piece, Step, pieces, telling_words
from service.providers.offline.planner.details import use_of
from service.providers.offline.planner.matching import nearest, suits_voice
from service.providers.offline.planner.reader import Reader
from service.providers.offline.planner.taste import Taste
from service.providers.offline.planner.wish import Wish
from service.providers.offline.planner.word_lists import genre_of
from service.providers.offline.planner.words import bag

#: The moment of the kit's climax: it is where the structure has it.
_CLIMAX = 0.88
_CLIMAX_STEP = 6
#: How soon after the climax comes what belongs to it.
_SOON = 0.002
#: When the scenes of a kind of thread take place: 0 is the start of the novel, 1 its end.
MOMENTS = {
    "kit": (0.0, 0.12, 0.22, 0.36, 0.50, 0.64, 0.88, 1.0),
    "hook": (0.29, _CLIMAX, _CLIMAX),
    "purpose": (0.13, 0.47, _CLIMAX),
    "matter": (0.07, 0.32, 0.73),
    "heart": (0.15, 0.51, 0.92),
    "bridge": (0.06, 0.27, 0.43, 0.55, 0.71, 0.82),
    "PO": (0.08, 0.38, 0.68, 0.94),
    "PB": (0.16, 0.40, 0.70, 0.86),
    "P": (0.09, 0.42, 0.79),
    "O": (0.33, 0.72),
    "theme": (0.11, 0.45, 0.96),
    "PA": (0.10, 0.30, 0.60, 0.84),
    "PE": (0.14, 0.34, 0.55, 0.90),
    "PY": (0.18, 0.44, 0.74, 0.82),
    "carrier": (0.07, 0.46, 0.76),
    "other": (0.20, 0.48, 0.66, 0.91),
}
#: Which scene leads a chapter: that of the thread whose kind comes first.
_RANK = {
    kind: at
    for at, kind in enumerate(
        (
            "kit",
            "hook",
            "purpose",
            "matter",
            "heart",
            "bridge",
            "PO",
            "PB",
            "P",
            "O",
            "theme",
            "PA",
            "PE",
            "PY",
            "carrier",
            "other",
        )
    )
}
#: What a short novel does without, in this order.
_DROPPED = ("other", "PY", "PE", "PA", "O")
_DROPPED_FROM_SHORTEST = ("PB", "P")
_SHORTEST = 8
_SCENES_A_CHAPTER = 1.7
#: When the scenes take place that an open kit has beyond its eight.
_MORE = (0.17, 0.30, 0.58, 0.77)
#: How far a second thread of a kind, and each next carrier, comes after the one before.
_LAG = 0.035
_CARRIER_LAGS = (0.035, 0.03, 0.015)
#: How much of a carrier's line must stand in the premise for the thing to be carried.
_STANDS = 0.5


@dataclass(frozen=True, slots=True)
class Thread:
    """A piece with the name of its thread; ``words`` stand for slots of its scenes."""

    kind: str
    name: str
    piece: Piece
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """A scene to be written: when it takes place (0 to 1), and the index of its thread."""

    at: float
    rank: int
    thread: int
    step: Step
    words: Mapping[str, str]
    piece: Piece


def threads_of(
    seen: Reader, kit: Piece, roles: Roles, wish: Wish, asked: Wish, chapters: int, taste: Taste, turn: int
) -> list[Thread]:
    """The threads of a novel of so many chapters: as many as have room, and enough to fill it. ``turn``
    chooses between pieces that suit alike."""
    main, ties = _main_threads(seen, kit, roles, taste, turn), _relations(seen, roles)
    threads = _shortened([*main, *ties, *_carriers(seen, kit, wish)], chapters, turn)
    threads += _asked_for(asked, threads)
    spare = (one for one in _spare_situations(kit, roles, threads) if taste.allows(one.piece))
    while _scenes(threads) < chapters and (another := next(spare, None)):
        threads.append(another)
    return threads


def spread(threads: list[Thread], structure: Piece) -> list[Planned]:
    """All scenes of the threads, merged by their moments: those of the kit come when the structure says."""
    scenes = [scene for at in range(len(threads)) for scene in _moments(threads, at, structure)]
    return sorted(scenes, key=lambda scene: (scene.at, scene.rank))


def _moments(threads: list[Thread], at: int, structure: Piece) -> Iterator[Planned]:
    thread = threads[at]
    before = sum(other.kind == thread.kind for other in threads[:at])
    kit = tuple(map(float, structure.words("kit")))
    moments = kit + _MORE if thread.kind == "kit" else MOMENTS[thread.kind]
    lags = _CARRIER_LAGS if thread.kind == "carrier" else (_LAG,) * len(moments)
    for moment, lag, step in zip(moments, lags, thread.piece.steps, strict=False):
        when = min(0.97, moment + lag * before) if before else moment
        if thread.kind in ("hook", "purpose") and moment == _CLIMAX:
            when = kit[_CLIMAX_STEP] + _SOON * thread.piece.steps.index(step)
        elif thread.kind != "kit" and _is_danger(thread.piece, step):
            when = min(when, kit[_CLIMAX_STEP] - _SOON)
        yield Planned(when, _RANK[thread.kind], at, step, thread.words, thread.piece)


def _is_danger(piece: Piece, step: Step) -> bool:
    """Whether a scene puts somebody in danger, or serves the aim: it may not come after the climax."""
    return "{aim}" in step.summary or (bool(piece.many("danger")) and step is piece.steps[-1])


def _main_threads(seen: Reader, kit: Piece, roles: Roles, taste: Taste, turn: int) -> Iterator[Thread]:
    theme, title = recall.theme(seen), seen.text("concept.title")
    motif = theme.many("motif")[0].split(" | ")[0]
    yield Thread("kit", f"The main story of {title}", kit)
    genre = genre_of(seen.text("concept.genre"))
    bridge = bridge_of(kit, turn, genre)
    if bridge is not None and taste.allows(bridge):
        yield Thread("bridge", bridge.one("name"), bridge)
    yield Thread("theme", motif[:1].upper() + motif[1:], theme)
    for role in "PO":
        yield Thread(role, f"{roles.cast[role].short}’s lie", _arc(seen, roles, role))


def bridge_of(kit: Piece, turn: int, genre: str = "") -> Piece | None:
    """The legwork of the kit's genre in the kit's voice, if there is any: one after another by ``turn``. A
    kit that is told in another ``genre`` has that one's."""
    if kit.one("bridge") == "none":
        return None
    found = [one for one in pieces("bridge").values() if suits_voice(kit, one)]
    genres = kit.words("genre") if genre in ("", "mg", *kit.words("genre")) else [genre]
    own = [one for genre in genres for one in found if genre in one.words("for")]
    return own[turn % len(own)] if own else None


def _arc(seen: Reader, roles: Roles, role: str) -> Piece:
    path = f"{PEOPLE}.{roles.known[role]}" if role in roles.known else None
    said = f"{seen.text(f'{path}.lie')} {seen.text(f'{path}.wound')}" if path else ""
    arcs = [arc for arc in pieces("arc").values() if role in arc.words("for")]
    return nearest("arc", said, "lie", "wound", among=arcs)


def _relations(seen: Reader, roles: Roles) -> Iterator[Thread]:
    """A thread for each relation, by its tension; those that come to one situation are one."""
    path = "character.relations"
    tensions = (seen.text(f"{path}.{id_}.tension") for id_ in seen.elements(path))
    for piece in dict.fromkeys(nearest("sit", tension, "tension") for tension in tensions):
        yield _situation(piece, roles)


def _situation(piece: Piece, roles: Roles) -> Thread:
    pair = piece.one("pair")
    one, other = (roles.cast[role].short for role in pair)
    name = f"{one} and {other}: {piece.one('kind', 'adversaries')}"
    return Thread(pair if pair in MOMENTS else "other", name, piece)


def _carriers(seen: Reader, kit: Piece, wish: Wish) -> Iterator[Thread]:
    """A thread for each thing, person and deed of the wish of which the premise still speaks."""
    lines = seen.text("concept.premise").splitlines()
    people = ((person.called, "person") for person in wish.people)
    own = kit.words("open")
    told = "spark" in own
    if second := recall.second_heart(seen.text("concept.premise")):
        arc = recall.arc_of_heart(second)
        about = second.about or arc.one("object")
        yield Thread("heart", f"What else there is: {second.said}", arc, {"object": about})
    purpose = recall.purpose(seen.text("concept.premise"))
    hook = recall.hook(seen.text("concept.premise"))
    if hook:
        piece = pieces("carrier")[hook.carrier]
        steps = piece.steps[:2] if hook.words.get("occasion") == "" else piece.steps
        yield Thread("hook", piece.one("name"), replace(piece, steps=steps), hook.words)
    if told and purpose:
        piece = pieces("carrier")["purpose"]
        if hook:
            piece = replace(piece, steps=piece.steps[:-1])
        yield Thread("purpose", piece.one("name"), piece, {"purpose": purpose})
    elif (
        told
        and not (hook and "matter" in hook.words)
        and (matter := recall.matter(seen.text("concept.premise")))
    ):
        yield Thread(
            "matter", pieces("carrier")["matter"].one("name"), pieces("carrier")["matter"], {"matter": matter}
        )
    carried: list[Piece] = []
    kept = recall.words_of_premise(seen.text("concept.premise"), kit)["thing"] if "thing" in own else ""
    for thing, sort in (*(one for one in wish.things if one[0] != kept), *people):
        carrier = _carrier(thing, sort, lines)
        if carrier is not None and carrier not in carried:
            carried.append(carrier)
            yield _carrier_thread(carrier, {"thing": thing})
    if "deed" not in own and wish.deed and any(wish.deed in line for line in lines):
        yield _carrier_thread(pieces("carrier")["deed"], {"deed": wish.deed})


def _asked_for(asked: Wish, threads: list[Thread]) -> Iterator[Thread]:
    """A thread for each thing that an instruction names, by a carrier that no other thing has."""
    told = {thread.words.get("thing") for thread in threads}
    free = [one for one in pieces("carrier").values() if one not in [thread.piece for thread in threads]]
    for thing, sort in asked.things:
        carrier = next((one for one in free if one.one("for") == sort and not one.many("nouns")), None)
        if carrier is not None and thing not in told:
            free.remove(carrier)
            yield _carrier_thread(carrier, {"thing": thing})


def _carrier_thread(carrier: Piece, words: Mapping[str, str]) -> Thread:
    return Thread("carrier", carrier.one("name"), carrier, {**words, **use_of(words.get("thing", "thing"))})


def _carrier(thing: str, sort: str, lines: list[str]) -> Piece | None:
    """The carrier whose line speaks of the thing."""
    about = [bag(line) for line in lines if thing.lower() in line.lower()]
    every = pieces("carrier").values()
    carriers = (one for one in every if one.one("for") == sort or one.one("for") == "spark")
    for carrier in carriers:
        own = telling_words(carrier, "premise")
        if any(len(own & words) >= _STANDS * len(own) for words in about):
            return carrier
    return None


def _scenes(threads: list[Thread]) -> int:
    return sum(len(thread.piece.steps) for thread in threads)


def _shortened(threads: list[Thread], chapters: int, turn: int) -> list[Thread]:
    """Without the least threads, as long as there are too many scenes; nobody loses their only thread. Which
    are the least goes by ``turn``."""
    first = turn % len(_DROPPED)
    for kind in (
        *_DROPPED[first:],
        *_DROPPED[:first],
        *(_DROPPED_FROM_SHORTEST if chapters < _SHORTEST else ()),
    ):
        if _scenes(threads) <= chapters * _SCENES_A_CHAPTER + 2:
            break
        left = [thread for thread in threads if thread.kind != kind]
        threads = left if _named(left) == _named(threads) else threads
    return threads


def _named(threads: list[Thread]) -> set[str]:
    """The roles that scenes of the threads name."""
    steps = [step for thread in threads for step in thread.piece.steps]
    return {role for step in steps for role in step.named}


def _spare_situations(kit: Piece, roles: Roles, threads: list[Thread]) -> Iterator[Thread]:
    """Situations that no relation names, for a novel that has more chapters than scenes."""
    known = {thread.piece for thread in threads}
    for pair in ("PA", "PB", "PE", "PY", "EO", "AO", "AB", "EB", "AE"):
        for piece in situations(kit, (pair,)):
            if piece not in known:
                yield _situation(piece, roles)
