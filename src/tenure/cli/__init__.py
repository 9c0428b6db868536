"""The command line: arguments to pipeline calls, errors to one line and exit code 1; no logic of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from tenure.cli.gazetteer import gazetteer_app
from tenure.cli.review import review
from tenure.errors import TenureError
from tenure.version import __version__

__all__ = ["app", "main"]

app = typer.Typer(
    name="tenure",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Who holds which place, since when, and who says so: from public reports to a measured map.",
)

app.add_typer(gazetteer_app, name="gazetteer")

StudyDir = Annotated[Path, typer.Argument(metavar="DIR", help="The study's folder.", show_default=False)]
DateText = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", show_default=False)]
Format = Annotated[str | None, typer.Option("--format", help="table, jsonl or csv; table on a terminal, else jsonl.")]


def _now() -> Any:  # noqa: ANN401 - datetime is loaded where it is used
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _show(rows: Any, form: str | None, *, title: str = "", folded: tuple[str, ...] = ()) -> None:  # noqa: ANN401 - any rows
    from tenure.cli.show import show_rows

    show_rows(rows, form, title=title, folded=folded)


@app.callback(invoke_without_command=True)
def _root(
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    if version:
        typer.echo(f"tenure {__version__}")
        raise typer.Exit


@app.command()
def init(
    folder: StudyDir,
    *,
    empty: Annotated[bool, typer.Option("--empty", help="Fill in nothing but the name: no made-up country.")] = False,
) -> None:
    """Write a small, commented study to start from."""
    from tenure.pipeline import init_study

    for line in init_study(folder, empty=empty):
        typer.echo(line)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where the shipped study is copied to.")] = Path(
        "idlib-2018"
    ),
) -> None:
    """Copy the shipped study, build it, and say what to open."""
    from tenure.cli.show import BuildProgress
    from tenure.pipeline import demo_study

    with BuildProgress() as progress:
        result = demo_study(folder, now=_now(), progress=progress)
    _headline(result)


@app.command()
def build(
    folder: StudyDir,
    *,
    llm_url: Annotated[str | None, typer.Option(help="Ask a language model at this OpenAI-compatible address.")] = None,
    llm_model: Annotated[str, typer.Option(help="The model's name there.")] = "default",
    llm_key: Annotated[str | None, typer.Option(help="The key it wants.", envvar="TENURE_LLM_KEY")] = None,
) -> None:
    """Run the whole pipeline, taking up what is already done, and print the headline table."""
    from tenure.cli.show import BuildProgress
    from tenure.pipeline import ModelEndpoint, build_study

    endpoint = ModelEndpoint(llm_url, llm_model, llm_key) if llm_url else None
    with BuildProgress() as progress:
        result = build_study(folder, now=_now(), progress=progress, endpoint=endpoint)
    _headline(result)


def _headline(result: Any) -> None:  # noqa: ANN401 - the pipeline's BuildResult
    from tenure.cli.show import show_build, tell_failures

    show_build(result)
    tell_failures(result)
    if result.failures:
        raise typer.Exit(1)


@app.command()
def read(
    folder: StudyDir,
    source: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, URLs or feeds.")],
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Answer addresses from the cache only.")] = False,
) -> None:
    """Add files, URLs, feeds, WARCs or JSONL to a study; say what was new, a copy, or quarantined and why."""
    from tenure.commands import read_sources

    _show(read_sources(folder, source, now=_now(), offline=offline), None, title="read")


@app.command()
def extract(  # noqa: PLR0913 - a command has its options
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Reports as JSON Lines: id, text, published_at, ...")],
    *,
    study: Annotated[Path | None, typer.Option(help="A study that lends its actors and sources.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write here instead of standard output.")] = None,
    llm_url: Annotated[str | None, typer.Option(help="Ask a language model at this OpenAI-compatible address.")] = None,
    llm_model: Annotated[str, typer.Option(help="The model's name there.")] = "default",
    llm_key: Annotated[str | None, typer.Option(help="The key it wants.", envvar="TENURE_LLM_KEY")] = None,
    spark: Annotated[str | None, typer.Option(metavar="MASTER", help="Read on Spark, e.g. local[2].")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say which entry of the lexicon read each claim.")] = False,
) -> None:
    """Extract attributed claims: reports JSONL in, {"id", "claims"} JSONL out."""
    if spark is not None:
        from tenure.spark import extract_with_spark

        if explain:
            raise typer.BadParameter("--explain reads on this machine: leave out --spark")
        if llm_url:
            raise typer.BadParameter("--spark reads with the rules: give --spark or --llm-url")
        _write_lines(extract_with_spark(file, master=spark, study=study), out)
        return
    from tenure.commands import extract_lines
    from tenure.pipeline import ModelEndpoint

    endpoint = ModelEndpoint(llm_url, llm_model, llm_key) if llm_url else None
    _write_lines(extract_lines(file, study=study, endpoint=endpoint, explain=explain), out)


@app.command()
def locate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Reports as JSON Lines, with optional spans [[start, end]].")],
    *,
    gazetteer: Annotated[Path | None, typer.Option(help="A gazetteer file: CSV, JSONL, GeoJSON or a GeoNames dump.")] = None,
    study: Annotated[Path | None, typer.Option(help="A study that lends its places, actors and area.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write here instead of standard output.")] = None,
) -> None:
    """Resolve place names: reports JSONL in, {"id", "mentions"} JSONL out."""
    from tenure.commands import locate_lines

    _write_lines(locate_lines(file, gazetteer=gazetteer, study=study), out)


def _write_lines(lines: Any, out: Path | None) -> None:  # noqa: ANN401 - an iterator of bytes
    if out is None:
        for line in lines:
            sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        return
    from tenure.store import write_file

    write_file(out, b"".join(lines))


@app.command()
def fuse(  # noqa: PLR0913 - the options of a command are its parameters
    claims: Annotated[Path, typer.Argument(metavar="CLAIMS", help="Parquet claims.")],
    places: Annotated[Path, typer.Argument(metavar="PLACES", help="Parquet places.")],
    *,
    out: Annotated[Path, typer.Option(help="Parquet to write.")],
    initial: Annotated[Path | None, typer.Option(help="Parquet of place_id, state on the first day.")] = None,
    start: DateText = None,
    end: DateText = None,
    daily: Annotated[bool, typer.Option("--daily", help="place_id, date, p_<actor>..., p_contested; else spells.")] = False,
    filtered: Annotated[bool, typer.Option("--filtered", help="Each day from what was published by then.")] = False,
    as_known_on: DateText = None,
    intervals: Annotated[Path | None, typer.Option(help="Parquet of date, actor, lo, hi (90%, km2) to write.")] = None,
    excluded: Annotated[Path | None, typer.Option(help="JSON Lines of what bears no weight and why, to write.")] = None,
) -> None:
    """Fuse claims into P(controller | place, day)."""
    from tenure.commands import FuseRequest, fuse_files

    request = FuseRequest(claims, places, out, initial, start, end, daily, filtered, as_known_on, intervals, excluded)
    _show(fuse_files(request), None, title="fuse")


@app.command()
def measure(
    folder: StudyDir,
    *,
    since: DateText = None,
    until: DateText = None,
    by: Annotated[str | None, typer.Option(help="admin1, admin2, admin3, zone or week.")] = None,
    area: Annotated[Path | None, typer.Option(help="A GeoJSON file: measure inside each of its polygons.")] = None,
    as_known_on: DateText = None,
    form: Format = None,
) -> None:
    """Measure km2 and places by actor with intervals, and the change between two dates."""
    from tenure.commands import measure_study

    rows = measure_study(folder, since=since, until=until, by=by, area=area, as_known_on=as_known_on, now=_now())
    _show(rows, form, title="measure")


@app.command()
def check(folder: StudyDir, *, form: Format = None) -> None:
    """Set each reported quantity beside the measured one: supported, disputed, cannot tell."""
    from tenure.commands import check_study

    _show(check_study(folder, now=_now()), form, title="check", folded=("quote", "claim_id"))


@app.command()
def why(
    folder: StudyDir,
    place: Annotated[
        str | None, typer.Argument(metavar="[PLACE]", help="A place's name in any spelling, or its id.", show_default=False)
    ] = None,
    *,
    on: Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day.", show_default=False)] = None,
    without: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="Also without this source (its id); without a place: where it decides."),
    ] = None,
    form: Format = None,
) -> None:
    """Show the posterior at a place on a day and the claims that made it, each with its weight and quote."""
    from tenure.cli.show import show_why
    from tenure.commands import explain_place, list_flips

    if place is None and on is None and without is not None:
        _show(list_flips(folder, without, now=_now()), form, title=f"places that another would hold without {without}")
        return
    if place is None or on is None:
        raise typer.BadParameter("give a place and --on, or --without alone")
    show_why(explain_place(folder, place, on=on, now=_now(), without=without), form)


@app.command()
def watch(folder: StudyDir, *, form: Format = None) -> None:
    """List zone incidents: what happened inside which zone, by whom, who says so."""
    from tenure.commands import watch_zones

    _show(watch_zones(folder, now=_now()), form, title="watch")


app.command()(review)


@app.command()
def export(  # noqa: PLR0913 - the options of a command are its parameters
    folder: StudyDir,
    *,
    to: Annotated[Path, typer.Option("--to", help="File to write; its suffix decides the format.")],
    schema: Annotated[str, typer.Option(help="tenure, acled or viina.")] = "tenure",
    table: Annotated[str, typer.Option(help="The published table, for formats that hold one.")] = "control",
    daily: Annotated[bool, typer.Option("--daily", help="The panel place_id, date, p_<actor>..., p_contested.")] = False,
    weekly: Annotated[bool, typer.Option("--weekly", help="The panel, one row a place and week.")] = False,
    filtered: Annotated[bool, typer.Option("--filtered", help="The panel as it was known on each day.")] = False,
    since: DateText = None,
    until: DateText = None,
) -> None:
    """Export by suffix: .geojson .parquet .csv .gpkg .fgb .zip (data package) .pmtiles; .html .md the situation report."""
    from tenure.commands import ExportRequest, export_study

    step = "week" if weekly else "day" if daily else None
    request = ExportRequest(to, schema, table, step, filtered, since=since, until=until)
    _show(export_study(folder, request, now=_now()), None, title="export")


@app.command()
def serve(
    folder: StudyDir,
    *,
    host: Annotated[str, typer.Option(help="Where to listen; only this machine unless told otherwise.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8000,
    token: Annotated[str | None, typer.Option(help="Every request must carry it.", envvar="TENURE_TOKEN")] = None,
    rate: Annotated[float | None, typer.Option(help="Requests per second that one client may make.")] = None,
    base_url: Annotated[str | None, typer.Option(help="The address under which clients reach it, behind a proxy.")] = None,
) -> None:
    """Serve OGC API - Features, the map and `why` of the last finished build; reads only."""
    from tenure.serve import ServeSettings, serve_study

    settings = ServeSettings(host=host, port=port, token=token, rate_per_second=rate, base_url=base_url)
    serve_study(folder, settings, now=_now, ready=lambda url: typer.echo(f"serving {folder} at {url}; Ctrl-C ends it"))


def _quiet_libraries() -> None:
    """Keep what libraries say of a page to themselves: what became of a report is told by its quarantine."""
    import logging

    for name in ("trafilatura", "htmldate", "readability"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def main() -> None:
    """Run the command line; a named error becomes one line on standard error and exit code 1."""
    _quiet_libraries()
    try:
        app()
    except TenureError as error:
        sys.stderr.write(f"tenure: {error}\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        sys.stderr.write(f"tenure: cannot read or write: {error.filename or '-'}; {error.strerror or error}\n")
        sys.exit(1)
    except Exception as error:
        import os

        if os.environ.get("TENURE_DEBUG"):
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        sys.stderr.write(f"tenure: unexpected {what}; run again with TENURE_DEBUG=1 and report what it shows\n")
        sys.exit(1)
