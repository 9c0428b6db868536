"""`tenure review`: a list, one decision from the command line, or claim after claim on a terminal."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - typer reads it at run time
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tenure.commands import OpenReview, ReviewRequest

__all__ = ["review"]

_ABOUT = "The claim that is decided about, by its id."


def review(  # noqa: PLR0913 - the options of a command are its parameters
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The study's folder.", show_default=False)],
    *,
    claim: Annotated[str | None, typer.Option(metavar="ID", help=_ABOUT)] = None,
    placement: Annotated[str | None, typer.Option(metavar="ID:NAME", help="A claim's placement, by the name in it.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="It is what the report says.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="It is not: leave it out of the chain.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take earlier decisions about it back.")] = False,
    correction: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Correct a field; may be repeated.")
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who decides.")] = None,
    why: Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the claims, the least confident first.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="With those that are decided already.")] = False,
    below: Annotated[float | None, typer.Option(min=0, max=1, help="Only claims of a lower confidence.")] = None,
    history: Annotated[bool, typer.Option("--history", help="List the decisions and what became of each.")] = False,
    form: Annotated[str | None, typer.Option("--format", help="table, jsonl or csv.")] = None,
) -> None:
    """Accept, correct or reject claims and placements; decisions are kept with who, when and why."""
    from tenure.cli.show import show_rows
    from tenure.commands import OpenReview

    verdicts = {"accept": accept, "reject": reject, "withdraw": withdraw, "correct": bool(correction)}
    chosen = [name for name, given in verdicts.items() if given]
    if claim is None and placement is None:
        if chosen:
            raise typer.BadParameter("say what is decided about: --claim ID or --placement ID:NAME")
        opened = OpenReview(folder)
        if history:
            show_rows(opened.history(), form, title="decisions")
        elif listed or not sys.stdin.isatty() or not sys.stdout.isatty():
            show_rows(opened.rows(below=below, everything=everything), form, title="claims to review")
        else:
            _loop(opened, opened.rows(below=below, everything=everything), by)
        return
    if claim is not None and placement is not None:
        raise typer.BadParameter("give --claim or --placement, not both")
    if len(chosen) != 1:
        raise typer.BadParameter("give one of --accept, --reject, --withdraw, --set")
    if not by or not why:
        raise typer.BadParameter("a decision needs --by NAME and --why TEXT")
    request = _request(claim, placement, chosen[0], correction or [], (by, why))
    show_rows([OpenReview(folder).decide(request, now=_now())], form, title="decided")
    sys.stderr.write(f"run `tenure build {folder}` to take it in\n")


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _request(
    claim: str | None, placement: str | None, action: str, correction: Sequence[str], signed: tuple[str, str]
) -> ReviewRequest:
    from tenure.commands import ReviewRequest, parse_changes
    from tenure.model import ReviewAction

    claim_id, place = claim or "", None
    if placement is not None:
        claim_id, sign, place = placement.partition(":")
        if not sign or not place:
            raise typer.BadParameter("write --placement CLAIM_ID:NAME")
    by, why = (" ".join(text.split()) for text in signed)
    return ReviewRequest(claim_id, ReviewAction(action), by, why, place, parse_changes(correction))


_KEYS = {"a": "accept", "r": "reject", "c": "correct", "p": "placement", "s": "skip", "q": "quit"}


def _loop(opened: OpenReview, rows: Sequence[dict[str, Any]], by: str | None) -> None:
    """Go through claims one by one; what is decided is kept at once, so that leaving loses nothing."""
    from rich.console import Console
    from rich.prompt import Prompt

    from tenure.errors import TenureError

    console = Console()
    if not rows:
        console.print("no claim is left to review")
        return
    by = by or Prompt.ask("your name, kept with every decision", console=console)
    for number, row in enumerate(rows, 1):
        _show_claim(console, row, f"{number} of {len(rows)}")
        while True:
            key = Prompt.ask(" ".join(f"[{k}]{w[1:]}" for k, w in _KEYS.items()), choices=list(_KEYS), console=console)
            if key == "q":
                return
            if key == "s":
                break
            try:
                request = _asked(console, opened, row, (_KEYS[key], by))
                if request is not None:
                    opened.decide(request, now=_now())
                    break
            except TenureError as error:
                console.print(str(error), markup=False)


def _show_claim(console: Any, row: dict[str, Any], count: str) -> None:  # noqa: ANN401 - rich is loaded where it is used
    console.rule(f"{count}: {row['claim_id']}, confidence {row['confidence']}")
    console.print(row["quote"], style="bold", markup=False)
    for key in ("event", "stance", "actor", "target", "places", "from", "to", "speaker", "published", "report"):
        value = row[key]
        console.print(f"  {key:10} {', '.join(value) if isinstance(value, list) else value}", markup=False, highlight=False)


def _asked(console: Any, opened: OpenReview, row: dict[str, Any], decided: tuple[str, str]) -> ReviewRequest | None:  # noqa: ANN401 - as above
    """Return the decision that the answers make; None when the user thought better of it."""
    from rich.prompt import Prompt

    action, by = decided
    placement, changes = None, []
    if action == "correct":
        typed = Prompt.ask("FIELD=VALUE, several apart by blanks", console=console)
        changes = typed.split()
    elif action == "placement":
        action = "correct"
        names = opened.names(row["claim_id"])
        if not names:
            console.print("the claim names no place")
            return None
        name = names[0] if len(names) == 1 else Prompt.ask("which name", choices=names, console=console)
        choices = opened.choices(Prompt.ask("its place, by name or id", default=name, console=console))
        for number, (place_id, text) in enumerate(choices, 1):
            console.print(f"  {number}  {text}  {place_id}", markup=False, highlight=False)
        pick = Prompt.ask("number, or nothing", default="", console=console)
        if not pick.isdigit() or not 1 <= int(pick) <= len(choices):
            return None
        placement, changes = f"{row['claim_id']}:{name}", [f"place_id={choices[int(pick) - 1][0]}"]
    why = Prompt.ask("why", console=console)
    if not why.strip() or not (changes or action != "correct"):
        return None
    return _request(None if placement else row["claim_id"], placement, action, changes, (by, why))
