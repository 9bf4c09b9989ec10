"""A server that speaks OpenAI's wire: chat completions, images, moderations and the list of models.

It makes valid content out of what it is sent, counts tokens by length, and does what its fault plan says.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aiohttp import web

from tests.stubs.openai_content import Eye, content_of, drawn, length
from tests.stubs.plan_content import plan_of
from tests.stubs.provider_stub import LATENCIES, Call, Fault, ProviderStub, cut

REFUSED = {"error": {"code": "moderation_blocked", "type": "image_generation_user_error", "message": "no"}}
SPENT = {
    "error": {"code": "credit_balance_exhausted", "type": "insufficient_quota", "message": "You are out."}
}
OLD_SPENT = {"error": {"code": "insufficient_quota", "message": "You are out."}}
NEW_LIMIT = {"error": {"code": "another_limit", "type": "insufficient_quota", "message": "You are out."}}
NO_KEY = {"error": {"code": "invalid_api_key", "message": "Incorrect API key provided: sk-bad."}}


class OpenAIStub(ProviderStub):
    """``eye`` answers the validator's questions; ``flag`` says which texts moderation flags."""

    def __init__(self, factor: float = 0.0, *, picture_side: int = 64) -> None:
        super().__init__(factor)
        self.eye: Eye = lambda question, looks: "present"
        self.flag: Callable[[str], bool] = lambda text: False
        self.models: list[dict[str, Any]] = []
        #: Whether it streams where that is asked for.
        self.streams = True
        self.say: Callable[[str], str] = lambda text: text
        self._side = picture_side
        self._ids = itertools.count(1)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/chat/completions", self._chat),
            web.post("/v1/images/generations", self._generate),
            web.post("/v1/images/edits", self._edit),
            web.post("/v1/moderations", self._moderate),
            web.get("/v1/models", self._models),
        ]

    def renew(self) -> None:
        super().renew()
        self.eye = lambda question, looks: "present"
        self.flag = lambda text: False
        self.say = lambda text: text

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        kind = self._kind(body)
        call, fault = self._note(request, kind, body["model"], body)
        if answer := await self._before(request, fault):
            return answer
        looks = len(self.of("safety" if kind == "safety" else "verdicts"))
        text = self.say(json.dumps(self._content(kind, body, looks), ensure_ascii=False))
        if fault and fault.kind == "truncated":
            text = text[: len(text) // 2]
        counts = {"input": length(body["messages"]) // 4, "output": len(text) // 4}
        if body.get("stream") and self.streams:
            return await self._stream(request, call, fault, text, counts)
        async with self.work(kind):
            call.bill(counts)
        if fault and fault.kind == "cut":
            return cut(request)
        return self._json(_completion(call, text, counts, fault), raw=fault)

    def _kind(self, body: Mapping[str, Any]) -> str:
        """What is asked for."""
        return str(body["response_format"]["json_schema"]["name"])

    def _image(self, data: bytes) -> dict[str, str]:
        """A picture as the answer has it."""
        return {"b64_json": base64.b64encode(data).decode()}

    def _content(self, kind: str, body: Mapping[str, Any], looks: int) -> dict[str, Any]:
        if kind.startswith("plan_"):
            return plan_of(
                body["response_format"]["json_schema"]["schema"], body["messages"], next(self._ids)
            )
        return content_of(kind, body["messages"], self.eye, looks)

    async def _stream(
        self, request: web.Request, call: Call, fault: Fault | None, text: str, counts: Mapping[str, int]
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **self._headers()})
        await response.prepare(request)
        pieces = re.findall(r"[\s\S]{1,12}", text)
        stop = len(pieces) // 2 if fault and fault.kind in ("cut_midway", "stream_error") else None
        rest = _chunks(call, pieces[:stop], counts, fault)
        loop = asyncio.get_running_loop()
        began, pause = loop.time(), LATENCIES.get(call.kind, 0.0) * self.factor / max(len(pieces), 1)
        for number, event in enumerate(rest):
            # By the clock, so that short sleeps that run late do not add up.
            await asyncio.sleep(max(0.0, began + min(number, len(pieces)) * pause - loop.time()))
            await response.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        if fault and fault.kind == "stream_error":
            error = fault.body or {"error": {"code": "server_error", "message": "The server had an error."}}
            await response.write(b"data: " + json.dumps(error).encode() + b"\n\n")
            return response
        call.bill(counts)
        if fault and fault.kind in ("cut", "cut_midway"):
            return cut(request)
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        return await self._picture(request, body, ())

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        files = tuple(
            (name, value.file.read()) for name, value in form.items() if isinstance(value, web.FileField)
        )
        body = {name: value for name, value in form.items() if isinstance(value, str)}
        return await self._picture(request, body, files)

    async def _picture(
        self, request: web.Request, body: Mapping[str, Any], files: tuple[tuple[str, bytes], ...]
    ) -> web.StreamResponse:
        call, fault = self._note(request, "image", body["model"], dict(body))
        call.files = files
        if answer := await self._before(request, fault):
            return answer
        counts = {
            "input": len(body["prompt"]) // 4 + 323 * len(files),
            "image": 323 * len(files),
            "output": 1056,
        }
        async with self.work("image"):
            data = await asyncio.to_thread(
                drawn, body["prompt"], len(self.calls), self._side, body.get("output_format", "png")
            )
            call.bill(counts)
        if fault and fault.kind == "cut":
            return cut(request)
        if fault and fault.kind == "broken_picture":
            data = data[: len(data) // 2]
        return self._json(
            {
                "created": int(time.time()),
                "data": [self._image(data)],
                "usage": {
                    "input_tokens": counts["input"],
                    "input_tokens_details": {
                        "text_tokens": counts["input"] - counts["image"],
                        "image_tokens": counts["image"],
                    },
                    "output_tokens": counts["output"],
                    "total_tokens": counts["input"] + counts["output"],
                },
            },
            raw=fault,
        )

    async def _moderate(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        call, fault = self._note(request, "moderation", body["model"], body)
        if answer := await self._before(request, fault):
            return answer
        call.bill({})
        results = [
            _verdict(any(self.flag(part.get("text", "")) for part in body["input"]))
            for _ in body["input"][:1]
        ]
        return self._json({"id": call.headers["id"], "model": call.model, "results": results}, raw=fault)

    async def _models(self, request: web.Request) -> web.StreamResponse:
        if answer := await self._before(request, self.take_fault("models")):
            return answer
        rows = [{"object": "model", "created": 1, "owned_by": "us", **model} for model in self.models]
        return self._json({"object": "list", "data": rows})

    def _note(self, request: web.Request, kind: str, model: str, body: Any) -> tuple[Call, Fault | None]:
        call = Call(kind, model, body, {**request.headers, "id": f"req_{next(self._ids)}"})
        return call, self.note(call)

    async def _before(self, request: web.Request, fault: Fault | None) -> web.Response | None:
        """What happens instead of work."""
        if not self.key_is_good:
            return web.json_response(NO_KEY, status=401)
        if fault and fault.kind == "status":
            return web.json_response(
                fault.body or {"error": {"message": "no"}}, status=fault.status, headers=fault.headers
            )
        if fault and fault.kind == "hang":
            await self.hang()
            return cut(request)
        return None

    def _headers(self) -> dict[str, str]:
        return {"x-request-id": self.calls[-1].headers["id"] if self.calls else "", **self.answer_headers}

    def _json(self, body: Any, *, raw: Fault | None = None) -> web.Response:
        if raw and raw.kind == "not_json":
            return web.Response(text="<html>", content_type="application/json", headers=self._headers())
        return web.json_response(body, headers=self._headers())


def _completion(call: Call, text: str, counts: Mapping[str, int], fault: Fault | None) -> dict[str, Any]:
    refused = bool(fault and fault.kind == "refusal")
    message = {
        "role": "assistant",
        "content": None if refused else text,
        "refusal": _refusal(fault) if refused else None,
    }
    return {
        "id": call.headers["id"],
        "object": "chat.completion",
        "created": 1,
        "model": call.model,
        "choices": [{"index": 0, "finish_reason": _finish(fault), "message": message}],
        "usage": _usage(counts),
    }


def _chunks(
    call: Call, pieces: Iterable[str], counts: Mapping[str, int], fault: Fault | None
) -> Iterable[dict[str, Any]]:
    base = {"id": call.headers["id"], "object": "chat.completion.chunk", "created": 1, "model": call.model}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    yield chunk({"role": "assistant", "content": ""})
    if fault and fault.kind == "refusal":
        yield chunk({"refusal": _refusal(fault)})
    else:
        for piece in pieces:
            yield chunk({"content": piece})
    if fault and fault.kind in ("cut_midway", "stream_error"):
        return
    yield chunk({}, _finish(fault))
    yield {**base, "choices": [], "usage": _usage(counts)}


def _refusal(fault: Fault | None) -> str:
    """The words of a refusal: the fault's own, where it has any."""
    return str((fault and fault.body) or "I can't help with that.")


def _finish(fault: Fault | None) -> str:
    return fault.kind if fault and fault.kind in ("length", "content_filter") else "stop"


def _usage(counts: Mapping[str, int]) -> dict[str, int]:
    total = counts["input"] + counts["output"]
    return {"prompt_tokens": counts["input"], "completion_tokens": counts["output"], "total_tokens": total}


def _verdict(flagged: bool) -> dict[str, Any]:
    names = [
        "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent",
        "self-harm", "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors", "violence",
        "violence/graphic",
    ]  # fmt: skip
    return {
        "flagged": flagged,
        "categories": {name: flagged and name == "violence" for name in names},
        "category_scores": {name: 0.9 if flagged and name == "violence" else 0.0 for name in names},
        "category_applied_input_types": {name: ["text"] for name in names},
    }
