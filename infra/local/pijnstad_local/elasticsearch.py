"""An Elasticsearch 9 for the search suite, from Maven Central's integration-test package. The city itself runs on Tantivy.

The package carries the core modules only: no `GET /`, no language analysers, and unknown settings stop it.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from pijnstad_local import places, processes
from pijnstad_local.errors import DidNotStart, NotAvailable
from pijnstad_local.ports import free_port

VERSION = "9.2.4"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
OLDEST_JDK = 21
START_SECONDS = 90.0
_FETCH_SECONDS = 300
_CONFIGURATION = """\
cluster.name: pijnstad-tests
discovery.type: single-node
http.host: 127.0.0.1
http.port: {port}
transport.host: 127.0.0.1
transport.port: {transport}
path.data: {data}/data
path.logs: {data}/logs
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
"""


@dataclass
class TestElasticsearch:
    """Run one node of its own. Its data lies in a temporary folder, because it must not run as root and tests may."""

    port: int = field(default_factory=free_port)
    __test__ = False

    def __post_init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        if self._server is None:
            raise DidNotStart("Elasticsearch has not been started")
        return self._server.pid

    def start(self, wait: bool = True) -> "TestElasticsearch":
        """Start the node, and wait until its cluster is green unless told not to. Raises NotAvailable with the way."""
        java, home = find_jdk(), installed()
        self._folder = self._folder or Path(tempfile.mkdtemp(prefix="pijnstad-elasticsearch-"))
        user = "nobody" if os.geteuid() == 0 else None
        home = _readable(home, self._folder, user)
        self._configure(home, user)
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self._folder), "ES_JAVA_HOME": str(java)}
        env |= {
            "ES_PATH_CONF": str(self._folder / "config"),
            "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
            "ES_TMPDIR": f"{self._folder}/temporary",
        }
        with open(self._log, "ab") as log:
            self._server = processes.spawn(
                [home / "bin" / "elasticsearch"], env=env, cwd=self._folder, output=log, user=user
            )
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until the cluster is green."""
        if self._server is None:
            raise DidNotStart("Elasticsearch has not been started")
        processes.wait_ready(self._server, self.is_ready, seconds, "Elasticsearch", self._log)

    def is_ready(self) -> bool:
        """Tell whether the cluster is green now."""
        address = f"{self.url}/_cluster/health?wait_for_status=green&timeout=1s"
        try:
            with urllib.request.urlopen(address, timeout=3) as answer:  # nosec B310
                return int(answer.status) == 200
        except (OSError, urllib.error.URLError):
            return False

    def stop(self, seconds: float = processes.STOP_SECONDS) -> None:
        """Stop the node in good order and remove its data."""
        if self._server is not None:
            processes.stop(self._server, seconds)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None

    def kill(self) -> None:
        """Kill the node at once (SIGKILL); its data stays until `stop`."""
        if self._server is not None:
            processes.kill_group(self._server)

    @property
    def _log(self) -> Path:
        assert self._folder is not None
        return self._folder / "elasticsearch.log"

    def _configure(self, home: Path, user: str | None) -> None:
        assert self._folder is not None
        config = self._folder / "config"
        (self._folder / "temporary").mkdir(exist_ok=True)
        shutil.rmtree(config, ignore_errors=True)
        shutil.copytree(home / "config", config)
        text = _CONFIGURATION.format(port=self.port, transport=free_port(), data=self._folder)
        (config / "elasticsearch.yml").write_text(text)
        if user is not None:
            _give(self._folder, user)


def find_jdk() -> Path:
    """Find the newest-enough JDK: ES_JAVA_HOME, JAVA_HOME, PATH, then the JDKs Debian lists. Raises NotAvailable."""
    candidates = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    on_path = shutil.which("java")
    candidates += [Path(on_path).resolve().parents[1]] if on_path else []
    candidates += sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    for home in candidates:
        if _java_version(home) >= OLDEST_JDK:
            return home
    raise NotAvailable(f"Elasticsearch needs a JDK of {OLDEST_JDK} or newer: install one and set JAVA_HOME.")


def _java_version(home: Path) -> int:
    release = home / "release"
    text = release.read_text(errors="replace") if release.is_file() and (home / "bin" / "java").is_file() else ""
    found = re.search(r'JAVA_VERSION="(\d+)', text)
    return int(found.group(1)) if found else 0


def installed() -> Path:
    """Give the folder of the unpacked node; fetches it with Maven the first time (99 MB). Raises NotAvailable."""
    home = places.cache() / f"elasticsearch-{VERSION}"
    with open(places.cache() / ".elasticsearch.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "bin" / "elasticsearch").exists():
            _unpack(_fetched(), home)
    return home


def _fetched() -> Path:
    maven = shutil.which("mvn")
    if maven is None:
        raise NotAvailable(
            "Elasticsearch for tests comes from Maven Central by `mvn`: install maven (apt-get install maven)."
        )
    target = places.cache() / "maven"
    copy = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={target}"]
    done = subprocess.run(copy, capture_output=True, text=True, timeout=_FETCH_SECONDS, check=False)  # nosec B603
    archive = target / f"elasticsearch-{VERSION}.zip"
    if done.returncode != 0 or not archive.exists():
        raise NotAvailable(
            f"Maven could not fetch Elasticsearch ({ARTIFACT}); is there a network?\n{done.stdout[-600:]}"
        )
    return archive


def _unpack(archive: Path, home: Path) -> None:
    unpacking = home.with_name(home.name + ".part")
    shutil.rmtree(unpacking, ignore_errors=True)
    with zipfile.ZipFile(archive) as package:
        package.extractall(unpacking)
    (inner,) = unpacking.iterdir()
    for command in (inner / "bin").iterdir():
        command.chmod(0o755)
    shutil.rmtree(home, ignore_errors=True)
    inner.rename(home)
    unpacking.rmdir()
    archive.unlink()


def _readable(home: Path, folder: Path, user: str | None) -> Path:
    """Give a home that the other user can read: the cache, or a copy when the repository lies where it cannot look."""
    looks = ["setpriv", "--reuid", user or "", "--clear-groups", "--regid", "nogroup", "test", "-r", str(home / "lib")]
    if user is None or subprocess.run(looks, check=False).returncode == 0:  # nosec B603
        return home
    return Path(shutil.copytree(home, folder / "home", dirs_exist_ok=True))


def _give(folder: Path, user: str) -> None:
    for path in (folder, folder / "config", folder / "temporary", *(folder / "config").rglob("*")):
        shutil.chown(path, user)
