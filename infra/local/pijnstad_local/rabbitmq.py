"""A private RabbitMQ node: own ports, own name service, own data, no root. Killed and restarted by tests, kept by the city.

The supervisor and the test suites use it; production points PIJNSTAD_BUS_URL at a cluster instead.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pijnstad_local import debian, places, processes
from pijnstad_local.errors import DidNotStart, NotAvailable
from pijnstad_local.ports import free_port

PACKAGES = r"erlang-.*|rabbitmq-server|libsctp1"
START_SECONDS = 60.0
_NODE = "pijnstad@localhost"
_AMQP_HELLO = b"AMQP\x00\x00\x09\x01"
# RabbitMQ 3.10 writes down the name and term of a quorum queue up to a second after it confirmed the declaration. Killed in
# that second, the queue comes back empty, waits for an election that nobody calls, and times out for ever. Calling one is
# harmless for all others; what was confirmed into the queue in that second stays lost (`settle` closes the gap in tests).
_WAKE_QUEUES = (
    "[ra:trigger_election(amqqueue:get_pid(Q)) || Q <- rabbit_amqqueue:list_by_type(rabbit_quorum_queue), "
    "ra_leaderboard:lookup_leader(element(1, amqqueue:get_pid(Q))) =:= undefined]."
)


@dataclass(frozen=True)
class Installation:
    """Say where RabbitMQ and Erlang lie, and how they came there."""

    home: Path
    erlang: Path
    why: str
    libraries: Path | None = None


def find_installation() -> Installation:
    """Find RabbitMQ on this machine, else fetch Debian's packages into the cache. Raises NotAvailable."""
    return _of_the_machine() or _of_the_cache()


def _of_the_machine() -> Installation | None:
    homes = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*"))
    erlang = Path("/usr/lib/erlang")
    if homes and any(erlang.glob("erts-*")):
        return Installation(homes[-1], erlang, "rabbitmq-server of this machine")
    return None


def _of_the_cache() -> Installation:
    root = debian.unpacked("rabbitmq-server", PACKAGES, places.cache() / "debian")
    homes = sorted((root / "usr/lib/rabbitmq/lib").glob("rabbitmq_server-*"))
    if not homes:
        raise NotAvailable(f"the fetched packages in {root} hold no RabbitMQ: remove that folder and try again.")
    libraries = next(iter((root / "usr/lib").glob("*-linux-gnu")), None)
    return Installation(homes[-1], root / "usr/lib/erlang", "Debian's packages, unpacked without root", libraries)


