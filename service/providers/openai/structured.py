"""Answers that fit a schema: requested, streamed and checked.

They fail in five ways: a refusal, an answer that reaches the length limit, a content filter, text that does
not fit the schema, and an unknown stand-in for a name. The usage is paid for each time, and each error has
it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, Literal, Protocol, TypeVar

from openai import AsyncStream, Omit, omit
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessageParam
from pydantic import BaseModel, ValidationError

from service.errors import ProviderError, ProviderRefused, ProviderRetryable
from service.providers.caller import caller
from service.providers.models import chat_abilities
from service.providers.openai.client import Link, patience
from service.providers.openai.errors import translating
from service.providers.openai.learned import (
    EFFORT,
    IDENTIFIER,
    JSON,
    LIMIT,
    OLD_LIMIT,
    SCHEMA,
    SEED,
    STREAM,
    STREAM_USAGE,
    STRICT,
)
from service.providers.prices import Counts
from service.providers.pseudonyms import LeftoverStandIn, Pseudonymizer
from service.providers.replies import Reply, Usage

M = TypeVar("M", bound=BaseModel)
Effort = Literal["minimal", "low", "medium", "high"]
T = TypeVar("T")

#: Much more than any answer needs, including reasoning. It stops an answer that does not end.
_MOST_TOKENS = 32_000


@dataclass(frozen=True, slots=True)
class Ask(Generic[M]):
    """The question, and the shape of the answer. ``name`` is the name of the schema. ``people`` are those
    whose names the messages replace."""

    name: str
    shape: type[M]
    messages: Sequence[ChatCompletionMessageParam]
    people: Pseudonymizer
    seed: int | None = None
    most_tokens: int = _MOST_TOKENS

    @property
    def schema(self) -> Mapping[str, Any]:
        """The strict JSON schema of the answer."""
        return strict_schema(self.shape)


class Question(Protocol):
    """What is sent: messages, the schema of the answer, and the most tokens that it may have, with those of
    the model's reasoning."""

    @property
    def name(self) -> str:
        """The name of the schema."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """The strict JSON schema of the answer."""

    @property
    def messages(self) -> Sequence[ChatCompletionMessageParam]:
        """The messages."""

    @property
    def seed(self) -> int | None:
        """For models that take one."""

    @property
    def most_tokens(self) -> int:
        """Where the answer is cut."""


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it was written, unchecked. ``cut``: it was cut at its length."""

    text: str
    cut: bool


@dataclass(slots=True)
class _Heard:
    """The part of an answer that has arrived."""

    text: str = ""
    refusal: str = ""
    finish: str = ""
    request_id: str = ""
    used: CompletionUsage | None = None


@dataclass(frozen=True, slots=True)
class _Arriving:
    """An answer that a server streams."""

    stream: AsyncStream[ChatCompletionChunk]
    request_id: str


