"""Cost forecasts for books, from the recent usage of calls."""

from __future__ import annotations

import time
from decimal import Decimal

from service.db.pool import Database
from service.domain.wishes import Unmet
from service.providers.duration import Measured, Measurements
from service.providers.estimate import Estimate, Estimator
from service.providers.factory import price_table
from service.runtime import ledger
from service.settings import Settings

_FRESH_SECONDS = 60.0


class Forecasts:
    """Forecasts from the recent usage of all calls of the service. The usage is read once a minute."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._measured: Measurements = {}
        self._until = 0.0

    async def estimator(self) -> Estimator:
        """An estimator with the measured usage."""
        if time.monotonic() >= self._until:
            self._measured = await self._look()
            self._until = time.monotonic() + _FRESH_SECONDS
        return Estimator(self._settings, price_table(self._settings), self._measured)

    async def _look(self) -> Measurements:
        async with self._database.as_owner() as connection:
            rows = await ledger.measured(connection)
        return {
            key: Measured(
                row["calls"],
                round(row["input_tokens"] or 0),
                round(row["output_tokens"] or 0),
                row["seconds"] or 0.0,
                row["characters"] or 0.0,
            )
            for key, row in rows.items()
        }


def budget_warnings(forecast: Estimate, budget_usd: float | None) -> list[Unmet]:
    """Warnings with the consequence, if the budget is, or may be, too low for the book."""
    if budget_usd is None or forecast.high_usd <= Decimal(str(budget_usd)):
        return []
    if forecast.low_usd > Decimal(str(budget_usd)):
        message = (
            f"The budget of ${budget_usd:.2f} is too low: the book needs at least about "
            f"${forecast.low_usd:.2f}. Parts that it does not cover are left out until you raise it."
        )
        return [Unmet(code="BUDGET_TOO_LOW", field="budget_usd", message=message)]
    message = f"The budget of ${budget_usd:.2f} may be too low if pictures must be drawn again."
    return [Unmet(code="BUDGET_TIGHT", field="budget_usd", message=message)]
