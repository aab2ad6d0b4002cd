"""Write what is derived from the live registries: docs/map.md and everything generated in contracts/.

    python docs/generate.py           write
    python docs/generate.py --check   exit 1 and name the files that are stale

Sources are the services' route tables, permissions and handlers, and the event models in contracts. Nothing is kept by hand.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pijnstad_contracts.envelope import EventModel
from pijnstad_contracts.registry import event_types
from pijnstad_kit import logs
from pijnstad_kit.http.app import create_app
from pijnstad_kit.http.openapi import Api
from pijnstad_kit.messaging.handlers import Handles
from pijnstad_kit.messaging.topology import EVENTS, UNCLAIMED
from pijnstad_kit.settings import WorkerSettings
from pijnstad_kit.testing import Gateway

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = ROOT / "contracts"
SERVICES = ("identity", "selfcare", "content", "decision", "community")


def main() -> int:
    """Write or check every generated file."""
    stale = [path for path, text in _files() if not _same(path, text)]
    if "--check" in sys.argv:
        for path in stale:
            print(f"stale: {path.relative_to(ROOT)}")
        print("Write them again with: make map" if stale else "All generated files are as the code says.")
        return 1 if stale else 0
    for path, text in _files():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    print(f"{len(stale)} files changed. Look at them with: git diff contracts docs/map.md")
    return 0


def _files() -> Iterator[tuple[Path, str]]:
    apps = {name: _app(name) for name in SERVICES}
    for model in event_types().values():
        yield CONTRACTS / "schemas" / f"{model.type}.json", _json(_schema(model))
    yield CONTRACTS / "asyncapi.json", _json(_asyncapi())
    yield CONTRACTS / "pijnstad_contracts" / "subscriptions.json", _json(_subscriptions())
    for name, app in apps.items():
        yield CONTRACTS / "openapi" / f"{name}.json", _json(app.document())
    yield ROOT / "docs" / "map.md", _map(apps)


def _app(service: str) -> Api:
    routes = importlib.import_module(f"{service}.routes").routes
    permissions = importlib.import_module(f"{service}.permissions").PERMISSIONS
    nowhere = {"mongo_url": "mongodb://nowhere", "bus_url": "amqp://nowhere"}
    settings = WorkerSettings(service=service, listen="127.0.0.1:1", **nowhere)
    logs.configure(service, level="ERROR")
    title = f"{service.capitalize()} of Pijnstad"
    return create_app(settings, routes, permissions, None, title=title, readiness={}, keys=Gateway())


def _handles(service: str) -> Handles:
    return importlib.import_module(f"{service}.handlers").handles


def _schema(model: type[EventModel]) -> dict[str, Any]:
    schema = model.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": model.dataschema(), "title": model.type}
    return head | {key: value for key, value in schema.items() if key != "title"} | {"examples": [model.example]}


def _subscriptions() -> dict[str, list[str]]:
    bound = {queue: types for handles in map(_handles, SERVICES) for queue, types in handles.queues().items()}
    claimed = {name for names in bound.values() for name in names}
    return bound | {UNCLAIMED: [name for name in event_types() if name not in claimed]}


def _asyncapi() -> dict[str, Any]:
    channels, operations, messages = {}, {}, {}
    for name, model in event_types().items():
        messages[model.__name__] = _message(name, model)
        channels[model.__name__] = {
            "address": name,
            "messages": {model.__name__: {"$ref": f"#/components/messages/{model.__name__}"}},
            "bindings": {"amqp": {"is": "routingKey", "exchange": {"name": EVENTS, "type": "topic", "durable": True}}},
        }
        operations[f"send{model.__name__}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{model.__name__}"},
            "summary": f"Published by {model.source}",
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Events of Pijnstad",
            "version": "1",
            "description": "CloudEvents 1.0, structured mode, JSON.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _message(name: str, model: type[EventModel]) -> dict[str, Any]:
    schema = {key: value for key, value in model.model_json_schema().items() if key != "$defs"}
    text = json.dumps(schema)
    defs = model.model_json_schema().get("$defs", {})
    for local, definition in defs.items():
        text = text.replace(json.dumps({"$ref": f"#/$defs/{local}"}), json.dumps(definition))
    return {
        "name": name,
        "title": model.__name__,
        "summary": _first_line(model),
        "contentType": "application/cloudevents+json",
        "payload": {
            "type": "object",
            "required": ["specversion", "id", "source", "type", "subject", "time", "sequence", "data"],
            "properties": {"type": {"const": name}, "source": {"const": model.source}, "data": json.loads(text)},
        },
    }


def _map(apps: dict[str, Api]) -> str:
    lines = ["# Map of the city", "", "Generated by `make map` from the live registries. Do not edit.", ""]
    lines += ["## Events: who says them, who reacts", "", "| event | said by | handled by |", "| --- | --- | --- |"]
    lines += [
        f"| `{name}` | {model.source} | {_reactions(name) or 'nobody yet'} |" for name, model in event_types().items()
    ]
    for service, app in apps.items():
        lines += ["", f"## {service}", "", _about(service), "", "| route | asks for | view |", "| --- | --- | --- |"]
        lines += list(_routes(service, app))
    return "\n".join(lines) + "\n"


def _reactions(name: str) -> str:
    found = [
        f"`{handles.queue(group)}` → `{handler.name}`"
        for handles in map(_handles, SERVICES)
        for group, handlers in handles.groups.items()
        for key, handler in handlers.items()
        if key == name
    ]
    return ", ".join(found)


def _routes(service: str, app: Api) -> Iterator[str]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        need = app.permissions.get(rule.endpoint)
        if need is None:
            continue
        view = rule.endpoint.rpartition(".")[2]
        asks = "everybody" if need.open else f"scope `{need.scope}`" if need.scope else f"role `{need.role}`"
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        yield f"| `{methods} {path}` | {asks} | `{view}` |"


def _about(service: str) -> str:
    return _first_line(importlib.import_module(service))


def _first_line(thing: Any) -> str:
    return (thing.__doc__ or "").strip().splitlines()[0] if thing.__doc__ else ""


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n"


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    raise SystemExit(main())
