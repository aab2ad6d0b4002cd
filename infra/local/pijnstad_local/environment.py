"""The environment of each process: only the variables its row in the table names, so that secrets stay where needed."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pijnstad_local.options import PREFIX, SECRETS, URLS, Options
from pijnstad_local.parts import Part
from pijnstad_local.places import repository
from pijnstad_local.programs import PROGRAMS, SERVICES, Program

_OURS = {"PORT", "DATA", "LISTEN", "FAULTS", "CACHE", "GATEWAY_URL", "DATABASE", "DEMO_PASSWORD", "BUS_PASSWORD", "URL"}
FAULTS_SPENT = "faults-spent"


def of(
    program: Program, options: Options, secrets: Mapping[str, str], parts: Sequence[Part], ports: Mapping[str, int]
) -> dict[str, str]:
    """Build the environment of one process; `ports` maps every process name to its port."""
    known = _values(options, secrets, parts, ports)
    wanted = {name: known[name] for name in program.wants if name in known}
    common = {
        "MODE": options.mode,
        "PUBLIC_URL": options.public_url,
        "GATEWAY_URL": options.gateway_url,
        "LISTEN": f"127.0.0.1:{ports[program.name]}",
        "LOG_FORMAT": options.given.get("LOG_FORMAT", "console"),
        "FAULTS": faults_for(program.name, options.given.get("FAULTS", "")),
        "FAULTS_SPENT": str(options.data / FAULTS_SPENT),
    }
    own = {PREFIX + name: value for name, value in {**_passed_on(options), **common, **wanted}.items() if value}
    return _of_the_machine() | own


def _values(
    options: Options, secrets: Mapping[str, str], parts: Sequence[Part], ports: Mapping[str, int]
) -> dict[str, str]:
    variables = {"bus": "BUS_URL", "store": "MONGO_URL", "search": "SEARCH_URL"}
    upstreams = {f"{name.upper()}_URL": f"http://127.0.0.1:{ports[f'{name}-api']}" for name in SERVICES}
    upstreams["WEB_URL"] = f"http://127.0.0.1:{ports['web-web']}"
    library = options.given.get("LIBRARY_DIR", str(repository() / "services" / "content" / "library"))
    return {
        **secrets,
        **{variables[part.name]: part.url for part in parts},
        **upstreams,
        "LIBRARY_DIR": library,
        "SMTP_LISTEN": f"127.0.0.1:{ports['identity-smtp']}",
        "SMTP_URL": options.given.get(
            "SMTP_URL", "" if options.production else f"smtp://127.0.0.1:{ports['identity-smtp']}"
        ),
        "MAIL_FROM": options.given.get("MAIL_FROM", ""),
        "METRICS_LISTEN": f"127.0.0.1:{ports['gateway-metrics']}",
    }


def _passed_on(options: Options) -> dict[str, str]:
    """Pass on what the person set beside what the supervisor decides itself (limits, threads, waits)."""
    decided = _OURS | set(SECRETS) | set(URLS) | {want for program in PROGRAMS for want in program.wants}
    return {name: value for name, value in options.given.items() if name not in decided}


def _of_the_machine() -> dict[str, str]:
    passed = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {"PYTHONWARNINGS": "ignore::DeprecationWarning"} | passed | {"PYTHONUNBUFFERED": "1"}


def faults_for(process: str, faults: str) -> str:
    """Pick the failpoints of one process: `name=action` arms everywhere, `selfcare-worker:name=action` only there."""
    parts = (part.strip() for part in faults.split(","))
    found = [re.fullmatch(r"(?:([a-z]+-[a-z]+):)?(.+)", part) for part in parts if part]
    return ",".join(match[2] for match in found if match and match[1] in (None, process))


def added(data: Path, process: str) -> dict[str, str]:
    """Read what a tester wants to add at the next start of a process: <data>/env/<process>.env, lines NAME=value."""
    path = data / "env" / f"{process}.env"
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}
