"""docker-compose.yml and the Dockerfiles beside the code: every image, word, port and variable in them must exist there."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import yaml
from pydantic import ValidationError

from pijnstad_local import compose_env
from pijnstad_local.hygiene import _findings
from pijnstad_local.programs import PROGRAMS, SERVICES

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
CONTAINERS: dict[str, Any] = COMPOSE["services"]
OURS = {
    name: box for name, box in CONTAINERS.items() if box["image"].startswith("pijnstad/") and "entrypoint" not in box
}
PACKAGES = (*SERVICES, "gateway", "web")
REAL_SERVERS = {"rabbitmq": "4", "mongo": "8", "elasticsearch": "9"}
SETTINGS = {name: (f"{name}.config", "Settings") for name in SERVICES} | {
    "gateway": ("gateway.config", "GatewaySettings"),
    "web": ("web.config", "WebSettings"),
}
KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def package_of(box: dict[str, Any]) -> str:
    return str(box["image"]).removeprefix("pijnstad/")


def settings_of(package: str) -> Any:
    module, name = SETTINGS[package]
    return getattr(importlib.import_module(module), name)


def dockerfile_of(package: str) -> Path:
    return ROOT / (package if package in ("gateway", "web") else f"services/{package}") / "Dockerfile"


def filled(value: str) -> str:
    """Fill in what a person's .env would hold."""
    value = re.sub(r"\$\{(\w*MASTER_KEY\w*):\?[^}]*\}", KEY, value)
    value = re.sub(r"\$\{\w+:\?[^}]*\}", "a-secret-that-is-long-enough-to-be-one", value)
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


@pytest.mark.parametrize("name", OURS)
def test_every_word_is_a_command_of_its_package(name: str) -> None:
    box = OURS[name]
    main = importlib.import_module(f"{package_of(box)}.__main__").main
    (word,) = box["command"]
    assert word in main.list_commands(click.Context(main))


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_read_by_the_settings_and_none_is_missing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    box = OURS[name]
    settings = settings_of(package_of(box))
    environment = {key: filled(str(value)) for key, value in box["environment"].items()}
    unknown = {key for key in environment if key.removeprefix("PIJNSTAD_").lower() not in settings.model_fields}
    assert unknown == set()
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    settings()


def test_a_variable_left_out_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in OURS["selfcare-api"]["environment"].items():
        monkeypatch.setenv(key, filled(str(value)))
    monkeypatch.delenv("PIJNSTAD_MASTER_KEY")
    with pytest.raises(ValidationError, match="master_key"):
        settings_of("selfcare")()


def test_every_process_of_the_local_city_runs_in_compose_with_the_same_word() -> None:
    here = {(program.service, program.word) for program in PROGRAMS}
    there = {(package_of(box), box["command"][0]) for box in OURS.values()}
    assert there == here


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_process_gets_the_same_variables_locally_and_in_compose(program: Any) -> None:
    (box,) = [b for b in OURS.values() if (package_of(b), b["command"][0]) == (program.service, program.word)]
    optional = {"LIBRARY_DIR", "DEMO_PASSWORD", "MAIL_FROM", "HOSTS", "LIMIT_ADDRESS"}
    common = {"MODE", "PUBLIC_URL", "GATEWAY_URL", "LOG_FORMAT", "LISTEN"}
    given = {key.removeprefix("PIJNSTAD_") for key in box["environment"]} - common
    assert given - optional == set(program.wants) - optional


@pytest.mark.parametrize("name", OURS)
def test_every_address_names_a_container_and_the_port_it_listens_on(name: str) -> None:
    ports = {"rabbitmq": 5672, "mongo": 27017, "elasticsearch": 9200}
    for other, box in OURS.items():
        ports[other] = int(box["environment"]["PIJNSTAD_LISTEN"].rsplit(":", 1)[1])
    for key, value in OURS[name]["environment"].items():
        if key.endswith("_URL") and key != "PIJNSTAD_PUBLIC_URL":
            url = urlsplit(filled(str(value)))
            if url.scheme == "smtp":
                there = OURS[str(url.hostname)]["environment"]["PIJNSTAD_SMTP_LISTEN"]
                assert there == f"0.0.0.0:{url.port}", f"{key}={value}"
                continue
            assert ports.get(str(url.hostname)) == url.port, f"{key}={value}"


@pytest.mark.parametrize("name", OURS)
def test_a_health_check_asks_the_port_the_process_listens_on(name: str) -> None:
    health = OURS[name]["healthcheck"]
    if health.get("disable"):
        assert OURS[name]["restart"] == "no"
        return
    port = OURS[name]["environment"]["PIJNSTAD_LISTEN"].rsplit(":", 1)[1]
    assert f"http://127.0.0.1:{port}/readyz" in health["test"][-1]


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_waits_for_health_not_for_a_start(name: str) -> None:
    for other, how in CONTAINERS[name].get("depends_on", {}).items():
        once = CONTAINERS[other].get("restart") == "no"
        assert how == {"condition": "service_completed_successfully" if once else "service_healthy"}
        assert once or "healthcheck" in CONTAINERS[other]


def test_what_is_needed_first_is_waited_for() -> None:
    needs = {name: set(box.get("depends_on", {})) for name, box in CONTAINERS.items()}
    for name, box in OURS.items():
        assert {"mongo", "mongo-init"} <= _reached(needs, name)
        if box["command"] in (["worker"], ["load-library"]) or package_of(box) == "gateway":
            assert "rabbitmq" in needs[name]
        if "PIJNSTAD_SEARCH_URL" in box["environment"]:
            assert "elasticsearch" in needs[name]


