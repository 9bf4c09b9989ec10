"""What calls cost, and when models end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from service.providers.models import sunsets
from service.providers.openai.errors import seconds
from service.providers.prices import Counts, PriceTable

pytestmark = pytest.mark.slow


def test_cached_tokens_cost_less_than_others() -> None:
    usage = PriceTable().usage("gpt-6-luna", Counts(input_tokens=1000, cached_tokens=400, output_tokens=10))
    assert usage.cost_usd == Decimal("0.000069")


def test_a_dated_model_costs_what_its_family_does() -> None:
    counts = Counts(input_tokens=10**6)
    assert PriceTable().usage("gpt-6.1-terra-2026-10-26", counts).cost_usd == 1


def test_the_settings_prices_win_field_by_field() -> None:
    table = PriceTable({"gpt-6-luna": {"output": Decimal(9)}, "llama": {"input": Decimal(1)}})
    assert table.usage("gpt-6-luna", Counts(10**6, output_tokens=10**6)).cost_usd == Decimal("9.1")
    assert table.usage("llama", Counts(10**6)).cost_usd == 1


def test_a_model_without_a_price_costs_nothing_that_we_know_of() -> None:
    usage = PriceTable().usage("llama", Counts(10**6, output_tokens=5))
    assert usage.cost_usd == 0
    assert (usage.input_tokens, usage.output_tokens) == (10**6, 5)


def test_a_kind_of_price_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="inputs"):
        PriceTable({"llama": {"inputs": Decimal(1)}})


def test_a_picture_by_the_piece_has_a_price_by_the_piece() -> None:
    table = PriceTable({"flux": {"image": Decimal("0.04")}})
    assert table.usage("flux", Counts(images=1)).cost_usd == Decimal("0.04")


def test_models_that_end_are_told_of_and_the_providers_word_wins() -> None:
    today = date(2026, 11, 21)
    told = {"gpt-6-luna": date(2027, 6, 1)}
    known = sunsets(["gpt-image-1", "gpt-image-1.5", "gpt-6-luna", "gpt-6.1-terra"], told, today)
    assert [(one.model, one.state) for one in known] == [
        ("gpt-6-luna", "announced"),
        ("gpt-image-1", "gone"),
        ("gpt-image-1.5", "soon"),
    ]
    assert "2026-12-01" in str(known[2])
    (dated,) = sunsets(["gpt-4o-2024-08-06"], {}, today)
    assert (dated.on, dated.state) == (date(2027, 1, 14), "soon")


@pytest.mark.parametrize(
    ("text", "value"), [("1s", 1.0), ("6m0s", 360.0), ("17ms", 0.017), ("1h2m3.5s", 3723.5), ("soon", None)]
)
def test_durations_of_headers_are_read(text: str, value: float | None) -> None:
    assert seconds(text) == value
