"""Who the service's processes log in as, by `up`, `roles` and `doctor`."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import asyncpg
import pytest

from service.db.migrate import migrate
from service.db.roles import Login, demand_restricted, powers_of
from service.devstack.postgres import HTTP, OWNER, postgres_url
from service.devstack.stack import Record, Stack
from service.devstack.temporary import temporary_folder
from tests.integration.test_cli import running, storytroupe
from tests.servers import copy_folder, execute, make_database, place_of

_LOGGED_IN = """
SELECT DISTINCT a.usename::text AS name, r.rolsuper AS superuser FROM pg_stat_activity a
JOIN pg_roles r ON r.oid = a.usesysid WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
ORDER BY name
"""


async def test_nobody_in_up_is_a_superuser(pristine_folder: Path) -> None:
    with temporary_folder() as folder:
        copy_folder(pristine_folder, folder)
        async with running("up", "--port", "0", "--data", str(folder)) as process:
            assert process.stdout is not None
            ready = (await process.stdout.readline()).decode()
            assert ready.startswith("ready "), ready
            bearer = {"Authorization": f"Bearer {(folder / 'token').read_text()}"}
            async with (
                aiohttp.ClientSession(headers=bearer) as session,
                session.get(f"{ready.split()[1]}/api/v1/characters") as answer,
            ):
                assert answer.status == 200, await answer.text()
            record = Record.model_validate_json((folder / "stack.json").read_bytes())
            assert record.postgres_sockets is not None
            admin = Login(record.superuser, record.superuser_password)
            connection = await asyncpg.connect(postgres_url(admin, folder / record.postgres_sockets))
            try:
                found = [tuple(row) for row in await connection.fetch(_LOGGED_IN)]
            finally:
                await connection.close()
            assert found == [(HTTP, False), (OWNER, False)]
            process.terminate()
            await process.communicate()


@pytest.fixture
async def bought(stack: Stack) -> AsyncIterator[dict[str, str]]:
    """The environment of somebody with a database of their own, made by a release with one login for all,
    which was a superuser: as compose had it."""
    name, (owner, http) = "bought", (f"{who}_{uuid4().hex[:8]}" for who in ("own", "web"))
    await make_database(stack, name)
    admin_url = stack.postgres.admin_url(name)
    admin = await asyncpg.connect(admin_url)
    password, where = urlsplit(admin_url).password, place_of(admin_url)
    assert password is not None
    await admin.execute(f"ALTER DATABASE {name} OWNER TO {urlsplit(admin_url).username}")
    await migrate(admin_url)
    try:
        yield {
            "DATABASE_ADMIN_URL": admin_url,
            "DATABASE_URL": f"postgresql://{owner}:{password}@{where}/{name}",
            "DATABASE_HTTP_URL": f"postgresql://{http}:s%40cr%2Fet@{where}/{name}",
            "REDIS_URL": stack.redis_url,
        }
    finally:
        await admin.close()
        admin = await asyncpg.connect(stack.postgres.admin_url())
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.execute(f"DROP ROLE IF EXISTS {owner}")
        await admin.execute(f"DROP ROLE IF EXISTS {http}")
        await admin.close()


async def test_roles_makes_the_logins_of_ones_own_database(bought: dict[str, str], tmp_path: Path) -> None:
    before = {**bought, "DATABASE_URL": bought["DATABASE_ADMIN_URL"], "DATABASE_HTTP_URL": ""}
    asked = ("doctor", "--data", str(tmp_path), "--port", "0")
    code, out, _ = await storytroupe(*asked, **before)
    assert code == 0
    assert "· owner's login: postgres is a superuser" in out
    assert "· users' login: DATABASE_HTTP_URL is not set" in out

    for _ in range(2):
        code, out, err = await storytroupe("roles", **bought)
        assert (code, err) == (0, ""), out
    code, out, _ = await storytroupe(*asked, **bought)
    assert "✓ users' login: may only act for one user at a time" in out
    assert "superuser" not in out
    code, _, err = await storytroupe("migrate", **bought)
    assert (code, err) == (0, "")
    code, out, _ = await storytroupe(*asked, **{**bought, "DATABASE_HTTP_URL": bought["DATABASE_URL"]})
    assert code == 1
    assert "✗ users' login: The login at DATABASE_HTTP_URL" in out


async def test_what_the_docs_say_by_hand_is_enough(stack: Stack) -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    (block,) = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    block = re.sub(r"^--.*\n", "", block, flags=re.MULTILINE)
    for name in ("storytroupe_owner", "storytroupe_http", "DATABASE storytroupe"):
        block = block.replace(name, f"{name}_by_hand")
    statements = [statement.replace("…", "secret") for statement in block.split(";") if statement.strip()]
    assert statements.pop(0) == "CREATE ROLE storytroupe_user NOLOGIN"  # it is there
    admin = await asyncpg.connect(stack.postgres.admin_url("postgres"))
    try:
        for statement in statements[:-3]:
            await admin.execute(statement)
        await execute(stack.postgres.admin_url("storytroupe_by_hand"), ";".join(statements[-3:]))
        where = f"{place_of(stack.database_url)}/storytroupe_by_hand"
        url = f"postgresql://storytroupe_owner_by_hand:secret@{where}"
        await migrate(url)
        assert (await powers_of(url)).superuser is False
        await demand_restricted(f"postgresql://storytroupe_http_by_hand:secret@{where}")
    finally:
        await admin.execute("DROP DATABASE IF EXISTS storytroupe_by_hand WITH (FORCE)")
        await admin.execute("DROP ROLE IF EXISTS storytroupe_http_by_hand")
        await admin.execute("DROP ROLE IF EXISTS storytroupe_owner_by_hand")
        await admin.close()


async def test_serve_does_not_begin_with_a_login_that_may_do_more(bought: dict[str, str]) -> None:
    wrong = {**bought, "DATABASE_URL": bought["DATABASE_ADMIN_URL"]}
    wrong["DATABASE_HTTP_URL"] = bought["DATABASE_ADMIN_URL"]
    secret = {"STORYTROUPE_JWT_SECRET": "a secret of thirty-two bytes at least"}
    code, out, err = await storytroupe("serve", "--roles", "http", "--port", "0", **wrong, **secret)
    assert (code, out) == (1, "")
    assert "DATABASE_HTTP_URL (postgres) is a superuser" in err.splitlines()[-1]


async def test_roles_says_what_it_lacks() -> None:
    code, _, err = await storytroupe("roles")
    assert code == 1
    assert "DATABASE_ADMIN_URL is not set" in err
