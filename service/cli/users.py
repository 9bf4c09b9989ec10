"""The group ``users``: commands for users, their tiers and packs, and their tokens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid4

import typer

from service.cli.help_text import examples
from service.cli.operators import DataDir, open_current, print_table, settings_for
from service.cli.running import load_settings, run
from service.errors import InvalidInput, NotFound, SetupProblem
from service.settings import Settings

commands = typer.Typer()
users = typer.Typer(no_args_is_help=True, help="List users, and change their tiers, packs and tokens.")
commands.add_typer(users, name="users")

R = TypeVar("R")
#: The user id in the examples.
_USER = "9b2d1c60-3d0b-4f0c-8a68-3f5f5a1f7e33"
User = Annotated[UUID, typer.Argument(help="Id of the user, as `storytroupe users list` shows it.")]

_COLUMNS = ("id", "tier", "stories", "packs", "this month", "signed out", "since")


@users.command("list", epilog=examples("storytroupe users list --limit 10"))
def list_users(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Greatest number of users.")] = 50,
    data: DataDir = Path("data"),
) -> None:
    """List users, newest first. Prints for each user the number of stories and the cost in this month."""
    from service.access.people import find_users

    rows = _asked(data, lambda connection: find_users(connection, limit=limit))
    print_table("Users", list(_COLUMNS), [_cells(row) for row in rows])


@users.command("show", epilog=examples(f"storytroupe users show {_USER}"))
def show_user(user: User, data: DataDir = Path("data")) -> None:
    """Show one user: how many stories the user has created, and how many the user may create."""
    from service.access.people import find_user
    from service.stories.quota import Quota, quota_of

    async def look(connection: Any) -> tuple[Any, Quota]:
        return await find_user(connection, user), await quota_of(connection, user)

    row, quota = _asked(data, look)
    print_table("User", list(_COLUMNS), [_cells(row)])
    limit = "without limit" if quota.limit is None else f"of {quota.limit}"
    period = "this month" if quota.period == "month" else "ever"
    typer.echo(f"{quota.used} stories {period}, {limit}; {quota.packs_used} of {quota.packs} from packs.")


@users.command("set-tier", epilog=examples(f"storytroupe users set-tier {_USER} individual"))
def set_tier(
    user: User,
    tier: Annotated[str, typer.Argument(help="Name of the tier, for example individual.")],
    data: DataDir = Path("data"),
) -> None:
    """Set the tier of a user. Creates the user if needed."""
    from service.access import people

    _asked(data, lambda connection: people.set_tier(connection, user, tier))
    typer.echo(f"{user} is on the tier {tier}.")


@users.command("grant", epilog=examples(f"storytroupe users grant {_USER} story_pack_5"))
def grant(
    user: User,
    pack: Annotated[str, typer.Argument(help="Name of the pack, for example story_pack_5.")],
    data: DataDir = Path("data"),
) -> None:
    """Give a user a story pack. The stories of the pack are added to the limit of the tier, and do not
    expire."""
    from service.access.people import grant_pack

    granted = _asked(data, lambda connection: grant_pack(connection, user, pack))
    typer.echo(f"{user} was given {pack}: {granted} stories from all packs.")


@users.command(
    "token",
    epilog=examples(
        "storytroupe users token",
        f"storytroupe users token {_USER} --days 7",
        "storytroupe users token --scope operator",
    ),
)
def token(
    user: Annotated[
        UUID | None,
        typer.Argument(help="Id of the user. Default: a new user of a service, or the local user of `up`."),
    ] = None,
    scope: Annotated[list[str] | None, typer.Option(help="Scope of the token: operator. Repeatable.")] = None,
    days: Annotated[
        float,
        typer.Option(
            min=0.001, max=3660, help="Validity in days; at most STORYTROUPE_JWT_LONGEST_DAYS (366)."
        ),
    ] = 30.0,
    data: DataDir = Path("data"),
) -> None:
    """Print a bearer token for a user. The id of a new user is printed on standard error."""
    from service.access.tokens import Tokens
    from service.access.users import LOCAL_USER

    settings = load_settings()
    minted = bool(settings.jwt_secret.get_secret_value() or settings.database_url)
    if not settings.jwt_secret.get_secret_value():
        settings = settings_for(data)
    if not settings.jwt_secret.get_secret_value():
        raise SetupProblem(
            "STORYTROUPE_JWT_SECRET is not set: set it to the secret that the processes of the service have."
        )
    if user is None and minted:
        user = uuid4()
        typer.echo(f"user {user}", err=True)
    typer.echo(
        Tokens.of(settings).issue(user or LOCAL_USER, scopes=tuple(scope or ()), ttl=timedelta(days=days))
    )


@users.command("sign-out", epilog=examples(f"storytroupe users sign-out {_USER}"))
def sign_out(user: User, data: DataDir = Path("data")) -> None:
    """Withdraw all existing tokens of a user. The user's open connections end within seconds."""
    from service.access import people

    _asked(data, lambda connection: people.sign_out(connection, user))
    typer.echo(f"All existing tokens of {user} are withdrawn.")


@users.command("forget", epilog=examples(f"storytroupe users forget {_USER} --confirm {_USER}"))
def forget(
    user: User,
    confirm: Annotated[str, typer.Option(help="Id of the user again, as a confirmation.")] = "",
    data: DataDir = Path("data"),
) -> None:
    """Delete a user with all data: stories, files, quota, webhooks and tokens. This cannot be undone."""
    if confirm != str(user):
        raise InvalidInput(
            f"This deletes everything of {user} and cannot be undone. To confirm, add --confirm {user}"
        )
    if not run(_forget(settings_for(data), user)):
        raise NotFound(f"The user {user} does not exist. All tokens for this id are withdrawn.")
    typer.echo(f"{user} is forgotten.")


async def _forget(settings: Settings, user: UUID) -> bool:
    from service.access.people import forget
    from service.background.nudges import DELETED, JOBS_CANCELLED, SIGNED_OUT
    from service.db.discarded import delete_folder
    from service.storage.store import user_folder

    async with open_current(settings) as core:
        there = await forget(core.database, user)
        core.nudges.send(JOBS_CANCELLED, SIGNED_OUT, DELETED)
        await delete_folder(core.database, core.store.delete, user_folder(user))
    return there


def _asked(data: Path, work: Callable[[Any], Awaitable[R]]) -> R:
    """Run ``work`` in a transaction, and return its result."""

    async def ask(settings: Settings) -> R:
        from service.db.migrate import demand_current
        from service.db.pool import Database

        await demand_current(settings.database_url)
        database = await Database.connect(settings.database_url, size=1)
        try:
            async with database.as_owner() as connection:
                return await work(connection)
        finally:
            await database.close()

    return run(ask(settings_for(data)))


def _cells(row: Any) -> list[Any]:
    return [
        row["id"],
        row["tier"],
        row["stories"],
        row["extra_stories"],
        f"${row['month_usd']:.2f}",
        _day(row["signed_out_at"]),
        _day(row["created_at"]),
    ]


def _day(at: datetime | None) -> str:
    return "" if at is None else str(at.date())
