"""Every language that is accepted, names of two to twelve letters, everywhere and inflected: nothing leaks.

A part of the table in each run; all of it, with several names for each cell, by ``--faults=long``.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from zlib import crc32

import pytest
from pydantic import TypeAdapter

from service.api.fields import Language
from service.providers.pseudonyms import Pseudonymizer
from tests.cases import for_each
from tests.unit.name_table import (
    LETTERS,
    ORDINARY,
    OTHER_SPELLINGS,
    PLACES,
    disguises,
    inflected,
    languages,
    names,
    told,
    written,
)

pytestmark = pytest.mark.slow

LENGTHS = range(2, 13)
SHORT_RUN = (2, 3, 4, 6, 12)
SEEDS = 3
LANGUAGES = sorted(languages())


def cells(language: str, script: str, *, whole: bool) -> list[tuple[int, int]]:
    """The lengths of names, each with a seed. In the short run a language with endings of its own has every
    second length, one without has one length. One in three of those that are told apart by their names alone
    stands for them."""
    if whole:
        return [(length, seed) for length in LENGTHS for seed in range(SEEDS)]
    chance = crc32(language.encode())
    if inflected(language):
        return [(length, 0) for length in SHORT_RUN[chance % 2 :: 2]]
    return [] if script == "latin" and chance % 3 else [(LENGTHS[chance % len(LENGTHS)], 0)]


def test_the_table_holds_only_languages_that_are_accepted_and_every_script() -> None:
    accepted = TypeAdapter(Language)
    for language, script in LANGUAGES:
        assert accepted.validate_python(language) == language
        assert script in LETTERS
    assert {script for _, script in LANGUAGES} == set(LETTERS)
    assert len({language for language, _ in LANGUAGES}) > 190


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)], ids=["part", "whole"])
@pytest.mark.parametrize("script", sorted(LETTERS))
def test_no_name_leaks_and_each_comes_back(script: str, whole: bool) -> None:
    for language in (tag for tag, of in LANGUAGES if of == script):
        for length, seed in cells(language, script, whole=whole):
            for name in names(language, script, length, seed):
                check(name, language, script)


def check(name: str, language: str, script: str) -> None:
    forms = list(dict.fromkeys(written(name, language, script)))
    text = told(forms, script, name)
    texts = [unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)]
    people = Pseudonymizer([name], texts)
    for whole in texts:
        sent = people.pseudonymize(whole)
        assert people.restore(sent) == whole, (language, name)
        left = readable(re.sub(rf"{people.word}_\d+", "|", sent))
        leaked = [form for form in forms if readable(form) in left]
        assert not leaked, (language, name, leaked)
        parsed = json.loads(json.dumps(people.pseudonymize_all({"text": whole}), ensure_ascii=False))
        assert people.restore(parsed["text"]) == whole
    check_answers(people, name, forms)


def check_answers(people: Pseudonymizer, name: str, forms: list[str]) -> None:
    """What a model writes onto a stand-in, and how it spells that, comes back as the name with it."""
    endings = [form.removeprefix(name) for form in forms if form.startswith(name)]
    for ending in endings:
        for written_so in (f"{people.word}_1", f"{people.word} 1", people.word.upper() + "_1"):
            said = f"…{written_so}{ending}。{written_so}{ending}"
            assert people.restore(said) == f"…{name}{ending}。{name}{ending}"
            assert people.word.casefold() not in people.restore_so_far(said).casefold()


def readable(text: str) -> str:
    """A text as a person reads it, however it is composed or cased."""
    return unicodedata.normalize("NFKD", text).casefold()


def hidden_everywhere(name: str, spelling: str) -> None:
    """A name is found in another spelling, wherever it stands, and comes back byte for byte."""
    for place in PLACES:
        text = place(spelling, "123")
        people = Pseudonymizer([name], [text])
        sent = people.pseudonymize(text)
        assert people.restore(sent) == text, (name, spelling)
        left = Counter(filter(str.isalpha, re.sub(rf"{people.word}_\d+", "", sent)))
        assert left <= Counter(place("", "123")), (name, spelling, sent)


@for_each("spellings", OTHER_SPELLINGS, ids=lambda spellings: spellings[0])
def test_a_name_is_found_in_every_spelling(spellings: tuple[str, ...]) -> None:
    for name in spellings:
        for spelling in spellings:
            hidden_everywhere(name, spelling)


@for_each("name", ["Zyxonia", "Maya", "Lía", "Jürgen", "Bjørn", "Марья", "Ελένη", "Օլյա", "小明"])
def test_a_name_is_found_in_disguise(name: str) -> None:
    for spelling in disguises(name):
        hidden_everywhere(name, spelling)


@for_each(("people", "text"), ORDINARY, ids=str)
def test_ordinary_sentences_stay(people: tuple[str, ...], text: str) -> None:
    assert Pseudonymizer(people, [text]).pseudonymize(text) == text
