"""The people with their arcs, and the situations that tie them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import NamedTuple

from service.providers.offline.planner import recall
from service.providers.offline.planner.accepted import PEOPLE, by_role
from service.providers.offline.planner.asked import asked_of, wish_of
from service.providers.offline.planner.casting import CHILDREN, ROLES, Cast, kit_pronouns, short_name
from service.providers.offline.planner.corpus import Piece, pieces
from service.providers.offline.planner.elements import ids_for
from service.providers.offline.planner.feedback import hero_of, kin_of
from service.providers.offline.planner.filling import Filler, Person
from service.providers.offline.planner.kinship import Tie, kind_of, years_apart
from service.providers.offline.planner.matching import agrees, claims, nearest, suits, voiced
from service.providers.offline.planner.passages import quotation
from service.providers.offline.planner.reader import Assume, Reader, element_ids
from service.providers.offline.planner.taste import Taste, taste_of
from service.providers.offline.planner.word_lists import listed, pronoun_of
from service.providers.offline.planner.words import sentence
from service.providers.protocols import Draft, FieldValue, PlanAsk

_RELATIONS = "character.relations"
_AGES = {"P": (29, 46), "O": (44, 63), "A": (26, 50), "B": (28, 48), "E": (66, 84), "Y": (9, 15)}
_YOUNG_AGES = {"P": (11, 11), "A": (13, 13), "B": (13, 13), "Y": (6, 6)}
_GROWN = (16, 18)
#: The ages of one whom the wish calls a girl, a boy or a child.
_SMALL = (9, 12)
#: The ages that a word of somebody's job or kinship asks for.
_WORD_AGES = {
    "retired": (61, 70),
    "grandmother": (62, 79),
    "grandfather": (62, 79),
    "daughter": _GROWN,
    "old": (67, 79),
    "young": (19, 24),
    "widow": (52, 68),
    "widower": (52, 68),
    "girl": _SMALL,
    "boy": _SMALL,
    "child": _SMALL,
    "teenager": _GROWN,
    "son": _GROWN,
}
_OLDEST = 96
#: How many years a machine of the story has been in service.
_SERVICE = (6, 24)
_ARC_WORDS = ("need", "wound", "lie", "want")
_OTHER_PAIRS = ("EO", "AO", "AB", "EB", "AE")
#: The pairs of which a novel of usual length tells one beside those of the protagonist's nearest.
_SECOND_PAIRS = (("PA",), ("PE",), ("PY",))
_KIN_BONDS = ("kin", "sibling", "cousin")
#: From this number of chapters on there are twice as many situations.
_LONG_NOVEL = 41


class _Kept(NamedTuple):
    """What a person has locked of somebody: the id, and the locked and accepted texts by field."""

    id: str
    texts: Mapping[str, str]


def draft_people(ask: PlanAsk, assume: Assume) -> Iterator[Draft]:
    """Casts that differ in arcs and situations."""
    for index in range(ask.count):
        seen = Reader(ask.fields, assume)
        values = _Casts(ask, seen, Random(f"x{ask.seed}:{index}:{seen.text('concept.logline')}")).values()
        yield Draft(values, *seen.sources)


class _Casts:
    """One draft in the making."""

    def __init__(self, ask: PlanAsk, seen: Reader, chance: Random) -> None:
        self._ask, self._seen, self._chance = ask, seen, chance
        self._taste: Taste = taste_of(ask)
        self._kit = recall.kit(seen)
        self._kept = _kept_people(ask)
        self._cast = self._people()
        self._ties = tuple(self._ties_of_cast())
        self._young = "mg" in self._kit.words("genre")
        words = recall.words_of_premise(seen.text("concept.premise"), self._kit)
        self._fill = Filler(self._cast, words, f"{ask.seed}:people")
        self._main = recall.main_situation_of(recall.pitch(seen))
        wished = wish_of(ask).people
        self._small = {one.name for one in wished if one.noun in CHILDREN}
        self._said_ages = {one.name: (one.age, one.age) for one in wished if one.age}
        self._taken: list[Piece] = []
        self._years: dict[str, int] = {}
        self._claims = set(_claims_of_cast(self._cast, self._kit))
        for piece in (self._kit, self._main, recall.theme(seen)):
            self._claims |= claims(piece)
        self._claims |= {f"{tie.role}=kin" for tie in self._ties}

    def values(self) -> dict[str, FieldValue]:
        """All values of the stage."""
        names = [self._cast[role].full for role in ROLES]
        minted = dict(zip(ROLES, ids_for(names, "c", PEOPLE, self._ask.fields), strict=True))
        ids = minted | {role: kept.id for role, kept in self._kept.items()}
        values: dict[str, FieldValue] = {}
        # Kin come after the one by whose age theirs goes.
        people = {role: self._person(role) for role in sorted(ROLES, key=self._is_tied)}
        for role in ROLES:
            fields = people[role]
            values |= {f"{PEOPLE}.{ids[role]}.{key}": value for key, value in fields.items()}
        return values | self._relations(ids)

    def _people(self) -> Cast:
        """The premise's people, with the names that a person has locked, and the pronouns of the wish."""
        wish = wish_of(self._ask)
        said = {one.name: one.pronoun for one in wish.people if one.name and one.pronoun}
        prons = kit_pronouns(self._kit)
        named = dict(recall.people_of_premise(self._seen.text("concept.premise"), self._kit))
        named |= self._asked(named)
        if lead := hero_of(self._ask):
            named["P"] = replace(named["P"], job=lead.hero)
        cast = dict[str, Person]()
        for role, person in named.items():
            kept = self._kept.get(role, _Kept("", {})).texts
            full = kept.get("name") or person.full
            own = recall.pronoun(kept.get("pronouns", "")) or ""
            tie = next((one for one in kin_of(self._ask) if one.who in full.split()), None)
            if tie and any(tie.of in one.full.split() for one in named.values()):
                own = own or recall.pronoun(pronoun_of(tie.noun)) or ""
                person = replace(person, job=f"{tie.of}’s {tie.word}, {person.job}")
            hero = wish.pronoun if role == "P" else ""
            pronoun = (
                own or said.get(full, "") or hero or recall.known_pronoun(full) or prons.get(role, "she")
            )
            cast[role] = replace(
                person, full=full, short=short_name(full), pronoun=recall.pronoun(pronoun) or "she"
            )
        return cast

    def _asked(self, named: Cast) -> Cast:
        """The people whom the instruction names: kin in the role that suits them, others as allies."""
        known = {person.full for person in named.values()}
        new = [one for one in asked_of(self._ask).people if one.name and one.name not in known]
        return {
            role: replace(named[role], full=one.name)
            for role, one in zip((one.role or "A" for one in new), new, strict=True)
        }

    def _is_tied(self, role: str) -> bool:
        return any(tie.role == role for tie in self._ties)

    def _ties_of_cast(self) -> Iterator[Tie]:
        """Who of the cast is to be whose kin."""
        roles = {part: role for role, person in self._cast.items() for part in reversed(person.full.split())}
        for kin in kin_of(self._ask):
            if kin.who in roles and kin.of in roles:
                yield Tie(roles[kin.who], roles[kin.of], kin)

    def _age(self, role: str) -> int:
        """An age for somebody in the role: for kin one that suits that of the other, where there is one."""
        age = self._chance.randint(*self._ages(role))
        tie = next((one for one in self._ties if one.role == role), None)
        if tie and (other := self._years.get(tie.of)):
            youngest, oldest = years_apart(tie.kin.word, tie.kin.noun)
            age = max(1, min(other + self._chance.randint(youngest, oldest), max(other + youngest, _OLDEST)))
        self._years[role] = age
        return age

    def _person(self, role: str) -> dict[str, FieldValue]:
        person, arc = self._cast[role], self._arc(role)
        text = {key: self._fill(arc.one(key)) for key in (*_ARC_WORDS, "strength", "flaw", "voice")}
        start, turn, end = (self._fill(arc.one(key)) for key in ("start", "turn", "end"))
        age = self._age(role)
        years = f"{age} years in service" if is_machine(person) else str(age)
        said = quotation(self._ask, person.full)
        if said and not self._said_ages.get(person.full):
            years = f"about {years}"
        want = self._fill(self._kit.one("goal")) if role == "P" else text["want"]
        return {
            "name": person.full,
            "role": f"{ROLES[role]}: {person.job}",
            "age": age,
            "pronouns": recall.pronoun_pair(person.pronoun),
            "summary": " ".join(
                filter(
                    None,
                    (
                        f"{person.full}, {years}, {person.job}.",
                        said,
                        _proposed(_opening(person, start), said),
                    ),
                )
            ),
            **text,
            "want": want,
            "arc.start": start,
            "arc.turn": turn,
            "arc.end": end,
            "real": False,
        }

    def _arc(self, role: str) -> Piece:
        """An arc for the role: one that a locked text is of, else one that lives or disputes the theme."""
        arcs = voiced(self._kit, (arc for arc in pieces("arc").values() if role in arc.words("for")))
        kept = self._kept.get(role, _Kept("", {})).texts
        said = " ".join(kept.get(key, "") for key in _ARC_WORDS)
        if said.strip():
            return nearest("arc", said, *_ARC_WORDS, among=arcs)
        feeling = recall.heart(self._seen.text("concept.premise")) if role == "P" else None
        if feeling:
            return self._claimed(recall.arc_of_heart(feeling), role)
        arcs = [arc for arc in arcs if not arc.many("feels")]
        theme = recall.theme(self._seen).name
        fits = [arc for arc in arcs if suits(self._kit, arc)] or arcs
        apt = [arc for arc in fits if self._is_apt(arc, role)] or fits
        if role in "PO":
            apt = [arc for arc in apt if theme in arc.words("theme")] or apt
        if role == "O":
            own = self._kit.words("arcs")
            apt = [arc for arc in fits if arc.name in own] or apt
        fresh = [arc for arc in apt if arc not in self._taken] or apt
        return self._claimed(_pick(self._taste, fresh, self._chance), role)

    def _claimed(self, arc: Piece, role: str) -> Piece:
        """The arc, whose claims hold from now on, and which nobody else has."""
        self._claims |= claims(arc, role)
        self._taken.append(arc)
        return arc

    def _is_apt(self, piece: Piece, *roles: str) -> bool:
        """Whether a piece says nothing of these people that they are not."""
        machines = any(is_machine(self._cast[role]) for role in roles)
        flesh = machines and (piece.one("near") or not listed("flesh").isdisjoint(piece.stems))
        return not flesh and agrees(claims(piece, roles[0]), self._claims)

    def _ages(self, role: str) -> tuple[int, int]:
        """The youngest and the oldest that somebody in the role may be."""
        job = self._cast[role].job
        said = dict(part.split("=") for part in self._kit.words("ages")).get(role)
        words = set(job.split()) - (set() if role == "P" else {"widow", "widower"})
        own = next((ages for word, ages in _WORD_AGES.items() if word in words), None)
        if own_age := self._said_ages.get(self._cast[role].full):
            return own_age
        if is_machine(self._cast[role]):
            return _SERVICE
        if self._cast[role].full in self._small:
            return _SMALL
        if said:
            youngest, oldest = map(int, said.split("-"))
            return youngest, oldest
        young = _YOUNG_AGES if self._young else {}
        parent = role == "P" and self._cast["Y"].job.endswith((" daughter", " son"))
        return own or ((42, 52) if parent and not young else young.get(role, _AGES[role]))

    def _relations(self, ids: Mapping[str, str]) -> dict[str, FieldValue]:
        chosen = list(self._situations())
        tensions = [self._fill(piece.one("tension")) for piece in chosen]
        values: dict[str, FieldValue] = {}
        kept = ids_for(tensions, "r", _RELATIONS, self._ask.fields, key="tension")
        for id_, piece, tension in zip(kept, chosen, tensions, strict=True):
            one, other = list(piece.one("pair"))
            values |= {
                f"{_RELATIONS}.{id_}.a": ids[one],
                f"{_RELATIONS}.{id_}.b": ids[other],
                f"{_RELATIONS}.{id_}.kind": piece.one("kind", "adversaries"),
                f"{_RELATIONS}.{id_}.tension": tension,
            }
        return values | self._kinship(values, ids)

    def _kinship(self, relations: Mapping[str, FieldValue], ids: Mapping[str, str]) -> dict[str, FieldValue]:
        """A relation for each tie: the one that the two have already, or one of its own."""
        values: dict[str, FieldValue] = {}
        known = element_ids(relations, _RELATIONS)
        for at, tie in enumerate(self._ties, len(known) + 1):
            pair = {ids[tie.role], ids[tie.of]}
            both = (id_ for id_ in known if {relations[f"{_RELATIONS}.{id_}.{end}"] for end in "ab"} == pair)
            path = f"{_RELATIONS}.{next(both, f'r{at}k')}"
            one, other = self._cast[tie.role], self._cast[tie.of]
            values |= {
                f"{path}.a": ids[tie.role],
                f"{path}.b": ids[tie.of],
                f"{path}.kind": kind_of(tie.kin.noun, other.pronoun),
                f"{path}.tension": relations.get(
                    f"{path}.tension", f"{one.short} is {tie.kin.of}’s {tie.kin.word}"
                ),
            }
        return values

    def _situations(self) -> Iterator[Piece]:
        """One situation for each pair, so that none contradicts another; as many as a novel can tell out."""
        chosen = [self._main]
        yield chosen[0]
        long = self._seen.number("concept.length.chapters") >= _LONG_NOVEL
        every = (("PB",), *_SECOND_PAIRS, _OTHER_PAIRS) * 2
        for pairs in every if long else (("PB",), self._second_pair()):
            fits = [piece for piece in situations(self._kit, pairs) if piece not in chosen]
            fits = [piece for piece in fits if self._is_apt(piece, *piece.one("pair"))]
            if fits:
                chosen.append(_pick(self._taste, fits, self._chance))
                self._claims |= claims(chosen[-1])
                yield chosen[-1]

    def _second_pair(self) -> tuple[str, ...]:
        """A pair beside that of the protagonist's closest: of somebody locked where there is one."""
        open_ = [pair for pair in _SECOND_PAIRS if situations(self._kit, pair)]
        kept = [pair for pair in open_ if self._kept.keys() & set(pair[0]) - {"P"}]
        return self._chance.choice(kept or open_)


