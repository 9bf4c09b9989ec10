"""What the director says stands in the prompts of pictures. Only who is staged is drawn and asked about."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from service.devstack.stack import Stack
from service.providers.estimate import Estimator
from service.providers.prices import PriceTable
from tests.integration.provider_books import Works, dollars, open_works
from tests.servers import fresh_database
from tests.stubs.directed_books import Book, DirectedStub, brief_of, directed_books, poses_of
from tests.stubs.elevenlabs_server import ElevenLabsStub
from tests.stubs.openai_server import REFUSED
from tests.stubs.provider_stub import Call, Fault, opened

BOOKS = directed_books()
KITE, CLOCK = BOOKS[:2]


@pytest.fixture(scope="module")
async def shared(
    stack: Stack, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Works]:
    files = tmp_path_factory.mktemp("directed")
    async with (
        fresh_database(stack, template_database) as database,
        opened(DirectedStub()) as openai,
        opened(ElevenLabsStub()) as elevenlabs,
        open_works((openai, elevenlabs), database, stack.redis_url, files, "directed") as works,
    ):
        yield works


@pytest.fixture
async def works(shared: Works) -> AsyncIterator[Works]:
    """The process, its stubs as new. They direct the book with the kite."""
    await shared.renew()
    direct(shared, KITE)
    yield shared


def direct(works: Works, book: Book) -> None:
    assert isinstance(works.openai, DirectedStub)
    works.openai.book = book


def prompts_of(works: Works) -> dict[int, list[Call]]:
    """The calls for the cover (0) and for each scene."""
    found: dict[int, list[Call]] = {}
    for call in works.openai.of("image"):
        number = re.search(r"^Scene (\d+) of the book\.$", call.body["prompt"], re.MULTILINE)
        if number or "The book's cover." in call.body["prompt"]:
            found.setdefault(int(number[1]) if number else 0, []).append(call)
    return found


@pytest.mark.parametrize(
    "number", [pytest.param(at, marks=[pytest.mark.long] if at > 1 else []) for at in range(len(BOOKS))]
)
async def test_all_that_was_directed_reaches_the_pictures_and_no_rule(works: Works, number: int) -> None:
    book = BOOKS[number]
    direct(works, book)
    made = await works.make(**brief_of(book))
    assert made.story["asset_generation_status"]["overall"] == "ready"
    names = [hero["name"] for hero in book["characters"]]
    calls = prompts_of(works)
    assert {at: len(tries) for at, tries in calls.items()} == dict.fromkeys(range(len(book["pictures"])), 1)
    for at, picture in enumerate(book["pictures"]):
        (call,) = calls[at]
        prompt = call.body["prompt"]
        staged = {names.index(name) + 1 for name in picture["heroes"]}
        assert {int(found) for found in re.findall(r"[A-Za-z]_(\d+)", prompt)} == staged
        for text in (*told_in(picture), *looks_of(book, picture["heroes"])):
            for part in parts_of(text, names):
                assert part in unquoted(prompt), (at, text)
        assert f"A {picture['shot']} shot, " in prompt
        named = re.findall(r"^Image (\d+): ", prompt, re.MULTILINE)
        assert [int(found) for found in named] == list(range(1, len(call.files) + 1)) != []
    assert_no_rule_has_words_of_a_person(works, book)
    for call in works.openai.of("verdicts"):
        told, *images = call.body["messages"][1]["content"]
        assert json.loads(told["text"])["questions"]
        assert len(images) <= 2
    beats = made.story["content"]["beats"]
    assert all(beat["alt"].endswith("by the river, as drawn.") for beat in beats)


def told_in(picture: Mapping[str, Any]) -> Iterator[str]:
    """All that the director says about a picture."""
    yield from (picture[part] for part in ("action", "camera", "depth", "atmosphere", "place"))
    yield from (picture["time"], picture["weather"], *picture["must_show"], *picture["props"])
    for pose in poses_of(picture):
        yield from (pose["pose"], pose["expression"])


def looks_of(book: Book, names: list[str]) -> Iterator[str]:
    for hero in book["characters"]:
        if hero["name"] in names:
            yield from hero.get("looks", {}).values()
            yield from filter(None, (hero.get("description"), hero.get("species")))


def parts_of(text: str, names: list[str]) -> list[str]:
    """A text between the names in it."""
    return [part for part in re.split("|".join(map(re.escape, names)), text) if part.strip()]


def unquoted(prompt: str) -> str:
    return prompt.replace('\\"', '"')


def assert_no_rule_has_words_of_a_person(works: Works, book: Book) -> None:
    words = {hero["name"] for hero in book["characters"]} | {book.get("title"), book.get("instructions")}
    # A bear's species is a word of the rules, too: "bear out".
    words |= {book.get("style"), *looks_of(book, [hero["name"] for hero in book["characters"]])}
    words -= {"bear"}
    chats = [call for call in works.openai.calls if "messages" in call.body]
    for call in chats:
        rules = call.body["messages"][0]["content"]
        assert not [word for word in words if word and re.search(rf"\b{re.escape(word)}\b", rules)]
    safe = [call for call in chats if call.kind == "safety"]
    assert safe
    assert all(len(call.body["messages"][1]["content"]) == 1 for call in safe)


async def test_a_page_without_the_dog_buys_no_second_picture_because_of_the_dog(works: Works) -> None:
    """And a hero whom the cover lacks has a likeness beside it."""
    works.openai.eye = lambda question, looks: (
        "absent" if "Is Hero_2 in the picture?" in question else "present"
    )
    await works.make(**brief_of(KITE))
    calls = prompts_of(works)
    assert [len(calls[at]) for at in (0, 1, 2)] == [3, 1, 3]
    for at, tries in calls.items():
        assert [len(call.files) for call in tries] == ([1, 1, 1] if at == 0 else [1, 2, 2])[: len(tries)]
    assert "Hero_2 in the picture" not in json.dumps(
        [call.body for call in works.openai.of("verdicts") if "knotted string" in json.dumps(call.body)]
    )


async def test_a_near_miss_is_edited_and_a_far_one_drawn_anew(works: Works) -> None:
    """Of the scene: letters first, then a hero who is missing."""

    def eye(question: str, looks: int) -> str:
        far = "Is Hero_1 in the picture?" in question and looks == 4
        return "absent" if far or ("letters" in question and looks == 3) else "present"

    works.openai.eye = eye
    short = {**KITE, "pictures": KITE["pictures"][:2]}
    direct(works, short)
    await works.make(**brief_of(short))
    first, edited, anew = (call for call in prompts_of(works)[1])
    assert edited.body["prompt"].startswith(first.body["prompt"])
    assert "Image 3: the last try of this very picture" in edited.body["prompt"]
    assert (len(first.files), len(edited.files), len(anew.files)) == (1, 3, 2)
    assert "the last try" not in anew.body["prompt"]


async def test_a_report_says_what_a_person_can_do(works: Works) -> None:
    works.openai.eye = lambda question, looks: (
        "absent" if "blue bows" in question and looks > 1 else "present"
    )
    short = {**KITE, "pictures": KITE["pictures"][:1] * 2}
    direct(works, short)
    book = await works.make(**brief_of(short))
    report = await works.ask("GET", f"/api/v1/stories/{book.story['id']}/report")
    (check,) = report["pictures"]["scene_1"]["to_check"]
    assert check["why"] == "missed"
    assert check["draw_again_with"].startswith("this to be seen: a red paper kite")
    again = {"asset_types": ["scene_1"], "instructions": check["draw_again_with"]}
    await works.ask("POST", f"/api/v1/stories/{book.story['id']}/assets/regenerate", again)
    await book.follow()
    wished = prompts_of(works)[1][-3].body["prompt"]
    assert 'Wishes of the author: "this to be seen: a red paper kite' in wished


async def test_faults_30_to_38_in_the_new_steps_repeat_no_call_that_succeeded(works: Works) -> None:
    direct(works, CLOCK)
    works.openai.fail(
        "storyboard",
        Fault("status", 429, headers={"Retry-After": "0.1"}),
        Fault("status", 500),
        Fault("truncated"),
    )
    # A description that is refused is left out.
    works.openai.fail("alt", Fault("cut"), Fault("refusal"))
    works.openai.fail("image", Fault("status", 400, REFUSED))
    async with works.no_waiting():
        book = await works.make(**brief_of(CLOCK))
    assert book.story["asset_generation_status"]["overall"] == "ready"
    rows = [row for row in await works.ledger(book) if row.outcome == "ok"]
    count = len(CLOCK["pictures"])
    assert [row.step for row in rows].count("storyboard") == 1
    assert [row.step for row in rows].count("picture") == 1 + count
    assert len(works.openai.of("storyboard")) == 4
    assert len(works.openai.billed("image")) == 1 + count


async def test_a_cap_holds_in_the_new_steps_and_a_larger_one_goes_on_from_there(works: Works) -> None:
    direct(works, CLOCK)
    cap = Estimator(works.settings, PriceTable()).call("content", works.settings.text_model) * 2
    book = await works.make(**brief_of(CLOCK), budget_usd=float(cap))
    assert book.assets["cover"]["error_code"] == "BUDGET_EXCEEDED"
    assert dollars(works.seen()) <= cap
    await works.ask("POST", f"/api/v1/stories/{book.story['id']}/resume", {"budget_usd": 9})
    await book.follow()
    assert book.story["asset_generation_status"]["overall"] == "ready"
    assert len(works.openai.of("storyboard")) == 1


async def test_the_sheet_goes_to_each_scene_by_setting(
    stack: Stack, database: str, tmp_path: Path, works: Works
) -> None:
    stubs = works.openai, works.elevenlabs
    changes = {"scene_references": "sheet+cover"}
    short = {**CLOCK, "pictures": CLOCK["pictures"][:2]}
    direct(works, short)
    async with open_works(stubs, database, stack.redis_url, tmp_path, "sheets", changes) as other:
        await other.renew()
        await other.make(**brief_of(short))
    (scene,) = prompts_of(works)[1]
    assert len(scene.files) == 2
    assert "Image 2: the character sheet of " in scene.body["prompt"]
