"""Answers that fit a schema: requested, streamed and checked.

They fail in five ways: a refusal, an answer that reaches the length limit, a content filter, text that does
not fit the schema, and an unknown stand-in for a name. The usage is paid for each time, and each error has
it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

from openai import AsyncStream, Omit, omit
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema
from pydantic import BaseModel, ValidationError

from service.errors import ProviderError, ProviderRefused, ProviderRetryable
from service.providers.caller import caller
from service.providers.models import chat_abilities
from service.providers.openai.client import Link, patience
from service.providers.openai.errors import translating
from service.providers.prices import Counts
from service.providers.pseudonyms import LeftoverStandIn, Pseudonymizer
from service.providers.replies import Reply, Usage

M = TypeVar("M", bound=BaseModel)

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


class Answers:
    """Asks one model. ``timeout`` is in seconds."""

    def __init__(self, link: Link, model: str, timeout: float) -> None:
        self._link = link
        self.model = model
        self._timeout = timeout

    async def ask(self, ask: Ask[M]) -> Reply[M]:
        """The whole answer, with stand-ins replaced by names. Raises ``ProviderError``."""
        with translating():
            raw = await self._link.client.chat.completions.with_raw_response.create(**self._body(ask))
            self._link.heed(self.model, raw.headers)
            completion = raw.parse()
        return self._checked(ask, _whole(completion, raw.request_id or ""))

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
            raw = await self._link.client.chat.completions.with_raw_response.create(
                **self._body(question), stream=True, stream_options={"include_usage": True}
            )
            self._link.heed(self.model, raw.headers)
            heard = await _listen(raw.parse(), _Heard(request_id=raw.request_id or ""), on_text)
        if not heard.finish:
            raise ProviderRetryable(
                "OpenAI's answer ended too early.", code="PROVIDER_BROKE_OFF", ambiguous=True
            )
        return heard

    def _usage(self, heard: _Heard) -> Usage:
        return self.price(_counts(heard.used))

    def _body(self, ask: Question) -> dict[str, Any]:
        can = chat_abilities(self.model)
        return {
            "model": self.model,
            "messages": list(ask.messages),
            # Not as an argument, because the client would walk through the whole schema for each call.
            "extra_body": {"response_format": _format(ask)},
            "max_completion_tokens": ask.most_tokens,
            "reasoning_effort": "low" if can.reasons else omit,
            "seed": ask.seed if can.seed and ask.seed is not None else omit,
            "safety_identifier": _identifier(),
            "timeout": patience(self._timeout),
        }

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


async def _listen(
    stream: AsyncStream[ChatCompletionChunk], heard: _Heard, on_text: Callable[[str], None]
) -> _Heard:
    # A listener that raises has heard enough: the connection is closed.
    async with stream:
        async for chunk in stream:
            heard.used = chunk.usage or heard.used
            for choice in chunk.choices:
                heard.refusal += choice.delta.refusal or ""
                heard.finish = choice.finish_reason or heard.finish
                if choice.delta.content:
                    heard.text += choice.delta.content
                    on_text(heard.text)
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


def _format(ask: Question) -> ResponseFormatJSONSchema:
    return {
        "type": "json_schema",
        "json_schema": {"name": ask.name, "schema": dict(ask.schema), "strict": True},
    }


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
