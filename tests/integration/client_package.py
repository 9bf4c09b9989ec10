"""The client's wheel, and an environment in which only the wheel and its dependencies can be imported."""

from __future__ import annotations

import asyncio
import sys
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email import message_from_string
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")


@dataclass(frozen=True)
class ClientEnvironment:
    """``package`` is where the wheel is unpacked, ``dependencies`` has links to all that it requires."""

    package: Path
    dependencies: Path

    async def run(self, program: str, *arguments: str, folder: Path, **environment: str) -> str:
        """Run a program in a Python of its own, and return what it prints. Fails with what it says."""
        paths = f"import sys; sys.path += [{str(self.package)!r}, {str(self.dependencies)!r}]\n"
        process = await asyncio.create_subprocess_exec(
            # -I -S: neither this project nor this environment's packages can be imported.
            *(sys.executable, "-I", "-S", "-W", "error", "-c", paths + program, *arguments),
            cwd=folder,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        return out.decode()

    @property
    def metadata(self) -> str:
        """The wheel's metadata, as text."""
        (found,) = self.package.glob("*.dist-info/METADATA")
        return found.read_text("utf-8")

    @property
    def requirements(self) -> list[str]:
        """What the wheel says that it needs."""
        return list(message_from_string(self.metadata).get_all("Requires-Dist", ()))


async def make_environment(folder: Path) -> ClientEnvironment:
    """Build the wheel as its users do, without a network, and unpack it."""
    process = await asyncio.create_subprocess_exec(
        *(UV, "build", "--quiet", "--offline", "--wheel", "--no-build-isolation"),
        *("--python", sys.executable, "--out-dir", folder / "wheel", ROOT / "client"),
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    (wheel,) = (folder / "wheel").glob("*.whl")
    made = ClientEnvironment(folder / "package", folder / "dependencies")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(made.package)
    made.dependencies.mkdir()
    for name, installed in _installed(made.requirements).items():
        (made.dependencies / name).symlink_to(installed)
    return made


def _installed(requirements: Iterable[str]) -> Mapping[str, Path]:
    """The files and folders of these distributions and of all that they need, by name."""
    found: dict[str, Path] = {}
    seen: set[str] = set()
    waiting = [Requirement(line) for line in requirements]
    while waiting:
        wanted = waiting.pop()
        if wanted.name in seen or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        seen.add(wanted.name)
        package = distribution(wanted.name)
        tops = {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}
        found |= {top: Path(str(package.locate_file(top))) for top in tops}
        waiting += map(Requirement, package.requires or ())
    return found