def _opening(person: Person, start: str) -> str:
    """How somebody is at the start, as a sentence."""
    return sentence(f"{person.short if person.pronoun == 'they' else person.pronoun} {start}")


def _proposed(sentence: str, said: str) -> str:
    """A sentence, marked as a proposal beside what a person's own text says."""
    return f"Proposed: {sentence}" if said else sentence


def is_machine(person: Person) -> bool:
    """Whether somebody's job says that they are a machine."""
    return not listed("machine").isdisjoint(person.job.split())


def _claims_of_cast(cast: Cast, kit: Piece) -> Iterator[str]:
    if kit.one("bond") in _KIN_BONDS or not listed("same_name").isdisjoint(cast["B"].job.split()):
        yield "B=kin"
    if "stranger" in cast["B"].job.split():
        yield from ("B=stranger", "B=!married")
    if "Y=" not in kit.one("ages") and not {"daughter", "son"}.isdisjoint(cast["Y"].job.split()):
        yield "Y=!child"
    for role, person in cast.items():
        yield f"{role}={'' if is_machine(person) else '!'}machine"


def situations(kit: Piece, pairs: Iterable[str]) -> list[Piece]:
    """The situations between some pairs of roles that suit a kit."""
    wanted = set(pairs) - set(kit.words("nopair"))
    strangers = kit.one("bond") == "stranger"
    found = [piece for piece in pieces("sit").values() if piece.one("pair") in wanted]
    return [
        piece for piece in voiced(kit, found) if suits(kit, piece) and not (strangers and piece.one("near"))
    ]


def _pick(taste: Taste, found: list[Piece], chance: Random) -> Piece:
    """One by chance of those that the taste leans to most."""
    allowed = taste.allowed(found)
    most = max(map(taste.pull, allowed))
    return chance.choice([piece for piece in allowed if taste.pull(piece) == most])


def _kept_people(ask: PlanAsk) -> dict[str, _Kept]:
    """The people of whom something is locked, by role."""
    known = ask.fields
    texts = {
        id_: {
            key: str(known[path])
            for key in ("name", "pronouns", *_ARC_WORDS)
            if (path := f"{PEOPLE}.{id_}.{key}") in (ask.locked if key in _ARC_WORDS else known)
        }
        for id_ in element_ids(ask.locked, PEOPLE)
    }
    roles = by_role({id_: str(known.get(f"{PEOPLE}.{id_}.role", "")) for id_ in texts})
    return {role: _Kept(id_, texts[id_]) for role, id_ in roles.items()}
