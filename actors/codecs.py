"""How the ledger stores the answers of providers, and how a later run restores them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, TypeAdapter

from actors.runtime.context import Context
from actors.story import Story, store_asset
from service.domain.story import Finding, SpokenWord
from service.providers.protocols import Narration, Picture, Review
from service.runtime.ledger import Answer

M = TypeVar("M", bound=BaseModel)
_FINDINGS = TypeAdapter(tuple[Finding, ...])
_WORDS = TypeAdapter(tuple[SpokenWord, ...])


@dataclass(frozen=True, slots=True)
class ModelCodec(Generic[M]):
    """A pydantic value, stored inline in the ledger."""

    model: type[M]

    async def dump(self, value: M) -> Answer:
        """The value as JSON."""
        return Answer(value.model_dump(mode="json"))

    async def restore(self, answer: Answer) -> M:
        """The value from its JSON."""
        return self.model.model_validate(answer.result)


class ReviewCodec:
    """The result of a moderator, stored inline in the ledger."""

    async def dump(self, value: Review) -> Answer:
        """The categories as JSON."""
        return Answer({"flagged": list(value.flagged)})

    async def restore(self, answer: Answer) -> Review:
        """The result from its JSON."""
        return Review(tuple(answer.result["flagged"]))


class FindingsCodec:
    """The findings about a picture, stored inline in the ledger."""

    async def dump(self, value: tuple[Finding, ...]) -> Answer:
        """The findings as JSON."""
        return Answer({"findings": _FINDINGS.dump_python(value, mode="json")})

    async def restore(self, answer: Answer) -> tuple[Finding, ...]:
        """The findings from their JSON."""
        return _FINDINGS.validate_python(answer.result["findings"])


@dataclass(frozen=True, slots=True)
class PictureCodec:
    """A picture, stored in the store under the key of its asset."""

    context: Context
    story: Story

    async def dump(self, value: Picture) -> Answer:
        """Put the picture into the store. Raises the store's errors."""
        asset = self.context.job.name
        stored = await store_asset(self.context, self.story, asset, value.data, value.media_type)
        fields: dict[str, object] = {
            "media_type": value.media_type,
            "width": value.width,
            "height": value.height,
        }
        return Answer(fields | ({"alt": value.alt} if value.alt else {}), stored.key)

    async def restore(self, answer: Answer) -> Picture:
        """Get the picture from the store. Raises the store's errors."""
        data = await self.context.deps.store.get(answer.result_key or "")
        result = answer.result
        return Picture(data, result["media_type"], result["width"], result["height"], result.get("alt"))


@dataclass(frozen=True, slots=True)
class NarrationCodec:
    """The narration of a page. The sound is a file in the store; the words are inline in the ledger."""

    context: Context
    story: Story
    page: int

    async def dump(self, value: Narration) -> Answer:
        """Put the sound into the store. Raises the store's errors."""
        name = f"narration_{self.page}"
        stored = await store_asset(self.context, self.story, name, value.data, value.media_type)
        rest = {key: part for key, part in asdict(value).items() if key not in ("data", "words")}
        return Answer({**rest, "words": _dump_words(value.words)}, stored.key)

    async def restore(self, answer: Answer) -> Narration:
        """Get the sound from the store. Raises the store's errors."""
        data = await self.context.deps.store.get(answer.result_key or "")
        rest = {key: part for key, part in answer.result.items() if key != "words"}
        return Narration(data=data, words=_WORDS.validate_python(answer.result["words"]), **rest)


def _dump_words(words: Sequence[SpokenWord]) -> list[dict[str, object]]:
    return [word.model_dump(mode="json") for word in words]
