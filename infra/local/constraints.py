"""Write constraints.txt again (`make constraints`): collect what every package names, and let uv resolve it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from install import CONSTRAINTS, PACKAGES, ROOT, TOOLS

_HEAD = """\
# Every version this repository runs with. Packages name what they need in their own pyproject.toml; versions stand here.
# Written again, after a look at the changelogs, with: make constraints (uv resolves for every platform, no index named)
"""
_OPTIONS = ["--quiet", "--universal", "--no-emit-index-url", "--no-header", "--no-annotate", "--python-version", "3.11"]


def main() -> int:
    """Resolve everything that is named anywhere and write one list of versions."""
    wanted = sorted({need for package in PACKAGES for need in _needs(ROOT / package)} | set(TOOLS))
    command = [
        str(Path(sys.executable).parent / "uv"),
        "pip",
        "compile",
        *_OPTIONS,
        "--prerelease=if-necessary-or-explicit",
        "-",
    ]
    if "--upgrade" in sys.argv:
        command.insert(-1, "--upgrade")
    else:
        command[-1:-1] = ["--constraint", str(CONSTRAINTS)]
    done = subprocess.run(command, input="\n".join(wanted), text=True, capture_output=True, check=False)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        return done.returncode
    CONSTRAINTS.write_text(_HEAD + done.stdout)
    print("constraints.txt is written. Next: git diff constraints.txt, make test")
    return 0


def _needs(folder: Path) -> list[str]:
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    extras = project.get("optional-dependencies", {})
    named = [*project.get("dependencies", []), *(need for extra in extras.values() for need in extra)]
    return [need for need in named if not re.match(r"pijnstad-", need)]


if __name__ == "__main__":
    raise SystemExit(main())
