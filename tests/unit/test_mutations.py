"""Every guard that the mutation run takes away is still where it is looked for."""

from __future__ import annotations

from pathlib import Path

from tests.cases import for_each
from tests.faults.mutation import Mutation
from tests.faults.mutations import MUTATIONS

ROOT = Path(__file__).parents[2]


@for_each("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_guard_and_its_tests_exist(mutation: Mutation) -> None:
    assert (ROOT / mutation.file).read_text().count(mutation.guard) == mutation.times
    assert [name for name in mutation.tests if not (ROOT / name.partition("::")[0]).exists()] == []
