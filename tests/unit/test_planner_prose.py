"""The written pieces: each can be filled, has its scenes, and is used."""

from __future__ import annotations

import re

import pytest

from service.providers.offline.planner.casting import ROLES, kit_jobs
from service.providers.offline.planner.corpus import Piece, Step, pieces, read_pieces
from service.providers.offline.planner.filling import Filler, Person
from service.providers.offline.planner.matching import nearest
from service.providers.offline.planner.threads import MOMENTS
from tests.cases import for_each

PIECES = [piece for kind in ("kit", "sit", "theme", "arc", "carrier") for piece in pieces(kind).values()]
STEPS = [(piece, step) for piece in PIECES for step in piece.steps]
SHE = {role: Person(f"Ada {role}", f"Ada{role}", "she", "a baker") for role in ROLES}
THEY = {role: Person(f"Ada {role}", f"Ada{role}", "they", "a baker") for role in ROLES}
WORDS = {
    "town": "Vodna",
    "aim": "to get on",
    "thing": "the drum",
    "site": "the marsh",
    "lost": "Ada",
    "deed": "sells hours",
    "victim": "Ada Low",
    "use": "opens it",
    "parent": "father",
    "ware": "spoons",
    "sense": "see",
    "clue": "sees that the floor is dry",
    "proof": "counts the steps",
    "spark": "Ada opens a bakery",
    "purpose": "to bake",
    "matter": "the bakery",
    "object": "the dark",
    "fear": "the dark",
    "done": "light the lamp",
    "chased": "the stolen drum",
    "occasion": "the funeral",
    "event": "the fire",
    "other": "Bea",
}
OPEN = [kit for kit in pieces("kit").values() if kit.many("open")]
NAMES = {f"{piece.kind} {piece.name}": piece for piece in PIECES}


def thread_kind(piece: Piece) -> str:
    """The kind of thread that a piece makes."""
    if piece.kind == "sit":
        return piece.one("pair") if piece.one("pair") in MOMENTS else "other"
    return piece.one("for") if piece.kind == "arc" else piece.kind


def lines(piece: Piece) -> list[str]:
    """All lines that may be filled; lists are divided."""
    values = (value for values in piece.head.values() for value in values)
    heads = [part for value in values for part in re.split(r" *\|\|? *", value)]
    return heads + [line for step in piece.steps for line in (step.summary, *step.beats)]


@for_each("piece", PIECES, ids=lambda piece: f"{piece.kind} {piece.name}")
def test_each_line_can_be_filled(piece: Piece) -> None:
    for cast in (SHE, THEY):
        fill = Filler(cast, WORDS, "a seed")
        for line in lines(piece):
            assert not re.search(r"[{}<>|\[\]]", fill(line)), line


def test_verbs_agree_with_the_pronoun() -> None:
    she, they = Filler(SHE, WORDS, ""), Filler(THEY, WORDS, "")
    assert she("{P:They} are late, and {P:they} don't mind") == "She is late, and she doesn’t mind"
    assert they("{P:They} are late, and {P:they} don't mind") == "They are late, and they don’t mind"
    assert she("what {P:they} carry") == "what she carries"


@pytest.mark.parametrize("typed", ["{O}", "<a|b>", "{", "[x|y]", "| \\"])
def test_what_a_person_typed_is_not_read_as_a_template(typed: str) -> None:
    cast = {**SHE, "P": Person(typed, typed, "she", typed)}
    assert (
        Filler(cast, WORDS, "")("{P} and {thing}: {P:ajob}", thing=typed) == f"{typed} and {typed}: {typed}"
    )


def test_each_scene_has_a_goal_a_conflict_three_beats_and_known_roles() -> None:
    for piece, step in STEPS:
        assert ", but" in step.summary, (piece.name, step.slot)
        assert len(step.beats) == 3, (piece.name, step.slot)
        assert set(step.roles) <= set(ROLES), (piece.name, step.slot)
        assert " to " in step.turn, (piece.name, step.slot)


def test_the_places_of_scenes_exist_in_every_kit() -> None:
    assert {len(kit.many("place")) for kit in pieces("kit").values()} == {4}
    assert max(step.place for _, step in STEPS) == 4


def test_each_piece_has_as_many_scenes_as_its_thread_has_moments() -> None:
    for piece in PIECES:
        moments = len(MOMENTS.get(thread_kind(piece), ())) + 4 * bool(piece.many("open"))
        hook = piece.one("for") == "hook"
        assert len(piece.steps) in ((2, 3) if hook else (moments,)), piece.name


def test_no_sentence_is_written_twice() -> None:
    beats = [beat for _, step in STEPS for beat in step.beats if len(beat) > 20]
    assert len(beats) == len(set(beats))


def test_each_kit_has_a_job_for_each_role() -> None:
    for kit in pieces("kit").values():
        assert list(kit_jobs(kit)) == list(ROLES)


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("kit", ("premise", "log", "jobs", "place")),
        ("theme", ("question", "statement")),
        ("sit", ("tension",)),
    ],
)
def test_each_piece_is_found_by_its_own_words(kind: str, keys: tuple[str, ...]) -> None:
    fill = Filler(SHE, WORDS, "")
    for piece in pieces(kind).values():
        text = " ".join(
            fill(part) for key in keys for value in piece.many(key) for part in value.split(" | ")
        )
        assert nearest(kind, text, *keys) is piece


def test_a_line_of_no_known_form_is_refused() -> None:
    with pytest.raises(ValueError, match="not a line"):
        list(read_pieces("# kit one\nwhat is this\n"))


def test_a_step_is_read_whole() -> None:
    [piece] = read_pieces("// no\n# sit one\npair: PO\n= 1 P.O ease>no_ease @2\ns A, but B\n- x\n- y\n")
    assert piece.steps == (Step("1", ("P", "O"), "ease to no ease", 2, "A, but B", ("x", "y")),)


def test_there_is_enough_to_choose_from() -> None:
    counted = {kind: len(pieces(kind)) for kind in ("sit", "arc", "kit", "structure")}
    assert counted["sit"] >= 60
    assert counted["arc"] >= 40
    assert counted["kit"] >= 30
    assert counted["structure"] == 8


@pytest.mark.parametrize(
    "kit", [kit for kit in pieces("kit").values() if kit.many("open")], ids=lambda kit: kit.name
)
def test_an_open_kit_has_a_default_for_each_slot_and_knows_its_situations_and_themes(kit: Piece) -> None:
    assert all(kit.one(slot) for slot in (*kit.words("open"), "site"))
    assert {pieces("sit")[name].one("pair") for name in kit.words("main")} == {"PO"}
    assert all(name in pieces("theme") for name in kit.words("theme"))


@pytest.mark.parametrize("structure", pieces("structure").values(), ids=lambda piece: piece.name)
def test_a_structure_places_the_scenes_of_a_kit_in_their_order(structure: Piece) -> None:
    moments, acts = ([float(word) for word in structure.words(key)] for key in ("kit", "acts"))
    assert len(moments) == 8
    assert moments == sorted(moments)
    assert acts == sorted(acts)
    assert len(acts) <= 4
