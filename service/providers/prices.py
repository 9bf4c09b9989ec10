"""The cost of calls: prices by model, and the usage of one call in US dollars. Pure.

Prices are per million tokens, per picture, and per thousand characters. Providers change their prices: this
table is from 21 November 2026. Prices in the settings override it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from types import MappingProxyType

from service.providers.models import undated
from service.providers.replies import Usage

_MILLION = Decimal(1_000_000)
#: The precision of costs in the ledger: a millionth of a US dollar.
_GRAIN = Decimal("0.000001")
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Price:
    """The prices of a model in US dollars: per million tokens of each kind, per picture, and per thousand
    characters."""

    input: Decimal = _NOTHING
    cached_input: Decimal = _NOTHING
    output: Decimal = _NOTHING
    image_input: Decimal = _NOTHING
    image: Decimal = _NOTHING
    characters: Decimal = _NOTHING


@dataclass(frozen=True, slots=True)
class Counts:
    """The usage of one call. ``input_tokens`` counts all input tokens, including cached tokens and tokens of
    pictures."""

    input_tokens: int = 0
    cached_tokens: int = 0
    image_tokens: int = 0
    output_tokens: int = 0
    images: int = 0
    characters: int = 0


def _price(**dollars: str) -> Price:
    return Price(**{name: Decimal(value) for name, value in dollars.items()})


_GPT_IMAGE = _price(input="5", cached_input="1.25", image_input="8", output="30")

PRICES: Mapping[str, Price] = MappingProxyType(
    {
        "gpt-6-astra": _price(input="10", cached_input="1", output="50"),
        "gpt-6.1-sol": _price(input="2", cached_input="0.20", output="10"),
        "gpt-6.1-terra": _price(input="1", cached_input="0.05", output="5"),
        "gpt-6-sol": _price(input="2", cached_input="0.20", output="10"),
        "gpt-6-luna": _price(input="0.10", cached_input="0.01", output="0.50"),
        "gpt-5.6-sol": _price(input="5", cached_input="0.50", output="30"),
        "gpt-5.6-terra": _price(input="2", cached_input="0.20", output="12"),
        "gpt-5.6-luna": _price(input="0.20", cached_input="0.02", output="1.20"),
        "gpt-image-2": _GPT_IMAGE,
        "gpt-image-2.5-flare": _GPT_IMAGE,
        "gpt-image-2.5-sunburst": _GPT_IMAGE,
        "gpt-image-2.6-flare": _GPT_IMAGE,
        "gpt-image-2.6-sunburst": _GPT_IMAGE,
        "omni-moderation-latest": Price(),
        "tts-1": _price(characters="0.015"),
        "tts-1-hd": _price(characters="0.030"),
        # Billed by the minute of sound, in which about 900 characters are spoken.
        "gpt-4o-mini-tts": _price(characters="0.017"),
        "eleven_multilingual_v2": _price(characters="0.08"),
        "eleven_v3": _price(characters="0.08"),
        "eleven_v4": _price(characters="0.08"),
        "eleven_v4_turbo": _price(characters="0.04"),
        "eleven_turbo_v2_5": _price(characters="0.04"),
        "eleven_flash_v2_5": _price(characters="0.04"),
    }
)


class PriceTable:
    """The prices that this service uses. Each price in the settings replaces the built-in price for the same
    model and kind."""

    def __init__(self, settings: Mapping[str, Mapping[str, Decimal]] | None = None) -> None:
        """``settings`` are the prices in the settings. Raises ``ValueError`` for an unknown kind of price."""
        self._prices = dict(PRICES)
        known = {field.name for field in fields(Price)}
        for model, dollars in (settings or {}).items():
            if unknown := sorted(set(dollars) - known):
                raise ValueError(f"{model} has no price for {', '.join(unknown)}; there are {sorted(known)}")
            base = self.of(model) or Price()
            self._prices[model] = Price(**{name: getattr(base, name) for name in known} | dict(dollars))

    def of(self, model: str) -> Price | None:
        """The price of a model; None for an unknown model. The name may include the date of the model's
        version."""
        return self._prices.get(model) or self._prices.get(undated(model))

    def usage(self, model: str, counts: Counts) -> Usage:
        """The usage of a call with its cost. The cost is 0 if the model's price is unknown."""
        return Usage(
            input_tokens=counts.input_tokens,
            output_tokens=counts.output_tokens,
            characters=counts.characters,
            images=counts.images,
            cost_usd=cost(self.of(model) or Price(), counts),
        )


def cost(price: Price, counts: Counts) -> Decimal:
    """The cost of a call in US dollars, rounded to a millionth. The price per picture applies only to
    responses without token counts."""
    plain = max(counts.input_tokens - counts.cached_tokens - counts.image_tokens, 0)
    tokens = (
        plain * price.input
        + counts.cached_tokens * price.cached_input
        + counts.image_tokens * (price.image_input or price.input)
        + counts.output_tokens * price.output
    ) / _MILLION
    flat = counts.images * price.image + counts.characters * price.characters / 1000
    return (tokens + flat).quantize(_GRAIN)
