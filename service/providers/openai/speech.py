"""Narration by OpenAI's audio API, or by a compatible server (Kokoro-FastAPI, LocalAI, Speaches …).

The API returns the sound alone. The times of words come from a transcription of the sound if the settings
name a model for it. Without one, the words are spread over the sound, and the narration is marked
``estimated``.
"""

from __future__ import annotations

import asyncio

import structlog

from service.domain.languages import primary_language
from service.domain.story import SpokenWord
from service.errors import ProviderError, ProviderPermanent, ProviderRetryable
from service.providers.openai.client import Link, LinkedProvider, patience
from service.providers.openai.errors import translating
from service.providers.openai.hearing import HeardWord, heard_words
from service.providers.prices import Counts
from service.providers.protocols import Narration, SpeechAsk
from service.providers.replies import Reply
from service.providers.sounds import duration_of, spread_words

_log = structlog.get_logger()

#: The voice of stories and settings that name none. Each server of this API knows it.
USUAL_VOICE = "alloy"
_MOST_CHARACTERS = 4096


class OpenAISpeech(LinkedProvider):
    """Speaks one page per call. ``voice`` is used for stories that do not name a voice. ``transcriber`` is
    the model that finds the times of words; empty: the times are estimated. ``timeout`` is in seconds."""

    def __init__(self, link: Link, model: str, *, voice: str, transcriber: str, timeout: float) -> None:
        super().__init__(link, model, timeout)
        self._voice = voice or USUAL_VOICE
        self._transcriber = transcriber

    async def speak(self, ask: SpeechAsk) -> Reply[Narration]:
        """Speak one page. Raises ``ProviderError``."""
        if len(ask.text) > _MOST_CHARACTERS:
            raise ProviderPermanent(
                f"The page has more than {_MOST_CHARACTERS} characters.", code="PAGE_TOO_LONG"
            )
        with translating():
            answer = await self._link.client.audio.speech.create(
                model=self._model,
                voice=ask.voice or self._voice,
                input=ask.text,
                response_format="mp3",
                timeout=patience(self._timeout),
            )
        headers, data = answer.response.headers, answer.content
        self._link.heed(self._model, headers)
        usage = self._link.prices.usage(self._model, Counts(characters=len(ask.text)))
        request_id = headers.get("x-request-id", "")
        try:
            duration = await asyncio.to_thread(duration_of, data)
        except ValueError as broken:
            raise ProviderRetryable(
                "OpenAI returned a broken sound file.",
                code="SOUND_BROKEN",
                detail=str(broken),
                usage=usage,
                request_id=request_id,
            ) from broken
        words = await self._words(ask, data, duration)
        estimated = words is None
        narration = Narration(
            data, "audio/mpeg", duration, words or spread_words(ask.text, duration), estimated=estimated
        )
        return Reply(narration, self._model, usage, request_id)

    async def _words(self, ask: SpeechAsk, data: bytes, duration: float) -> tuple[SpokenWord, ...] | None:
        """The words with the times at which they are heard. None if nobody listens, or if it fails: the page
        is spoken and paid for, so it is kept."""
        if not self._transcriber:
            return None
        try:
            with translating():
                heard = await self._link.client.audio.transcriptions.create(
                    file=("page.mp3", data, "audio/mpeg"),
                    model=self._transcriber,
                    language=primary_language(ask.language),
                    response_format="verbose_json",
                    timestamp_granularities=["word"],
                    timeout=patience(self._timeout),
                )
            found = [HeardWord(one.word, one.start, one.end) for one in heard.words or ()]
            return heard_words(found, ask.text, duration)
        except (ProviderError, ValueError) as failed:
            _log.warning("words are spread over the sound", error=failed, characters=len(ask.text))
            return None
