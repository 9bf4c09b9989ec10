"""``doctor`` asks the services outside, and says which key is wrong and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from service.cli.checkup import examine
from service.cli.outside import check_services
from service.providers.factory import lacks
from service.settings import Settings
from tests.servers import NOWHERE
from tests.stubs.elevenlabs_server import ElevenLabsStub
from tests.stubs.openai_server import OpenAIStub
from tests.stubs.provider_stub import Fault


@pytest.fixture
def settings(stub: OpenAIStub, voice_stub: ElevenLabsStub) -> Settings:
    values: dict[str, Any] = {
        "text_provider": "openai",
        "image_provider": "openai",
        "speech_provider": "elevenlabs",
        "openai_base_url": stub.base_url,
        "openai_api_key": SecretStr("sk-of-the-doctor"),
        "elevenlabs_base_url": voice_stub.url,
        "elevenlabs_api_key": SecretStr("el-of-the-doctor"),
        "image_model": "gpt-image-1",
    }
    return Settings.model_validate(values)


async def test_good_keys_are_taken_and_old_models_told_of(settings: Settings, stub: OpenAIStub) -> None:
    stub.models = [{"id": settings.text_model, "shutdown_date": "2030-01-01"}]
    checks = {(check.name, check.state) for check in await check_services(settings)}
    assert checks == {("OpenAI", "well"), ("ElevenLabs", "well"), ("model", "unsure")}
    advice = [check.advice for check in await check_services(settings) if check.name == "model"]
    assert any("gpt-image-1 was shut down on 2026-10-23" in words for words in advice)
    assert any("2030-01-01" in words for words in advice)


async def test_wrong_keys_are_named_and_never_shown(
    settings: Settings, stub: OpenAIStub, voice_stub: ElevenLabsStub
) -> None:
    stub.key_is_good = voice_stub.key_is_good = False
    openai, elevenlabs = await check_services(settings)
    assert (openai.state, elevenlabs.state) == ("refused", "refused")
    assert "OPENAI_API_KEY" in openai.advice
    assert "ELEVENLABS_API_KEY" in elevenlabs.advice
    assert "of-the-doctor" not in f"{openai}{elevenlabs}{settings!r}"


async def test_the_providers_own_words_say_that_a_key_has_expired(
    settings: Settings, stub: OpenAIStub
) -> None:
    told = {"error": {"message": "Your API key sk-of-the-doctor has expired.", "code": "invalid_api_key"}}
    stub.fail("models", Fault("status", 401, told))
    openai, _ = await check_services(settings)
    assert openai.state == "refused"
    assert "has expired" in openai.advice
    assert "OPENAI_API_KEY" in openai.advice
    assert "of-the-doctor" not in openai.advice


async def test_a_service_that_is_unwell_is_not_a_wrong_key(settings: Settings, stub: OpenAIStub) -> None:
    stub.fail("models", Fault("status", 503))
    openai, _ = await check_services(settings)
    assert openai.state == "away"


async def test_doctor_fails_where_a_provider_cannot_be_reached(settings: Settings, tmp_path: Path) -> None:
    cut_off = settings.model_copy(update={"openai_base_url": f"{NOWHERE}/v1"})
    (found,) = [one for one in await examine(cut_off, tmp_path, 0) if one.part == "OpenAI"]
    assert found.level == "lack"
    assert "Check the network and the base URL" in found.advice


def test_a_missing_key_is_told_before_anything_is_asked() -> None:
    bare = Settings.model_validate(
        {
            "text_provider": "openai",
            "speech_provider": "elevenlabs",
            "openai_api_key": "",
            "elevenlabs_api_key": "",
        }
    )
    assert set(lacks(bare)) == {"OPENAI_API_KEY", "ELEVENLABS_API_KEY"}


def test_a_server_of_ones_own_needs_no_key() -> None:
    local = {"text_provider": "openai", "openai_api_key": "", "openai_base_url": "http://127.0.0.1:11434/v1"}
    assert lacks(Settings.model_validate(local)) == {}


async def test_each_server_of_a_role_is_asked(settings: Settings, stub: OpenAIStub, tmp_path: Path) -> None:
    elsewhere = {"image_base_url": f"{NOWHERE}/v1", "speech_provider": "openai", "image_model": "flux"}
    apart = settings.model_copy(update=elsewhere)
    one, other = [check for check in await check_services(apart) if check.name == "OpenAI"]
    assert (one.state, other.state) == ("well", "away")
    assert stub.base_url in one.found
    (voice,) = [one for one in await examine(apart, tmp_path, 0) if one.part == "voice"]
    assert (voice.level, "STORYTROUPE_VOICE_MODEL" in voice.advice) == ("lack", True)


async def test_nothing_is_asked_of_services_that_nobody_uses() -> None:
    assert await check_services(Settings()) == []
