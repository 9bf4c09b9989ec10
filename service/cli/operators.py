"""The commands of operators: ``dead``, ``stats``, ``drain`` and ``reconcile``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Column, Table

from service.cli.help_text import examples
from service.cli.running import load_settings, log_as, run
from service.errors import InvalidInput, NotFound, SetupProblem
from service.settings import Settings

if TYPE_CHECKING:
    from service.process.core import Core

commands = typer.Typer()
dead = typer.Typer(
    no_args_is_help=True, help="List dead letters (jobs that wait for a person), or run them again."
)
commands.add_typer(dead, name="dead")

DataDir = Annotated[
    Path, typer.Option("--data", help="Data folder of the `up` that runs, if DATABASE_URL is not set.")
]
#: The greatest number of dead letters that one transaction runs again.
_BATCH = 50


#: The columns of the tables of queues and processes in `stats`. They fit into a terminal.
_QUEUES = {
    "queue": "name",
    "waits": "queued",
    "runs": "in_flight",
    "again": "retrying",
    "age, s": "oldest_seconds",
    "a min": "ready_a_minute",
    "left, s": "eta_seconds",
    "paused": "paused",
}
_BLOCKED = {"error": "code", "jobs": "jobs", "stories": "stories", "since": "since", "what to do": "message"}
_WORKERS = {"process": "id", "host": "hostname", "pid": "pid", "runs": "running", "drains": "draining"}


def settings_for(data: Path) -> Settings:
    """Return the settings of the environment. Without DATABASE_URL, the databases are those of the `up` that
    runs on this data folder. Raises ``SetupProblem`` if no `up` runs on it."""
    settings = load_settings()
    if settings.database_url:
        return settings
    from service.devstack.stack import recall_urls

    urls = recall_urls(data)
    if urls is None:
        raise SetupProblem(
            f"DATABASE_URL is not set, and no `storytroupe up` runs on {data}: set it, or give --data."
        )
    secret = (data / "secret").read_text().strip() if (data / "secret").exists() else ""
    return settings.model_copy(
        update={
            "database_url": urls[0],
            "redis_url": urls[1],
            "jwt_secret": type(settings.jwt_secret)(secret),
        }
    )


@asynccontextmanager
async def open_current(settings: Settings) -> AsyncIterator[Core]:
    """Open the core of the service. Raises ``SetupProblem`` if the database does not have the newest
    schema."""
    from service.db.migrate import demand_current
    from service.process.core import open_core

    log_as(settings)
    await demand_current(settings.database_url)
    async with open_core(settings) as core:
        yield core


@dead.command(
    "list", epilog=examples("storytroupe dead list", "storytroupe dead list --group scene --limit 10")
)
def list_dead(
    group: Annotated[
        str | None, typer.Option(help="Only jobs of this actor group, for example scene.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Greatest number of jobs.")] = 50,
    data: DataDir = Path("data"),
) -> None:
    """List jobs that failed permanently or are held, newest first, each with its error."""
    _check(group)
    rows = run(_dead(settings_for(data), group, limit))
    print_table(
        "Dead letters",
        ["job", "what happened"],
        [[row["id"], _what_happened(row)] for row in rows],
    )


@dead.command(
    "redrive",
    epilog=examples(
        "storytroupe dead redrive 7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "storytroupe dead redrive --all --group scene --rate 5",
    ),
)
def redrive_dead(
    jobs: Annotated[
        list[UUID] | None, typer.Argument(help="Ids of jobs, as `storytroupe dead list` shows them.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Run all dead letters again. Give either ids or --all.")
    ] = False,
    group: Annotated[
        str | None, typer.Option(help="Only jobs of this actor group, for example scene. Used with --all.")
    ] = None,
    rate: Annotated[float, typer.Option(min=0.1, help="Greatest number of jobs per second.")] = 50.0,
    data: DataDir = Path("data"),
) -> None:
    """Run dead letters and held jobs again.

    Each job gets its full number of attempts again. A job with PROVIDER_OUTCOME_UNKNOWN may make one more
    paid call.
    """
    if bool(jobs) == every:
        raise InvalidInput("Give the ids of jobs, as `storytroupe dead list` shows them, or --all.")
    _check(group)
    done = run(_redrive(settings_for(data), jobs, group, rate))
    typer.echo(f"{done} set going again.")


@commands.command(
    epilog=examples(
        "storytroupe replay stream --since 2026-11-01",
        "storytroupe replay kafka --since 2026-11-01T08:00:00+00:00 --until 2026-11-02",
    )
)
def replay(
    sink: Annotated[Literal["stream", "kafka"], typer.Argument(help="Which sink gets the events again.")],
    since: Annotated[datetime, typer.Option(help="Events from this time on (UTC if it names no zone).")],
    until: Annotated[datetime | None, typer.Option(help="Events before this time. Default: now.")] = None,
    data: DataDir = Path("data"),
) -> None:
    """Send the events of a time range to a sink again, for example after its data was lost.

    Readers recognize a repeated event by its id. The events of an aggregate arrive in order.
    """
    done = run(_replay(settings_for(data), sink, _utc(since), _utc(until or datetime.now(UTC))))
    typer.echo(f"The events of {done} aggregates are sent again.")


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@commands.command(epilog=examples("storytroupe stats"))
def stats(data: DataDir = Path("data")) -> None:
    """Print the queues, the processes, the cost of the last 30 days, and the monitoring tables."""
    tables, unattended = run(_stats(settings_for(data)))
    for warning in unattended:
        typer.echo(f"warning: {warning}", err=True)
    for title, columns, rows in tables:
        print_table(title, columns, rows)


@commands.command(
    epilog=examples("storytroupe drain 0f9e8d7c-6b5a-4c3d-9e2f-1a0b9c8d7e6f", "storytroupe drain --all")
)
def drain(
    workers: Annotated[
        list[UUID] | None, typer.Argument(help="Ids of processes, as `storytroupe stats` shows them.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Ask all processes. Give either ids or --all.")
    ] = False,
    data: DataDir = Path("data"),
) -> None:
    """Ask processes to drain and end, as SIGTERM does.

    A draining process takes no new jobs, waits for its paid calls, returns its other jobs to the queue, and
    ends. This command does not wait for the end.
    """
    if bool(workers) == every:
        raise InvalidInput("Give the ids of processes, as `storytroupe stats` shows them, or --all.")
    asked, unattended = run(_drain(settings_for(data), workers))
    for id_ in asked:
        typer.echo(f"{id_} finishes its work and ends.")
    for warning in unattended if asked else ():
        typer.echo(f"warning: {warning}", err=True)
    missing = [str(id_) for id_ in workers or () if id_ not in asked]
    if missing or not asked:
        which = ", ".join(missing) or "at all"
        raise NotFound(
            f"The process does not exist, or has ended ({which}): `storytroupe stats` lists the processes."
        )


@commands.command(epilog=examples("storytroupe reconcile"))
def reconcile(data: DataDir = Path("data")) -> None:
    """Run one pass of the scheduler and the reconciler now. A running service does this periodically."""
    run(_reconcile(settings_for(data)))
    typer.echo("One pass was made.")


def _check(group: str | None) -> None:
    from actors.registry import REGISTRY

    if group is not None and group not in REGISTRY.groups:
        raise InvalidInput(
            f"The group {group!r} does not exist. The groups are: {', '.join(REGISTRY.groups)}."
        )


async def _dead(settings: Settings, group: str | None, limit: int) -> list[Any]:
    from service.runtime.operations import dead_letters

    async with open_current(settings) as core:
        return await dead_letters(core.database, group=group, limit=limit)


async def _redrive(settings: Settings, jobs: list[UUID] | None, group: str | None, rate: float) -> int:
    from service.runtime.operations import dead_letters, redrive, redrive_outbox

    async with open_current(settings) as core:
        wanted = jobs or [row["id"] for row in await dead_letters(core.database, group=group, limit=100_000)]
        done = 0
        batch = max(1, min(_BATCH, int(rate)))
        for start in range(0, len(wanted), batch):
            settled = await redrive(core.database, core.registry.kinds, wanted[start : start + batch])
            core.settler.nudge(settled)
            done += sum(
                step.before.id in set(wanted)
                for step in settled.steps
                if step.before.held or step.before.status == "failed"
            )
            if start + batch < len(wanted):
                await asyncio.sleep(batch / rate)
        return done + (await redrive_outbox(core.database) if jobs is None else 0)


async def _replay(settings: Settings, sink: str, since: datetime, until: datetime) -> int:
    from service.runtime.operations import replay as replay_events

    async with open_current(settings) as core:
        return await replay_events(core.database, sink, since, until)


async def _stats(settings: Settings) -> tuple[list[tuple[str, list[str], list[list[Any]]]], list[str]]:
    from service.runtime.operations import (
        MONITORING,
        blocked_providers,
        queues,
        spend,
        unattended_roles,
        workers,
    )

    now = datetime.now(UTC)
    since = now - timedelta(days=30)
    async with open_current(settings) as core:
        tables = [
            _table("Queues", await queues(core.database), _QUEUES),
            _table(
                "Blocked: jobs that wait for a person to repair a key or an account",
                await blocked_providers(core.database),
                _BLOCKED,
            ),
            _table("Workers", await workers(core.database), _WORKERS),
            _table("Spend, by day (last 30 days)", await spend(core.database, "day", since, now)),
            _table("Spend, by model (last 30 days)", await spend(core.database, "model", since, now)),
        ]
        for title, query in MONITORING.items():
            tables.append(_table(title, await core.database.pool.fetch(query)))
        return tables, await unattended_roles(core.database)


async def _drain(settings: Settings, workers: list[UUID] | None) -> tuple[list[UUID], list[str]]:
    """Ask processes to drain. Returns the ids of these processes, and sentences about the roles that no
    process will have."""
    from service.background.nudges import DRAIN
    from service.runtime.operations import ask_to_drain, unattended_roles
    from service.runtime.operations import workers as living

    async with open_current(settings) as core:
        wanted = workers or [row["id"] for row in await living(core.database)]
        asked = [row["id"] for id_ in wanted if (row := await ask_to_drain(core.database, id_))]
        core.nudges.send(DRAIN)
        return asked, await unattended_roles(core.database)


async def _reconcile(settings: Settings) -> None:
    from service.process.reconcile import reconcile_once

    async with open_current(settings) as core:
        await reconcile_once(core)


def _table(
    title: str, rows: list[Any], columns: Mapping[str, str] | None = None
) -> tuple[str, list[str], list[list[Any]]]:
    """Return the title, the headings and the rows of a table. ``columns`` maps headings to columns of the
    rows. Without ``columns``, the table has all columns."""
    wanted = columns or {name: name for name in (rows[0].keys() if rows else ())}
    return title, list(wanted), [[row[name] for name in wanted.values()] for row in rows]


def _what_happened(row: Any) -> str:
    """Return the error of a dead letter or a held job, in short lines. The id of the job and the error
    together fit into 80 columns."""
    error = row["error"] or {}
    tries = f"{row['attempt']} attempts, {row['failures']} failures, {row['rescues']} deaths"
    since = f"{'held' if row['status'] == 'retrying' else 'failed'} {row['ended_at']:%Y-%m-%d %H:%M}"
    return f"{row['name']}, {since}\n{tries}\n{error.get('code', '')}: {error.get('message', '')}"


def print_table(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """Print a table, or a line that says that the table is empty."""
    if not rows:
        typer.echo(f"{title}: none.")
        return
    # The first column is not wrapped, since people copy ids from it.
    names = (Column(name, overflow="fold", no_wrap=number == 0) for number, name in enumerate(columns))
    table = Table(*names, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    Console().print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.1f}" if value >= 1 or value == 0 else f"{value:.4f}"
    return value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else str(value)
