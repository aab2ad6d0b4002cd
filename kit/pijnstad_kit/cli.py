"""The command line of a service: `python -m <service> api | worker | topology | dead-letters | …`, the same for all.

Paths are given as text, so that the worker can patch the standard library for eventlet before anything is imported.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import click

from pijnstad_kit import cli_reconciling


def service_cli(service: str) -> click.Group:
    """Return the commands every service has; the service adds its own to the group."""

    @click.group(help=f"The {service} service of Pijnstad.", context_settings={"help_option_names": ["-h", "--help"]})
    def main() -> None:
        pass

    @main.command(help="Serve the HTTP API (gunicorn).")
    def api() -> None:
        from pijnstad_kit.http.server import serve

        serve(f"{service}.bootstrap:create_app()", _settings(service))

    @main.command(help="Consume events, relay the outbox, run timers (nameko).")
    def worker() -> None:
        import eventlet

        eventlet.monkey_patch()
        import_module(f"{service}.worker").main()

    @main.command(help="Declare the exchanges and queues of the whole city on the broker.")
    def topology() -> None:
        _apply_topology(_settings(service))

    main.add_command(_dead_letters(service))
    cli_reconciling.add_to(main, service)
    return main


def _settings(service: str) -> Any:
    from pijnstad_kit.settings import load

    return load(import_module(f"{service}.config").Settings)


def _apply_topology(settings: Any) -> None:
    from pijnstad_kit.messaging import topology
    from pijnstad_kit.messaging.connection import connect

    declared = topology.table(retry_seconds=settings.retry_steps)
    with connect(settings.bus_url) as connection:
        topology.apply(connection.connection.channel(), declared)
    click.echo(f"{len(declared.exchanges)} exchanges and {len(declared.queues)} queues stand as declared.")


def _dead_letters(service: str) -> click.Group:
    @click.group("dead-letters", help="Events that could not be handled: list, redrive, drop. Shows metadata only.")
    def group() -> None:
        pass

    @group.command("list", help="Show what lies there, oldest first.")
    def list_() -> None:
        letters = _box(service).list()
        for letter in letters:
            click.echo(_row(letter))
        click.echo(_after_list(service, len(letters)))

    @group.command(help="Send events back to the queue they came from.")
    @click.argument("ids", nargs=-1)
    @click.option("--all", "everything", is_flag=True, help="all of them")
    @click.option("--type", "type_", help="only this event type")
    def redrive(ids: tuple[str, ...], everything: bool, type_: str | None) -> None:
        chosen = _chosen(ids, everything, type_)
        done = _box(service).redrive(chosen, lambda letter: click.echo(f"sent back  {letter.id}"))
        click.echo(f"{done} sent back. Watch them: python -m {service} dead-letters list")

    @group.command(help="Throw events away. The reason is logged.")
    @click.argument("ids", nargs=-1)
    @click.option("--all", "everything", is_flag=True, help="all of them")
    @click.option("--type", "type_", help="only this event type")
    @click.option("--reason", required=True, help="why they may go")
    def drop(ids: tuple[str, ...], everything: bool, type_: str | None, reason: str) -> None:
        done = _box(service).drop(
            _chosen(ids, everything, type_), reason, lambda letter: click.echo(f"dropped  {letter.id}")
        )
        click.echo(f"{done} dropped, with the reason in the log.")

    return group


def _box(service: str) -> Any:
    from pijnstad_kit import logs
    from pijnstad_kit.messaging.deadletters import DeadLetters

    logs.configure(service, "console")
    return DeadLetters(_settings(service).bus_url, service)


def _chosen(ids: tuple[str, ...], everything: bool, type_: str | None) -> Any:
    if not (ids or everything or type_):
        raise click.UsageError("Say which: ids, --type, or --all.")
    return lambda letter: (everything or letter.id in ids or bool(type_)) and (type_ is None or letter.type == type_)


def _row(letter: Any) -> str:
    age = "?" if letter.died_at is None else _age((datetime.now(UTC) - letter.died_at).total_seconds())
    why = letter.error or letter.reason
    return f"{letter.id}  {age:>6}  {letter.queue:<24}  {letter.type:<52}  {letter.attempts} tries  {why}"


def _age(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def _after_list(service: str, number: int) -> str:
    if not number:
        return "No dead letters."
    return f"{number} dead letters. Send them back with: python -m {service} dead-letters redrive --all"
