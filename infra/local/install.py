"""Make .venv from nothing but Python 3.11: `python3 infra/local/install.py [--tests]`. What the Makefile calls first.

Uses the standard library only, because it runs before anything is installed. Where Python came without pip and ensurepip
(Debian without python3-venv), pip's own wheel is fetched from Debian's packages and unpacked, without root.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infra" / "local"))

from pijnstad_local import debian, places  # noqa: E402
from pijnstad_local.errors import LocalError  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CONSTRAINTS = ROOT / "constraints.txt"
PACKAGES = (
    "contracts",
    "kit",
    "safety",
    "services/identity",
    "services/selfcare",
    "services/content",
    "services/decision",
    "services/community",
    "gateway",
    "web",
    "infra/local",
)
TOOLS = ("pip", "hatchling", "editables")
_OPTIONS = ("--quiet", "--disable-pip-version-check", "--no-input", "--constraint", str(CONSTRAINTS))


def main() -> int:
    """Install what the city needs, and with --tests what its tests and checks need; answer the exit code."""
    try:
        _install("[tests]" if "--tests" in sys.argv else "")
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(
            f"Installing stopped (code {error.returncode}); the lines above say why. Usual reasons: no network to the "
            "Python package index, or no space left. Run the same command again: it goes on where it stopped.",
            file=sys.stderr,
        )
        return 1
    return 0


def _install(extra: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this is the one file that older Pythons meet
        raise LocalError(
            f"Pijnstad needs Python 3.11 or newer; this is {sys.version.split()[0]}. Give one: make PYTHON=…"
        )
    _say("Making .venv and installing packages (the first time takes a minute or two) ...")
    _make_venv()
    _pip("install", *_OPTIONS, *TOOLS)
    folders = [str(ROOT / name) for name in PACKAGES]
    folders[-1] += extra
    editable = [part for folder in folders for part in ("--editable", folder)]
    _pip("install", *_OPTIONS, "--no-build-isolation", *editable)


def _make_venv() -> None:
    if not PYTHON.exists():
        venv.create(VENV, with_pip=False, symlinks=True)
    if _runs([str(PYTHON), "-m", "pip", "--version"]):
        return
    if _runs([str(PYTHON), "-m", "ensurepip", "--default-pip"]):
        return
    _say("This Python came without pip: fetching it from Debian's packages ...")
    folder = debian.unpacked("python3-pip-whl", "", places.cache() / "debian")
    wheel = next((folder / "usr/share/python-wheels").glob("pip-*.whl"))
    _pip("install", *_OPTIONS, "pip", by=wheel)


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _pip(*arguments: str, by: Path | None = None) -> None:
    env = {**os.environ, "PYTHONPATH": str(by)} if by else {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    subprocess.run([str(PYTHON), "-m", "pip", *arguments], env=env, stdout=sys.stderr, check=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