class Answers:
    """Asks one model. ``timeout`` is in seconds. ``effort`` says how much the model reasons."""

    def __init__(self, link: Link, model: str, timeout: float, effort: Effort = "low") -> None:
        self._link = link
        self.model = model
        self._timeout = timeout
        self._effort: Effort = effort

    async def ask(self, ask: Ask[M]) -> Reply[M]:
        """The whole answer, with stand-ins replaced by names. Raises ``ProviderError``."""
        with translating():
            heard = await self._asking(lambda without: self._whole(ask, without))
        heard.text = json_part(heard.text, whole=True)
        return self._checked(ask, heard)

    async def stream(self, ask: Ask[M], on_text: Callable[[str], None]) -> Reply[M]:
        """Do the same as ``ask``. Each time a part of the JSON arrives, call ``on_text`` with all the text
        that has arrived until then."""
        return self._checked(ask, await self._heard(ask, on_text))

    async def write(self, question: Question, on_text: Callable[[str], None]) -> Reply[Written]:
        """Do the same as ``stream``, without a check: the caller takes what is of use. Raises
        ``ProviderError``, but for an answer that was cut at its length."""
        heard = await self._heard(question, on_text)
        usage = self._usage(heard)
        cut = heard.finish == "length"
        if not cut and (error := _failure(heard, usage)):
            raise error
        return Reply(Written(heard.text, cut), self.model, usage, heard.request_id)

    def price(self, counts: Counts) -> Usage:
        """The usage of a call with these counts, with its cost."""
        return self._link.prices.usage(self.model, counts)

    async def _heard(self, question: Question, on_text: Callable[[str], None]) -> _Heard:
        with translating():
            heard = await self._asking(lambda without: self._streamed(question, without))
            if isinstance(heard, _Arriving):
                heard = await _listen(heard, on_text)
            else:
                on_text(json_part(heard.text))
        if not heard.finish:
            raise ProviderRetryable(
                "OpenAI's answer ended too early.", code="PROVIDER_BROKE_OFF", ambiguous=True
            )
        heard.text = json_part(heard.text, whole=True)
        return heard

    async def _asking(self, send: Callable[[Set[str]], Awaitable[T]]) -> T:
        return await self._link.learned.asking(self.model, send)

    async def _whole(self, question: Question, without: Set[str]) -> _Heard:
        """The whole answer to a request that leaves out what the server refuses."""
        raw = await self._link.client.chat.completions.with_raw_response.create(
            **self._body(question, without)
        )
        self._link.heed(self.model, raw.headers)
        return _whole(raw.parse(), raw.request_id or "")

    async def _streamed(self, question: Question, without: Set[str]) -> _Arriving | _Heard:
        """The answer as it arrives; the whole answer of a server that does not stream."""
        if STREAM in without:
            return await self._whole(question, without)
        body = self._body(question, without)
        if STREAM_USAGE not in without:
            body[STREAM_USAGE] = {"include_usage": True}
        raw = await self._link.client.chat.completions.with_raw_response.create(**body, stream=True)
        self._link.heed(self.model, raw.headers)
        if raw.headers.get("content-type", "").startswith("application/json"):
            # Some servers accept the request, and answer at once.
            completion = ChatCompletion.model_validate_json(await raw.http_response.aread())
            return _whole(completion, raw.request_id or "")
        return _Arriving(raw.parse(), raw.request_id or "")

    def _usage(self, heard: _Heard) -> Usage:
        return self.price(_counts(heard.used))

    def _body(self, ask: Question, without: Set[str]) -> dict[str, Any]:
        can = chat_abilities(self.model)
        messages = messages_with_schema(ask) if SCHEMA in without else list(ask.messages)
        body: dict[str, Any] = {
            "model": self.model,
            # Not as arguments, because the client would walk through all messages and the schema for each
            # call, which takes longer than the rest of the call.
            "messages": [],
            "extra_body": {"messages": messages, **_format(ask, without)},
            LIMIT: ask.most_tokens,
            EFFORT: self._effort if can.reasons else omit,
            SEED: ask.seed if can.seed and ask.seed is not None else omit,
            IDENTIFIER: _identifier(),
            "timeout": patience(self._timeout),
        }
        if LIMIT in without:
            body[OLD_LIMIT] = ask.most_tokens
        return {part: value for part, value in body.items() if part not in without}

    def _checked(self, ask: Ask[M], heard: _Heard) -> Reply[M]:
        usage = self._usage(heard)
        if error := _failure(heard, usage):
            raise error
        try:
            value = ask.people.restore_all(ask.shape.model_validate_json(heard.text))
        except ValidationError as invalid:
            raise unfit(_first(invalid), usage, heard.request_id) from invalid
        except LeftoverStandIn as leftover:
            raise unfit(str(leftover), usage, heard.request_id) from leftover
        return Reply(value, self.model, usage, heard.request_id)


class ChatProvider:
    """A provider that asks one model by Chat Completions."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    @property
    def provider(self) -> str:
        """The provider's name in the ledger."""
        return "openai"

    @property
    def model(self) -> str:
        """The model's name in the ledger."""
        return self._answers.model


def unfit(why: str, usage: Usage, request_id: str) -> ProviderError:
    """The error of an answer that does not fit the schema. Another try may succeed."""
    return ProviderRetryable(
        "OpenAI's answer does not fit what was asked.",
        code="PROVIDER_ANSWER_UNFIT",
        detail=why,
        usage=usage,
        request_id=request_id,
    )


