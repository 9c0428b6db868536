"""What the terminal shows: progress with counts and time left, tables, and rows as JSON Lines or CSV for machines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Self

from tenure.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rich.console import Console
    from rich.progress import Progress, TaskID

    from tenure.pipeline import BuildResult

__all__ = ["BuildProgress", "show_build", "show_rows", "show_why", "tell_failures"]

FORMATS = ("table", "jsonl", "csv")


class BuildProgress:
    """A line a stage: what is done, how many, how long it will take; on standard error, so that output stays clean."""

    def __init__(self) -> None:
        """Set up nothing yet: the bar is drawn once entered."""
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description:22}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self._bar = Progress(*columns, console=Console(stderr=True))
        return self

    def __exit__(self, *_: object) -> None:
        self._settle()
        if self._bar is not None and self._task is not None:
            self._bar.stop()

    def _settle(self) -> None:
        """Show the stage that ends as complete, whatever number of steps it announced."""
        if self._bar is not None and self._task is not None:
            task = next(t for t in self._bar.tasks if t.id == self._task)
            self._bar.update(self._task, total=task.completed or 1, completed=task.completed or 1)

    def stage(self, name: str, total: int | None) -> None:
        """Begin a line for a stage; nothing is drawn before the first, so that an error of the study's files is one line."""
        self._settle()
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task(name, total=total)

    def advance(self, steps: int = 1) -> None:
        """Move the stage's bar on."""
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, steps)


def _cell(value: Any) -> str:  # noqa: ANN401 - any value of a row
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}".rstrip("0").rstrip(".")  # noqa: PLR2004 - digits shown
    if isinstance(value, list | tuple):
        return ", ".join(_cell(v) for v in value)
    return str(value)


def _numeric(rows: Sequence[Mapping[str, Any]], key: str) -> bool:
    return all(isinstance(r.get(key), int | float) or r.get(key) is None for r in rows)


def _draw_table(rows: Sequence[Mapping[str, Any]], title: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160)
    if not rows:
        console.print(f"{escape(title)}: nothing found", highlight=False)
        return
    table = Table(
        title=escape(title), title_justify="left", header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0)
    )
    same = _same_everywhere(rows)
    keys = [k for k in rows[0] if k not in same and k not in _FOR_MACHINES]
    for key in keys:
        table.add_column(escape(key.replace("_", " ")), justify="right" if _numeric(rows, key) else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(_cell(row.get(k))) for k in keys))
    console.print(table, highlight=False)
    stated = [f"{key.replace('_', ' ')}: {_cell(value)}" for key, value in same.items() if value]
    if stated:
        console.print(f"[dim]everywhere {escape('; '.join(stated))}[/]", highlight=False)


_FOR_MACHINES = frozenset({"incident_id", "pocket_id", "corridor_id", "story"})
"""Columns that JSON Lines and CSV hold and a terminal's width has no room for."""

_FEW = 4
"""In a table of so few rows, what is the same in all of them stays in its column."""


