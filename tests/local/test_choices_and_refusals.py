"""What a person may choose, what is refused before anything starts, who sees which variable, and one city per folder."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pijnstad_local import debian, environment, hygiene, options, output, parts, secrets_file, state
from pijnstad_local.errors import NotAvailable, Refused
from pijnstad_local.parts import Part
from pijnstad_local.ports import free_port, is_free
from pijnstad_local.programs import PROGRAMS, Program

SECRETS = {
    "MASTER_KEY": "k" * 43,
    "INTROSPECTION_SECRET": "introspection",
    "WEB_CLIENT_SECRET": "web-client",
    "DEMO_PASSWORD": "demo",
    "BUS_PASSWORD": "bus",
}
PARTS = [
    Part("bus", "", "", "amqp://u:p@127.0.0.1:1/%2F"),
    Part("store", "", "", "mongodb://127.0.0.1:2"),
    Part("search", "", "", "tantivy:///x"),
]
PORTS = {program.name: number for number, program in enumerate(PROGRAMS, 9000)} | {
    "gateway-metrics": 9999,
    "identity-smtp": 9998,
}


def chosen(**given: str) -> options.Options:
    return options.read({f"PIJNSTAD_{name}": value for name, value in given.items()})


def environment_of(name: str, **given: str) -> dict[str, str]:
    program = next(program for program in PROGRAMS if program.name == name)
    return environment.of(program, chosen(**given), SECRETS, PARTS, PORTS)


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "80 80"])
def test_a_port_that_makes_no_sense_is_refused_by_its_variable(port: str) -> None:
    with pytest.raises(Refused, match="PIJNSTAD_PORT"):
        chosen(PORT=port)


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(Refused, match="development or production"):
        chosen(MODE="prod")


def test_a_taken_port_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=f"Port {port} is taken.*PIJNSTAD_PORT="):
            options.check(chosen(PORT=str(port), DATA=str(tmp_path)))


def test_a_full_disk_is_refused_with_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = type("Usage", (), {"free": 7 * 2**20})
    monkeypatch.setattr("shutil.disk_usage", lambda _: full)
    with pytest.raises(Refused, match="Only 7 MB are free"):
        options.check(chosen(DATA=str(tmp_path), PORT=str(free_port())))


def test_production_lists_everything_that_is_missing_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        options.check(chosen(MODE="production", DATA=str(tmp_path), PORT=str(free_port())))
    for name in ("BUS_URL", "MONGO_URL", "SEARCH_URL", "PUBLIC_URL", *options.SECRETS):
        assert f"PIJNSTAD_{name} is not set" in str(refused.value)


def test_production_refuses_http_and_failpoints(tmp_path: Path) -> None:
    given = dict.fromkeys((*options.URLS, *options.SECRETS), "http://x") | {"FAULTS": "a=kill"}
    with pytest.raises(Refused, match=r"(?s)must be an https address.*PIJNSTAD_FAULTS is refused"):
        options.check(chosen(MODE="production", DATA=str(tmp_path), PORT=str(free_port()), **given))


def test_a_given_server_that_does_not_answer_is_refused_without_its_password(tmp_path: Path) -> None:
    port, password = free_port(), "hush-hush"
    choice = chosen(BUS_URL=f"amqp://me:{password}@127.0.0.1:{port}/", DATA=str(tmp_path))
    with pytest.raises(Refused, match=f"PIJNSTAD_BUS_URL .127.0.0.1:{port}") as refused:
        parts.choose(choice, SECRETS)
    assert password not in str(refused.value)


def test_one_folder_holds_one_city(tmp_path: Path) -> None:
    first = state.CityLock(tmp_path)
    first.take()
    state.write(tmp_path, {"url": "http://localhost:8000"})
    assert state.holder(tmp_path) is not None
    with pytest.raises(Refused, match=r"already runs on .* http://localhost:8000.*make down"):
        state.CityLock(tmp_path).take()
    first.release()
    assert state.holder(tmp_path) is None
    state.CityLock(tmp_path).take()


def test_a_folder_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(Refused, match="cannot be written"):
        state.CityLock(Path("/proc/pijnstad"))


def test_secrets_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    first = secrets_file.load_or_make(tmp_path, {})
    assert secrets_file.load_or_make(tmp_path, {}) == first
    assert len(set(first.values())) == len(first)
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_a_given_secret_wins_and_is_not_written_down(tmp_path: Path) -> None:
    assert secrets_file.load_or_make(tmp_path, {"MASTER_KEY": "given"})["MASTER_KEY"] == "given"
    assert "given" not in (tmp_path / "secrets.env").read_text()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_process_sees_only_the_secrets_its_row_names(program: Program) -> None:
    env = environment_of(program.name)
    seen = {name for name in SECRETS if f"PIJNSTAD_{name}" in env}
    assert seen == set(SECRETS) & set(program.wants)
    assert "PIJNSTAD_BUS_PASSWORD" not in env


def test_what_the_person_sets_reaches_processes_but_not_what_the_supervisor_decides() -> None:
    env = environment_of("selfcare-api", API_THREADS="3", PORT="8123", LISTEN="0.0.0.0:1")
    assert env["PIJNSTAD_API_THREADS"] == "3"
    assert env["PIJNSTAD_LISTEN"] == f"127.0.0.1:{PORTS['selfcare-api']}"
    assert env["PIJNSTAD_PUBLIC_URL"] == "http://localhost:8123"
    assert "PIJNSTAD_PORT" not in env


def test_a_failpoint_can_be_armed_in_one_process_only() -> None:
    faults = "selfcare-worker:relay.before_publish=once:kill, all=fail"
    assert (
        environment_of("selfcare-worker", FAULTS=faults)["PIJNSTAD_FAULTS"] == "relay.before_publish=once:kill,all=fail"
    )
    assert environment_of("content-worker", FAULTS=faults)["PIJNSTAD_FAULTS"] == "all=fail"
    assert environment.faults_for("content-worker", "relay.x=once:kill") == "relay.x=once:kill"


def test_variables_for_the_next_start_of_one_process_are_read_from_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "selfcare-worker.env").write_text("# a note\nPIJNSTAD_FAULTS=x=kill\n")
    assert environment.added(tmp_path, "selfcare-worker") == {"PIJNSTAD_FAULTS": "x=kill"}
    assert environment.added(tmp_path, "selfcare-api") == {}


def test_a_free_port_is_given_once_even_to_another_process() -> None:
    port = free_port()
    claim = f"import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind('\\0pijnstad-port-{port}')"
    other = subprocess.run([sys.executable, "-c", claim], capture_output=True, text=True, check=False)
    assert "Address already in use" in other.stderr
    assert is_free(port)


def test_packages_that_cannot_be_fetched_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotAvailable, match=r"rabbitmq-server is not installed and apt-get is not here"):
        debian.unpacked("rabbitmq-server", "x", tmp_path / "debian")
    assert not (tmp_path / "debian" / "rabbitmq-server" / ".complete").exists()


def test_a_table_has_no_colours_when_nobody_looks() -> None:
    assert output.table(("part", "choice"), [("bus", "x"), ("store", "yy")]) == "part   choice\nbus    x\nstore  yy"


def test_a_secret_or_a_registry_in_a_file_is_found_by_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hygiene, "repository", lambda: tmp_path)
    file = tmp_path / "notes.md"
    bad = ["files.python" + "hosted.org", "amqp://me:" + "aLongSecret@host", "-----BEGIN " + "PRIVATE KEY-----"]
    file.write_text("fine\n" + "\n".join(bad) + "\n")
    found = list(hygiene._findings(file))
    assert len(found) == 3
    assert found[0] == "notes.md:2: a registry's host"


def test_the_status_of_a_folder_without_a_city_is_said_in_both_formats(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pijnstad_local", "status"]
    env = {"PIJNSTAD_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    table = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert table.returncode == 3
    assert "No city runs" in table.stdout
    told = subprocess.run([*command, "--format", "json"], env=env, capture_output=True, text=True, check=False)
    assert json.loads(told.stdout)["state"] == "stopped"
