"""`python -m <service> dead-letters …`, for the person on duty at night: few lines, colour, the next step in the last one.

Beside the package it runs, not in it: the command line is imported before a worker patches the standard library.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, TypeVar

import click

SHOWN = 30  # letters that are listed one by one; of more, the groups say enough
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_AGE = re.compile(r"^(\d{1,6})\s*(s|min|h|d)$")

C = TypeVar("C", bound=Callable[..., Any])


class Age(click.ParamType):  # type: ignore[type-arg]
    """Read an age like `90s`, `15min`, `2h` or `3d` as seconds."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds. Errors: click.BadParameter."""
        found = _AGE.match(str(value))
        if found is None:
            self.fail("an age looks like 90s, 15min, 2h or 3d", param, ctx)
        return float(found[1]) * _SECONDS[found[2]]


def add_to(main: click.Group, service: str) -> None:
    """Add the group to a service's commands."""

    @main.group("dead-letters", help="Events that could not be handled. Shows what is known of them, never a body.")
    def group() -> None:
        pass

    @group.command("list", help="Show what lies there, oldest first, and how it adds up.")
    @_filters
    @click.option("--json", "as_json", is_flag=True, help="every letter as a line of JSON")
    def list_(as_json: bool, **named: Any) -> None:
        _list(service, _filter(**named), as_json)

    @group.command(help="Show one letter, by its event's id.")
    @click.argument("id")
    def show(id: str) -> None:
        _show(service, id)

    @group.command(help="Send events back to the queue they came from.")
    @_ids
    def redrive(ids: tuple[str, ...], everything: bool, as_json: bool, **named: Any) -> None:
        chosen = _chosen(ids, everything, named)
        done = _run(service, as_json, lambda box, say: box.redrive(chosen.fits, say), "sent back")
        _end(done, as_json, "sent back", f"Watch them: python -m {service} dead-letters list")

    @group.command(help="Throw events away. The reason is logged.")
    @_ids
    @click.option("--reason", required=True, help="why they may go")
    def drop(ids: tuple[str, ...], everything: bool, as_json: bool, reason: str, **named: Any) -> None:
        chosen = _chosen(ids, everything, named)
        done = _run(service, as_json, lambda box, say: box.drop(chosen.fits, reason, say), "dropped")
        _end(done, as_json, "dropped", f"The log has the reason. What is left: python -m {service} dead-letters list")


def _filters(command: C) -> C:
    for option in (
        click.option("--type", help="only this event type"),
        click.option("--queue", help="only from this queue"),
        click.option("--error", help="only with this class of error, as the list shows it"),
        click.option("--older-than", type=Age(), help="only what died longer ago: 90s, 15min, 2h, 3d"),
    ):
        command = option(command)
    return command


def _ids(command: C) -> C:
    command = click.option("--json", "as_json", is_flag=True, help="the counts as JSON")(_filters(command))
    command = click.option("--all", "everything", is_flag=True, help="all of them")(command)
    return click.argument("ids", nargs=-1)(command)


def _filter(ids: tuple[str, ...] = (), **named: Any) -> Any:
    from pijnstad_kit.messaging.deadletters import Filter

    return Filter(ids=ids, **{name: value for name, value in named.items() if value})


def _chosen(ids: tuple[str, ...], everything: bool, named: dict[str, Any]) -> Any:
    if not (ids or everything or any(named.values())):
        raise click.UsageError("Say which: ids, --type, --queue, --error, --older-than, or --all.")
    return _filter(ids, **named)


def _box(service: str) -> Any:
    from pijnstad_kit import logs
    from pijnstad_kit.messaging.deadletters import DeadLetters
    from pijnstad_kit.settings import load

    logs.configure(service, "console")
    return DeadLetters(load(import_module(f"{service}.config").Settings).bus_url, service)


