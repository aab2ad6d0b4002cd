"""The city: options, parts and programs put together into members, the state file, and what people read at the end."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pijnstad_local import environment, members, options, output, parts, processes, secrets_file, state
from pijnstad_local.errors import LocalError
from pijnstad_local.journal import Journal
from pijnstad_local.members import Member
from pijnstad_local.options import Options
from pijnstad_local.parts import Part
from pijnstad_local.places import repository
from pijnstad_local.ports import free_port
from pijnstad_local.programs import PROGRAMS, Program
from pijnstad_local.supervisor import Supervisor

DEMO = (("anna@pijnstad.example", "lives with pain"), ("piet@pijnstad.example", "a partner"))


class City:
    """One running city on one data folder."""

    def __init__(self, chosen: Options) -> None:
        self._options = chosen
        self._lock = state.CityLock(chosen.data)
        self._began = time.monotonic()
        self._state = "starting"
        self._parts: list[Part] = []
        self._members: list[Member] = []
        self._secrets: Mapping[str, str] = {}

    def run(self) -> None:
        """Run the city until it is told to stop. Raises LocalError, with nothing left running, when it cannot start."""
        self._lock.take()
        try:
            options.check(self._options)
            self._put_together()
            asyncio.run(self._supervise())
        except LocalError as error:
            self._end("failed", str(error))
            raise
        self._end("stopped", None)

    def _put_together(self) -> None:
        if self._options.production:
            self._secrets = {name: self._options.given[name] for name in options.SECRETS}
        else:
            self._secrets = secrets_file.load_or_make(self._options.data, self._options.given)
        self._parts = parts.choose(self._options, self._secrets)
        output.say(output.table(("part", "choice", "why"), [part.row for part in self._parts]) + "\n")
        self._members = self._make_members()
        self._write()

    def _make_members(self) -> list[Member]:
        roles = {"bus": "rabbitmq", "store": "secantusdb"}
        servers = [members.of_server(p.name, roles[p.name], p.server) for p in self._parts if p.server is not None]
        programs = [p for p in PROGRAMS if not (p.development_only and self._options.production)]
        ports = {program.name: free_port() for program in programs} | {
            "gateway-metrics": free_port(),
            "identity-smtp": free_port(),
        }
        ports["gateway-gateway"] = self._options.port
        return servers + [self._member(program, ports) for program in programs]

    def _member(self, program: Program, ports: Mapping[str, int]) -> Member:
        env = environment.of(program, self._options, self._secrets, self._parts, ports)
        port = ports[program.name]

        def start() -> "subprocess.Popen[bytes]":
            return processes.spawn(
                [sys.executable, "-m", program.service, program.word],
                env=env | environment.added(self._options.data, program.name),
                cwd=repository(),
                output=subprocess.PIPE,
            )

        return Member(
            program.name,
            program.service,
            program.role,
            None if program.once else port,
            start,
            lambda: members.answers(port),
            program.needs,
            program.once,
            program.stage,
        )

    async def _supervise(self) -> None:
        journal = Journal(self._options.data, max(len(member.name) for member in self._members))
        await Supervisor(self._members, journal, self._write).run(self._welcome)

    def _welcome(self) -> None:
        self._state = "running"
        self._write()
        output.say("\n" + self._addresses())

    def _addresses(self) -> str:
        url = self._options.public_url
        lines = [
            output.paint("bold", f"Pijnstad is ready after {time.monotonic() - self._began:.1f} s"),
            f"  city          {url}",
            f"  API           {url}/docs  ({url}/openapi.json)",
        ]
        if not self._options.production:
            password = self._secrets["DEMO_PASSWORD"]
            lines.append(f"  mails         {url}/account/mails  (mail does not leave this machine)")
            lines += [f"  sign in       {name}  {password}  ({who})" for name, who in DEMO]
        lines += [
            f"  data, logs    {self._options.data}, {self._options.data / 'log'}",
            "  look, stop    make status, make down (or Ctrl-C here; your data stays)",
            output.paint("green", f"Next: open {url}, sign in and write an entry. Or let a machine do it: make smoke"),
        ]
        return "\n".join(lines)

    def _write(self) -> None:
        state.write(self._options.data, self._snapshot())

    def _snapshot(self, reason: str | None = None) -> dict[str, Any]:
        backing = {part.name: {"choice": part.choice, "why": part.why, "port": part.port} for part in self._parts}
        snapshot: dict[str, Any] = {"state": self._state, "url": self._options.public_url, "mode": self._options.mode}
        snapshot |= {"port": self._options.port, "data": str(self._options.data), "pid": os.getpid(), "reason": reason}
        return snapshot | {"parts": backing, "processes": [member.row() for member in self._members]}

    def _end(self, how: str, reason: str | None) -> None:
        self._state = how
        state.write(self._options.data, self._snapshot(reason))
        self._lock.release()


def log_file(data: Path) -> Path:
    """Give the file that a city in the background writes its lines to."""
    return data / "log" / "city.log"
