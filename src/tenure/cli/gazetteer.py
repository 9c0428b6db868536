"""`tenure gazetteer`: add a foreign gazetteer to a study, say what it holds, and what the reports name beside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["gazetteer_app"]

gazetteer_app = typer.Typer(no_args_is_help=True, help="Add gazetteers to a study, list them, and see what they lack.")

Format = Annotated[str | None, typer.Option("--format", help="table, jsonl or csv; table on a terminal, else jsonl.")]


@gazetteer_app.command()
def add(  # noqa: PLR0913 - the options of a command are its parameters
    target: Annotated[str, typer.Argument(metavar="TARGET", help="geonames:XX (a country's code), or a gazetteer file.")],
    *,
    study: Annotated[Path, typer.Option(metavar="DIR", help="The study that it is added to.")] = Path(),
    file: Annotated[Path | None, typer.Option("--from", metavar="FILE", help="The country's file, got by hand.")] = None,
    sha256: Annotated[str | None, typer.Option(metavar="HEX", help="What the file's SHA-256 must be.")] = None,
    name: Annotated[str | None, typer.Option(help="Its name in the study; default: the file's.")] = None,
    licence: Annotated[str | None, typer.Option(help="Its licence, printed in every export.")] = None,
    credit: Annotated[str | None, typer.Option(help="Whom to credit, printed in every export.")] = None,
    base_url: Annotated[str | None, typer.Option(metavar="URL", help="Another server of GeoNames' dumps.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Use what was downloaded before; ask no server.")] = False,
    form: Format = None,
) -> None:
    """Add a gazetteer: GeoNames' file of a country, or a CSV, p-code list, JSON Lines or GeoJSON file."""
    from tenure.cli.show import show_rows
    from tenure.commands import GazetteerRequest, add_gazetteer

    options = {} if base_url is None else {"base_url": base_url}
    request = GazetteerRequest(
        target, study, file, sha256, name=name, licence=licence, credit=credit, offline=offline, **options
    )
    show_rows(add_gazetteer(request), form, title="gazetteer")


@gazetteer_app.command()
def info(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="A study; else the embedded gazetteer.")] = None,
    *,
    form: Format = None,
) -> None:
    """List the sources of a gazetteer with their entries, licence and credit."""
    from tenure.cli.show import show_rows
    from tenure.commands import gazetteer_info

    show_rows(gazetteer_info(folder), form, title="gazetteer")


@gazetteer_app.command()
def coverage(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The study's folder.", show_default=False)],
    *,
    limit: Annotated[int | None, typer.Option(min=1, help="So many names at most.")] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="Print lines to append to places.csv, and advice on the rest.")
    ] = False,
    form: Format = None,
) -> None:
    """List the names that do not resolve, those first on which most claims about control hang."""
    from tenure.cli.show import show_rows
    from tenure.commands import coverage_lines, gazetteer_coverage

    if lines:
        found = coverage_lines(folder, limit=limit)
        if form is None:
            sys.stdout.write(found.text())
        else:
            show_rows(found.lines, form, title="lines for places.csv")
        sys.stderr.writelines(f"{each}\n" for each in found.advice)
        return
    share, rows = gazetteer_coverage(folder, limit=limit)
    sys.stderr.write(share + "\n")
    show_rows(rows, form, title="names to mend")
