"""``/api/v1/genesis``, also at ``/genesis``: routes that send commands to Genesis sessions and read the
sessions."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import invalid
from service.api.queries import DiffQuery, Paged, SessionsQuery, StateQuery
from service.api.responses import (
    CommandDone,
    CommandEstimate,
    DecisionMade,
    Deleted,
    Finding,
    Items,
    PlanEstimate,
    RoundCost,
    SessionCall,
    SessionDiff,
    SessionListed,
    SessionState,
)
from service.background.nudges import DELETED, JOBS_CANCELLED
from service.genesis import reading, sessions
from service.genesis.commands import CommandType, read_command
from service.genesis.decide.recorder import usual_count
from service.genesis.estimates import Expected, expected_of
from service.genesis.generation import Round
from service.genesis.kind import summary
from service.genesis.model import GenesisStage
from service.genesis.payloads import MOST_MATERIAL, StartGenesis
from service.genesis.removal import delete_session
from service.genesis.scheduler import rules_of
from service.http.app.keys import BACKLOG, COMMANDS, FORECASTS, REQUEST_ID, SERVICES, SETTINGS, USERS
from service.http.io.bodies import read_json, success
from service.http.io.paging import page_of
from service.http.io.paths import session_id_of
from service.http.io.queries import read_query
from service.providers.estimate import Estimator, RoundEstimate
from service.providers.plan_tokens import CHAPTERS

#: The largest body of a command, in bytes. It fits one text of material with its JSON escapes.
_MOST_COMMAND = 2 * MOST_MATERIAL
_DECISIONS = "-decided_at"
#: The commands that create jobs. Other commands are accepted even if the queue is long.
_ASK_FOR_WORK = frozenset({CommandType.START_GENESIS, CommandType.GENERATE_INSPIRATION})


async def command(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/genesis/commands: send a command to a Genesis session, or start one."""
    given = await read_json(request, read_command, most=_MOST_COMMAND, longest=MOST_MATERIAL)
    with request.app[COMMANDS].counting(given.type):
        if given.type in _ASK_FOR_WORK:
            await request.app[BACKLOG].admit(caller.user_id)
        done = await sessions.process(
            request.app[USERS].door(caller.user_id),
            caller.user_id,
            given,
            rules=rules_of(request.app[SETTINGS]),
            request_id=request[REQUEST_ID],
        )
    request.app[SERVICES].settler.nudge(done.settled)
    begins = given.type is CommandType.START_GENESIS
    return success(
        CommandDone.model_validate(done.answer), status=HTTPStatus.CREATED if begins else HTTPStatus.OK
    )


