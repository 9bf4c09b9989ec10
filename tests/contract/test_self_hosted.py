"""Servers that people run themselves: what they refuse is learned from their errors, once, and left out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from pydantic import SecretStr

from service.domain.inspection import SAFEGUARDS
from service.errors import ProviderPermanent, ProviderRefused
from service.providers.openai.client import Link, open_client
from service.providers.openai.hearing import HeardWord, heard_words
from service.providers.openai.image import OpenAIImage
from service.providers.openai.speech import OpenAISpeech
from service.providers.openai.structured import Answers, json_part
from service.providers.openai.text import OpenAIText
from service.providers.openai.vision import OpenAIVision
from service.providers.prices import PriceTable
from service.providers.protocols import SpeechAsk
from service.providers.roles import Server, models_of, server_of, servers_of
from service.settings import Settings
from tests.contract.test_image import a_picture, an_ask
from tests.factories import a_brief, a_content
from tests.stubs.openai_server import REFUSED, OpenAIStub
from tests.stubs.provider_stub import Fault, opened
from tests.stubs.self_hosted import Dialect, SelfHostedStub, localai, oldest, ollama, vllm

MODEL = "gemma4:12b"
THOUGHT = "<think>A {hero} and a {boat}?</think>\n```json\n{}\n```"
Open = Callable[..., Any]


@pytest.fixture
async def hosted() -> AsyncIterator[Open]:
    """Opens servers with a dialect, each with a link to it."""
    async with AsyncExitStack() as stack:

        async def open_one(dialect: Dialect, **how: Any) -> tuple[SelfHostedStub, Link]:
            stub = await stack.enter_async_context(opened(SelfHostedStub(dialect, **how)))
            client = await stack.enter_async_context(open_client(SecretStr(""), stub.base_url))
            return stub, Link(client, PriceTable(), {})

        yield open_one


@pytest.mark.parametrize(
    ("dialect", "wrap", "refused"),
    [(ollama, "{}", 1), (vllm, THOUGHT, 2), (oldest, "Here you are:\n{}\nEnjoy!", 5)],
)
async def test_what_a_server_refuses_is_asked_for_once(
    hosted: Open, dialect: Dialect, wrap: str, refused: int
) -> None:
    stub, link = await hosted(dialect, wrap=wrap)
    text = OpenAIText(Answers(link, MODEL, timeout=5))
    shown: list[str] = []
    story = (await text.write_story(a_brief(), lambda page, words: shown.append(words))).value
    assert len(story.beats) == 4
    assert shown
    assert shown[-1] == story.beats[-1].text
    assert len(stub.refusals()) == refused
    await text.plan_palette(a_brief(), story)
    await text.write_activities(a_brief(), story)
    assert len(stub.refusals()) == refused, "learned for all calls of the model"
    assert len(stub.billed()) == 3, "what was refused was not worked on"


async def test_a_server_that_answers_at_once_where_a_stream_is_asked_for(hosted: Open) -> None:
    stub, link = await hosted(ollama)
    stub.streams = False
    shown: list[str] = []
    text = OpenAIText(Answers(link, MODEL, timeout=5))
    story = (await text.write_story(a_brief(), lambda page, words: shown.append(words))).value
    assert shown[-1] == story.beats[-1].text
    assert stub.billed()[0].body["stream"] is True


async def test_what_is_learned_holds_for_a_model_of_a_server(hosted: Open) -> None:
    stub, link = await hosted(ollama)
    other_stub, other = await hosted(ollama)
    for at, model in ((link, MODEL), (link, "llama9"), (other, MODEL)):
        await OpenAIText(Answers(at, model, timeout=5)).plan_palette(a_brief(), a_content())
    assert [call.model for call in stub.refusals()] == [MODEL, "llama9"]
    assert len(other_stub.refusals()) == 1


async def test_a_schema_that_is_refused_is_told_in_the_rules(hosted: Open) -> None:
    stub, link = await hosted(vllm)
    await OpenAIText(Answers(link, MODEL, timeout=5)).plan_palette(a_brief(), a_content())
    sent = stub.billed()[0].body
    assert sent["response_format"] == {"type": "json_object"}
    assert '"motif"' in sent["messages"][0]["content"]
    assert not {"max_tokens", "max_completion_tokens"} & set(sent)
    assert "reasoning_effort" in sent, "nothing else is left out"


async def test_an_old_name_of_the_limit_is_used_where_the_new_one_is_unknown(hosted: Open) -> None:
    stub, link = await hosted(oldest)
    await OpenAIText(Answers(link, MODEL, timeout=5)).plan_palette(a_brief(), a_content())
    sent = stub.billed()[0].body
    assert sent["max_tokens"] == 32_000
    assert not {"response_format", "reasoning_effort", "safety_identifier"} & set(sent)


@pytest.mark.parametrize(
    "body", [{"error": {"message": "The model is not loaded."}}, {"detail": "stop"}, "no"]
)
async def test_an_error_about_something_else_is_final(stub: OpenAIStub, link: Link, body: Any) -> None:
    stub.fail("palette", *[Fault("status", 400, body)] * 2)
    with pytest.raises(ProviderPermanent):
        await OpenAIText(Answers(link, MODEL, timeout=5)).plan_palette(a_brief(), a_content())
    assert len(stub.calls) == 1


async def test_a_refusal_of_the_moderation_is_no_lacking_ability(stub: OpenAIStub, link: Link) -> None:
    told = {"error": {**REFUSED["error"], "message": "moderation of the response_format's stream"}}
    stub.fail("palette", *[Fault("status", 400, told)] * 2)
    with pytest.raises(ProviderRefused):
        await OpenAIText(Answers(link, MODEL, timeout=5)).plan_palette(a_brief(), a_content())
    assert len(stub.calls) == 1


async def test_pictures_come_by_their_url_and_without_edits(hosted: Open) -> None:
    stub, link = await hosted(localai)
    image = OpenAIImage(link, "flux.2-klein", quality="high", form="png", timeout=5)
    for _ in range(2):
        reply = await image.draw(an_ask(), [a_picture()])
        assert reply.value.media_type == "image/png"
    assert len(stub.of("edit")) == 1
    assert len(stub.billed("image")) == 2
    assert set(stub.billed("image")[0].body) == {"model", "prompt", "n", "size"}


async def test_a_validator_of_ones_own_answers_in_plain_json(hosted: Open) -> None:
    _, link = await hosted(vllm, wrap=THOUGHT)
    vision = OpenAIVision(Answers(link, MODEL, timeout=5))
    findings = (await vision.look(a_picture(), SAFEGUARDS)).value
    assert [finding.verdict for finding in findings] == ["present"] * len(SAFEGUARDS)


async def test_a_page_is_spoken_and_its_words_are_heard(hosted: Open) -> None:
    stub, link = await hosted(localai)
    text = "Maya saw the river.\n\n“Look!” she said."
    for transcriber, estimated in (("", True), ("whisper-1", False)):
        speech = OpenAISpeech(link, "kokoro", voice="af_heart", transcriber=transcriber, timeout=5)
        narration = (await speech.speak(SpeechAsk(text))).value
        assert [word.text for word in narration.words] == text.split()
        assert narration.estimated is estimated
        assert 0 <= narration.words[0].start < narration.words[-1].end <= narration.duration
    assert stub.of("speech")[0].body["voice"] == "af_heart"
    stub.fail("hearing", Fault("status", 500))
    assert (await speech.speak(SpeechAsk(text))).value.estimated, "a page that was paid for is kept"


def test_words_that_are_not_heard_stand_between_their_neighbours() -> None:
    heard = [HeardWord("The", 0.1, 0.3), HeardWord("fox", 1.0, 1.4), HeardWord("ran", 1.5, 2.0)]
    words = heard_words(heard, "“The red fox ran.”", 2.2)
    assert [(word.text, round(word.start, 3), round(word.end, 3)) for word in words] == [
        ("“The", 0.1, 0.3), ("red", 0.3, 1.0), ("fox", 1.0, 1.4), ("ran.”", 1.5, 2.0),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="another text"):
        heard_words(heard, "An owl hooted all night.", 2.2)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1}', '{"a": 1}'),
        ('```json\n{"a": 1}\n```', '{"a": 1}'),
        ('<think>{"b"}</think> {"a": 1} That is it.', '{"a": 1}'),
        ('<think>{"b": 1', ""),
        ("no", ""),
    ],
)
def test_the_json_of_an_answer_is_found(text: str, found: str) -> None:
    assert json_part(text, whole=True) == found


def of_roles(**changes: Any) -> Settings:
    both = {"text_provider": "openai", "image_provider": "openai", "openai_api_key": "sk-ours"}
    return Settings.model_validate({**both, **changes})


def test_each_role_has_its_server_and_no_key_goes_astray() -> None:
    settings = of_roles(
        text_base_url="http://ollama:11434/v1",
        vision_base_url="http://vllm:8000/v1",
        vision_api_key="vl-1",
        image_api_key="sk-pictures",
    )
    keys = {role: server_of(settings, role) for role in models_of(settings)}
    assert {role: (at.base_url, at.key.get_secret_value()) for role, at in keys.items()} == {
        "text": ("http://ollama:11434/v1", ""),
        "planner": ("http://ollama:11434/v1", ""),
        "vision": ("http://vllm:8000/v1", "vl-1"),
        "image": ("https://api.openai.com/v1", "sk-pictures"),
        "moderation": ("https://api.openai.com/v1", "sk-ours"),
    }
    assert servers_of(settings)[Server("http://ollama:11434/v1", SecretStr(""))] == [settings.text_model] * 2


def test_roles_that_share_a_server_share_a_client() -> None:
    assert len(servers_of(of_roles())) == 1
    assert servers_of(Settings()) == {}
    words_only = of_roles(image_provider="offline", moderation_model="")
    assert set(models_of(words_only)) == {"text", "planner"}
