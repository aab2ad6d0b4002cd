"""The commands of content beside those every service has: the library's files, the search index, readability."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pijnstad_kit.cli import service_cli

main = service_cli("content")


@main.command(
    "load-library", help="Publish, revise and retire items as their Markdown files say. Doing it again is fine."
)
@click.option("--check", is_flag=True, help="only say what is wrong in the files; needs no database")
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), help="default: PIJNSTAD_LIBRARY_DIR")
def load_library(check: bool, folder: Path | None) -> None:
    from content.config import SHIPPED
    from content.courses import read_courses
    from content.library import COURSES, read_library

    settings = None if check else _settings()
    home = folder or (settings.library_dir if settings else SHIPPED)
    library, courses = read_library(home), read_courses(home / COURSES)
    for missing in library.untranslated + courses.untranslated:
        click.echo(f"still to translate: {missing}")
    if faults := library.faults + courses.faults:
        for fault in faults:
            click.echo(str(fault), err=True)
        raise click.ClickException(f"{len(faults)} things to mend. Nothing was changed.")
    if settings is None:
        return click.echo(f"{len(library.items)} items and {len(courses.courses)} courses, nothing wrong.")
    from content.bootstrap import build_ports
    from content.usecases.loading import load_items

    loaded = load_items(library.items, build_ports(settings))
    for name in ("published", "revised", "retired"):
        for slug in getattr(loaded, name):
            click.echo(f"{name:<10} {slug}")
    click.echo(
        f"{len(loaded.published)} published, {len(loaded.revised)} revised, {len(loaded.retired)} retired, "
        f"{len(loaded.unchanged)} unchanged."
    )


@main.command(help="Build the search index anew beside the old one, and switch to it. People search on meanwhile.")
def reindex() -> None:
    from content.bootstrap import build_ports
    from content.search.port import SearchAway
    from content.usecases.indexing import rebuild_index

    ports = build_ports(_settings())
    try:
        count = rebuild_index(ports, lambda done: click.echo(f"{done} documents", err=True))
    except SearchAway as away:
        raise click.ClickException(f"The index was not built: {away}.") from None
    click.echo(f"The index is built: {count} documents, of {ports.items.counts()} items by language.")


@main.command(help="Say how easy the texts of a file or a folder read, and which sentences and words make them hard.")
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
def readability(path: Path | None) -> None:
    from content.config import SHIPPED
    from content.readability import report

    click.echo(report(path or SHIPPED))


def _settings() -> Any:
    from content.config import Settings
    from pijnstad_kit.settings import load

    return load(Settings)
