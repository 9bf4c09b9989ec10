"""Any voice keeps to this; the real one also says where its times come from and how it fails."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
import soundfile
from pydantic import SecretStr

from service.errors import (
    ProviderBlocked,
    ProviderCrowded,
    ProviderError,
    ProviderPermanent,
    ProviderRefused,
    ProviderRetryable,
    ProviderThrottled,
)
from service.providers.cpu import CpuPool
from service.providers.elevenlabs.speech import ElevenLabsSpeech, open_session
from service.providers.guard import Guard
from service.providers.offline.pace import Pace
from service.providers.offline.speech import OfflineSpeech
from service.providers.prices import PriceTable
from service.providers.protocols import Speech, SpeechAsk
from tests.servers import NOWHERE
from tests.stubs.elevenlabs_server import ElevenLabsStub, detail, old_detail
from tests.stubs.provider_stub import Fault

KEY = SecretStr("el-a-secret-key")
TEXT = "“Hello, Maya!” said the fox.\n\nOff they went."
RUNS = ["“Hello,", "Maya!”", "said", "the", "fox.", "Off", "they", "went."]


@pytest.fixture
async def voice(voice_stub: ElevenLabsStub) -> AsyncIterator[ElevenLabsSpeech]:
    async with open_session(KEY, voice_stub.url, 2) as session:
        yield ElevenLabsSpeech(session, "eleven_multilingual_v2", voice="Joy", prices=PriceTable())


@pytest.fixture(params=["offline", "elevenlabs"])
def speech(request: pytest.FixtureRequest, voice: ElevenLabsSpeech, cpu: CpuPool) -> Speech:
    return OfflineSpeech(cpu, Pace(0)) if request.param == "offline" else voice


async def test_every_word_has_its_time_within_the_sound(speech: Speech) -> None:
    narration = (await speech.speak(SpeechAsk(TEXT))).value
    assert [word.text for word in narration.words] == RUNS
    samples, rate = soundfile.read(io.BytesIO(narration.data))
    assert narration.duration == pytest.approx(len(samples) / rate, abs=0.05)
    starts = [word.start for word in narration.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start <= word.end <= narration.duration + 0.05 for word in narration.words)
    assert not narration.estimated


async def test_a_page_is_sent_with_its_neighbours_and_paid_by_its_own_characters(
    voice: ElevenLabsSpeech, voice_stub: ElevenLabsStub
) -> None:
    reply = await voice.speak(SpeechAsk(TEXT, previous_text="Before.", next_text="After.", voice="Ann"))
    (call,) = voice_stub.calls
    assert call.headers["xi-api-key"] == KEY.get_secret_value()
    assert (call.body["previous_text"], call.body["next_text"]) == ("Before.", "After.")
    assert call.body["model_id"] == "eleven_multilingual_v2"
    assert reply.usage.cost_usd == len(TEXT) * Decimal("0.00008")
    assert reply.request_id == "el_1"


async def test_the_times_are_those_of_the_characters(voice: ElevenLabsSpeech) -> None:
    words = (await voice.speak(SpeechAsk(TEXT))).value.words
    at = TEXT.index("fox.")
    assert words[4].start == pytest.approx(at * 0.02)
    assert words[4].end == pytest.approx((at + 4) * 0.02)


@pytest.mark.parametrize("kind", ["no_alignment", "wrong_alignment"])
async def test_an_alignment_that_cannot_be_trusted_is_made_again(
    voice: ElevenLabsSpeech, voice_stub: ElevenLabsStub, kind: Any
) -> None:
    voice_stub.fail("speech", Fault(kind))
    narration = (await voice.speak(SpeechAsk(TEXT))).value
    (forced,) = voice_stub.of("alignment")
    assert forced.body["text"] == TEXT
    assert forced.files[0][1] == narration.data
    assert [word.text for word in narration.words] == RUNS
    assert not narration.estimated


async def test_without_any_alignment_the_words_are_spread_and_marked(
    voice: ElevenLabsSpeech, voice_stub: ElevenLabsStub
) -> None:
    voice_stub.fail("speech", Fault("no_alignment"))
    voice_stub.fail("alignment", Fault("status", 500))
    narration = (await voice.speak(SpeechAsk(TEXT))).value
    assert narration.estimated
    assert [word.text for word in narration.words] == RUNS
    assert narration.words[-1].end <= narration.duration
    assert len(voice_stub.of("speech")) == 1


def status(code: int, name: str, **headers: str) -> Fault:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Fault("status", code, detail(name), named)


def old(code: int, name: str) -> Fault:
    return Fault("status", code, old_detail(name))


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        (status(401, "quota_exceeded"), ProviderBlocked, "INSUFFICIENT_QUOTA"),
        (status(401, "invalid_api_key"), ProviderBlocked, "PROVIDER_KEY_REFUSED"),
        (status(403, "missing_permissions"), ProviderBlocked, "PROVIDER_KEY_REFUSED"),
        (status(404, "voice_not_found"), ProviderPermanent, "VOICE_NOT_FOUND"),
        (status(400, "voice_not_found"), ProviderPermanent, "VOICE_NOT_FOUND"),
        (status(402, "payment_required"), ProviderBlocked, "INSUFFICIENT_QUOTA"),
        (status(404, "no_such_path"), ProviderPermanent, "PROVIDER_REJECTED"),
        (status(408, "late"), ProviderRetryable, "PROVIDER_UNAVAILABLE"),
        (status(409, "already_running"), ProviderRetryable, "PROVIDER_UNAVAILABLE"),
        (status(422, "bad"), ProviderPermanent, "PROVIDER_REJECTED"),
        (status(401, "insufficient_credits"), ProviderBlocked, "INSUFFICIENT_QUOTA"),
        (status(401, "detected_unusual_activity"), ProviderBlocked, "PROVIDER_KEY_REFUSED"),
        (status(429, "concurrent_limit_exceeded"), ProviderCrowded, "PROVIDER_CROWDED"),
        (status(429, "rate_limit_exceeded"), ProviderThrottled, "PROVIDER_THROTTLED"),
        (old(429, "too_many_concurrent_requests"), ProviderCrowded, "PROVIDER_CROWDED"),
        (old(401, "quota_exceeded"), ProviderBlocked, "INSUFFICIENT_QUOTA"),
        (status(400, "content_against_policy"), ProviderRefused, "SPEECH_REFUSED"),
        (status(500, "oops"), ProviderRetryable, "PROVIDER_UNAVAILABLE"),
        (status(503, "oops", Retry_After="4"), ProviderThrottled, "PROVIDER_THROTTLED"),
        (status(429, "system_busy"), ProviderThrottled, "PROVIDER_THROTTLED"),
        (Fault("cut"), ProviderRetryable, "PROVIDER_CONNECTION"),
        (Fault("not_json"), ProviderRetryable, "PROVIDER_CONNECTION"),
        (Fault("broken_sound"), ProviderRetryable, "SOUND_BROKEN"),
    ],
)
async def test_each_failure_has_its_class(
    voice: ElevenLabsSpeech,
    voice_stub: ElevenLabsStub,
    fault: Fault,
    error: type[ProviderError],
    code: str,
) -> None:
    voice_stub.fail("speech", fault)
    with pytest.raises(ProviderError) as raised:
        await voice.speak(SpeechAsk(TEXT))
    assert type(raised.value) is error
    assert raised.value.code == code
    assert len(voice_stub.calls) == 1
    assert KEY.get_secret_value() not in f"{raised.value!r} {raised.value.data}"
    assert raised.value.data.get("ambiguous", False) == (fault.kind in ("cut", "not_json"))
    assert ("usage" in raised.value.data) == (fault.kind == "broken_sound")


@pytest.mark.parametrize(
    ("name", "headers", "wait"),
    [
        ("too_many_concurrent_requests", {}, 3.0),
        ("system_busy", {}, 10.0),
        ("system_busy", {"Retry_After": "2.5"}, 2.5),
        ("something", {}, None),
    ],
)
async def test_a_throttled_voice_says_how_long_to_wait(
    voice: ElevenLabsSpeech, voice_stub: ElevenLabsStub, name: str, headers: dict[str, str], wait: float
) -> None:
    voice_stub.fail("speech", status(429, name, **headers))
    with pytest.raises(ProviderThrottled) as raised:
        await voice.speak(SpeechAsk(TEXT))
    assert raised.value.retry_after == wait


async def test_a_voice_that_hangs_is_given_up_and_may_have_been_paid(voice_stub: ElevenLabsStub) -> None:
    voice_stub.fail("speech", Fault("hang"))
    async with open_session(KEY, voice_stub.url, 0.2) as session:
        voice = ElevenLabsSpeech(session, "eleven_v3", voice="Joy", prices=PriceTable())
        with pytest.raises(ProviderRetryable) as raised:
            await voice.speak(SpeechAsk(TEXT))
    assert raised.value.data["ambiguous"] is True


async def test_a_voice_that_is_not_there_was_not_paid() -> None:
    async with open_session(KEY, NOWHERE, 5) as session:
        voice = ElevenLabsSpeech(session, "eleven_v3", voice="Joy", prices=PriceTable())
        with pytest.raises(ProviderRetryable) as raised:
            await voice.speak(SpeechAsk(TEXT))
    assert "ambiguous" not in raised.value.data


async def test_a_page_that_is_too_long_is_not_sent(
    voice: ElevenLabsSpeech, voice_stub: ElevenLabsStub
) -> None:
    with pytest.raises(ProviderPermanent):
        await voice.speak(SpeechAsk("a " * 6000))
    assert not voice_stub.calls


async def test_the_accounts_slots_bound_the_calls_at_once(voice_stub: ElevenLabsStub) -> None:
    guard = Guard("voice", at_once=8)
    async with open_session(KEY, voice_stub.url, 5) as session:
        voice = ElevenLabsSpeech(session, "eleven_v3", voice="Joy", prices=PriceTable(), guard=guard)
        voice_stub.answer_headers = {"maximum-concurrent-requests": "3"}
        await voice.speak(SpeechAsk(TEXT))
        assert (guard.window.most, guard.window.room(3)) == (3, False)
        voice_stub.answer_headers = {"maximum-concurrent-requests": "15"}
        await voice.speak(SpeechAsk(TEXT))
    assert guard.window.most == 8
