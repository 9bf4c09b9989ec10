"""Moderation of texts and pictures by the provider's own model, which is free."""

from __future__ import annotations

from collections.abc import Sequence

from openai.types import ModerationMultiModalInputParam

from service.providers.openai.client import LinkedProvider, patience
from service.providers.openai.errors import translating
from service.providers.openai.vision import data_url
from service.providers.protocols import Review
from service.providers.replies import Reply, Usage


class OpenAIModeration(LinkedProvider):
    """Pictures are scored for self-harm, sexual content and violence only. The validator asks about the
    rest."""

    async def review(self, texts: Sequence[str], pictures: Sequence[bytes] = ()) -> Reply[Review]:
        """The flagged categories of all inputs. Raises ``ProviderError``."""
        flagged: set[str] = set()
        request_id = ""
        # The model accepts many texts in a call, but only one picture.
        for batch in (_texts(texts), *(_shown(picture) for picture in pictures)):
            if not batch:
                continue
            with translating():
                # Not as an argument, because the client would walk through all of it for each call.
                raw = await self._link.client.moderations.with_raw_response.create(
                    model=self._model,
                    input="",
                    extra_body={"input": batch},
                    timeout=patience(self._timeout),
                )
                self._link.heed(self._model, raw.headers)
                answer = raw.parse()
            request_id = raw.request_id or request_id
            for result in answer.results:
                named = result.categories.model_dump(by_alias=True)
                flagged |= {name for name, found in named.items() if found}
                if result.flagged and not flagged:
                    flagged.add("unnamed")
        return Reply(Review(tuple(sorted(flagged))), self._model, Usage(), request_id)


def _texts(texts: Sequence[str]) -> list[ModerationMultiModalInputParam]:
    return [{"type": "text", "text": text} for text in texts if text.strip()]


def _shown(picture: bytes) -> list[ModerationMultiModalInputParam]:
    return [{"type": "image_url", "image_url": {"url": data_url(picture)}}]
