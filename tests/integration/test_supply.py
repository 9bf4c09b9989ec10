"""What the service is built from: pinned, audited, and without what nobody asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from redis.exceptions import AuthenticationError

from service.devstack.ports import choose_port
from service.devstack.programs import find_valkey
from tools.audit import faults, is_answered

_ROOT = Path(__file__).parents[2]
_DOCKERFILE = (_ROOT / "Dockerfile").read_text()
_COMPOSE: Mapping[str, Any] = yaml.safe_load((_ROOT / "compose.yaml").read_text())
_SERVICES: Mapping[str, Any] = _COMPOSE["services"]


def test_an_audit_that_nobody_answers_says_so_loudly_and_passes() -> None:
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:1")
    done = subprocess.run(
        [sys.executable, "-m", "tools.audit"],
        cwd=_ROOT,
        env={**os.environ, **nowhere, "NO_PROXY": "", "no_proxy": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "THE AUDIT WAS LEFT OUT" in done.stdout


def test_a_known_fault_is_told_with_its_mend() -> None:
    sound = {"name": "sound", "version": "1.0", "vulns": []}
    faulty = {"name": "faulty", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}
    unknown = {"name": "unknown", "skip_reason": "not there"}
    assert faults([sound, faulty, unknown]) == ["faulty 1.0: CVE-1, mended in 1.1"]
    assert is_answered([sound, unknown])
    assert not is_answered([unknown])
    assert not is_answered([])


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-uv.lock"])
def test_a_lock_bears_hashes_and_names_no_index(lock: str) -> None:
    text = (_ROOT / lock).read_text()
    releases = re.findall(r"^[a-z0-9].*==.*$", text, re.MULTILINE)
    assert releases
    assert all(line.endswith("\\") for line in releases), "each has its hashes"
    assert "--index" not in text
    assert "://" not in text


def test_the_image_and_make_bring_uv_by_its_hash() -> None:
    for file in ("Dockerfile", "Makefile"):
        (line,) = [line for line in (_ROOT / file).read_text().splitlines() if "pip install" in line and
                   "uv pip" not in line]  # fmt: skip
        assert "--require-hashes" in line
        assert "requirements-uv.lock" in line


def test_every_stage_of_the_image_is_from_the_argument_that_can_be_pinned() -> None:
    stages = re.findall(r"^FROM (\S+)", _DOCKERFILE, re.MULTILINE)
    assert stages == ["${PYTHON_IMAGE}"] * 2


def test_the_image_has_no_gpl_voice_unless_it_is_asked_for() -> None:
    assert re.search(r"^ARG EXTRAS=$", _DOCKERFILE, re.MULTILINE)
    assert "--extra offline" not in _DOCKERFILE


def test_nothing_in_compose_has_a_secret_or_runs_without_one() -> None:
    """Each secret is demanded, so that nobody runs with one that is known, or with none."""
    text = (_ROOT / "compose.yaml").read_text()
    secrets = {"POSTGRES_PASSWORD", "OWNER_PASSWORD", "HTTP_PASSWORD", "VALKEY_PASSWORD"}
    for name in (*secrets, "STORYTROUPE_JWT_SECRET"):
        used = re.findall(rf"(?<!\$)\${{{name}(.*?)}}", text)
        assert used, name
        assert all(rest.startswith(":?") for rest in used), name
    (made,) = re.findall(r"for secret in (.*); do", text)
    assert set(made.split()) == {*secrets, "STORYTROUPE_JWT_SECRET"}


def test_only_the_step_that_makes_roles_is_a_superuser_in_compose() -> None:
    admins = {name for name, service in _SERVICES.items() if "POSTGRES_PASSWORD" in str(service)}
    assert admins == {"postgres", "roles"}
    for name in ("migrate", "storytroupe", "actors"):
        assert "//storytroupe_owner:" in _SERVICES[name]["environment"]["DATABASE_URL"]
    for name, service in _SERVICES.items():
        http = "DATABASE_HTTP_URL" in service["environment"]
        assert http == (name in ("storytroupe", "roles")), name
    assert list(_SERVICES["migrate"]["depends_on"]) == ["roles"]


def test_compose_builds_without_the_gpl_voice_unless_it_is_asked_for() -> None:
    assert _SERVICES["storytroupe"]["build"]["args"]["EXTRAS"] == "${STORYTROUPE_EXTRAS:-}"


def test_the_valkey_of_compose_demands_its_password(tmp_path: Path) -> None:
    """Its own command, with the image's entry point replaced by what that ends in."""
    entry = tmp_path / "docker-entrypoint.sh"
    entry.write_text('#!/bin/sh\nexec "$@"\n')
    entry.chmod(0o755)
    (tmp_path / "valkey-server").symlink_to(find_valkey())
    valkey, port, password = _SERVICES["valkey"], choose_port(None), "e5-of-the-test"
    command = [part.replace("$$", "$") for part in (*valkey["entrypoint"], *valkey["command"])]
    command += ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path)]
    environment = {"PATH": f"{tmp_path}:{os.defpath}", "VALKEY_PASSWORD": password}
    server = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        while "Ready to accept connections" not in (line := server.stdout.readline()):
            assert line, "it ended"
        shown = ["ps", "-ww", "-o", "args=", "-p", str(server.pid)]
        assert password not in subprocess.run(shown, capture_output=True, text=True, check=True).stdout
        with redis.Redis(port=port) as client, pytest.raises(AuthenticationError):
            client.ping()
        with redis.Redis(port=port, password=password) as client:
            assert client.ping()
    finally:
        server.terminate()  # it is the process itself, not a shell around it
        assert server.wait(60) == 0
        server.stdout.close()
