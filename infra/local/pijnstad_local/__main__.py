"""`python -m pijnstad_local up | start | down | status | run | smoke`: what the Makefile calls."""

import json
import sys
from collections.abc import Callable

import click

from pijnstad_local import options, output
from pijnstad_local.errors import LocalError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run Pijnstad on this machine. PIJNSTAD_PORT moves the door (8000), PIJNSTAD_DATA the data (var/)."""


@main.command()
def up() -> None:
    """Start the city here and show its lines until Ctrl-C."""
    from pijnstad_local.city import City

    _saying_why(lambda: City(options.read()).run())


@main.command()
def start() -> None:
    """Start the city in the background; return when it is ready."""
    from pijnstad_local import background

    _saying_why(lambda: background.start(options.read()))


@main.command()
def down() -> None:
    """Stop the city of this data folder."""
    from pijnstad_local import background

    _saying_why(lambda: background.down(options.read()))


@main.command()
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
def status(format_: str) -> None:
    """Show each process and what backs bus, store and search; exit code 3 when no city runs."""
    from pijnstad_local import background

    def show() -> None:
        now = background.status(options.read())
        output.say(json.dumps(now, indent=2) if format_ == "json" else background.show(now))
        if now["pid"] is None:
            sys.exit(background.NOT_RUNNING)

    _saying_why(show)


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("service")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def run(service: str, words: tuple[str, ...]) -> None:
    """Run a command of a service of the running city: `run content dead-letters list`."""
    from pijnstad_local import background

    _saying_why(lambda: sys.exit(background.run(options.read(), service, words)))


@main.command()
def smoke() -> None:
    """Try the whole chain from outside, then many members at once."""
    from pijnstad_local import background

    _saying_why(lambda: sys.exit(background.smoke(options.read())))


def _saying_why(work: Callable[[], None]) -> None:
    """Do the work; say what went wrong in one message, and leave with exit code 1."""
    try:
        work()
    except (LocalError, OSError) as error:
        output.complain(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
