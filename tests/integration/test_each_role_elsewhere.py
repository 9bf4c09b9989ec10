"""A whole book with each role on another server: as Ollama, vLLM and LocalAI answer, with their errors."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.integration.provider_books import open_stubs, open_works
from tests.stubs.openai_server import OpenAIStub
from tests.stubs.provider_stub import opened
from tests.stubs.self_hosted import Dialect, SelfHostedStub, localai, oldest, ollama, vllm


@pytest.mark.parametrize("writer", [ollama, pytest.param(oldest, marks=pytest.mark.long)])
async def test_a_book_is_made_by_five_servers(
    database: str, redis_url: str, tmp_path: Path, writer: Dialect
) -> None:
    async with AsyncExitStack() as stack:
        text, vision, image, speech = [
            await stack.enter_async_context(opened(stub))
            for stub in (
                SelfHostedStub(writer),
                SelfHostedStub(vllm, wrap="<think>A boat?</think>\n```json\n{}\n```"),
                SelfHostedStub(localai),
                SelfHostedStub(localai),
            )
        ]
        moderation = await stack.enter_async_context(opened(OpenAIStub()))
        nobody, elevenlabs = stubs = await stack.enter_async_context(open_stubs())
        changes = {
            "speech_provider": "openai",
            "text_base_url": text.base_url,
            "text_model": "gemma4:12b",
            "vision_base_url": vision.base_url,
            "vision_model": "qwen4-vl",
            "vision_api_key": SecretStr("vl-1"),
            "image_base_url": image.base_url,
            "image_model": "flux.2-klein",
            "speech_base_url": speech.base_url,
            "voice_model": "kokoro",
            "transcription_model": "whisper-1",
            "moderation_base_url": moderation.base_url,
        }
        works = await stack.enter_async_context(
            open_works(stubs, database, redis_url, tmp_path, "elsewhere", changes)
        )
        await works.renew()
        book = await works.make(scene_count=2)
        rows = await works.ledger(book)
    assert book.story["asset_generation_status"]["overall"] == "ready"
    assert {asset["status"] for asset in book.assets.values()} == {"ready"}
    assert book.assets["audio"]["metadata"]["estimated"] is False
    assert {row.outcome for row in rows} == {"ok"}, "what a server refuses is not in the ledger"
    assert not nobody.calls + elevenlabs.calls
    made = {stub: {call.kind for call in stub.billed()} for stub in (text, vision, image, speech, moderation)}
    writing = {"outline", "story", "critique", "revision"}
    assert made[text] == writing | {"palette", "storyboard", "analysis", "activities"}
    assert made[vision] == {"verdicts", "safety", "alt"}
    assert (made[image], made[speech], made[moderation]) == ({"image"}, {"speech", "hearing"}, {"moderation"})
    keys = {stub: {call.headers.get("Authorization") for call in stub.calls} for stub in made}
    assert (keys[text], keys[vision]) == ({"Bearer none"}, {"Bearer vl-1"})
    assert not any("sk-ours" in str(key) for key in keys.values())
    assert len(text.refusals()) <= 6
    assert len(vision.refusals()) <= 4, "calls that began together may learn the same"
