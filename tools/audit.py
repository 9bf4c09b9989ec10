"""``python -m tools.audit``: whether known faults are in what is locked.

Asks the index of advisories by pip-audit. Where the index does not answer, this says so loudly and passes:
no fault was found, and none was looked for. Exit code 1 where a locked release has a known fault.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]
#: The small one first: where nobody answers, that is known at once.
LOCKS = ("requirements-uv.lock", "requirements.lock")
_LONGEST_SECONDS = 120
_OPTIONS = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--timeout", "5")


def audit(lock: Path) -> Sequence[Mapping[str, Any]]:
    """Each locked release with its faults (``vulns``), or with why it was passed over (``skip_reason``);
    none where the index did not answer."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        asked = ("-r", str(lock), *_OPTIONS, "-f", "json", "-o", str(told))
        command = [sys.executable, "-m", "pip_audit", *asked]
        try:
            subprocess.run(command, capture_output=True, timeout=_LONGEST_SECONDS, check=False)
            releases: list[Mapping[str, Any]] = json.loads(told.read_bytes())["dependencies"]
        except (OSError, subprocess.TimeoutExpired, ValueError):
            return ()
    return releases


def faults(releases: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each known fault."""
    return [
        f"{release['name']} {release['version']}: {fault['id']}, mended in {_mended(fault)}"
        for release in releases
        for fault in release.get("vulns", ())
    ]


def is_answered(releases: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the index knew of anything that was asked for."""
    return any("skip_reason" not in release for release in releases)


def _mended(fault: Mapping[str, Any]) -> str:
    return ", ".join(fault["fix_versions"]) or "no release"


def main() -> int:
    for lock in LOCKS:
        releases = audit(_ROOT / lock)
        if found := faults(releases):
            print("\n".join(found))
            return 1
        if not is_answered(releases):
            print("!" * 78)
            print(f"!! THE AUDIT WAS LEFT OUT: no index of advisories answers for {lock}.")
            print("!! Run `make audit` where there is a network, before you release.")
            print("!" * 78)
            return 0
        passed_over = [release["name"] for release in releases if "skip_reason" in release]
        print(f"{lock}: no known fault in {len(releases) - len(passed_over)} releases.")
        if passed_over:
            print(f"!! Not looked for, since the index does not know them: {', '.join(passed_over)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