def _asking(act: Callable[[], Any]) -> Any:
    from pijnstad_kit.messaging.publisher import BrokerAway

    try:
        return act()
    except BrokerAway as away:
        raise click.ClickException(
            f"The broker does not answer ({away}). Nothing was changed; try again later."
        ) from away


def _list(service: str, wanted: Any, as_json: bool) -> None:
    groups, fitting = Counter[tuple[str, str, str]](), 0

    def walk() -> None:
        nonlocal fitting
        with _box(service).look() as letters:
            for letter in filter(wanted.fits, letters):
                fitting += 1
                groups[letter.queue, letter.type, _why(letter)] += 1
                if as_json:
                    click.echo(json.dumps({"service": service} | letter.as_json()))
                elif fitting <= SHOWN:
                    click.echo(_row(letter))
                elif fitting % 1000 == 0:
                    click.echo(f"{fitting:,} looked at", err=True)

    _asking(walk)
    if not as_json:
        click.echo("\n".join(_sum(service, groups, fitting, wanted == _filter())))


def _show(service: str, id: str) -> None:
    def find() -> Any:
        with _box(service).look() as letters:
            return next((letter for letter in letters if letter.id == id), None)

    letter = _asking(find)
    if letter is None:
        raise click.ClickException(f"{id} is not among the dead letters of {service}. See: dead-letters list")
    for name, value in ({"service": service} | letter.as_json() | {"age": _age(letter)}).items():
        click.echo(f"{name:<10} {value}")
    click.echo(f"When its cause is mended: python -m {service} dead-letters redrive {id}")


def _run(service: str, as_json: bool, act: Callable[[Any, Any], Any], word: str) -> Any:
    def say(progress: Any, letters: Any) -> None:
        if as_json:
            return
        if progress.total <= SHOWN:
            for letter in letters:
                click.echo(f"{click.style(word, fg='green')}  {letter.id}")
        elif progress.looked_at % 1000 == 0 or progress.looked_at == progress.total:
            click.echo(f"{progress.looked_at:,} of {progress.total:,} looked at, {progress.done:,} {word}", err=True)

    return _asking(lambda: act(_box(service), say))


def _end(progress: Any, as_json: bool, word: str, next_step: str) -> None:
    if as_json:
        names = ("total", "looked_at", "done", "refused")
        return click.echo(json.dumps({name: getattr(progress, name) for name in names}))
    if progress.refused:
        click.secho(
            f"{progress.refused:,} were refused by the broker and stay: is their queue there, or full?", fg="red"
        )
    click.echo(f"{progress.done:,} of {progress.total:,} {word}. {next_step}")
    return None


def _row(letter: Any) -> str:
    why = click.style(_why(letter), fg="red")
    tries = f"{letter.attempts} {'try' if letter.attempts == 1 else 'tries'}"
    return f"{letter.id}  {_age(letter):>6}  {letter.queue:<24}  {letter.type:<52}  {tries:<7}  {why}"


def _why(letter: Any) -> str:
    return str(letter.error or letter.reason or "?")


def _age(letter: Any) -> str:
    seconds = letter.age(datetime.now(UTC))
    if seconds is None:
        return "?"
    unit = next((unit for unit in ("d", "h", "min") if seconds >= _SECONDS[unit]), "s")
    return f"{int(seconds // _SECONDS[unit])} {unit}"


def _sum(service: str, groups: Counter[tuple[str, str, str]], number: int, everything: bool) -> list[str]:
    if not number:
        return [
            "No dead letters." if everything else f"None that fit. All of them: python -m {service} dead-letters list"
        ]
    more = [f"… and {number - SHOWN:,} more (--json lists them all)"] if number > SHOWN else []
    rows = [f"{count:>7,} × {queue}  {type}  {why}" for (queue, type, why), count in groups.most_common(10)]
    return [
        *more,
        *rows,
        f"{number:,} dead letters. Mend the cause, then: python -m {service} dead-letters redrive --all",
    ]
