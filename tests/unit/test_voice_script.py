"""What the offline voice says of a text, before any sound is made."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.providers.offline.voice import script
from service.providers.offline.voice.script import Script, Utterance
from tests.cases import for_each


def _pieces(page: Script) -> list[script.Piece]:
    return [piece for unit in page.utterances for clause in unit.clauses for piece in clause.pieces]


def _said(text: str) -> str:
    return " ".join(piece.spoken for piece in _pieces(script.write(text)))


def _stops(text: str) -> list[str]:
    return ["".join(clause.stop for clause in unit.clauses) for unit in script.write(text).utterances]


TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="ab AZ09 .,!?…—–-'’“”\n😀é$%&<>{}", max_size=400),
)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_script_keeps_every_run_of_any_text_in_order(text: str) -> None:
    page = script.write(text)
    assert list(page.runs) == text.split()
    runs = [piece.run for piece in _pieces(page)]
    assert runs == sorted(runs)
    assert all(0 <= run < len(page.runs) for run in runs)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_script_never_asks_for_more_than_one_breath(text: str) -> None:
    for unit in script.write(text * 3).utterances:
        assert sum(clause.length for clause in unit.clauses) <= script.UTTERANCE_LIMIT
        assert all(clause.pieces and clause.stop in tuple("?!.;:,") for clause in unit.clauses)


@for_each(
    ("text", "said"),
    [
        ("Dr. Smith met Mrs. J. Hill.", "Dr Smith met Mrs J Hill"),
        ("“Hello,” said Zoë — the fox’s friend.", "Hello said Zoë the fox's friend"),
        ("She asked—and ran.", "She asked and ran"),
        ("It was 3:15, or 2.5, of 1,000.", "It was 3 15 or 2.5 of 1,000"),
        ("Pages 3–5 cost $20.", "Pages 3 to 5 cost 20 dollars"),
        ("A 🦊 ran 50% *faster* & far.", "A ran 50% faster & far"),
        ("WHOOSH went the TV", "whoosh went the TV"),
        ("The 2nd bus, at 3:30 or 9:00 or 10:05", "The 2nd bus at 3 30 or 9 o'clock or 10 oh 5"),
        (
            "£5, £1, £2.50, €3, $1, 50p, £0.20",
            "5 pounds 1 pound 2 pounds 50 3 euros 1 dollar 50 pence 20 pence",
        ),
        ("the 100th, the 21st, the 105th", "the 1 hundredth the 21st the 100 and 5th"),
        (
            "2½ pies and ½ a cake, No. 5 and #1, 20°C",
            "2 and a half pies and half a cake number 5 and number 1 20 degrees",
        ),
        (
            "Mooooo! Noooo, said the Rrrrumble. Yaaawn. Hisssss. Soooo! Oooohhh!",
            "Moo No said the Rumble Yawn Hiss So Ooh",
        ),
        ("Shhhh, zzzz. Brrr!", "Shhhh zzzz Brrr"),
        ("<img src=x onerror=alert(1)>", "img src x onerror alert 1"),
        ("{{7*7}} [[ab]]", "7 7 ab"),
        ("שלום مرحبا 日本 Привет", ""),
        ("… — ” !", ""),
        ("hello😀 👩🏽‍🦽rolls", "hello rolls"),
        ("zero\u200bwidth and \u202eturned\u202c", "zerowidth and turned"),
    ],
)
def test_script_says_words_and_no_signs(text: str, said: str) -> None:
    assert _said(text) == said


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("“Look!” said Mia. “Is it… a boat?”", ["!.", ",?"]),
        ("Dr. Smith slept. He snored.", [".", "."]),
        ("One, two; three: four!", [",;:!"]),
        ("No stop at all", ["."]),
        ("Wait … What?", [".", "?"]),
        ("“Really?!” asked Tom.", ["?."]),
        ("It was I. You saw.", [".", "."]),
    ],
)
def test_script_ends_sentences_by_what_follows_the_stop(text: str, stops: list[str]) -> None:
    assert _stops(text) == stops


def test_script_rests_longer_after_a_paragraph() -> None:
    def rests(units: tuple[Utterance, ...]) -> list[float]:
        return [unit.rest for unit in units]

    page = script.write("One. Two.\n  \nThree.\nFour.")
    rest, long_rest = script.SENTENCE_REST, script.PARAGRAPH_REST
    assert rests(page.utterances) == [rest, long_rest, rest, long_rest]


def test_script_knows_a_refrain_by_the_other_pages() -> None:
    pages = [
        "Up went the kite. Not yet, said the wind.",
        "Down it came. “Not yet,” said the wind. Oh no! Oh no!",
    ]
    refrains = script.refrains_of(pages)
    assert refrains == {"not yet said the wind"}
    for page in pages:
        assert [unit.refrain for unit in script.write(page, refrains).utterances][:3] == [False, True] + [
            False
        ] * (page == pages[1])


def test_script_cuts_what_is_too_long_and_loses_no_word() -> None:
    text = "word " * 300
    page = script.write(text)
    assert len(page.utterances) > 1
    assert [piece.run for piece in _pieces(page)] == list(range(300))


def test_script_says_only_the_beginning_of_an_endless_word() -> None:
    assert len(_said("ab" * 5000)) == script.TOKEN_LIMIT
    assert len(_said("a!" * 5000)) <= script.RUN_LIMIT
