"""One term has one name: an identifier that a better one has replaced does not come back."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FOLDERS = ("service", "actors", "tests", "tools", "benchmarks", "examples")
LIST = Path(__file__).with_name("retired_identifiers.txt")
#: What was applied to databases is not rewritten, and neither are the rows of a former release.
HISTORY = ("service/db/migrations/", "tests/upgrade/first_release.sql")

#: Comments and texts. A query's name stands in a comment, and is an identifier.
NO_CODE = {
    ".js": re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`]*`", re.DOTALL),
    ".sql": re.compile(r"--(?! name:).*|'[^']*'"),
}
EXPRESSION = re.compile(r"\$\{([^{}]*)\}")
WORD = re.compile(r"[A-Za-z_]\w*")
#: The new name of each retired one.
RETIRED: dict[str, str] = dict(
    line.split(" -> ") for line in LIST.read_text().splitlines() if line and not line.startswith("#")
)


def identifiers(path: Path, source: str) -> Iterator[tuple[int, str]]:
    """The identifiers of a source with their lines; on line 0 the names of its file and module."""
    yield from ((0, path.name), (0, path.stem))
    if path.suffix == ".py":
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NAME:
                yield token.start[0], token.string
        return
    code = NO_CODE[path.suffix].sub(_blank, source)
    for number, line in enumerate(code.splitlines(), 1):
        yield from ((number, word) for word in WORD.findall(line))


def _blank(found: re.Match[str]) -> str:
    """The line feeds of a comment or a text, and the expressions in a template."""
    expressions = EXPRESSION.findall(found[0]) if found[0].startswith("`") else []
    return " ".join(expressions) + "\n" * found[0].count("\n")


def faults(path: Path, source: str) -> list[str]:
    """Where a source uses retired names, as sentences that name the new ones."""
    return [
        f"{path}:{line}: {name} is now {RETIRED[name]}"
        for line, name in identifiers(path, source)
        if name in RETIRED
    ]


def test_no_retired_identifier_is_used() -> None:
    paths = [path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")]
    sources = [
        path
        for path in paths
        if path.suffix in (".py", ".sql", ".js") and not path.as_posix().startswith(HISTORY)
    ]
    assert len(sources) > 500
    assert [fault for path in sources for fault in faults(path, (ROOT / path).read_text("utf-8"))] == []


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("runs.py", "# Desk\ntext = 'Desk'\ndesk: Desk\n", ["runs.py:3: Desk is now LockedStory"]),
        ("roster.py", "", ["roster.py:0: roster is now factory"]),
        ("workers.sql", "-- bury\n-- name: bury\nSELECT 'bury';\n", ["workers.sql:2: bury is now expire"]),
        ("live.js", "/* Cut\n*/ // Cut\nraise(new Cut('Cut'));\n", ["live.js:3: Cut is now Disconnect"]),
        ("live.js", "text = `Cut ${Silence} Cut`;\n", ["live.js:1: Silence is now Heartbeat"]),
        ("cut.js", "", ["cut.js:0: cut.js is now disconnect.js"]),
        ("cut.py", "face = world = told = once\n", []),
    ],
)
def test_a_retired_identifier_is_found_and_plain_words_are_not(
    name: str, source: str, found: list[str]
) -> None:
    assert faults(Path(name), source) == found
