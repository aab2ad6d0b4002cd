"""`python -m <service> reconcile` and `raise-epoch`, for people: few lines, the next step in the last one.

Beside the package it runs, not in it: the command line is imported before a worker patches the standard library.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from importlib import import_module
from typing import Any

import click

SHOWN = 10  # differences that are listed by name
_SAY_EVERY = 5_000
_COLOURS = {"missing": "yellow", "behind": "yellow", "ahead": "magenta", "unknown": "magenta", "damaged": "red"}


def add_to(main: click.Group, service: str) -> None:
    """Add both commands to a service's."""

    @main.command("reconcile", help="Compare what this service keeps of others' events with what they know.")
    @click.option("--repair", is_flag=True, help="put right what differs, and look again")
    @click.option("--json", "as_json", is_flag=True, help="everything that was found, for programs")
    def reconcile(repair: bool, as_json: bool) -> None:
        report = _reconcile(service, repair)
        click.echo(json.dumps(_json(service, report)) if as_json else "\n".join(_lines(service, report, repair)))
        raise SystemExit(0 if report.clean else 1)

    @main.command(
        "raise-epoch", help="After the database was restored from a backup: make what we tell count as newer."
    )
    @click.option("--yes", is_flag=True, help="do not ask")
    def raise_epoch(yes: bool) -> None:
        if not yes:
            click.confirm(f"Was the database of {service} restored from a backup, and is it in use again?", abort=True)
        _raise_epoch(service)


def _reconcile(service: str, repair: bool) -> Any:
    from pijnstad_kit import logs
    from pijnstad_kit.messaging.questions import Asker
    from pijnstad_kit.reconciling.engine import reconcile
    from pijnstad_kit.reconciling.sources import Sources

    settings, ports = _open(service)
    logs.configure(service, "console")
    projections = import_module(f"{service}.projections").projections(ports)
    asker = Asker(settings.bus_url)
    try:
        return reconcile(projections, Sources(asker), repair=repair, say=_progress)
    finally:
        asker.close()


def _open(service: str) -> tuple[Any, Any]:
    from pijnstad_kit.settings import load

    settings = load(import_module(f"{service}.config").Settings)
    return settings, import_module(f"{service}.bootstrap").build_ports(settings)


def _progress(name: str, number: int) -> None:
    if number and number % _SAY_EVERY == 0:
        click.echo(f"{name}: {number:,} compared", err=True)


def _json(service: str, report: Any) -> dict[str, Any]:
    listed = [one.as_json() for one in report.projections]
    return {"service": service, "found": report.found, "left": report.left, "away": report.away, "projections": listed}


def _lines(service: str, report: Any, repair: bool) -> list[str]:
    lines = [line for one in report.projections for line in _of(one, repair)]
    return [*lines, _last(service, report, repair)]


def _of(one: Any, repair: bool) -> list[str]:
    head = f"{one.name:<10} against {one.source:<28} "
    if one.away:
        return [head + click.style(f"not compared: {one.away}", fg="red")]
    if not one.found:
        return [head + f"{one.compared:>8,} compared  " + click.style("all agree", fg="green")]
    kinds = ", ".join(
        click.style(f"{n} {kind}", fg=_COLOURS[kind]) for kind, n in Counter(d.kind for d in one.found).items()
    )
    mended = f"  {one.repaired} put right, {len(one.left)} left" if repair else ""
    shown = one.left if repair else one.found
    rows = [f"  {found.kind:<8} {found.aggregate}  {found.says}" for found in shown[:SHOWN]]
    more = [f"  and {len(shown) - SHOWN} more (--json lists them all)"] if len(shown) > SHOWN else []
    return [head + f"{one.compared:>8,} compared  {kinds}{mended}", *rows, *more]


def _last(service: str, report: Any, repair: bool) -> str:
    again = f"python -m {service} reconcile --repair"
    if not report.projections:
        return f"{service} keeps nothing of others' events: there is nothing to compare."
    if report.away:
        return f"Not everything could be compared. When it is back: {again}"
    if not report.found:
        return "Everything agrees."
    if not repair:
        return f"{report.found} differences. Put them right: {again}"
    if report.left:
        final = any(found.final for one in report.projections for found in one.left)
        why = (
            "Some can't be told any more: see docs/how-to/reconcile.md."
            if final
            else f"They may be on their way: {again}"
        )
        return f"{report.left} of {report.found} differences are left. {why}"
    return f"All {report.found} differences are put right."


def _raise_epoch(service: str) -> None:
    from pijnstad_kit.store import epoch, telling
    from pijnstad_kit.store.connection import database
    from pijnstad_kit.store.pressure import aggregates_of

    _open(service)
    opened = database(service)
    click.echo(f"The epoch of {service} is {epoch.advance(opened)} now. Waiting until every process knows.")
    time.sleep(epoch.FRESH + 1)
    for document in aggregates_of(service):
        name = document._get_collection_name()
        events = telling.tell_all_again(opened[name], lambda number, name=name: _progress(name, number))  # type: ignore[misc]
        click.echo(f"{name}: {events:,} events will be told again by the worker.")
    click.echo("Now, for this and for every other service: python -m <service> reconcile --repair")
