"""The house style that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import asdict
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "tenure"
MODULES = sorted(SOURCE.rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_modules_are_under_400_lines_and_functions_under_60(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            doc = ast.get_docstring(node, clean=False)
            length = node.end_lineno - node.lineno + 1 - (doc.count("\n") + 1 if doc else 0)
            assert length <= 60, f"{node.name} has {length} lines"


def test_no_module_is_named_for_nothing():
    assert not [p for p in MODULES if p.stem in FORBIDDEN_NAMES]


def test_help_loads_no_heavy_library():
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom tenure.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "heavy = ('numpy', 'pandas', 'spacy', 'duckdb', 'pyarrow', 'shapely', 'scipy', 'httpx')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_two_public_classes_have_one_name():
    homes = defaultdict(list)
    for path in MODULES:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(path.relative_to(SOURCE).as_posix())
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_only_what_returns_says_return(path):
    """A summary that begins with "Return" is of a function that returns; a generator yields."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (ast.get_docstring(node) or "").startswith(
            "Return "
        ):
            inside = list(ast.walk(node))
            gives = any(isinstance(n, ast.Return) and n.value is not None for n in inside)
            assert gives if node.returns is None else ast.unparse(node.returns) != "None", node.name


def test_a_door_offers_no_name_of_a_module_beside_it():
    """Once it is loaded the module would hide what the door offers."""
    for door in SOURCE.glob("*/__init__.py"):
        offered = {n.value for n in ast.walk(tree_of(door)) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        listed = next((ast.literal_eval(n.value) for n in tree_of(door).body if _names(n) == ["__all__"]), [])
        beside = {p.stem for p in door.parent.iterdir()}
        assert offered.intersection(listed) & beside == set(), door


def _names(node):
    return [t.id for t in getattr(node, "targets", ()) if isinstance(t, ast.Name)]


def test_settings_that_the_theory_quotes_are_those_of_the_code():
    """`name` (value) in a page of theory is a setting or a rate with that value."""
    from tenure.control.settings import ControlSettings, load_priors

    known = defaultdict(set)
    for name, value in asdict(ControlSettings()).items():
        known[name].add(value)
    tables = [load_priors(ControlSettings())]
    while tables:
        for name, value in tables.pop().items():
            tables.extend([value] if isinstance(value, dict) else [])
            known[name].add(value if isinstance(value, int | float) else None)
    page = (SOURCE.parents[1] / "docs/theory/control.md").read_text(encoding="utf-8")
    quoted = re.findall(r"`(\w+)` \(([\d.]*\d)\)", page)
    assert {name for name, _ in quoted} >= {"absence", "run_away"}
    assert [(name, value) for name, value in quoted if float(value) not in known[name]] == []


@pytest.mark.parametrize(
    ("door", "old", "new"),
    [
        ("tenure.territory", "Change", "ChangeBetween"),
        ("tenure.territory", "CheckRow", "Check"),
        ("tenure.control", "Flip", "SourceFlip"),
    ],
)
def test_a_record_that_was_renamed_is_still_found_by_its_old_name(door, old, new):
    module = import_module(door)
    assert getattr(module, old) is getattr(module, new)
    assert old not in module.__all__
