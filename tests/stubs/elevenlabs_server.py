"""A server that speaks ElevenLabs's wire: speech with timestamps, and forced alignment.

The sound is a real MP3 with a tone for each word, and the alignment is that of the sound.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import re
from typing import Any

import numpy as np
from aiohttp import web

from service.publishing import mp3
from tests.stubs.provider_stub import Call, Fault, ProviderStub, cut

_RATE = 22_050
#: Seconds a character: quicker than anybody speaks, so that files are small.
_CHARACTER = 0.02


def detail(code: str, message: str = "no") -> dict[str, Any]:
    """An error's body."""
    return {
        "detail": {
            "type": "stub_error",
            "code": code,
            "message": message,
            "status": code,
            "request_id": "el_0",
        }
    }


def old_detail(status: str) -> dict[str, Any]:
    """The same as it was before there was a code."""
    return {"detail": {"status": status, "message": "no"}}


class ElevenLabsStub(ProviderStub):
    """``slots`` bounds how many calls it takes at once; those beyond are told so."""

    def __init__(self, factor: float = 0.0, *, slots: int = 64) -> None:
        super().__init__(factor)
        self.slots = slots
        self._ids = itertools.count(1)

    def renew(self) -> None:
        super().renew()
        self.slots = 64

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/text-to-speech/{voice}/with-timestamps", self._speak),
            web.post("/v1/forced-alignment", self._force),
            web.get("/v1/models", self._models),
        ]

    async def _speak(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        call = Call("speech", body["model_id"], body, dict(request.headers))
        fault = self.note(call)
        if answer := await self._before(request, fault):
            return answer
        if self.at_work["speech"] >= self.slots:
            return web.json_response(detail("concurrent_limit_exceeded"), status=429)
        text = body["text"]
        async with self.work("speech"):
            sound = await asyncio.to_thread(spoken, text)
            call.bill({"characters": len(text)})
        if fault and fault.kind == "cut":
            return cut(request)
        if fault and fault.kind == "broken_sound":
            sound = b"no sound at all"
        told = {
            "audio_base64": base64.b64encode(sound).decode(),
            "alignment": _alignment(text, fault),
            "normalized_alignment": None,
        }
        return web.json_response(told, headers={"request-id": f"el_{next(self._ids)}", **self.answer_headers})

    async def _force(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        text = str(form["text"])
        file = form["file"]
        assert isinstance(file, web.FileField)
        call = Call(
            "alignment", "", {"text": text}, dict(request.headers), files=((file.name, file.file.read()),)
        )
        fault = self.note(call)
        if answer := await self._before(request, fault):
            return answer
        call.bill({})
        words = [
            {"text": run[0], "start": run.start() * _CHARACTER, "end": run.end() * _CHARACTER}
            for run in re.finditer(r"\S+|\s+", text)
        ]
        return web.json_response({"characters": [], "words": words, "loss": 0.1})

    async def _models(self, request: web.Request) -> web.StreamResponse:
        return await self._before(request, self.take_fault("models")) or web.json_response([])

    async def _before(self, request: web.Request, fault: Fault | None) -> web.Response | None:
        if not self.key_is_good or not request.headers.get("xi-api-key"):
            return web.json_response(detail("invalid_api_key", "Invalid API key"), status=401)
        if fault and fault.kind == "status":
            return web.json_response(fault.body, status=fault.status, headers=fault.headers)
        if fault and fault.kind == "hang":
            await self.hang()
            return cut(request)
        if fault and fault.kind == "not_json":
            return web.Response(text="<html>", content_type="application/json")
        return None


def _alignment(text: str, fault: Fault | None) -> dict[str, Any] | None:
    if fault and fault.kind == "no_alignment":
        return None
    characters = list(text)
    starts = [round(place * _CHARACTER, 4) for place in range(len(characters))]
    ends = [round((place + 1) * _CHARACTER, 4) for place in range(len(characters))]
    if fault and fault.kind == "wrong_alignment":
        starts = starts[::-1]
    return {
        "characters": characters,
        "character_start_times_seconds": starts,
        "character_end_times_seconds": ends,
    }


def spoken(text: str) -> bytes:
    """A tone wherever there is a word."""
    per_character = round(_CHARACTER * _RATE)
    loud = np.repeat([0.0 if character.isspace() else 0.3 for character in text], per_character)
    time = np.arange(len(loud)) / _RATE
    return mp3.encode((loud * np.sin(2 * np.pi * 330 * time)).astype(np.float32), _RATE)