def _reached(needs: dict[str, set[str]], name: str) -> set[str]:
    direct = needs.get(name, set())
    return direct.union(*(_reached(needs, other) for other in direct))


@pytest.mark.parametrize(("name", "major"), REAL_SERVERS.items())
def test_the_real_servers_are_of_the_major_versions_we_build_for(name: str, major: str) -> None:
    image, _, tag = CONTAINERS[name]["image"].partition(":")
    assert image == name
    assert tag.split(".")[0] == major


def test_mongodb_is_a_replica_set_because_change_streams_need_one() -> None:
    assert "--replSet pijnstad" in (ROOT / "infra/compose/mongo.sh").read_text()
    assert '_id: "pijnstad"' in (ROOT / "infra/compose/mongo-init.js").read_text()
    assert all("replicaSet=pijnstad" in box["environment"]["PIJNSTAD_MONGO_URL"] for box in OURS.values())


def test_each_service_has_its_own_database_user() -> None:
    users = (ROOT / "infra/compose/mongo-init.js").read_text()
    for box in OURS.values():
        user = urlsplit(filled(box["environment"]["PIJNSTAD_MONGO_URL"])).username
        assert user == package_of(box)
        assert f'"{user}"' in users
        assert f"PIJNSTAD_MONGO_PASSWORD_{package_of(box).upper()}" in CONTAINERS["mongo-init"]["environment"]


def test_nothing_secret_stands_in_the_file() -> None:
    assert list(_findings(ROOT / "docker-compose.yml")) == []
    for box in CONTAINERS.values():
        for key, value in box.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|KEY|PASS$", key):
                assert re.fullmatch(r"\$\{PIJNSTAD_\w+(:\?[^}]+|:-)\}", str(value)), key


def test_only_the_gateway_can_be_reached_from_outside() -> None:
    assert [name for name, box in CONTAINERS.items() if box.get("ports")] == ["gateway"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_every_variable_it_asks_for_is_explained_in_the_example(tmp_path: Path) -> None:
    asked = set(re.findall(r"\$\{(PIJNSTAD_\w+)", TEXT))
    explained = set(re.findall(r"^(PIJNSTAD_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked - explained == set()
    for package in PACKAGES:
        required = {f"PIJNSTAD_{n.upper()}" for n, f in settings_of(package).model_fields.items() if f.is_required()}
        assert required - explained == set()


def test_the_env_file_that_is_made_holds_every_required_variable_and_is_private(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(TEXT)
    path = compose_env.write(tmp_path)
    made = dict(line.split("=", 1) for line in path.read_text().splitlines() if not line.startswith("#"))
    assert set(compose_env.required(TEXT)) <= set(made)
    assert len(set(made.values())) == len(made)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        compose_env.write(tmp_path)


@pytest.mark.parametrize("package", PACKAGES)
def test_an_image_runs_its_own_package_and_not_as_root(package: str) -> None:
    lines = instructions(dockerfile_of(package))
    assert ("ENTRYPOINT", f'["python", "-m", "{package}"]') in lines
    users = [value for word, value in lines if word == "USER"]
    assert users == ["10001"]
    assert lines.index(("USER", "10001")) < lines.index(("ENTRYPOINT", f'["python", "-m", "{package}"]'))


@pytest.mark.parametrize("package", PACKAGES)
def test_an_image_copies_what_exists_and_every_package_of_ours_it_needs(package: str) -> None:
    lines = instructions(dockerfile_of(package))
    copied = {
        part for word, value in lines if word == "COPY" and "--from" not in value for part in shlex.split(value)[:-1]
    }
    assert all((ROOT / path).exists() for path in copied)
    needed = {"pijnstad-contracts": "contracts", "pijnstad-kit": "kit", "pijnstad-safety": "safety"}
    project = (dockerfile_of(package).parent / "pyproject.toml").read_text()
    assert {folder for name, folder in needed.items() if f'"{name}"' in project} <= copied
    install = next(value for word, value in lines if word == "RUN" and "--no-build-isolation" in value)
    assert {f"./{path}" for path in copied if (ROOT / path / "pyproject.toml").exists()} <= set(shlex.split(install))
    assert "-c constraints.txt" in install


@pytest.mark.parametrize("package", PACKAGES)
def test_an_image_listens_on_and_exposes_the_port_that_compose_asks(package: str) -> None:
    lines = dict(instructions(dockerfile_of(package)))
    (port,) = {b["environment"]["PIJNSTAD_LISTEN"].rsplit(":", 1)[1] for b in OURS.values() if package_of(b) == package}
    assert lines["EXPOSE"] == port
    assert f"127.0.0.1:{port}/readyz" in lines["HEALTHCHECK"]


@pytest.mark.parametrize("package", PACKAGES)
def test_an_image_is_built_from_its_own_dockerfile(package: str) -> None:
    builds = [box["build"] for box in OURS.values() if package_of(box) == package and "build" in box]
    assert builds
    assert all(
        build == {"context": ".", "dockerfile": str(dockerfile_of(package).relative_to(ROOT))} for build in builds
    )


def instructions(path: Path) -> list[tuple[str, str]]:
    """Read a Dockerfile as (instruction, value), continued lines joined."""
    text = path.read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, value.strip()) for word, _, value in (line.partition(" ") for line in lines)]
