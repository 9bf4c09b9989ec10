"""Moderation of what a person wrote for a plan, and of what a planner made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from actors.codecs import ReviewCodec
from actors.runtime.context import Context
from service.errors import ProviderRefused
from service.genesis.sorting import MOST_READ
from service.providers.protocols import Draft, FieldValue, Moderation, PlanAsk
from service.providers.pseudonyms import Pseudonymizer, real_names
from service.runtime.ledger import Work

#: Characters of one text in a call. Of the material, as much is looked at as a round sorts.
_PIECE, _MATERIAL = 8_000, MOST_READ


class Reader:
    """Checks the texts of one ask, if there is a moderator."""

    def __init__(self, context: Context, moderation: Moderation | None, ask: PlanAsk) -> None:
        self._context, self._moderation, self._ask = context, moderation, ask

    async def check_asked(self) -> None:
        """Raises ``ProviderRefused`` if the moderator flags what a person wrote."""
        await self._check("what was asked for", asked_in(self._ask))

    async def check_written(self, draft: Draft) -> None:
        """Raises ``ProviderRefused`` if the moderator flags a draft."""
        new = {path: value for path, value in draft.values.items() if path not in self._ask.locked}
        await self._check("a proposal", _said(new.values()))

    async def _check(self, what: str, said: Iterable[str]) -> None:
        moderation, texts = self._moderation, list(_pieces(said))
        if moderation is None or not texts:
            return
        people = Pseudonymizer(real_names({**self._ask.fields, **self._ask.locked}), texts)
        hidden = [people.pseudonymize(text) for text in texts]
        # The key uses the original text, as for stories.
        work = Work("moderation", moderation.model, texts, provider=moderation.provider)
        review = await self._context.call(work, ReviewCodec(), lambda: moderation.review(hidden))
        if review.flagged:
            raise ProviderRefused(
                f"Moderation flagged {what}: {', '.join(review.flagged)}. Change it and try again.",
                code="CONTENT_FLAGGED",
            )


def asked_in(ask: PlanAsk) -> Iterator[str]:
    """All texts of an ask that a person may have written."""
    yield from (ask.inspiration, "\n".join(ask.material.values())[:_MATERIAL])
    yield "\n".join((*ask.feedback, ask.instruction, *ask.avoid))
    yield from _said(ask.fields.values())


def _said(values: Iterable[FieldValue]) -> Iterator[str]:
    yield "\n".join(
        text
        for value in values
        for text in (value if isinstance(value, list) else [value])
        if isinstance(text, str)
    )


def _pieces(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        pieces = (text[at : at + _PIECE] for at in range(0, len(text), _PIECE))
        yield from (piece for piece in pieces if piece.strip())
