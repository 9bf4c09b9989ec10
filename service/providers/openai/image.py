"""The illustrator: pictures by ``images/generations``, or from references by ``images/edits``."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence, Set
from typing import Any, cast

import aiohttp
from openai import omit
from openai._legacy_response import LegacyAPIResponse
from openai.types import ImagesResponse

from service.domain.media import EXTENSIONS
from service.errors import ProviderRetryable
from service.providers.caller import caller
from service.providers.models import image_abilities, nearest_quality, nearest_size
from service.providers.openai.client import Link, LinkedProvider, patience
from service.providers.openai.errors import translating
from service.providers.openai.fetching import fetch_picture
from service.providers.openai.learned import (
    BACKGROUND,
    COMPLEXITY,
    EDITS,
    FIDELITY,
    FORMAT,
    IDENTIFIER,
    QUALITY,
)
from service.providers.pictures import media_type_of, whole_picture
from service.providers.prices import Counts
from service.providers.protocols import Picture, PictureAsk
from service.providers.pseudonyms import Pseudonymizer
from service.providers.replies import Reply, Usage


class OpenAIImage(LinkedProvider):
    """Draws with the gpt-image family, or with the model of a compatible server. ``quality``, ``complexity``
    and ``form`` are from the settings."""

    def __init__(
        self, link: Link, model: str, *, quality: str, form: str, timeout: float, complexity: str = "high"
    ) -> None:
        super().__init__(link, model, timeout)
        self._quality = quality
        self._complexity = complexity
        self._form = form

    async def draw(self, ask: PictureAsk, references: Sequence[bytes]) -> Reply[Picture]:
        """Draw one picture. Raises ``ProviderError``; ``ProviderRefused`` if moderation blocks it."""
        with translating():
            raw = await self._link.learned.asking(
                self._model, lambda without: self._asked(ask, references, without)
            )
            self._link.heed(self._model, raw.headers)
            response = raw.parse()
        usage = self._link.prices.usage(self._model, counts_of(response))
        picture = await self._picture(response, usage, raw.request_id or "")
        return Reply(picture, self._model, usage, raw.request_id or "")

    async def _asked(
        self, ask: PictureAsk, references: Sequence[bytes], without: Set[str]
    ) -> LegacyAPIResponse[ImagesResponse]:
        """Ask for a picture. A server that cannot edit pictures gets no references."""
        images = self._link.client.images.with_raw_response
        can = image_abilities(self._model)
        sent = () if EDITS in without else references[: can.references]
        body = {part: value for part, value in self._body(ask, len(sent)).items() if part not in without}
        if complexity := body.pop(COMPLEXITY, None):
            # The client does not know this parameter yet.
            body["extra_body"] = {COMPLEXITY: complexity}
        if not sent:
            return cast("LegacyAPIResponse[ImagesResponse]", await images.generate(**body))
        shown = {part: value for part, value in self._shown(sent).items() if part not in without}
        return cast("LegacyAPIResponse[ImagesResponse]", await images.edit(**body, **shown))

    def _body(self, ask: PictureAsk, files: int) -> dict[str, Any]:
        can = image_abilities(self._model)
        width, height = nearest_size(can, ask.size)
        body: dict[str, Any] = {
            "model": self._model,
            "prompt": _prompt(ask, files),
            "n": 1,
            "size": f"{width}x{height}",
            QUALITY: nearest_quality(can, self._quality),
            FORMAT: self._form,
            BACKGROUND: "opaque",
            IDENTIFIER: caller() or omit,
            "timeout": patience(self._timeout),
        }
        return {**body, COMPLEXITY: self._complexity} if can.complexity else body

    def _shown(self, references: Sequence[bytes]) -> dict[str, Any]:
        can = image_abilities(self._model)
        files = [_file(number, data) for number, data in enumerate(references, 1)]
        shown: dict[str, Any] = {"image": files[0] if len(files) == 1 else files}
        return {**shown, FIDELITY: "high"} if can.fidelity else shown

    async def _picture(self, response: ImagesResponse, usage: Usage, request_id: str) -> Picture:
        try:
            # Decoding releases the interpreter's lock.
            return await asyncio.to_thread(whole_picture, await self._data(response))
        except (ValueError, OSError, aiohttp.ClientError) as broken:
            raise ProviderRetryable(
                "OpenAI's picture is broken.",
                code="PICTURE_BROKEN",
                detail=str(broken),
                usage=usage,
                request_id=request_id,
            ) from broken

    async def _data(self, response: ImagesResponse) -> bytes:
        """The encoded picture, which the answer contains, or which its URL has. Raises ``ValueError``."""
        image = response.data[0] if response.data else None
        if image is not None and image.url and not image.b64_json:
            return await fetch_picture(image.url, self._link.client, self._timeout)
        return base64.b64decode((image and image.b64_json) or "", validate=True)


def _prompt(ask: PictureAsk, files: int) -> str:
    """The prompt, which names the files that are sent and only the people whom the picture shows."""
    people = Pseudonymizer(
        (person.name for person in ask.characters),
        ask.prompt.texts(),
        present=[person.name for person in ask.cast],
    )
    return ask.prompt.quoted(people.pseudonymize, files)


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
