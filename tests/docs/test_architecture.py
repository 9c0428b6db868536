"""docs/architecture.md shows the code that is there: its diagrams are drawn from it, its lists name what exists."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_spec = importlib.util.spec_from_file_location("diagrams", DOCS / "diagrams.py")
diagrams = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(diagrams)
PAGE = diagrams.PAGE.read_text(encoding="utf-8")


def test_the_diagrams_are_those_of_the_code():
    assert diagrams.drawn(PAGE) == PAGE, "the code moved: python docs/diagrams.py"


def test_both_diagrams_stand_in_the_page():
    assert diagrams.flow() in PAGE
    assert diagrams.layers() in PAGE


def test_an_arrow_that_follows_from_others_is_left_out():
    assert diagrams.reduced({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == [("a", "b"), ("b", "c")]


def test_imports_for_types_are_no_arrows():
    assert "tenure.territory" not in diagrams.imports_of("tenure.pipeline.weekly")


def test_every_package_and_every_room_is_told_of():
    told = set(re.findall(r"^    (\w+)(?:/|\.py)", PAGE, flags=re.MULTILINE))
    packages = set(diagrams.arrows_within("tenure")) - {"__main__"}
    assert packages - {"version"} == told - {"version"}
    rooms = {room for stage in diagrams.STAGES for room in diagrams.rooms_of(stage)}
    assert rooms <= set(re.findall(r"`(\w+)`", PAGE[PAGE.index("### Rooms") :]))


def test_every_name_of_a_module_in_the_lists_exists():
    named = re.findall(r"`(\w+/\w+)`", PAGE)
    assert named
    assert all(list(diagrams.SOURCE.glob(f"**/{name}.py")) or list(diagrams.SOURCE.glob(f"**/{name}")) for name in named)