def _same_everywhere(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the columns that hold one value in every row of a longer table, with it."""
    if len(rows) <= _FEW:
        return {}
    return {k: v for k, v in rows[0].items() if k not in _FOR_MACHINES and all(row.get(k) == v for row in rows)}


def show_rows(rows: Sequence[Mapping[str, Any]], form: str | None, *, title: str = "", folded: Collection[str] = ()) -> None:
    """Write rows to standard output: a table on a terminal, else JSON Lines, or what `form` asks for.

    `folded` columns are left out of a table; JSON Lines and CSV hold every one.
    """
    rows = list(rows)
    form = form or ("table" if sys.stdout.isatty() else "jsonl")
    if form not in FORMATS:
        raise InputError("unknown format", value=form, remedy="use " + ", ".join(FORMATS))
    if form == "table":
        _draw_table([{k: v for k, v in row.items() if k not in folded} for row in rows], title)
    elif form == "csv":
        import csv

        from tenure.publish.tables import cell_text

        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows({k: cell_text(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows)
    else:
        import orjson

        for row in rows:
            sys.stdout.write(orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS).decode() + "\n")


def show_build(result: BuildResult) -> None:
    """Print what a build made: counts, the headline and finding tables, and which files to open."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else 160)
    counts = ", ".join(f"{number:,} {name}" for name, number in result.counts.items())
    console.print(f"run {result.run_id}: {counts}", highlight=False)
    if result.counts.get("places that places.csv lacks") or result.counts.get("unresolved"):
        console.print(f"names to mend: tenure gazetteer coverage {result.folder}", highlight=False, soft_wrap=True)
    for title, rows in result.tables.items():
        console.print()
        _draw_table(rows, title)
    console.print()
    for name in result.kept:
        console.print(f"yours, kept beside what the build makes: {result.folder / name}", highlight=False, soft_wrap=True)
    console.print("open:", highlight=False)
    for name in result.outputs:
        if name.endswith(("index.html", "report.html", "report.md")):
            console.print(f"  {result.folder / name}", highlight=False, soft_wrap=True)
    console.print(
        f"  all {len(result.outputs)} files are in {result.folder / 'site'} and {result.folder / 'out'}", highlight=False
    )


def tell_failures(result: BuildResult) -> None:
    """Write what a build could not make to standard error, a line each with its reason."""
    if result.failures:
        sys.stderr.write(f"tenure: could not be made: {len(result.failures)}; all else was, and the study answers\n")
    for failure in result.failures:
        sys.stderr.write(f"tenure: not made: {failure.what}; {failure.reason}\n")


def show_why(answer: Mapping[str, Any], form: str | None) -> None:
    """Print the posterior of a place and the claims behind it; as JSON one object."""
    form = form or ("table" if sys.stdout.isatty() else "jsonl")
    if form != "table":
        show_rows([answer] if form == "jsonl" else answer["claims"], form)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.padding import Padding

    console = Console()
    for one in (answer, *answer["also"]):
        console.print(f"[bold]{escape(one['name'])}[/] ({escape(one['place_id'])}) on {one['on']}", highlight=False)
        console.print("  " + "   ".join(f"P({escape(s)}) = {p:.3f}" for s, p in one["posterior"].items()), highlight=False)
        if not one["informed"]:
            console.print("  nothing bears on this place: unknown", highlight=False)
        elif one["track_record"]:
            console.print(Padding(escape(one["track_record"]["words"]), (0, 0, 0, 2)), highlight=False)
    if less := answer.get("without"):
        told = "   ".join(f"P({escape(s)}) = {p:.3f}" for s, p in less["posterior"].items())
        verdict = "this changes the controller" if less["flips"] else "the controller stays"
        console.print(f"without {escape(less['source'])}: {verdict}\n  {told}", highlight=False)
    telling = [c for c in answer["claims"] if abs(c["log_odds"]) >= _TELLING]
    rest = len(answer["claims"]) - len(telling)
    console.print(f"\n{len(telling)} claims by weight: the log-odds that would be missing without them", highlight=False)
    several = len({c["place"] for c in answer["claims"]}) > 1
    for claim in telling:
        _draw_claim(console, claim, with_place=several)
    if rest:
        console.print(f"and {rest} of no weight on this day (all with --format jsonl or csv)", highlight=False)


_TELLING = 0.05
"""A claim that moves the log-odds by less changes no probability by more than a hundredth."""


def _draw_claim(console: Console, claim: Mapping[str, Any], *, with_place: bool) -> None:
    """Print a claim as its weight and what it says, then who says it, then the words, wrapped to the terminal."""
    from rich.markup import escape
    from rich.padding import Padding

    when = claim["from"] if claim["from"] == claim["to"] else f"{claim['from']} to {claim['to']}"
    place = f" at {claim['place']}" if with_place else ""
    colour = "green" if claim["log_odds"] > 0 else "red"
    weight = f"[{colour}]{claim['log_odds']:+6.2f}[/] {escape(claim['state'])}"
    said = f"{claim['event']} {claim['stance']}, {when}{place}"
    console.print(f"{weight}  [dim]{escape(said)}[/]", highlight=False)
    who = f"{claim['speaker'] or 'no speaker named'} (published {claim['published']}, claim {claim['claim_id']})"
    console.print(Padding(escape(f"\u201c{claim['quote']}\u201d"), (0, 0, 0, 7)), highlight=False)
    console.print(Padding(f"[dim]{escape(who)}[/]", (0, 0, 0, 7)), highlight=False)
