"""``POST /api/v1/stories/estimate``: the cost and the time of a story before it is made."""

from __future__ import annotations

from aiohttp import web

from service.access.tokens import Identity
from service.api.requests import StoryRequest
from service.api.responses import Estimated, EstimateLine
from service.domain.wishes import Unmet
from service.http.app.keys import FORECASTS, SETTINGS, USERS
from service.http.io.bodies import read_given, success
from service.http.resources.naming import errors_by_field, input_of, read_story
from service.http.resources.warnings import story_warnings, warned
from service.providers.estimate import Estimate
from service.stories.creation import complete_brief
from service.stories.forecasts import budget_warnings


async def estimate(request: web.Request, caller: Identity) -> web.Response:
    """Estimate the cost and time of a story. The body is the same as for creating the story. Nothing is made,
    and no provider is called."""
    given = await read_given(request, StoryRequest)
    body = await read_story(request, caller, given)
    with errors_by_field(given):
        brief = await request.app[USERS].run(
            caller.user_id, lambda connection: complete_brief(connection, input_of(body))
        )
    forecast = (await request.app[FORECASTS].estimator()).book(brief, assets=body.generate_assets)
    warnings = story_warnings(body, brief, request.app[SETTINGS])
    warnings += budget_warnings(forecast, body.budget_usd)
    return success(_answer(forecast, body.budget_usd, warnings))


def _answer(forecast: Estimate, budget_usd: float | None, warnings: list[Unmet]) -> Estimated:
    return Estimated(
        low_usd=float(forecast.low_usd),
        high_usd=float(forecast.high_usd),
        seconds=round(forecast.seconds, 1),
        most_seconds=round(forecast.most_seconds, 1),
        lines=[
            EstimateLine(
                kind=line.kind,
                step=line.step,
                model=line.model,
                calls=line.calls,
                low_usd=float(line.usd),
                high_usd=float(line.most_usd),
                measured=line.measured,
            )
            for line in forecast.lines
        ],
        budget_usd=budget_usd,
        **dict(warned(warnings)),
    )