@dataclass
class RabbitNode:
    """Run one node. `start` waits until it takes connections; `stop`, `kill` and `restart` keep data, port and users."""

    data: Path
    vhosts: Iterable[str] = ("/",)
    port: int = field(default_factory=free_port)
    user: str = "pijnstad"
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    installation: Installation | None = None

    def __post_init__(self) -> None:
        self.data = Path(self.data).resolve()
        self.vhosts = tuple(self.vhosts)
        self.installation = self.installation or find_installation()
        self._distribution, self._names = free_port(), free_port()
        self._epmd: subprocess.Popen[bytes] | None = None
        self._woken = False
        self._node: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Give the process id of the Erlang node itself, so that a test can SIGKILL or SIGSTOP it."""
        if self._node is None:
            raise DidNotStart("the RabbitMQ node has not been started")
        return self._node.pid

    @property
    def running(self) -> bool:
        return self._node is not None and self._node.poll() is None

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        if self._node is None:
            raise DidNotStart("the RabbitMQ node has not been started")
        return self._node

    @property
    def log(self) -> Path:
        """Give the node's log, or what it said before it had one."""
        log = self.data / "log" / "rabbitmq.log"
        return log if log.exists() else self.data / "log" / "console.log"

    def url(self, vhost: str = "/") -> str:
        """Give the AMQP address of a vhost, with user and password."""
        return f"amqp://{self.user}:{quote(self.password, safe='')}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    def start(self, wait: bool = True) -> "RabbitNode":
        """Start the node on its data, and wait until it takes connections unless told not to."""
        if not self.running:
            self._woken = False
            self._write_configuration()
            self._start_names()
            console = open(self.data / "log" / "console.log", "ab")  # noqa: SIM115 - handed to the child
            with console:
                server = self._installed.home / "sbin" / "rabbitmq-server"
                self._node = processes.spawn([server], env=self._environment(), cwd=self.data, output=console)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until the node greets an AMQP client."""
        processes.wait_ready(self.process, self.is_ready, seconds, "RabbitMQ", self.log)

    def is_ready(self) -> bool:
        """Tell whether the node greets an AMQP client now, and its queues were woken after this start."""
        if not self._greets():
            return False
        if not self._woken:
            self.evaluate(_WAKE_QUEUES)
            self._woken = True
        return True

    def _greets(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as client:
                client.settimeout(2)
                client.sendall(_AMQP_HELLO)
                return client.recv(1) == b"\x01"
        except OSError:
            return False

    def stop(self, seconds: float = processes.STOP_SECONDS) -> None:
        """Stop the node in good order, and its name service with it."""
        self._end(lambda node: processes.stop(node, seconds))

    def kill(self) -> None:
        """Kill the node at once (SIGKILL), as a crash would."""
        self._end(processes.kill_group)

    def restart(self) -> "RabbitNode":
        """Stop and start again on the same data and port."""
        self.stop()
        return self.start()

    def settle(self) -> None:
        """Have the node write down the queues declared a moment ago, so that they survive a kill (see _WAKE_QUEUES)."""
        self.evaluate("[dets:sync(T) || T <- dets:all()].")

    def pause(self) -> None:
        """Freeze the node (SIGSTOP) and wait until it is: connections stay open and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)
        processes.wait_until(lambda: processes.stopped(self.pid), 10)

    def resume(self) -> None:
        """Let a frozen node go on (SIGCONT)."""
        os.kill(self.pid, signal.SIGCONT)

    def add_vhost(self, name: str) -> str:
        """Make a vhost that the user of this node owns; answer its address. Takes some 0.1 s."""
        mine = f'<<"{self.user}">>, <<"{name}">>, <<".*">>, <<".*">>, <<".*">>, <<"local">>'
        self.evaluate(
            f'ok = rabbit_vhost:add(<<"{name}">>, <<"local">>), rabbit_auth_backend_internal:set_permissions({mine}).'
        )
        return self.url(name)

    def remove_vhost(self, name: str) -> None:
        """Remove a vhost with everything in it; its connections are closed."""
        self.evaluate(f'rabbit_vhost:delete(<<"{name}">>, <<"local">>).')

    def evaluate(self, erlang: str) -> str:
        """Evaluate an expression inside the node by Erlang's own tool (rabbitmqctl takes 1.5 s a call, this 30 ms)."""
        erl_call = next(self._installed.erlang.glob("erts-*/bin/erl_call"))
        cookie = (self.data / ".erlang.cookie").read_text().strip()
        command = [str(erl_call), "-c", cookie, "-sname", _NODE, "-e"]
        said = ""
        for _ in range(20):
            done = subprocess.run(
                command, input=erlang + "\n", env=self._environment(), capture_output=True, text=True, check=False
            )
            said = done.stdout + done.stderr
            if said.startswith("{ok, "):
                return said
            time.sleep(0.1)  # two callers at once may take the same Erlang client name; one of them is turned away
        raise DidNotStart(f"RabbitMQ refused: {said}")

    @property
    def _installed(self) -> Installation:
        assert self.installation is not None
        return self.installation

    def _end(self, how: "Callable[[subprocess.Popen[bytes]], object]") -> None:
        if self._node is not None:
            how(self._node)
        if self._epmd is not None:
            processes.kill_group(self._epmd)
        self._epmd = None

    def _start_names(self) -> None:
        """Run Erlang's name service as our child: started by Erlang itself it would stay behind as a daemon."""
        if self._epmd is None or self._epmd.poll() is not None:
            epmd = next(self._installed.erlang.glob("erts-*/bin/epmd"))
            command: list[str | Path] = [epmd, "-port", str(self._names), "-address", "127.0.0.1"]
            self._epmd = processes.spawn(command, env=self._environment())

    def _write_configuration(self) -> None:
        for folder in (self.data, self.data / "log", self.data / "bin"):
            folder.mkdir(parents=True, exist_ok=True)
        _write_private(self.data / "definitions.json", json.dumps(self._definitions()))
        (self.data / "plugins").write_text("[].\n")
        (self.data / "rabbitmq.conf").write_text(self._configuration())
        _write_erl(self.data / "bin" / "erl", self._installed.erlang)
        cookie = self.data / ".erlang.cookie"
        if not cookie.exists():
            _write_private(cookie, secrets.token_hex(16), mode=0o400)

    def _configuration(self) -> str:
        return "\n".join(
            [
                f"listeners.tcp.1 = 127.0.0.1:{self.port}",
                f"load_definitions = {self.data / 'definitions.json'}",
                "disk_free_limit.absolute = 50MB",
                "raft.wal_max_size_bytes = 33554432",
                "log.file.level = info",
                "log.console = false",
                "",
            ]
        )

    def _definitions(self) -> dict[str, object]:
        allowed = {"configure": ".*", "write": ".*", "read": ".*"}
        return {
            "users": [{"name": self.user, "password": self.password, "tags": "administrator"}],
            "vhosts": [{"name": vhost} for vhost in self.vhosts],
            "permissions": [{"user": self.user, "vhost": vhost, **allowed} for vhost in self.vhosts],
        }

    def _environment(self) -> dict[str, str]:
        erlang, home, data = self._installed.erlang, self._installed.home, str(self.data)
        env = {
            "HOME": data,
            "LANG": "C.UTF-8",
            "PATH": f"{data}/bin:{erlang}/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._names),
            "RUNNING_UNDER_SYSTEMD": "true",  # the start script then becomes the node: our pid is its pid
            "RABBITMQ_HOME": str(home),
            "RABBITMQ_PLUGINS_DIR": f"{home}/plugins",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{data}/plugins",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": f"{data}/rabbitmq.conf",
            "RABBITMQ_NODENAME": _NODE,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "RABBITMQ_MNESIA_BASE": f"{data}/mnesia",
            "RABBITMQ_LOG_BASE": f"{data}/log",
            "RABBITMQ_LOGS": f"{data}/log/rabbitmq.log",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        return env | ({"LD_LIBRARY_PATH": str(self._installed.libraries)} if self._installed.libraries else {})


def _write_private(path: Path, text: str, mode: int = 0o600) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)


def _write_erl(path: Path, erlang: Path) -> None:
    """Write the `erl` command: the one in the package believes that Erlang lies under /usr/lib."""
    binaries = next(erlang.glob("erts-*")) / "bin"
    shell = shutil.which("sh") or "/bin/sh"
    path.write_text(
        f"#!{shell}\nROOTDIR='{erlang}' BINDIR='{binaries}' EMU=beam PROGNAME=erl\n"
        f'export ROOTDIR BINDIR EMU PROGNAME\nexec "$BINDIR/erlexec" "$@"\n'
    )
    path.chmod(0o755)
