"""A fresh environment has only what the pyproject files name: an import that is not named works here and fails there."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = sorted(
    path.parent
    for pattern in ("*/pyproject.toml", "services/*/pyproject.toml", "infra/local/pyproject.toml")
    for path in ROOT.glob(pattern)
)
DISTRIBUTIONS = packages_distributions()
OURS = {tomllib.loads((path / "pyproject.toml").read_text())["project"]["name"] for path in PROJECTS}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(package: Path) -> dict[str, Path]:
    """Find the top-level names that a package imports, each with a file that does."""
    found: dict[str, Path] = {}
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0]: path for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found[node.module.partition(".")[0]] = path
    return found


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_import_is_named_in_the_package_that_imports_it(project: Path) -> None:
    data = tomllib.loads((project / "pyproject.toml").read_text())
    named = {normal(re.split(r"[\s<>=\[;~!]", need)[0]) for need in data["project"].get("dependencies", [])}
    (package,) = data["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    missing = {
        name: str(path.relative_to(ROOT))
        for name, path in imported(project / package).items()
        if name not in sys.stdlib_module_names
        and name != package
        and not {normal(one) for one in DISTRIBUTIONS.get(name, [name])} & named
    }
    assert missing == {}


@pytest.mark.parametrize("folder", ["tests", "bench", "docs"])
def test_what_tests_and_tools_import_is_named_somewhere(folder: str) -> None:
    projects = [tomllib.loads((path / "pyproject.toml").read_text())["project"] for path in PROJECTS]
    lists = [part for one in projects for part in (one["dependencies"], *one.get("optional-dependencies", {}).values())]
    named = {normal(re.split(r"[\s<>=\[;~!]", need)[0]) for needs in lists for need in needs}
    missing = {
        name: str(path.relative_to(ROOT))
        for name, path in imported(ROOT / folder).items()
        if name in DISTRIBUTIONS and not {normal(one) for one in DISTRIBUTIONS[name]} & (named | OURS)
    }
    assert missing == {}


def test_every_named_dependency_has_its_version_in_the_constraints() -> None:
    pinned = {
        normal(line.partition("==")[0]) for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
    }
    for project in PROJECTS:
        data = tomllib.loads((project / "pyproject.toml").read_text())["project"]
        extras = data.get("optional-dependencies", {}).values()
        named = [*data.get("dependencies", []), *(need for extra in extras for need in extra)]
        ours = {normal(re.split(r"[\s<>=\[;~!]", need)[0]) for need in named}
        assert {name for name in ours if not name.startswith("pijnstad-")} - pinned == set(), project
