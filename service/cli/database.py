"""The commands ``migrate`` and ``roles``, for the schema and the logins of a service's PostgreSQL
database."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.help_text import examples
from service.cli.running import load_settings, log_as, run
from service.errors import SetupProblem

commands = typer.Typer()


@commands.command(epilog=examples("storytroupe migrate"))
def migrate() -> None:
    """Migrate the database at DATABASE_URL to the newest schema.

    A migration runs in one transaction. Back up the database first: an older version cannot use a newer
    schema.
    """
    from service.db.migrate import migrate as apply

    settings = load_settings()
    if not settings.database_url:
        raise SetupProblem(
            "DATABASE_URL is not set: set it to postgresql://user:password@host:5432/name, or run "
            "`storytroupe up`, which starts its own database and migrates it."
        )
    log_as(settings)
    run(apply(settings.database_url))
    typer.echo("The database has the newest schema.")


@commands.command(
    "roles",
    epilog=examples(
        "storytroupe roles",
        "storytroupe roles --admin-url postgresql://postgres:PASSWORD@db:5432/storytroupe",
    ),
)
def make_roles(
    admin_url: Annotated[
        str,
        typer.Option(
            envvar="DATABASE_ADMIN_URL", help="URL of the database with the login of a PostgreSQL superuser."
        ),
    ] = "",
) -> None:
    """Create the logins of DATABASE_URL and DATABASE_HTTP_URL. The login of DATABASE_URL becomes the owner of
    the database.

    Neither login is a superuser. The login of DATABASE_HTTP_URL can only act for one user at a time. You can
    run this command again: it then repairs only what is missing.
    """
    from service.db.roles import set_up

    settings = load_settings()
    urls = {
        "DATABASE_ADMIN_URL": admin_url,
        "DATABASE_URL": settings.database_url,
        "DATABASE_HTTP_URL": settings.database_http_url,
    }
    for name, url in urls.items():
        if not url:
            raise SetupProblem(f"{name} is not set: set it to postgresql://user:password@host:5432/name.")
    run(set_up(*urls.values()))
    typer.echo("The database has an owner, and requests of users have their own login.")