async def estimate(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/genesis/{id}/estimate: the body is a command to the session. The command is not
    executed."""
    session_id = session_id_of(request)
    given = await read_json(request, read_command, most=_MOST_COMMAND, longest=MOST_MATERIAL)
    if given.session_id != session_id:
        raise invalid([("session_id", "This must be the same session id as in the path.")])
    rules = rules_of(request.app[SETTINGS])
    expected = await request.app[USERS].run(
        caller.user_id, lambda connection: expected_of(connection, session_id, given, rules)
    )
    estimator = await request.app[FORECASTS].estimator()
    lines = [_round_cost(round_, _forecast(estimator, round_, expected)) for round_ in expected.rounds]
    return success(
        CommandEstimate(
            low_usd=sum(line.low_usd for line in lines),
            high_usd=sum(line.high_usd for line in lines),
            seconds=max((line.seconds for line in lines), default=0.0),
            rounds=lines,
        )
    )


async def estimate_plan(request: web.Request, _caller: Identity) -> web.Response:
    """POST /api/v1/genesis/estimate: the body is START_GENESIS. No session is started."""
    given = await read_json(request, read_command, most=_MOST_COMMAND, longest=MOST_MATERIAL)
    start = given.payload
    if not isinstance(start, StartGenesis):
        raise invalid([("command_type", "This must be START_GENESIS.")])
    brought = bool(start.inspiration or start.material)
    rounds = [Round(stage, 1, usual_count(stage, brought=brought)) for stage in GenesisStage]
    expected = Expected(rounds, start.chapters or CHAPTERS, start.language)
    estimator = await request.app[FORECASTS].estimator()
    lines = [_round_cost(round_, _forecast(estimator, round_, expected)) for round_ in rounds]
    return success(
        PlanEstimate(
            low_usd=sum(line.low_usd for line in lines),
            high_usd=sum(line.high_usd for line in lines),
            seconds=sum(line.seconds for line in lines),
            rounds=lines,
        )
    )


def _forecast(estimator: Estimator, round_: Round, expected: Expected) -> RoundEstimate:
    return estimator.round(
        round_.stage,
        round_.count,
        chapters=expected.chapters,
        language=expected.language,
        scope=round_.scope,
        pieces=expected.pieces,
    )


def _round_cost(round_: Round, forecast: RoundEstimate) -> RoundCost:
    return RoundCost(
        stage=round_.stage.value,
        count=round_.count,
        model=forecast.model,
        calls=forecast.calls,
        input_tokens=forecast.input_tokens,
        output_tokens=forecast.output_tokens,
        low_usd=float(forecast.usd),
        high_usd=float(forecast.most_usd),
        seconds=round(forecast.seconds, 2),
        measured=forecast.measured > 0,
    )


async def index(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/genesis: list your Genesis sessions, newest first."""
    query = read_query(SessionsQuery, request)
    page = page_of(query)
    rows = await request.app[USERS].run(
        caller.user_id,
        lambda connection: reading.list_sessions(
            connection, caller.user_id, status=query.status, after=page.after, limit=page.rows
        ),
    )
    items = [SessionListed(**summary(row)) for row in rows[: page.limit]]
    return success(Items[SessionListed](items=items, next_cursor=page.next_cursor(rows)))


async def state(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/genesis/{id}/state: read the state of a Genesis session, now or at an earlier version."""
    session_id, query = session_id_of(request), read_query(StateQuery, request)
    found = await request.app[USERS].run(
        caller.user_id, lambda connection: reading.session_state(connection, session_id, query.at)
    )
    return success(SessionState.model_validate(found))


async def history(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/genesis/{id}/history: list the decisions about a Genesis session, newest first."""
    session_id, page = session_id_of(request), page_of(read_query(Paged, request), order=_DECISIONS)
    rows = await request.app[USERS].run(
        caller.user_id,
        lambda connection: reading.decisions(connection, session_id, after=page.after, limit=page.rows),
    )
    items = [DecisionMade(**reading.decision(row)) for row in rows[: page.limit]]
    return success(Items[DecisionMade](items=items, next_cursor=page.next_cursor(rows)))


async def diff(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/genesis/{id}/diff: compare two versions of a Genesis session, two sessions or two
    proposals."""
    session_id, query = session_id_of(request), read_query(DiffQuery, request)
    found = await request.app[USERS].run(
        caller.user_id,
        lambda connection: reading.diff(
            connection,
            session_id,
            query.before,
            query.after,
            other=query.other,
            proposals=(query.proposal, query.other_proposal),
        ),
    )
    return success(SessionDiff.model_validate(found))


async def findings(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/genesis/{id}/findings: list possible problems in the plan of a Genesis session."""
    session_id = session_id_of(request)
    found = await request.app[USERS].run(
        caller.user_id, lambda connection: reading.findings(connection, session_id)
    )
    return success(Items[Finding](items=[Finding(**one) for one in found]))


async def calls(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/genesis/{id}/calls: list the newest 500 calls to providers for a Genesis session."""
    session_id = session_id_of(request)
    rows = await request.app[USERS].run(
        caller.user_id, lambda connection: reading.calls(connection, session_id)
    )
    return success(Items[SessionCall](items=[SessionCall(**row) for row in rows]))


async def delete(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/genesis/{id}: delete a session with all its data. Its novel stays."""
    session_id, services = session_id_of(request), request.app[SERVICES]
    settled = await request.app[USERS].run(
        caller.user_id, lambda connection: delete_session(connection, services.kinds, session_id)
    )
    services.settler.nudge(settled)
    services.nudges.send(JOBS_CANCELLED, DELETED)
    return success(Deleted(id=session_id))
