"""What handlers leave to the rooms below: transactions, and the pools of connections."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.cases import for_each

HTTP = Path(__file__).parents[2] / "service" / "http"
MODULES = sorted(HTTP.rglob("*.py"))
#: What opens a transaction, or goes around one.
DOORS = {"acting", "as_owner", "as_user", "transaction", "pool", "user_pool"}
QUERIES = {"execute", "executemany", "fetch", "fetchrow", "fetchval"}
#: Of the pools: types of what is handed on, and the errors that say "again".
HANDED_ON = {"Connection", "Database", "TRANSIENT"}


def reached_for(tree: ast.AST) -> Iterator[str]:
    """The names of attributes that a module reads, and what it imports of the pools."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and node.module == "service.db.pool":
            yield from (f"pool.{alias.name}" for alias in node.names)


@for_each("module", MODULES, ids=lambda path: str(path.relative_to(HTTP)))
def test_handlers_open_no_transaction(module: Path) -> None:
    names = set(reached_for(ast.parse(module.read_text("utf-8"))))
    assert not names & (DOORS | QUERIES)
    assert {name for name in names if name.startswith("pool.")} <= {f"pool.{one}" for one in HANDED_ON}
