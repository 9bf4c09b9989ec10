"""Narration by ElevenLabs over HTTP, with the time of every word."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import structlog
from pydantic import SecretStr

from service.domain.story import SpokenWord
from service.errors import ProviderError, ProviderPermanent, ProviderRetryable
from service.providers.elevenlabs.alignment import forced_words, words_of
from service.providers.elevenlabs.errors import error_of
from service.providers.guard import Guard
from service.providers.prices import Counts, PriceTable
from service.providers.protocols import Narration, SpeechAsk
from service.providers.replies import Reply
from service.providers.sounds import duration_of, spread_words

_log = structlog.get_logger()

#: The maximum number of characters in one call, by model. The text of a page is much shorter.
_MOST_CHARACTERS = {"eleven_flash_v2_5": 40_000, "eleven_turbo_v2_5": 40_000, "eleven_v3": 5_000}
_USUAL_MOST = 10_000
#: Models that accept the parameter for the language. All other models detect the language from the text, and
#: refuse the parameter.
_TAKES_LANGUAGE = ("eleven_flash_v2_5", "eleven_turbo_v2_5", "eleven_v3")
#: Models that do not accept the neighbouring texts.
_NO_NEIGHBOURS = ("eleven_v3", "eleven_v4", "eleven_v4_turbo")
#: The voice of stories and settings that name none.
USUAL_VOICE = "JBFqnCBsd6RMkjVDRZzb"
_VOICE = {"stability": 0.5, "similarity_boost": 0.75, "style": 0.2, "speed": 0.95, "use_speaker_boost": True}
_FORMAT = "mp3_44100_128"


@asynccontextmanager
async def open_session(key: SecretStr, base_url: str, timeout: float) -> AsyncIterator[aiohttp.ClientSession]:
    """Open one HTTP session for all calls. ``timeout`` is the time limit of one call, in seconds."""
    patience = aiohttp.ClientTimeout(total=timeout, connect=10.0)
    headers = {"xi-api-key": key.get_secret_value()}
    async with aiohttp.ClientSession(base_url, headers=headers, timeout=patience) as session:
        yield session


async def check_key(session: aiohttp.ClientSession) -> None:
    """Check the key. Raises ``ProviderBlocked`` if the key is invalid, and another ``ProviderError`` if the
    check fails for another reason."""
    try:
        async with session.get("/v1/models") as answer:
            if answer.status != 200:
                raise error_of(answer.status, await _json(answer), answer.headers)
    except (TimeoutError, aiohttp.ClientError) as broken:
        raise ProviderRetryable("ElevenLabs cannot be reached.", code="PROVIDER_CONNECTION") from broken


class ElevenLabsSpeech:
    """Speaks one page per call. ``voice`` is used for stories that do not name a voice. ``guard`` receives
    the number of the account's slots."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        model: str,
        *,
        voice: str,
        prices: PriceTable,
        guard: Guard | None = None,
    ) -> None:
        self._session = session
        self._guard = guard
        self._model = model
        self._voice = voice or USUAL_VOICE
        self._prices = prices

    @property
    def provider(self) -> str:
        """The provider's name in the ledger."""
        return "elevenlabs"

    @property
    def model(self) -> str:
        """The model's name in the ledger."""
        return self._model

    async def speak(self, ask: SpeechAsk) -> Reply[Narration]:
        """Speak one page. Raises ``ProviderError``.

        The times of words come from the provider. If they are not reliable, they come from a forced
        alignment. If this fails, too, the words are distributed over the sound, and the narration is marked
        ``estimated``.
        """
        most = _MOST_CHARACTERS.get(self._model, _USUAL_MOST)
        if len(ask.text) > most:
            raise ProviderPermanent(f"The page has more than {most} characters.", code="PAGE_TOO_LONG")
        body, headers = await self._post(
            f"/v1/text-to-speech/{ask.voice or self._voice}/with-timestamps?output_format={_FORMAT}",
            json=self._body(ask),
        )
        usage = self._prices.usage(self._model, Counts(characters=len(ask.text)))
        request_id = headers.get("request-id", "")
        try:
            data = base64.b64decode(body.get("audio_base64") or "", validate=True)
            duration = await asyncio.to_thread(duration_of, data)
        except (ValueError, binascii.Error) as broken:
            raise ProviderRetryable(
                "ElevenLabs returned a broken sound file.",
                code="SOUND_BROKEN",
                detail=str(broken),
                usage=usage,
                request_id=request_id,
            ) from broken
        words, estimated = await self._words(body.get("alignment"), ask.text, data, duration)
        narration = Narration(data, "audio/mpeg", duration, words, estimated)
        return Reply(narration, self._model, usage, request_id)

    def _body(self, ask: SpeechAsk) -> dict[str, Any]:
        body: dict[str, Any] = {"text": ask.text, "model_id": self._model, "voice_settings": _VOICE}
        if self._model in _TAKES_LANGUAGE:
            body["language_code"] = ask.language.split("-")[0]
        if self._model not in _NO_NEIGHBOURS:
            body |= {"previous_text": ask.previous_text, "next_text": ask.next_text}
        return {name: value for name, value in body.items() if value is not None}

    async def _words(
        self, alignment: Any, text: str, data: bytes, duration: float
    ) -> tuple[tuple[SpokenWord, ...], bool]:
        try:
            return words_of(alignment, text, duration), False
        except ValueError as wrong:
            _log.warning("alignment cannot be trusted", error=wrong, characters=len(text))
        try:
            return forced_words(await self._force(text, data), text, duration), False
        except (ValueError, ProviderError) as wrong:
            _log.warning("words are spread over the sound", error=wrong, characters=len(text))
        return spread_words(text, duration), True

    async def _force(self, text: str, data: bytes) -> Any:
        form = aiohttp.FormData()
        form.add_field("file", data, filename="page.mp3", content_type="audio/mpeg")
        form.add_field("text", text)
        body, _ = await self._post("/v1/forced-alignment", data=form)
        return body.get("words")

    def _heed(self, headers: Mapping[str, str]) -> None:
        """Pass the number of the account's slots to the guard, if the response has it."""
        limit = headers.get("maximum-concurrent-requests", "")
        if self._guard is not None and limit.isdecimal() and int(limit):
            self._guard.observe_slots(int(limit))

    async def _post(self, path: str, **body: Any) -> tuple[dict[str, Any], dict[str, str]]:
        try:
            async with self._session.post(path, **body) as answer:
                headers = {name.lower(): value for name, value in answer.headers.items()}
                self._heed(headers)
                if answer.status != 200:
                    raise error_of(answer.status, await _json(answer), answer.headers)
                parsed = await answer.json()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as never_sent:
            raise ProviderRetryable(
                "ElevenLabs cannot be reached.", code="PROVIDER_CONNECTION"
            ) from never_sent
        except (TimeoutError, aiohttp.ClientError, ValueError) as broken:
            # The page may have been spoken and paid for.
            raise ProviderRetryable(
                "The connection to ElevenLabs broke.", code="PROVIDER_CONNECTION", ambiguous=True
            ) from broken
        if not isinstance(parsed, dict):
            raise ProviderRetryable("ElevenLabs returned an unexpected answer.", ambiguous=True)
        return parsed, headers


async def _json(answer: aiohttp.ClientResponse) -> Any:
    try:
        return await answer.json(content_type=None)
    except ValueError:
        return None
