"""The real moderator before the stub."""

from __future__ import annotations

import pytest

from service.errors import ProviderRetryable
from service.providers.openai.client import Link
from service.providers.openai.moderation import OpenAIModeration
from tests.contract.test_image import a_picture
from tests.stubs.openai_server import OpenAIStub
from tests.stubs.provider_stub import Fault


@pytest.fixture
def moderation(link: Link) -> OpenAIModeration:
    return OpenAIModeration(link, "omni-moderation-latest", timeout=5)


async def test_what_is_well_has_no_flags(moderation: OpenAIModeration) -> None:
    reply = await moderation.review(["Maya counts boats."], [a_picture()])
    assert reply.value.flagged == ()
    assert reply.usage.cost_usd == 0


async def test_flags_are_told_by_their_names(moderation: OpenAIModeration, stub: OpenAIStub) -> None:
    stub.flag = lambda text: "sword" in text
    assert (await moderation.review(["a boat", "a sword"])).value.flagged == ("violence",)


async def test_each_picture_is_a_call_of_its_own(moderation: OpenAIModeration, stub: OpenAIStub) -> None:
    await moderation.review(["words"], [a_picture(), a_picture("JPEG")])
    kinds = [[part["type"] for part in call.body["input"]] for call in stub.calls]
    assert kinds == [["text"], ["image_url"], ["image_url"]]


async def test_a_moderator_that_is_unwell_is_asked_again(
    moderation: OpenAIModeration, stub: OpenAIStub
) -> None:
    stub.fail("moderation", Fault("status", 500))
    with pytest.raises(ProviderRetryable):
        await moderation.review(["words"])
