"""The values of a stage in the order in which a person reads them."""

from __future__ import annotations

from service.cli.session_values import Values, marks_of, names_in

PEOPLE = Values(
    "character",
    {
        "people.c2.want": "to sail",
        "people.c2.age": 9,
        "people.c1.voice": "",
        "people.c2.name": "Tom",
        "people.c1.name": "Nell",
        "relations.r1.b": "c1",
        "relations.r1.a": "c2",
    },
    {"people": ["c2", "c1"], "relations": ["r1"]},
    {"c1": "Nell", "c2": "Tom"},
)


def test_fields_and_elements_have_the_order_of_the_plan() -> None:
    assert list(PEOPLE.elements()) == [
        ("people.c2", [("name", "Tom"), ("age", "9"), ("want", "to sail")]),
        ("people.c1", [("name", "Nell")]),
        ("relations.r1", [("a", "Tom"), ("b", "Nell")]),
    ]
    concept = Values("concept", {"tone": ["dry", "warm"], "avoid": [], "title": "Sea"}, {})
    assert concept.plain() == [("title", "Sea"), ("tone", "dry, warm")]


def test_elements_in_an_element_follow_it() -> None:
    values = {"chapters.k1.title": "Ebb", "chapters.k1.scenes.s1.beats": ["She waits.", "It turns."]}
    plot = Values("plot", values, {"chapters": ["k1"], "chapters.k1.scenes": ["s1"]})
    assert list(plot.elements()) == [
        ("chapters.k1", [("title", "Ebb")]),
        ("chapters.k1.scenes.s1", [("beats", "She waits.; It turns.")]),
    ]


def test_each_element_is_a_line_without_repeats() -> None:
    assert dict(PEOPLE.in_lines()) == {"people": ["Tom · to sail", "Nell"], "relations": ["Tom · Nell"]}
    plot = Values("plot", {"chapters.k1.title": "Ebb", "chapters.k1.goal": "Ebb"}, {"chapters": ["k1"]})
    assert dict(plot.in_lines()) == {"chapters": ["Ebb"]}


def test_ids_have_the_names_of_their_elements() -> None:
    paths = {"character.people.c1.name": "Nell", "plot.chapters.k1.title": "Ebb", "concept.title": "Sea"}
    assert names_in(paths) == {"c1": "Nell", "k1": "Ebb"}


def test_a_lock_above_a_field_and_a_stale_field_are_marked() -> None:
    names = ["people.c1.name", "people.c2.name", "people.c2.want"]
    marks = marks_of("character", names, ["character.people.c1"], ["character.people.c2.want"])
    assert marks == {"people.c1.name": " (locked)", "people.c2.want": " (look again)"}
