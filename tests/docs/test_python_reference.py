"""docs/reference/python.md names what `tenure.open` offers, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from tenure.commands.open import OpenStudy

PAGE = (Path(__file__).parents[2] / "docs/reference/python.md").read_text(encoding="utf-8")


def test_every_question_is_described_and_no_other():
    rows = re.findall(r"^\| (`.+?`) \|", PAGE, flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)", row)}
    offered = {name for name in vars(OpenStudy) if not name.startswith("_")} | {"folder"}
    assert named == offered


def test_options_are_those_of_the_signatures():
    import inspect

    for name, listed in re.findall(r"`(\w+)\(((?:\w+=(?:, )?)+)\)`", PAGE):
        options = [p.name for p in inspect.signature(getattr(OpenStudy, name)).parameters.values()]
        assert re.findall(r"\w+", listed) == [o for o in options if o != "self"]
