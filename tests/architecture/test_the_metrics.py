"""What is measured is written down, and what an alert asks for is measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

import pijnstad_kit.http.metrics
import pijnstad_kit.messaging.metrics
import pijnstad_kit.reconciling.metrics  # noqa: F401 (they register themselves)

ROOT = Path(__file__).parents[2]
RULES = [
    rule
    for group in yaml.safe_load((ROOT / "infra/observability/alerts.yaml").read_text())["groups"]
    for rule in group["rules"]
]
SUFFIXES = re.compile(r"_(bucket|count|sum)$")


def measured() -> dict[str, tuple[str, ...]]:
    """Return the kit's metrics as they are told, with their labels."""
    found = {}
    for metric in (collector for collector in REGISTRY._collector_to_names if hasattr(collector, "_labelnames")):
        name = metric._name + ("_total" if metric._type == "counter" else "")
        if type(metric).__module__.startswith("prometheus_client") and name.startswith("pijnstad_"):
            found[name] = tuple(metric._labelnames)
    return {name: labels for name, labels in found.items() if not name.startswith("pijnstad_gateway")}


def test_the_table_of_metrics_is_what_the_code_measures() -> None:
    rows = re.findall(
        r"^\| `(pijnstad_\w+)` \| \w+ \| ([\w, ]+) \|", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE
    )
    assert {name: tuple(labels.split(", ")) for name, labels in rows} == measured()


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_an_alert_asks_for_what_is_measured_and_says_what_to_do(rule: dict[str, object]) -> None:
    asked = {SUFFIXES.sub("", name) for name in re.findall(r"pijnstad_\w+", str(rule["expr"]))}
    assert asked
    assert asked <= set(measured())
    notes = rule["annotations"]
    assert isinstance(notes, dict)
    assert notes["summary"]
    assert (ROOT / str(notes["runbook"])).is_file()
    labels = set(re.findall(r"labels\.(\w+)", str(notes["summary"])))
    assert labels <= {label for name in asked for label in measured()[name]}