def _failure(heard: _Heard, usage: Usage) -> ProviderError | None:
    paid: dict[str, Any] = {"usage": usage, "request_id": heard.request_id}
    if heard.refusal:
        return ProviderRefused("The model refused.", code="MODEL_REFUSED", detail=heard.refusal[:200], **paid)
    if heard.finish == "content_filter":
        return ProviderRefused("OpenAI's filter stopped the answer.", code="CONTENT_FILTERED", **paid)
    if heard.finish == "length":
        return ProviderRetryable(
            "OpenAI's answer was cut because it reached its maximum length.", code="ANSWER_TOO_LONG", **paid
        )
    return None


async def _listen(arriving: _Arriving, on_text: Callable[[str], None]) -> _Heard:
    heard = _Heard(request_id=arriving.request_id)
    # A listener that raises has heard enough: the connection is closed.
    async with arriving.stream:
        async for chunk in arriving.stream:
            heard.used = chunk.usage or heard.used
            for choice in chunk.choices:
                heard.refusal += choice.delta.refusal or ""
                heard.finish = choice.finish_reason or heard.finish
                if choice.delta.content:
                    heard.text += choice.delta.content
                    on_text(json_part(heard.text))
    return heard


def _whole(completion: ChatCompletion, request_id: str) -> _Heard:
    if not completion.choices:
        return _Heard(finish="stop", request_id=request_id, used=completion.usage)
    choice = completion.choices[0]
    message = choice.message
    finish = choice.finish_reason or "stop"
    return _Heard(message.content or "", message.refusal or "", finish, request_id, completion.usage)


def _counts(used: CompletionUsage | None) -> Counts:
    if used is None:
        return Counts()
    details = used.prompt_tokens_details
    cached = (details.cached_tokens if details else None) or 0
    return Counts(input_tokens=used.prompt_tokens, cached_tokens=cached, output_tokens=used.completion_tokens)


def _identifier() -> str | Omit:
    return caller() or omit


def _format(ask: Question, without: Set[str]) -> dict[str, Any]:
    """The strictest form of the answer that the server accepts."""
    if SCHEMA not in without:
        schema = {"name": ask.name, "schema": dict(ask.schema)} | (
            {} if STRICT in without else {"strict": True}
        )
        return {"response_format": {"type": "json_schema", "json_schema": schema}}
    return {} if JSON in without else {"response_format": {"type": "json_object"}}


def messages_with_schema(ask: Question) -> list[ChatCompletionMessageParam]:
    """The messages for a server that accepts no schema: the rules end with it."""
    rules, *rest = ask.messages
    schema = json.dumps(ask.schema, ensure_ascii=False)
    told = (
        f"{rules.get('content')}\n\nAnswer with one JSON object, and nothing else. "
        f"It fits this schema: {schema}"
    )
    return [{"role": "system", "content": told}, *rest]


def json_part(text: str, *, whole: bool = False) -> str:
    """The JSON in an answer, without the reasoning and the fence that models of some servers write around it.

    ``whole``: the answer is complete, so what follows the JSON is left out, too.
    """
    if text.startswith("{"):
        return text
    if "<think>" in text and "</think>" not in text:
        return ""
    after = text.rpartition("</think>")[2]
    begin, end = after.find("{"), after.rfind("}") + 1 if whole else len(after)
    return after[begin:end] if 0 <= begin < end else ""


@cache
def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a model, strict: every field required, no other allowed, no defaults.

    It is made once for each shape. Callers must not change it.
    """
    strict = _strict(shape.model_json_schema())
    assert isinstance(strict, dict)
    return strict


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _strict(value) for key, value in node.items() if key not in ("default", "title")}
    if isinstance(node.get("properties"), dict):
        # A field may itself be named "title".
        made["properties"] = {name: _strict(value) for name, value in node["properties"].items()}
        made["required"] = list(node["properties"])
        made["additionalProperties"] = False
    return made


def _first(invalid: ValidationError) -> str:
    error = invalid.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, error["loc"])) or "it"
    return f"{place}: {error['msg']}"
