"""The illustrator: pictures by ``images/generations``, or from references by ``images/edits``."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Sequence
from typing import Any, cast

from openai import omit
from openai.types import ImagesResponse

from service.domain.media import EXTENSIONS
from service.errors import ProviderRetryable
from service.providers.caller import caller
from service.providers.models import image_abilities, nearest_quality, nearest_size
from service.providers.openai.client import Link, patience
from service.providers.openai.errors import translating
from service.providers.pictures import media_type_of, whole_picture
from service.providers.prices import Counts
from service.providers.protocols import Picture, PictureAsk
from service.providers.pseudonyms import Pseudonymizer
from service.providers.replies import Reply, Usage


class OpenAIImage:
    """Draws with the gpt-image family. ``quality`` and ``form`` are from the settings."""

    def __init__(self, link: Link, model: str, *, quality: str, form: str, timeout: float) -> None:
        self._link = link
        self._model = model
        self._quality = quality
        self._form = form
        self._timeout = timeout

    @property
    def provider(self) -> str:
        """The provider's name in the ledger."""
        return "openai"

    @property
    def model(self) -> str:
        """The model's name in the ledger."""
        return self._model

    async def draw(self, ask: PictureAsk, references: Sequence[bytes]) -> Reply[Picture]:
        """Draw one picture. Raises ``ProviderError``; ``ProviderRefused`` if moderation blocks it."""
        images = self._link.client.images.with_raw_response
        body = self._body(ask)
        with translating():
            if references:
                raw = await images.edit(**body, **self._shown(references))
            else:
                raw = await images.generate(**body)
            self._link.heed(self._model, raw.headers)
            response = cast(ImagesResponse, raw.parse())
        usage = self._link.prices.usage(self._model, counts_of(response))
        picture = await _picture(response, usage, raw.request_id or "")
        return Reply(picture, self._model, usage, raw.request_id or "")

    def _body(self, ask: PictureAsk) -> dict[str, Any]:
        can = image_abilities(self._model)
        width, height = nearest_size(can, ask.size)
        return {
            "model": self._model,
            "prompt": _prompt(ask),
            "n": 1,
            "size": f"{width}x{height}",
            "quality": nearest_quality(can, self._quality),
            "output_format": self._form,
            "background": "opaque",
            "safety_identifier": caller() or omit,
            "timeout": patience(self._timeout),
        }

    def _shown(self, references: Sequence[bytes]) -> dict[str, Any]:
        can = image_abilities(self._model)
        files = [_file(number, data) for number, data in enumerate(references[: can.references], 1)]
        shown: dict[str, Any] = {"image": files[0] if len(files) == 1 else files}
        return {**shown, "input_fidelity": "high"} if can.fidelity else shown


def _prompt(ask: PictureAsk) -> str:
    people = Pseudonymizer((person.name for person in ask.characters), ask.prompt.texts())
    return ask.prompt.quoted(people.pseudonymize)


def _file(number: int, data: bytes) -> tuple[str, bytes, str]:
    media_type = media_type_of(data)
    return f"reference-{number}.{EXTENSIONS[media_type]}", data, media_type


def counts_of(response: ImagesResponse) -> Counts:
    """The usage of a picture. A response without token counts is charged per picture."""
    used = response.usage
    if used is None:
        return Counts(images=1)
    return Counts(
        input_tokens=used.input_tokens,
        image_tokens=used.input_tokens_details.image_tokens,
        output_tokens=used.output_tokens,
        images=1,
    )


async def _picture(response: ImagesResponse, usage: Usage, request_id: str) -> Picture:
    encoded = response.data[0].b64_json if response.data else None
    try:
        data = base64.b64decode(encoded or "", validate=True)
        # Decoding releases the interpreter's lock.
        return await asyncio.to_thread(whole_picture, data)
    except (ValueError, binascii.Error) as broken:
        raise ProviderRetryable(
            "OpenAI's picture is broken.",
            code="PICTURE_BROKEN",
            detail=str(broken),
            usage=usage,
            request_id=request_id,
        ) from broken
