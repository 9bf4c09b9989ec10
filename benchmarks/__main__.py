"""``python -m benchmarks`` lists the benchmarks; ``python -m benchmarks NAME …`` runs them."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Sequence

import uvloop

import benchmarks


def names() -> list[str]:
    """The benchmarks that there are."""
    return sorted(
        module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name[0] != "_"
    )


def summary(name: str) -> str:
    """The first line of a benchmark's own words."""
    words = importlib.import_module(f"benchmarks.{name}").__doc__ or ""
    return words.strip().partition("\n")[0]


def main(asked: Sequence[str]) -> int:
    """Run what is asked for, or list what there is. Returns the exit status."""
    known = names()
    unknown = [name for name in asked if name not in known]
    if unknown or not asked:
        print("\n".join(f"{name:20} {summary(name)}" for name in known))
        print("\npython -m benchmarks NAME …")
        return 2 if unknown else 0
    for name in asked:
        print(f"{name}: {summary(name)}")
        uvloop.run(importlib.import_module(f"benchmarks.{name}").run())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
