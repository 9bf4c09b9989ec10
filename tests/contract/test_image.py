"""Any illustrator keeps to this; the real one also says what it sends and how it fails."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image as Pictures

from service.domain.prompts import Data, Prompt
from service.domain.story import Character, PaletteStep, SceneAnalysis, Staging
from service.errors import (
    ProviderBlocked,
    ProviderError,
    ProviderPermanent,
    ProviderRefused,
    ProviderRetryable,
    ProviderThrottled,
)
from service.providers.cpu import CpuPool
from service.providers.models import image_abilities, nearest_quality, nearest_size
from service.providers.offline.image import OfflineImage
from service.providers.offline.pace import Pace
from service.providers.openai.client import Link
from service.providers.openai.image import OpenAIImage
from service.providers.protocols import Image, Picture, PictureAsk
from service.providers.replies import Reply
from tests.stubs.openai_server import REFUSED, SPENT, OpenAIStub
from tests.stubs.provider_stub import Fault

MODEL = "gpt-image-2.5-sunburst"


def an_ask(**changes: Any) -> PictureAsk:
    """An ask for a cover with one hero."""
    staging = Staging(place="river", time_of_day="day", weather="clear")
    values: dict[str, Any] = {
        "subject": "cover",
        "index": 0,
        "title": "Maya",
        "characters": (Character(name="Maya"),),
        "analysis": SceneAnalysis(
            index=0, action="Maya waves", camera="low", depth="near", atmosphere="calm", staging=staging
        ),
        "palette": PaletteStep(name="Dawn", mood="calm", colours=("#f6efe0", "#8fb59c", "#34495e")),
        "motif": "boat",
        "prompt": Prompt((("The book's cover.",), (Data("Maya waves"), " on ", Data("a\nquay")))),
        "size": (64, 64),
    }
    return PictureAsk(**(values | changes))


def a_picture(form: str = "PNG", shade: int = 90) -> bytes:
    file = io.BytesIO()
    Pictures.new("RGB", (32, 32), (shade, 20, 20)).save(file, format=form)
    return file.getvalue()


def openai_image(link: Link, model: str = MODEL) -> OpenAIImage:
    return OpenAIImage(link, model, quality="max", form="jpeg", timeout=5)


@pytest.fixture(params=["offline", "openai"])
def image(request: pytest.FixtureRequest, link: Link, cpu: CpuPool) -> Image:
    return OfflineImage(cpu, Pace(0)) if request.param == "offline" else openai_image(link)


async def test_a_picture_is_whole_and_of_the_size_that_it_says(image: Image) -> None:
    reply = await image.draw(an_ask(), [a_picture()])
    assert reply.model == image.model
    with Pictures.open(io.BytesIO(reply.value.data)) as opened:
        opened.load()
        assert opened.size == (reply.value.width, reply.value.height) == (64, 64)
        assert Pictures.MIME[opened.format or ""] == reply.value.media_type


async def draw(link: Link, *references: bytes, model: str = MODEL, **changes: Any) -> Reply[Picture]:
    return await openai_image(link, model).draw(an_ask(**changes), references)


async def test_without_references_a_picture_is_generated(link: Link, stub: OpenAIStub) -> None:
    await draw(link)
    (call,) = stub.of("image")
    assert call.files == ()
    assert call.body["quality"] == "max"
    assert call.body["output_format"] == "jpeg"
    assert not {"response_format", "style", "input_fidelity"} & set(call.body)


async def test_one_reference_goes_as_image_and_several_as_a_list(link: Link, stub: OpenAIStub) -> None:
    one, two = a_picture(), a_picture("JPEG", 30)
    await draw(link, one)
    await draw(link, one, two)
    first, second = stub.of("image")
    assert first.files == (("image", one),)
    assert second.files == (("image[]", one), ("image[]", two))


async def test_no_more_references_go_than_the_model_takes(link: Link, stub: OpenAIStub) -> None:
    await draw(link, *(a_picture(shade=shade) for shade in range(20)))
    assert len(stub.calls[0].files) == 16


async def test_the_prompt_names_nobody_and_quotes_its_data(link: Link, stub: OpenAIStub) -> None:
    await draw(link)
    sent = stub.calls[0].body["prompt"]
    assert sent.endswith('The book\'s cover.\n"Hero_1 waves" on "a\\nquay"')
    assert "Maya" not in sent


async def test_a_picture_costs_its_tokens_by_kind(link: Link, stub: OpenAIStub) -> None:
    reply = await draw(link, a_picture())
    counts = stub.calls[0].counts
    dollars = (counts["input"] - counts["image"]) * 5 + counts["image"] * 8 + counts["output"] * 30
    assert reply.usage.cost_usd == (Decimal(dollars) / 1_000_000).quantize(Decimal("0.000001"))
    assert reply.usage.images == 1


async def test_older_models_are_asked_for_what_they_can_do(link: Link, stub: OpenAIStub) -> None:
    await draw(link, a_picture(), model="gpt-image-1.5", size=(768, 1000))
    body = stub.calls[0].body
    assert (body["size"], body["quality"], body["input_fidelity"]) == ("1024x1536", "high", "high")


def test_an_unknown_model_has_the_abilities_of_the_newest() -> None:
    can = image_abilities("gpt-image-9-nebula")
    assert can == image_abilities("gpt-image-2.6-flare")
    assert nearest_size(can, (900, 700)) == (900, 700)
    assert nearest_quality(can, "xhigh") == "xhigh"


@pytest.mark.parametrize(
    ("wanted", "size"),
    [
        ((1024, 1024), (1024, 1024)),
        ((1000, 1000), (992, 992)),
        ((512, 512), (816, 816)),
        ((4000, 1000), (2976, 992)),
        ((9000, 9000), (2880, 2880)),
    ],
)
def test_a_known_model_draws_sizes_within_its_bounds(wanted: tuple[int, int], size: tuple[int, int]) -> None:
    can = image_abilities("gpt-image-2.6-sunburst")
    width, height = found = nearest_size(can, wanted)
    assert found == size
    assert width % 16 == height % 16 == 0
    assert 655_360 <= width * height <= 8_294_400
    assert max(found) <= min(3840, 3 * min(found))


@pytest.mark.parametrize(("model", "sent"), [("gpt-image-2.6-flare", "low"), (MODEL, None)])
async def test_complexity_goes_to_models_that_plan(
    link: Link, stub: OpenAIStub, model: str, sent: str | None
) -> None:
    image = OpenAIImage(link, model, quality="high", form="png", timeout=5, complexity="low")
    for references in ((), (a_picture(),)):
        await image.draw(an_ask(), references)
    assert [call.body.get("complexity") for call in stub.calls] == [sent, sent]


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        (Fault("broken_picture"), ProviderRetryable, "PICTURE_BROKEN"),
        (Fault("status", 400, REFUSED), ProviderRefused, "MODERATION_BLOCKED"),
        (Fault("status", 400), ProviderPermanent, "PROVIDER_REJECTED"),
        (Fault("status", 401), ProviderBlocked, "PROVIDER_KEY_REFUSED"),
        (Fault("status", 404), ProviderPermanent, "PROVIDER_REJECTED"),
        (Fault("status", 408), ProviderRetryable, "PROVIDER_UNAVAILABLE"),
        (Fault("status", 409), ProviderRetryable, "PROVIDER_UNAVAILABLE"),
        (Fault("status", 422), ProviderPermanent, "PROVIDER_REJECTED"),
        (Fault("status", 429), ProviderThrottled, "PROVIDER_THROTTLED"),
        (Fault("status", 429, SPENT), ProviderBlocked, "INSUFFICIENT_QUOTA"),
        (Fault("status", 503), ProviderRetryable, "PROVIDER_UNAVAILABLE"),
        (Fault("cut"), ProviderRetryable, "PROVIDER_CONNECTION"),
        (Fault("not_json"), ProviderRetryable, "PROVIDER_ANSWER_BROKEN"),
    ],
)
@pytest.mark.parametrize("references", [(), (a_picture(),)])
async def test_each_failure_has_its_class(
    link: Link,
    stub: OpenAIStub,
    references: tuple[bytes, ...],
    fault: Fault,
    error: type[ProviderError],
    code: str,
) -> None:
    stub.fail("image", fault)
    with pytest.raises(ProviderError) as raised:
        await draw(link, *references)
    assert type(raised.value) is error
    assert raised.value.code == code
    assert ("usage" in raised.value.data) == (code == "PICTURE_BROKEN")
