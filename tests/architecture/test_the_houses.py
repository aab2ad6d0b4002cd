"""What the folders promise: who may import what, where events are recorded, that the five services read like siblings."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("identity", "selfcare", "content", "decision", "community")
ROLES = (
    "__main__",
    "config",
    "bootstrap",
    "ports",
    "routes",
    "schemas",
    "permissions",
    "usecases",
    "domain",
    "store",
    "handlers",
    "worker",
    "errors",
)
CODE = ["contracts/pijnstad_contracts", "kit/pijnstad_kit", "safety/pijnstad_safety", "gateway/gateway", "web/web"] + [
    f"services/{name}/{name}" for name in SERVICES
]
IO_MODULES = {
    "flask", "nameko", "kombu", "amqp", "pymongo", "mongoengine", "urllib3", "requests", "socket", "os", "subprocess",
    "elasticsearch", "tantivy", "gunicorn", "eventlet", "pathlib", "authlib",
}  # fmt: skip


def modules(folder: str = "") -> Iterator[Path]:
    for place in CODE:
        if place.startswith(folder):
            yield from sorted((ROOT / place).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


def role_of(path: Path) -> str:
    """Return the role of a module: its own name, or that of the package a long role became."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[3] if parts[0] == "services" else parts[-1]


def test_imports_keep_to_their_direction() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nameko_is_known_by_one_file_of_the_kit_and_by_workers_only() -> None:
    knowing = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if any(name.split(".")[0] in ("nameko", "eventlet") for name in imports(path))
    }
    allowed = {"kit/pijnstad_kit/nameko_host.py", "kit/pijnstad_kit/cli.py"}
    allowed |= {f"services/{name}/{name}/worker.py" for name in SERVICES}
    assert knowing <= allowed
    assert "kit/pijnstad_kit/nameko_host.py" in knowing


@pytest.mark.parametrize("service", SERVICES)
def test_services_read_like_siblings(service: str) -> None:
    home = ROOT / "services" / service / service
    missing = [role for role in ROLES if not (home / f"{role}.py").exists() and not (home / role).is_dir()]
    assert missing == []
    for beside in ("README.md", "pyproject.toml", "Dockerfile"):
        assert (home.parent / beside).exists(), beside


@pytest.mark.parametrize("service", SERVICES)
def test_the_domain_does_no_input_or_output(service: str) -> None:
    for path in modules(f"services/{service}"):
        if role_of(path) == "domain":
            assert not {name.split(".")[0] for name in imports(path)} & IO_MODULES, path


@pytest.mark.parametrize("service", SERVICES)
def test_events_are_recorded_in_use_cases_only(service: str) -> None:
    for path in modules(f"services/{service}"):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        recording = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Recorded"]
        assert not recording or role_of(path) == "usecases", path


def test_nobody_saves_an_aggregate_whole_or_spreads_input_into_a_query() -> None:
    """`.save()` writes the whole list and loses a concurrent event; `objects(**x)` lets input choose operators."""
    forbidden = re.compile(r"\.save\(|objects\(\*\*|find(_one)?\(\*\*|\.update\(\*\*request")
    found = [
        f"{path}: {line}" for path in modules() for line in path.read_text().splitlines() if forbidden.search(line)
    ]
    assert found == []


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        path for path in modules() if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_modules_stay_short_enough_to_read() -> None:
    long = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in modules()}
    assert {name: length for name, length in long.items() if length > 320} == {}


def test_everything_generated_is_as_the_code_says() -> None:
    command = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
