"""Servers that people run themselves, before the same content as OpenAI's stub: they answer as Ollama, vLLM
and LocalAI do, with the errors of each, and in the forms of each."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from tests.stubs.elevenlabs_server import spoken
from tests.stubs.openai_server import OpenAIStub
from tests.stubs.provider_stub import Call, Fault

#: What a server says of a request that it does not accept; None for one that it does.
Dialect = Callable[[Mapping[str, Any]], Fault | None]

#: The kinds of answers, by a property that no other kind has.
_BY_PROPERTY = {
    "motif": "palette",
    "camera": "analysis",
    "pictures": "storyboard",
    "questions": "activities",
    "answers": "verdicts",
    "remarks": "critique",
    "alts": "frame",
    "alt": "alt",
    "idea": "outline",
    "pages": "revision",
    "cover_alt": "story",
}


def ollama(body: Mapping[str, Any]) -> Fault | None:
    """A model without reasoning."""
    if "reasoning_effort" in body:
        return _of_ollama(f'"{body["model"]}" does not support thinking')
    return None


def _of_ollama(message: str) -> Fault:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return Fault("status", 400, {"error": error})


def vllm(body: Mapping[str, Any]) -> Fault | None:
    """A small context, and a grammar that does not know all of JSON Schema."""
    most = body.get("max_completion_tokens") or body.get("max_tokens")
    if most:
        return _of_vllm(
            f"'max_tokens' or 'max_completion_tokens' is too large: {most}. This model's maximum context "
            f"length is 16384 tokens and your request has 900 input tokens ({most} > 16384 - 900)."
        )
    if body.get("response_format", {}).get("type") == "json_schema":
        return _of_vllm("The provided JSON schema contains features not supported by xgrammar.")
    return None


def _of_vllm(message: str) -> Fault:
    body = {"object": "error", "message": message, "type": "BadRequestError", "param": None, "code": 400}
    return Fault("status", 400, body)


def localai(body: Mapping[str, Any]) -> Fault | None:
    """An image server that knows the oldest parameters only."""
    unknown = next(
        (name for name in ("quality", "output_format", "background", "complexity") if name in body), ""
    )
    if unknown:
        return Fault(
            "status", 400, {"error": {"code": 400, "message": f"unknown field {unknown!r}", "type": ""}}
        )
    return None


def oldest(body: Mapping[str, Any]) -> Fault | None:
    """A server that knows the first version of the protocol, and names each field that it does not know."""
    unknown = next(
        (n for n in ("max_completion_tokens", "reasoning_effort", "safety_identifier") if n in body), ""
    )
    if unknown:
        found = {"type": "extra_forbidden", "loc": ["body", unknown], "msg": "Extra inputs are not permitted"}
        return Fault("status", 422, {"detail": [{**found, "input": "a stream of quality"}]})
    if "response_format" in body:
        return Fault("status", 400, {"error": "response_format is not supported"})
    if body.get("stream"):
        return Fault("status", 400, {"error": {"message": "Streaming is not supported by this backend."}})
    return None


class SelfHostedStub(OpenAIStub):
    """A server with a dialect. Its pictures come as URLs, and it does not edit pictures. It speaks, and
    hears the words of what it spoke. ``wrap`` puts an answer into the form in which its models write."""

    def __init__(self, dialect: Dialect, *, wrap: str = "{}") -> None:
        super().__init__()
        self._dialect, self._wrap = dialect, wrap
        self._pictures: list[bytes] = []
        self._said: dict[bytes, str] = {}
        self.renew()

    def routes(self) -> list[web.RouteDef]:
        routes = [route for route in super().routes() if route.path != "/v1/images/edits"]
        return [
            *routes,
            web.get("/generated-images/{number}.png", self._show),
            web.post("/v1/audio/speech", self._speak),
            web.post("/v1/audio/transcriptions", self._hear),
            web.post("/{path:.*}", self._no_route),
        ]

    def renew(self) -> None:
        super().renew()
        self.refuse = lambda call: self._dialect(call.body) if isinstance(call.body, Mapping) else None
        self.say = lambda text: self._wrap.replace("{}", text, 1)

    def refusals(self) -> list[Call]:
        """The calls that the server did not accept."""
        return [call for call in self.calls if not call.billed]

    def _kind(self, body: Mapping[str, Any]) -> str:
        if body.get("response_format", {}).get("type") == "json_schema":
            return super()._kind(body)
        schema = re.search(r"fits this schema: (\{.*\})$", body["messages"][0]["content"])
        assert schema is not None
        properties = json.loads(schema[1])["properties"]
        kind = next(kind for name, kind in _BY_PROPERTY.items() if name in properties)
        asks = isinstance(body["messages"][1]["content"], list) and len(body["messages"][1]["content"]) == 1
        return "safety" if kind == "verdicts" and asks else kind

    def _image(self, data: bytes) -> dict[str, str]:
        self._pictures.append(data)
        return {"url": f"{self.url}/generated-images/{len(self._pictures)}.png"}

    async def _show(self, request: web.Request) -> web.Response:
        data = self._pictures[int(request.match_info["number"]) - 1]
        return web.Response(body=data, content_type="image/png")

    async def _speak(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        call, fault = self._note(request, "speech", body["model"], body)
        if answer := await self._before(request, fault):
            return answer
        data = await asyncio.to_thread(spoken, body["input"])
        self._said[data] = body["input"]
        call.bill({"characters": len(body["input"])})
        return web.Response(body=data, content_type="audio/mpeg")

    async def _hear(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        call, fault = self._note(request, "hearing", str(form["model"]), None)
        if answer := await self._before(request, fault):
            return answer
        call.bill({})
        said = self._said[file.file.read()]
        words = [
            # As transcriptions do, without the punctuation, and with one word misheard.
            {
                "word": run[0].strip(".,!?“”") if run.start() else "Uh",
                "start": run.start() * 0.02,
                "end": run.end() * 0.02,
            }
            for run in re.finditer(r"\S+", said)
        ]
        told = {"task": "transcribe", "language": "english", "duration": len(said) * 0.02, "text": said}
        return web.json_response({**told, "words": words})

    async def _no_route(self, request: web.Request) -> web.Response:
        error = {"code": 404, "message": f"Cannot POST {request.path}", "type": ""}
        self.calls.append(Call("edit", "", None, dict(request.headers)))
        return web.json_response({"error": error}, status=404)
