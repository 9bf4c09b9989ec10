"""The real writer before the stub: what it sends, and every way in which an answer can fail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from service.domain.story import Character, StoryContent, TraitRef
from service.errors import (
    ProviderBlocked,
    ProviderError,
    ProviderPermanent,
    ProviderRefused,
    ProviderRetryable,
    ProviderThrottled,
)
from service.providers.caller import on_behalf_of, safety_identifier
from service.providers.guard import Guard
from service.providers.openai.client import Link, open_client, shutdown_dates
from service.providers.openai.structured import Answers
from service.providers.openai.text import OpenAIText
from service.providers.prices import Counts, PriceTable
from service.providers.replies import Reply
from tests.contract.conftest import KEY, MODEL
from tests.factories import USER, a_brief, a_content
from tests.servers import NOWHERE
from tests.stubs.openai_server import NEW_LIMIT, OLD_SPENT, REFUSED, SPENT, OpenAIStub
from tests.stubs.provider_stub import Fault

BRIEF = a_brief(
    characters=(
        Character(
            name="Maya Lindqvist",
            age=6,
            description="Maya Lindqvist laughs loudly",
            traits=(TraitRef(id="manual_wheelchair"),),
            preferred_words={"manual_wheelchair": "wheels"},
        ),
    ),
    instructions="Maya Lindqvist's dog is called Bo",
)


@pytest.fixture
def text(link: Link) -> OpenAIText:
    return OpenAIText(Answers(link, MODEL, timeout=5))


async def write(text: OpenAIText) -> Reply[StoryContent]:
    return await text.write_story(BRIEF, lambda page, words: None)


async def plan(text: OpenAIText) -> Any:
    return await text.plan_palette(BRIEF, a_content())


async def test_no_name_goes_out_and_every_name_comes_back(text: OpenAIText, stub: OpenAIStub) -> None:
    shown: list[str] = []
    reply = await text.write_story(BRIEF, lambda page, words: shown.append(words))
    sent = json.dumps(stub.calls[0].body, ensure_ascii=False)
    assert "Maya" not in sent
    assert "Lindqvist" not in sent
    assert "Hero_1" in sent
    assert "wheels" in sent
    assert "Maya Lindqvist" in reply.value.beats[0].text
    assert not any("Hero" in words for words in shown)


async def test_the_user_is_known_by_a_hash_only(text: OpenAIText, stub: OpenAIStub) -> None:
    with on_behalf_of(USER):
        await plan(text)
    sent = stub.calls[0].body["safety_identifier"]
    assert sent == safety_identifier(USER)
    assert str(USER) not in json.dumps(stub.calls[0].body)


def walk(node: Any) -> list[Mapping[str, Any]]:
    if isinstance(node, list):
        return [found for item in node for found in walk(item)]
    if not isinstance(node, dict):
        return []
    return [node, *(found for item in node.values() for found in walk(item))]


async def test_the_schema_is_strict_all_the_way_down(text: OpenAIText, stub: OpenAIStub) -> None:
    await write(text)
    asked = stub.calls[0].body["response_format"]["json_schema"]
    assert asked["strict"] is True
    objects = [node for node in walk(asked["schema"]) if node.get("type") == "object"]
    assert len(objects) == 2
    for node in objects:
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])
    assert not any("default" in node for node in walk(asked["schema"]))
    assert list(asked["schema"]["properties"])[:2] == ["title", "beats"]


async def test_a_thinking_model_is_sent_no_temperature(text: OpenAIText, stub: OpenAIStub) -> None:
    await plan(text)
    sent = stub.calls[0].body
    assert sent["reasoning_effort"] == "low"
    assert not {"temperature", "max_tokens", "seed"} & set(sent)


async def test_an_older_model_is_sent_a_seed(link: Link, stub: OpenAIStub) -> None:
    await plan(OpenAIText(Answers(link, "gpt-4.1", timeout=5)))
    assert stub.calls[0].body["seed"] == 7
    assert "reasoning_effort" not in stub.calls[0].body


async def test_a_call_costs_what_its_tokens_cost(link: Link, stub: OpenAIStub) -> None:
    reply = await write(OpenAIText(Answers(link, "gpt-6.1-terra", timeout=5)))
    counts = stub.calls[0].counts
    assert reply.usage.input_tokens == counts["input"]
    assert reply.usage.cost_usd == Decimal(counts["input"] + 5 * counts["output"]) / 1_000_000
    assert reply.request_id == "req_1"


async def test_one_connection_serves_whole_and_streamed_answers(text: OpenAIText, stub: OpenAIStub) -> None:
    for _ in range(2):
        await write(text)
        await plan(text)
    assert len(stub.connections) == 1


def status(code: int, body: Any = None, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault("status", code, body, named)


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        (status(400), ProviderPermanent, "PROVIDER_REJECTED"),
        (status(404, {"error": {"code": "model_not_found"}}), ProviderPermanent, "MODEL_NOT_FOUND"),
        (status(422), ProviderPermanent, "PROVIDER_REJECTED"),
        (status(401), ProviderBlocked, "PROVIDER_KEY_REFUSED"),
        (status(403), ProviderBlocked, "PROVIDER_KEY_REFUSED"),
        (status(408), ProviderRetryable, "PROVIDER_UNAVAILABLE"),
        (status(409), ProviderRetryable, "PROVIDER_UNAVAILABLE"),
        (status(500), ProviderRetryable, "PROVIDER_UNAVAILABLE"),
        (status(503, None, retry_after="7"), ProviderThrottled, "PROVIDER_THROTTLED"),
        (status(500, None, x_should_retry="false"), ProviderPermanent, "PROVIDER_REJECTED"),
        (status(429), ProviderThrottled, "PROVIDER_THROTTLED"),
        (status(429, SPENT), ProviderBlocked, "INSUFFICIENT_QUOTA"),
        (status(429, OLD_SPENT), ProviderBlocked, "INSUFFICIENT_QUOTA"),
        (status(429, NEW_LIMIT), ProviderBlocked, "INSUFFICIENT_QUOTA"),
        (status(400, REFUSED), ProviderRefused, "MODERATION_BLOCKED"),
        (Fault("not_json"), ProviderRetryable, "PROVIDER_ANSWER_BROKEN"),
        (Fault("cut"), ProviderRetryable, "PROVIDER_CONNECTION"),
        (Fault("refusal"), ProviderRefused, "MODEL_REFUSED"),
        (Fault("content_filter"), ProviderRefused, "CONTENT_FILTERED"),
        (Fault("length"), ProviderRetryable, "ANSWER_TOO_LONG"),
        (Fault("truncated"), ProviderRetryable, "PROVIDER_ANSWER_UNFIT"),
    ],
)
async def test_each_failure_has_its_class(
    text: OpenAIText, stub: OpenAIStub, fault: Fault, error: type[ProviderError], code: str
) -> None:
    stub.fail("palette", fault)
    with pytest.raises(ProviderError) as raised:
        await plan(text)
    assert type(raised.value) is error
    assert raised.value.code == code
    assert len(stub.calls) == 1
    await plan(text)


@pytest.mark.parametrize("kind", ["refusal", "length", "content_filter", "truncated"])
async def test_an_answer_that_fails_was_paid_for(stub: OpenAIStub, link: Link, kind: Any) -> None:
    stub.fail("story", Fault(kind))
    with pytest.raises(ProviderError) as raised:
        await write(OpenAIText(Answers(link, "gpt-6.1-terra", timeout=5)))
    counts = stub.calls[0].counts
    used = PriceTable().usage(
        "gpt-6.1-terra", Counts(input_tokens=counts["input"], output_tokens=counts["output"])
    )
    assert raised.value.data["usage"] == used
    assert raised.value.data["request_id"] == "req_1"
    assert "ambiguous" not in raised.value.data


@pytest.mark.parametrize("kind", ["cut", "cut_midway", "stream_error"])
async def test_a_stream_that_breaks_off_may_have_been_paid_for(
    text: OpenAIText, stub: OpenAIStub, kind: Any
) -> None:
    stub.fail("story", Fault(kind))
    with pytest.raises(ProviderRetryable) as raised:
        await write(text)
    assert raised.value.data["ambiguous"] is True


@pytest.mark.parametrize(
    ("body", "error", "code"),
    [(SPENT, ProviderBlocked, "INSUFFICIENT_QUOTA"), (REFUSED, ProviderRefused, "MODERATION_BLOCKED")],
)
async def test_an_error_in_the_middle_of_a_stream_has_its_class(
    text: OpenAIText, stub: OpenAIStub, body: Any, error: type[ProviderError], code: str
) -> None:
    stub.fail("story", Fault("stream_error", body=body))
    with pytest.raises(error) as raised:
        await write(text)
    assert raised.value.code == code


async def test_a_server_that_never_answers_is_given_up(link: Link, stub: OpenAIStub) -> None:
    stub.fail("palette", Fault("hang"))
    with pytest.raises(ProviderRetryable) as raised:
        await plan(OpenAIText(Answers(link, MODEL, timeout=0.2)))
    assert raised.value.code == "PROVIDER_TIMEOUT"
    assert raised.value.data["ambiguous"] is True


async def test_a_server_that_is_not_there_was_not_paid() -> None:
    async with open_client(KEY, f"{NOWHERE}/v1") as client:
        text = OpenAIText(Answers(Link(client, PriceTable(), {}), MODEL, timeout=5))
        with pytest.raises(ProviderRetryable) as raised:
            await plan(text)
    assert raised.value.code == "PROVIDER_CONNECTION"
    assert "ambiguous" not in raised.value.data


@pytest.mark.parametrize(
    ("headers", "wait"),
    [({"retry-after": "12"}, 12.0), ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5), ({}, None)],
)
async def test_a_throttled_call_says_how_long_to_wait(
    text: OpenAIText, stub: OpenAIStub, headers: dict[str, str], wait: float | None
) -> None:
    stub.fail("palette", Fault("status", 429, headers=headers))
    with pytest.raises(ProviderThrottled) as raised:
        await plan(text)
    assert raised.value.retry_after == wait


async def test_the_limits_in_the_headers_reach_the_guard(stub: OpenAIStub) -> None:
    stub.answer_headers = {
        "x-ratelimit-limit-requests": "6",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "1m0s",
    }
    guard = Guard(MODEL)
    async with open_client(KEY, stub.base_url) as client:
        link = Link(client, PriceTable(), {MODEL: guard})
        await plan(OpenAIText(Answers(link, MODEL, timeout=5)))
    assert guard.requests.per_minute == 6
    with pytest.raises(ProviderThrottled) as raised:
        async with guard.call():
            pass
    assert raised.value.retry_after == pytest.approx(10, abs=1)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda text: text.replace("boats", "special needs"), "special needs"),
        (lambda text: json.dumps({**json.loads(text), "beats": json.loads(text)["beats"][:2]}), "2 scenes"),
    ],
)
async def test_a_story_that_cannot_be_used_is_written_again(
    text: OpenAIText, stub: OpenAIStub, spoil: Any, why: str
) -> None:
    stub.say = spoil
    with pytest.raises(ProviderRetryable) as raised:
        await write(text)
    assert raised.value.code == "PROVIDER_ANSWER_UNFIT"
    assert why in raised.value.detail
    assert raised.value.data["usage"].output_tokens > 0


async def test_the_providers_list_tells_when_models_end(link: Link, stub: OpenAIStub) -> None:
    stub.models = [{"id": MODEL, "shutdown_date": "2027-02-01"}, {"id": "gpt-6-luna", "shutdown_date": None}]
    told = await shutdown_dates(link.client)
    assert {name: str(day) for name, day in told.items()} == {MODEL: "2027-02-01"}


async def test_no_key_is_shown_by_an_error_or_a_repr(
    stub: OpenAIStub, caplog: pytest.LogCaptureFixture
) -> None:
    stub.key_is_good = False
    key = SecretStr("sk-bad.and-secret")
    caplog.set_level("DEBUG")
    async with open_client(key, stub.base_url) as client:
        link = Link(client, PriceTable(), {})
        with pytest.raises(ProviderBlocked) as raised:
            await plan(OpenAIText(Answers(link, MODEL, timeout=5)))
        said = (
            f"{link!r} {client!r} {raised.value!r} {raised.value.message} {raised.value.data} {caplog.text}"
        )
    assert "sk-bad" not in said
    assert "OPENAI_API_KEY" in raised.value.message
